/**
 * The masked transformer as an ONNX graph: the same mathematics as src/dgit, in the operators that
 * the peer has kernels of its own for.
 *
 * What does not depend on the input is worked out here: 1 + scale is part of the learned offset, the
 * softmax's 1/√head part of the query scale, and the angles of all places are two tables.
 */
import { Graph, TYPE } from "./onnx.mjs";

/** @typedef {import("./weights.mjs").Weights} Weights */
/** @typedef {{ vocabulary: number, width: number, layers: number, heads: number, cells: number, classes: number[], granularities: number, sketch?: { regions: number, channels: number } }} Sizes */

const MODULATIONS = 6;
/** Of the six, those that are used as 1 + m: the scales and the gates. */
const FROM_ONE = [1, 2, 4, 5];
const EPSILON = { float: 1e-6 };
const ROPE_BASE = 100;
/** What padding adds to the scores. */
const FAR = -1e4;

/**
 * @param {Sizes} sizes
 * @param {Weights} weights
 * @returns {Uint8Array}
 */
export function transformer({ vocabulary, width, layers, heads, cells, classes, granularities, sketch }, weights) {
  const g = new Graph("transformer");
  // A class vector for each axis, and without axes one that is always the same; then the register.
  const slots = Math.max(1, classes.length);
  const prefix = slots + 1;
  const head = width / heads;
  const get = (/** @type {string} */ name) => weights(`transformer.${name}`);
  const put = (/** @type {string} */ name) => g.weight(get(name));
  const contrib = (/** @type {Record<string, any>} */ attributes = {}) => ({ attributes, domain: "com.microsoft" });
  /** @param {string} x @param {Float32Array} [scale] */
  const rmsNorm = (x, scale = new Float32Array(width).fill(1)) =>
    g.op("SimplifiedLayerNormalization", [x, g.constant(scale)], { attributes: { axis: -1, epsilon: EPSILON } });

  const [codes, grains, rows, columns] = ["codes", "grains", "rows", "columns"].map((name) =>
    g.input(name, "int32", ["batch", "tokens"]),
  );
  const padding = g.input("padding", "float", ["batch", "tokens"]);
  const rowsOfClasses = g.input("classes", "int32", ["batch", slots]);

  // One table for all axes: of each, a row for "any" and then its classes.
  const starts = Array.from({ length: slots }, (_, axis) => classes.slice(0, axis).reduce((sum, count) => sum + count + 1, 0));
  const classRows = g.op("Add", [rowsOfClasses, g.constant(Int32Array.from(starts), [1, slots])]);
  const condition = g.op("Gather", [put("condition.table"), classRows]); // [batch, slots, width]
  const batch = g.op("Shape", [rowsOfClasses], { attributes: { start: 0, end: 1 } });
  const registerShape = g.op("Concat", [batch, g.sizes(1, width)], { attributes: { axis: 0 } });
  const register = g.op("Expand", [g.constant(get("register").values, [1, 1, width]), registerShape]);
  const table = put("tokens");
  const known = g.op("Add", [g.op("Gather", [table, codes]), g.op("Gather", [put("granularities"), grains])]);

  const sum = g.op("ReduceSum", [condition, g.sizes(1)], { attributes: { keepdims: 1 } }); // [batch, 1, width]
  const silu = g.op("QuickGelu", [sum], contrib({ alpha: { float: 1 } }));
  /** @param {string} name @param {number} rows */
  const fromClass = (name, rows) => {
    const linear = g.op("Add", [g.op("MatMul", [silu, put(`${name}.weight`)]), put(`${name}.bias`)]);
    return g.op("Reshape", [linear, g.sizes(0, rows, -1)]);
  };
  const modulation = fromClass("modulation", MODULATIONS);

  let tokens = known;
  if (sketch) {
    const drawn = fromClass("sketch.spread", sketch.regions ** 2); // [batch, regions², channels]
    const says = everySpot(g, drawn, get("sketch.parts"), granularities);
    const places = g.op("Unsqueeze", [spots(g, grains, rows, columns, { regions: sketch.regions, cells, granularities }), g.sizes(2)]);
    tokens = g.op("Add", [tokens, g.op("GatherND", [says, places], { attributes: { batch_dims: 1 } })]);
  }
  let x = g.op("Concat", [condition, register, tokens], { attributes: { axis: 1 } });

  const bias = attentionBias(g, padding, prefix);
  const { places, cos, sin } = rope(g, rows, columns, { cells, head, prefix });
  /** @param {string} part @param {Float32Array} scale */
  const rotated = (part, scale) => {
    const split = g.op("Reshape", [part, g.sizes(0, 0, heads, head)]); // [batch, tokens, heads, head]
    const flat = g.op("Reshape", [rmsNorm(split, scale), g.sizes(0, 0, width)]);
    return g.op("RotaryEmbedding", [flat, places, cos, sin], contrib());
  };

  /** The sum and its norm in one. @param {string} a @param {string} b */
  const addAndNorm = (a, b) => {
    const ones = g.constant(new Float32Array(width).fill(1));
    const [norm, sum] = [g.name(), g.name()];
    const options = { ...contrib({ epsilon: EPSILON }), outputs: [norm, "", "", sum] };
    g.op("SkipSimplifiedLayerNormalization", [a, b, ones], options);
    return [sum, norm];
  };
  let h = rmsNorm(x);

  for (let layer = 0; layer < layers; layer++) {
    const of = (/** @type {string} */ name) => `blocks.${layer}.${name}`;
    const offset = get(of("offset")).values.map((v, i) => v + Number(FROM_ONE.includes(Math.floor(i / width))));
    const m = g.split(g.op("Add", [modulation, g.constant(offset, [1, MODULATIONS, width])]), 1, [1, 1, 1, 1, 1, 1]);
    /** @param {number} shift */
    const modulated = (shift) => g.op("Add", [g.op("Mul", [h, m[shift + 1]]), m[shift]]);

    const qkv = g.split(g.op("MatMul", [modulated(0), put(of("qkv.weight"))]), 2, [width, width, width]);
    const q = rotated(qkv[0], get(of("qk_scale")).values);
    const k = rotated(qkv[1], new Float32Array(head).fill(1));
    const mixed = g.op(
      "MultiHeadAttention",
      [q, k, qkv[2], "", "", bias],
      contrib({ num_heads: heads, scale: { float: 1 / Math.sqrt(head) } }),
    );
    [x, h] = addAndNorm(x, g.op("Mul", [g.op("MatMul", [mixed, put(of("out.weight"))]), m[2]]));

    const up = g.op("MatMul", [modulated(3), put(of("up.weight"))]);
    const active = g.op("BiasGelu", [up, put(of("up.bias"))], contrib());
    const down = g.op("Add", [g.op("MatMul", [active, put(of("down.weight"))]), put(of("down.bias"))]);
    [x, h] = addAndNorm(x, g.op("Mul", [down, m[5]]));
  }

  const codesOnly = g.op("Slice", [h, g.sizes(prefix), g.sizes(2 ** 31 - 1), g.sizes(1)]);
  // Without the row that stands for "unknown".
  const codeRows = g.op("Slice", [table, g.sizes(0), g.sizes(vocabulary), g.sizes(0)]);
  const out = g.op("Transpose", [codeRows], { attributes: { perm: [1, 0] } });
  g.op("Add", [g.op("MatMul", [codesOnly, out]), put("bias")], { outputs: ["logits"] });
  g.output("logits", "float", ["batch", "tokens", vocabulary]);
  return g.write(20);
}

/**
 * What a sketch says at every place, coarse ones first: `[batch, spots, width]`.
 *
 * @param {Graph} g
 * @param {string} drawn
 * @param {{ values: Float32Array, shape: number[] }} parts
 * @param {number} granularities
 */
function everySpot(g, drawn, { values, shape: [, channels, width] }, granularities) {
  const says = [];
  for (let [first, codes, grain] = [0, 1, 0]; grain < granularities; first += codes, codes *= 4, grain++) {
    // [codes, channels, width] → [channels, codes · width]
    const matrix = new Float32Array(channels * codes * width);
    for (let i = 0; i < matrix.length; i++) {
      const [code, channel] = [Math.floor(i / (channels * width)), Math.floor(i / width) % channels];
      matrix[(channel * codes + code) * width + (i % width)] = values[first * channels * width + i];
    }
    const product = g.op("MatMul", [drawn, g.constant(matrix, [channels, codes * width])]);
    says.push(g.op("Reshape", [product, g.sizes(0, -1, width)]));
  }
  return g.op("Concat", says, { attributes: { axis: 1 } });
}

/**
 * The number of each token's place from its centre in half cells, as `Token::spot`: by granularity, then region, then
 * row by row within the region.
 *
 * @param {Graph} g
 * @param {string} grains
 * @param {string} rows
 * @param {string} columns
 * @param {{ regions: number, cells: number, granularities: number }} grid
 */
function spots(g, grains, rows, columns, { regions, cells, granularities }) {
  const op = (/** @type {string} */ name, /** @type {string} */ a, /** @type {string} */ b) => g.op(name, [a, b]);
  const scalar = (/** @type {number} */ value) => g.constant(Int32Array.of(value), []);
  /** What a token's granularity says. @param {(grain: number) => number} of */
  const byGrain = (of) => g.op("Gather", [g.constant(Int32Array.from({ length: granularities }, (_, grain) => of(grain))), grains]);
  const region = (2 * cells) / regions; // half cells along its side
  const side = byGrain((grain) => region / 2 ** grain);
  const [down, right] = [rows, columns].map((centre) => op("Div", centre, scalar(region)));
  const [lower, later] = [rows, columns].map((centre, i) => op("Div", op("Sub", centre, op("Mul", [down, right][i], scalar(region))), side));
  const part = op("Add", op("Mul", lower, byGrain((grain) => 2 ** grain)), later);
  const own = op("Mul", op("Add", op("Mul", down, scalar(regions)), right), byGrain((grain) => 4 ** grain));
  const first = byGrain((grain) => (regions ** 2 * (4 ** grain - 1)) / 3);
  return g.op("Cast", [op("Add", op("Add", first, own), part)], { attributes: { to: TYPE.int64 } });
}

/**
 * What attention adds to its scores, `[batch, 1, prefix + tokens, prefix + tokens]`.
 *
 * @param {Graph} g
 * @param {string} padding
 * @param {number} prefix
 */
function attentionBias(g, padding, prefix) {
  const scaled = g.op("Mul", [padding, g.constant(Float32Array.of(FAR), [])]);
  const whole = g.op("Pad", [scaled, g.sizes(0, prefix, 0, 0)]); // [batch, keys]
  const perKey = g.op("Unsqueeze", [whole, g.sizes(1, 2)]);
  const [batch, keys] = [
    { start: 0, end: 1 },
    { start: 1, end: 2 },
  ].map((attributes) => g.op("Shape", [whole], { attributes }));
  const shape = g.op("Concat", [batch, g.sizes(1), keys, keys], { attributes: { axis: 0 } });
  return g.op("Expand", [perKey, shape]);
}

/**
 * The fused operator knows one position a token, and ours have two. So every place of the grid gets a
 * number, and its row of the tables holds the angles of its row first and those of its column then.
 * Number 0 is not turned: the prefix has no place.
 *
 * @param {Graph} g
 * @param {string} rows
 * @param {string} columns
 * @param {{ cells: number, head: number, prefix: number }} sizes
 */
function rope(g, rows, columns, { cells, head, prefix }) {
  const [positions, frequencies] = [2 * cells + 1, head / 4];
  const batch = g.op("Shape", [rows], { attributes: { start: 0, end: 1 } });
  const frontShape = g.op("Concat", [batch, g.sizes(prefix)], { attributes: { axis: 0 } });
  const front = g.op("Expand", [g.constant(Int32Array.of(0), [1, 1]), frontShape]);
  const scalar = (/** @type {number} */ value) => g.constant(Int32Array.of(value), []);
  const numbers = g.op("Add", [g.op("Add", [g.op("Mul", [rows, scalar(positions)]), columns]), scalar(1)]);
  const all = g.op("Concat", [front, numbers], { attributes: { axis: 1 } });
  const places = g.op("Cast", [all], { attributes: { to: TYPE.int64 } });
  /** @param {(angle: number) => number} f */
  const table = (f) => {
    const values = new Float32Array((positions ** 2 + 1) * 2 * frequencies).fill(f(0));
    for (let place = 0; place < positions ** 2; place++) {
      for (let i = 0; i < 2 * frequencies; i++) {
        const at = i < frequencies ? Math.floor(place / positions) : place % positions;
        const frequency = Math.fround(Math.pow(ROPE_BASE, Math.fround(-(i % frequencies) / frequencies)));
        values[(place + 1) * 2 * frequencies + i] = f(Math.fround((at / 2) * frequency));
      }
    }
    return g.constant(values, [positions ** 2 + 1, 2 * frequencies]);
  };
  return { places, cos: table(Math.cos), sin: table(Math.sin) };
}
