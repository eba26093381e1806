/**
 * Writes ONNX models: a builder of graphs, whose messages protobufjs turns into bytes.
 */
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

/** Numbers of the types in `TensorProto.DataType`. */
export const TYPE = Object.freeze({ float: 1, int8: 3, int32: 6, int64: 7, float16: 10 });
/** Of the stored elements. */
const STORED = /** @type {const} */ ({ F32: "float", F16: "float16", I8: "int8" });
/** Numbers of the kinds in `AttributeProto.AttributeType`. */
const KIND = Object.freeze({ float: 1, int: 2, string: 3, ints: 7 });

/** @typedef {keyof typeof TYPE} Type */
/** @typedef {Float32Array | Int32Array | BigInt64Array} Values */
/** @typedef {number | string | number[]} Attribute whole numbers become ints; for a float write `{ float: 1 }` */
/** @typedef {(number | string)[]} Shape a string names a size that is given later */

const ModelProto = new protobuf.Root()
  .loadSync(fileURLToPath(new URL("onnx.proto", import.meta.url)), { keepCase: true })
  .lookupType("onnx.ModelProto");

/** An AttributeProto. @param {string} name @param {Attribute | { float: number }} value */
function attribute(name, value) {
  if (Array.isArray(value)) return { name, ints: value, type: KIND.ints };
  if (typeof value === "string") return { name, s: Buffer.from(value), type: KIND.string };
  if (typeof value === "number") return { name, i: value, type: KIND.int };
  return { name, f: value.float, type: KIND.float };
}

/** A ValueInfoProto. @param {string} name @param {Type} type @param {Shape} shape */
function valueInfo(name, type, shape) {
  const dim = shape.map((size) => (typeof size === "string" ? { dim_param: size } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: TYPE[type], shape: { dim } } } };
}

/** A graph that is written down in the order it runs in; values are known by their names. */
export class Graph {
  /** @type {object[]} */
  #nodes = [];
  /** @type {object[]} */
  #constants = [];
  /** @type {object[]} */
  #inputs = [];
  /** @type {object[]} */
  #outputs = [];
  /** @type {Map<string, string>} small constants by content, so that each is stored once */
  #known = new Map();
  #count = 0;
  #name;

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
  }

  /** @param {string} name @param {Type} type @param {Shape} shape */
  input(name, type, shape) {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** @param {string} name @param {Type} type @param {Shape} shape */
  output(name, type, shape) {
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** @param {Values} values @param {number[]} [shape] */
  constant(values, shape = [values.length]) {
    const type = values instanceof Float32Array ? "float" : values instanceof Int32Array ? "int32" : "int64";
    return this.#put(type, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), shape);
  }

  /**
   * Weights as f32, stored as their pack has them. The runtime widens them once, when it folds what is constant, and
   * the file is as small as the pack's.
   *
   * @param {import("./weights.mjs").Tensor} tensor
   */
  weight({ shape, stored: { dtype, raw, scale } }) {
    const stored = this.#put(STORED[dtype], raw, shape);
    if (dtype === "F32") return stored;
    const wide = this.op("Cast", [stored], { attributes: { to: TYPE.float } });
    return scale ? this.op("Mul", [wide, this.constant(scale.values, scale.shape)]) : wide;
  }

  /** @param {Type} type @param {Uint8Array} bytes @param {number[]} shape */
  #put(type, bytes, shape) {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const key = raw.length <= 4096 ? `${type} ${shape} ${raw.toString("base64")}` : "";
    const known = this.#known.get(key);
    if (known) return known;
    const name = `c${++this.#count}`;
    if (key) this.#known.set(key, name);
    this.#constants.push({ dims: shape, data_type: TYPE[type], name, raw_data: raw });
    return name;
  }

  /** @param {number[]} sizes shapes, axes and the like are int64 */
  sizes(...sizes) {
    return this.constant(BigInt64Array.from(sizes, BigInt));
  }

  /** A fresh name. */
  name() {
    return `v${++this.#count}`;
  }

  /**
   * @param {string} op
   * @param {string[]} inputs
   * @param {object} [options]
   * @param {Record<string, Attribute | { float: number }>} [options.attributes]
   * @param {string} [options.domain]
   * @param {string[]} [options.outputs]
   * @returns {string} the first output
   */
  op(op, inputs, { attributes = {}, domain = "", outputs = [this.name()] } = {}) {
    this.#nodes.push({
      ...{ input: inputs, output: outputs, name: `${op}-${++this.#count}`, op_type: op },
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ...(domain ? { domain } : {}),
    });
    return outputs[0];
  }

  /** @param {string} input @param {number} axis @param {number[]} parts */
  split(input, axis, parts) {
    const outputs = parts.map(() => this.name());
    this.op("Split", [input, this.sizes(...parts)], { attributes: { axis }, outputs });
    return outputs;
  }

  /** @param {number} opset version of the standard operators @returns {Uint8Array} */
  write(opset) {
    const model = {
      ...{ ir_version: 10, producer_name: "varigrain" },
      graph: { node: this.#nodes, name: this.#name, initializer: this.#constants, input: this.#inputs, output: this.#outputs },
      opset_import: [{ domain: "", version: opset }, { domain: "com.microsoft", version: 1 }],
    };
    return ModelProto.encode(model).finish();
  }
}
