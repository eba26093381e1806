/**
 * Writes ONNX models: a builder of graphs and the part of the protobuf format that they need.
 */

/** Numbers of the types in `TensorProto.DataType`. */
export const TYPE = Object.freeze({ float: 1, int32: 6, int64: 7 });

/** @typedef {keyof typeof TYPE} Type */
/** @typedef {Float32Array | Int32Array | BigInt64Array} Values */
/** @typedef {number | string | number[]} Attribute whole numbers become ints; for a float write `{ float: 1 }` */
/** @typedef {(number | string)[]} Shape a string names a size that is given later */

/** @param {number | bigint} value */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest);
  return Buffer.from(bytes);
}

/** @param {number} field @param {number | bigint} value */
const int = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);

/** @param {number} field @param {Buffer | string | Buffer[]} body text, bytes or the fields of a message */
function bytes(field, body) {
  const content = Array.isArray(body) ? Buffer.concat(body) : Buffer.from(body);
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

/** @param {number} field @param {number} value */
function float(field, value) {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), content]);
}

/** @param {string} name @param {Attribute | { float: number }} value */
function attribute(name, value) {
  /** @type {[Buffer[], number]} */
  const [content, type] = Array.isArray(value)
    ? [value.map((item) => int(8, item)), 7]
    : typeof value === "string"
      ? [[bytes(4, value)], 3]
      : typeof value === "number"
        ? [[int(3, value)], 2]
        : [[float(2, value.float)], 1];
  return bytes(5, [bytes(1, name), ...content, int(20, type)]);
}

/** @param {string} name @param {Type} type @param {Shape} shape */
function valueInfo(name, type, shape) {
  const dims = shape.map((size) => bytes(1, [typeof size === "string" ? bytes(2, size) : int(1, size)]));
  return [bytes(1, name), bytes(2, [bytes(1, [int(1, TYPE[type]), bytes(2, dims)])])];
}

/** A graph that is written down in the order it runs in; values are known by their names. */
export class Graph {
  /** @type {Buffer[]} */
  #nodes = [];
  /** @type {Buffer[]} */
  #constants = [];
  /** @type {Buffer[]} */
  #ends = [];
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
    this.#ends.push(bytes(11, valueInfo(name, type, shape)));
    return name;
  }

  /** @param {string} name @param {Type} type @param {Shape} shape */
  output(name, type, shape) {
    this.#ends.push(bytes(12, valueInfo(name, type, shape)));
  }

  /** @param {Values} values @param {number[]} [shape] */
  constant(values, shape = [values.length]) {
    const type = values instanceof Float32Array ? "float" : values instanceof Int32Array ? "int32" : "int64";
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const key = values.length <= 1024 ? `${type} ${shape} ${raw.toString("base64")}` : "";
    const known = this.#known.get(key);
    if (known) return known;
    const name = `c${++this.#count}`;
    if (key) this.#known.set(key, name);
    const dims = shape.map((size) => int(1, size));
    this.#constants.push(bytes(5, [...dims, int(2, TYPE[type]), bytes(8, name), bytes(9, raw)]));
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
    this.#nodes.push(
      bytes(1, [
        ...inputs.map((name) => bytes(1, name)),
        ...outputs.map((name) => bytes(2, name)),
        bytes(3, `${op}-${++this.#count}`),
        bytes(4, op),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
        ...(domain ? [bytes(7, domain)] : []),
      ]),
    );
    return outputs[0];
  }

  /** @param {string} input @param {number} axis @param {number[]} parts */
  split(input, axis, parts) {
    const outputs = parts.map(() => this.name());
    this.op("Split", [input, this.sizes(...parts)], { attributes: { axis }, outputs });
    return outputs;
  }

  /** @param {number} opset version of the standard operators */
  write(opset) {
    const graph = [...this.#nodes, bytes(2, this.#name), ...this.#constants, ...this.#ends];
    const sets = [
      [bytes(1, ""), int(2, opset)],
      [bytes(1, "com.microsoft"), int(2, 1)],
    ];
    return Buffer.concat([int(1, 10), bytes(2, "varigrain"), bytes(7, graph), ...sets.map((set) => bytes(8, set))]);
  }
}
