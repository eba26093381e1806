/**
 * Codes on the cell grid → picture as an ONNX graph: the same mathematics as src/dqvae/decoder.rs.
 * The positions depend on nothing but weights, so they are worked out here. Where the decoder is told the granularity
 * of each cell, what it makes of that is part of its first convolution.
 */
import { Graph, TYPE } from "./onnx.mjs";

/** @typedef {import("./weights.mjs").Weights} Weights */
/** @typedef {{ image: number, grid: { regions: number, granularities: number }, decoder_channels: number[], blocks: number, codes: number, code_dim: number, told?: boolean }} Sizes */

const EPSILON = { float: 1e-6 };
/** With NHWC the peer's convolution goes wrong (version 1.30) where the channels that it reads are no multiple of this. */
const FOURS = 4;

/**
 * @param {Sizes} sizes
 * @param {Weights} weights
 * @returns {Uint8Array}
 */
export function decoder({ image, grid, decoder_channels: channels, blocks, code_dim: codeDim, told }, weights) {
  const g = new Graph("decoder");
  const cells = grid.regions << (grid.granularities - 1);
  const get = (/** @type {string} */ name) => weights(`decoder.${name}`);
  const put = (/** @type {string} */ name) => g.weight(get(name));
  const contrib = (/** @type {Record<string, any>} */ attributes) => ({ attributes, domain: "com.microsoft" });

  /** @param {string} x @param {string} name */
  const conv = (x, name) => convWith(x, put(`${name}.weight`), put(`${name}.bias`), get(`${name}.weight`).shape[3]);
  /** @param {string} x @param {string} weight @param {string} bias @param {number} size */
  const convWith = (x, weight, bias, size) => {
    const pad = (size - 1) / 2;
    const attributes = { kernel_shape: [size, size], pads: [pad, pad, pad, pad] };
    return g.op("Conv", [x, weight, bias], { attributes });
  };
  /** @param {string} x @param {string} name @param {number} side */
  const norm = (x, name, side) => {
    const { values: gamma } = get(`${name}.gamma`);
    const groups = Math.max(1, gamma.length >> 3);
    const [one, zero] = [1, 0].map((value) => g.constant(new Float32Array(groups).fill(value)));
    const grouped = g.op("Reshape", [x, g.sizes(1, groups, -1)]);
    const even = g.op("InstanceNormalization", [grouped, one, zero], { attributes: { epsilon: EPSILON } });
    const back = g.op("Reshape", [even, g.sizes(1, gamma.length, side, side)]);
    const [scale, shift] = ["gamma", "beta"].map((part) =>
      g.constant(get(`${name}.${part}`).values, [1, gamma.length, 1, 1]),
    );
    return g.op("Add", [g.op("Mul", [back, scale]), shift]);
  };
  const silu = (/** @type {string} */ x) => g.op("QuickGelu", [x], contrib({ alpha: { float: 1 } }));
  /** @param {string} x @param {string} name @param {number} side */
  const resBlock = (x, name, side) => {
    const h = conv(silu(norm(x, `${name}.norm1`, side)), `${name}.conv1`);
    return g.op("Add", [x, conv(silu(norm(h, `${name}.norm2`, side)), `${name}.conv2`)]);
  };

  const input = g.input("cells", "int32", [1, cells * cells]);
  const vectors = g.op("Gather", [g.weight(weights("codebook.codes")), input]); // [1, cells², code_dim]
  const planes = g.op("Transpose", [vectors], { attributes: { perm: [0, 2, 1] } });
  const z = g.op("Reshape", [planes, g.sizes(1, codeDim, cells, cells)]);
  const entered = told ? enterTold(g, input, z, { cells, granularities: grid.granularities, get, convWith }) : conv(z, "enter");
  let x = g.op("Add", [entered, g.constant(positions(get, cells), [1, channels[0], cells, cells])]);
  x = resBlock(x, "middle1", cells);
  x = attention(x);
  x = resBlock(x, "middle2", cells);
  let side = cells;
  for (let level = 0; level < channels.length; level++) {
    if (level > 0) {
      side *= 2;
      x = conv(nearest(g, x, 2), `stages.${level}.enter`);
    }
    for (let block = 0; block < blocks; block++) x = resBlock(x, `stages.${level}.blocks.${block}`, side);
  }
  const out = conv(silu(norm(x, "norm", side)), "out");
  g.op("DepthToSpace", [out], { attributes: { blocksize: 2, mode: "CRD" }, outputs: ["picture"] });
  g.output("picture", "float", [1, 3, image, image]);
  return g.write(20);

  /** Single-head attention over all positions, as the peer's fused operator. @param {string} x */
  function attention(x) {
    const width = channels[0];
    /** A convolution of size one is a matrix. @param {string} h @param {string} name */
    const linear = (h, name) => {
      const { values, shape } = get(`attention.${name}.weight`);
      const matrix = Float32Array.from(values, (_, i) => values[(i % shape[0]) * shape[1] + Math.floor(i / shape[0])]);
      const product = g.op("MatMul", [h, g.constant(matrix, [shape[1], shape[0]])]);
      return g.op("Add", [product, put(`attention.${name}.bias`)]);
    };
    const perm = { attributes: { perm: [0, 2, 1] } };
    const flat = g.op("Reshape", [norm(x, "attention.norm", cells), g.sizes(1, width, cells * cells)]);
    const [q, k, v] = g.split(linear(g.op("Transpose", [flat], perm), "qkv"), 2, [width, width, width]);
    const mixed = g.op("MultiHeadAttention", [q, k, v], contrib({ num_heads: 1, scale: { float: 1 / Math.sqrt(width) } }));
    const back = g.op("Transpose", [linear(mixed, "out")], perm);
    return g.op("Add", [x, g.op("Reshape", [back, g.sizes(1, width, cells, cells)])]);
  }
}

/**
 * The first convolution with the layer that is told the granularities. A cell of granularity n gets that layer's column n,
 * and it has this granularity if the codes of the squares around it differ at all coarser ones: so the columns'
 * differences are weights of maps that say where codes differ, at the middle of a convolution that has these maps beside
 * the vectors.
 *
 * @param {Graph} g
 * @param {string} input codes, `[1, cells²]`
 * @param {string} z their vectors, `[1, code_dim, cells, cells]`
 * @param {object} more
 * @param {number} more.cells
 * @param {number} more.granularities
 * @param {(name: string) => import("./weights.mjs").Tensor} more.get
 * @param {(x: string, weight: string, bias: string, size: number) => string} more.convWith
 */
function enterTold(g, input, z, { cells, granularities, get, convWith }) {
  const [{ values: enter, shape }, columns] = [get("enter.weight"), get("grains.weight").values];
  const [width, dim, size] = shape;
  const used = dim + granularities - 1;
  const inputs = Math.ceil(used / FOURS) * FOURS;
  const weight = new Float32Array(width * inputs * size * size);
  const middle = Math.floor((size * size) / 2);
  for (let out = 0; out < width; out++) {
    weight.set(enter.subarray(out * dim * size * size, (out + 1) * dim * size * size), out * inputs * size * size);
    for (let grain = 0; grain < granularities - 1; grain++) {
      const [here, finer] = [grain, grain + 1].map((one) => columns[out * granularities + one]);
      weight[(out * inputs + dim + grain) * size * size + middle] = finer - here;
    }
  }
  const [own, layers] = ["enter.bias", "grains.bias"].map((name) => get(name).values);
  const bias = own.map((value, out) => value + layers[out] + columns[out * granularities]);
  const codes = g.op("Cast", [input], { attributes: { to: TYPE.float } });
  const one = g.op("Reshape", [codes, g.sizes(1, 1, cells, cells)]);
  const signed = g.op("Concat", [one, g.op("Neg", [one])], { attributes: { axis: 1 } });
  /** 1 where the codes in a square of this many cells are not all the same. @param {number} span */
  const differ = (span) => {
    const ends = g.op("MaxPool", [signed], { attributes: { kernel_shape: [span, span], strides: [span, span] } });
    const range = g.op("ReduceSum", [ends, g.sizes(1)], { attributes: { keepdims: 1 } });
    const map = g.op("Min", [range, g.constant(Float32Array.of(1), [])]);
    return nearest(g, map, span);
  };
  const maps = Array.from({ length: granularities - 1 }, (_, grain) => differ(2 ** (granularities - 1 - grain)));
  const rest = inputs - used;
  const nothing = rest ? [g.constant(new Float32Array(rest * cells * cells), [1, rest, cells, cells])] : [];
  const together = g.op("Concat", [z, ...maps, ...nothing], { attributes: { axis: 1 } });
  return convWith(together, g.constant(weight, [width, inputs, size, size]), g.constant(bias), size);
}

/** Each value as a square of this many. @param {Graph} g @param {string} x @param {number} times */
function nearest(g, x, times) {
  const attributes = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  return g.op("Resize", [x, "", g.constant(Float32Array.of(1, 1, times, times))], { attributes });
}

/**
 * sin(W·(x, y) + b) + rows + columns.
 *
 * @param {(name: string) => import("./weights.mjs").Tensor} get
 * @param {number} cells
 */
function positions(get, cells) {
  const [w, b, rows, columns] = ["fourier.weight", "fourier.bias", "rows", "columns"].map((name) => get(name).values);
  const channels = b.length;
  const axis = (/** @type {number} */ i) => (2 * (i + 0.5)) / cells - 1;
  return Float32Array.from({ length: channels * cells * cells }, (_, i) => {
    const [c, row, column] = [Math.floor(i / cells ** 2), Math.floor(i / cells) % cells, i % cells];
    const wave = Math.sin(w[2 * c] * axis(column) + w[2 * c + 1] * axis(row) + b[c]);
    return wave + rows[row * channels + c] + columns[column * channels + c];
  });
}
