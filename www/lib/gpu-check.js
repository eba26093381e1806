/**
 * Has a graphics processor do a small sum of which the answer is known, on a device of its own: it may be promised and
 * then refused, be silent, or compute something else, and that is to be known before a model is built on it.
 */
import { PATIENCE, within } from "./patience.js";

/** Numbers along a side of the matrices. */
const SIDE = 8;

/** A product of two matrices by way of shared memory, then what networks are made of: an exponential and a division. */
const PROGRAM = `
@group(0) @binding(0) var<storage, read> given: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;
var<workgroup> shared_rows: array<f32, ${SIDE * SIDE}>;

@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(@builtin(local_invocation_id) at: vec3<u32>) {
  let place = at.y * ${SIDE}u + at.x;
  shared_rows[place] = given[place];
  workgroupBarrier();
  var sum = 0.0;
  for (var k = 0u; k < ${SIDE}u; k++) {
    sum += shared_rows[at.y * ${SIDE}u + k] * given[${SIDE * SIDE}u + k * ${SIDE}u + at.x];
  }
  result[place] = 1.0 / (1.0 + exp(-sum));
}`;

/** Far more than rounding explains. */
const TOLERANCE = 1e-3;

const GIVEN = Float32Array.from({ length: 2 * SIDE * SIDE }, (_, at) => ((at * 37) % 23) / 23 - 0.5);

/** The same sum here. */
function expected() {
  return Float32Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    let sum = 0;
    for (let k = 0; k < SIDE; k++) sum += GIVEN[row * SIDE + k] * GIVEN[SIDE * SIDE + k * SIDE + column];
    return 1 / (1 + Math.exp(-sum));
  });
}

/**
 * @param {GPUAdapter} adapter
 * @returns {Promise<string | null>} what is wrong, as a sentence
 */
export async function checkGpu(adapter) {
  /** @type {GPUDevice | undefined} */
  let device;
  // Something else that calls itself an adapter: the engine is to say what it makes of it.
  if (typeof adapter.requestDevice !== "function") return null;
  const refused = (/** @type {string} */ why) => `The graphics processor cannot be used: ${why}.`;
  try {
    const silent = () => new Error("it does not answer");
    const made = await within(
      PATIENCE.device,
      (async () => {
        device = await adapter.requestDevice();
        return compute(device);
      })(),
      silent,
    );
    const known = expected();
    const off = made.some((value, at) => !(Math.abs(value - known[at]) < TOLERANCE));
    return off || made.length !== known.length ? refused("it computes wrong numbers") : null;
  } catch (error) {
    const why = error instanceof Error && error.message ? error.message : String(error);
    return refused(why.replace(/[.\s]+$/, ""));
  } finally {
    device?.destroy();
  }
}

/** @param {GPUDevice} device @returns {Promise<Float32Array>} */
async function compute(device) {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code: PROGRAM });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  // GPUBufferUsage is not there in every worker; these are its numbers.
  const [MAP_READ, COPY_SRC, COPY_DST, STORAGE] = [1, 4, 8, 128];
  const size = 4 * SIDE * SIDE;
  const given = device.createBuffer({ size: GIVEN.byteLength, usage: STORAGE | COPY_DST });
  const result = device.createBuffer({ size, usage: STORAGE | COPY_SRC });
  const read = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  device.queue.writeBuffer(given, 0, GIVEN);
  const entries = [given, result].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const commands = device.createCommandEncoder();
  const pass = commands.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  commands.copyBufferToBuffer(result, 0, read, 0, size);
  device.queue.submit([commands.finish()]);
  const wrong = await device.popErrorScope();
  if (wrong) throw new Error(wrong.message);
  await read.mapAsync(1);
  return new Float32Array(read.getMappedRange().slice(0));
}
