/** A graphics processor that has what WebGPU promises on any machine, and no more. */
import assert from "node:assert/strict";

/** The limits that kernels come near, as the specification has them by default. */
const LIMITS = {
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
};

/**
 * Source text to run before the engine, in its page or worker: the engine asks for all that the adapter has, and is
 * given a device as it is for whoever asks for nothing. `devices` remembers what they can.
 */
export const DEFAULTS_ONLY = `{
  const { prototype } = GPUAdapter;
  const { requestDevice } = prototype;
  globalThis.devices = [];
  prototype.requestDevice = async function () {
    const device = await requestDevice.call(this);
    const limits = Object.fromEntries(${JSON.stringify(Object.keys(LIMITS))}.map((name) => [name, device.limits[name]]));
    devices.push({ limits, features: [...device.features] });
    return device;
  };
}`;

/** @typedef {{ limits: Record<string, number>, features: string[] }} Seen what a device can */

/**
 * A device was made, and each had the default limits and no feature.
 *
 * @param {Seen[]} devices
 */
export function assertDefaults(devices) {
  assert.ok(devices.length > 0, "no device was asked for");
  for (const { limits, features } of devices) {
    assert.deepEqual(limits, LIMITS);
    assert.deepEqual(features.filter((name) => name !== "core-features-and-limits"), []);
  }
}
