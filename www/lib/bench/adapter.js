/**
 * What the browser tells of its graphics processor.
 */

/** The limits that decide what our kernels may do. */
const LIMITS = /** @type {const} */ ([
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupsPerDimension",
]);

/** Names by which processors that imitate a graphics processor go. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i;

/**
 * @typedef {object} AdapterReport
 * @property {string} name
 * @property {string} vendor
 * @property {string} architecture
 * @property {string} device
 * @property {string} description
 * @property {string} subgroups sizes
 * @property {boolean} software
 * @property {string[]} features
 * @property {Record<string, number>} limits
 */

/** @typedef {{ userAgent: string, cores: number, isolated: boolean, adapter: AdapterReport | null }} Machine */

/** @returns {Promise<Machine>} */
export async function describeMachine() {
  const { userAgent, hardwareConcurrency: cores } = navigator;
  return { userAgent, cores, isolated: globalThis.crossOriginIsolated === true, adapter: await describeAdapter() };
}

/** @returns {Promise<AdapterReport | null>} */
async function describeAdapter() {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return null;
  const info = /** @type {GPUAdapterInfo & { isFallbackAdapter?: boolean }} */ (adapter.info ?? {});
  const { vendor = "", architecture = "", device = "", description = "" } = info;
  const words = [vendor, architecture, device, description].filter(Boolean);
  const sizes = info.subgroupMinSize ? `${info.subgroupMinSize} to ${info.subgroupMaxSize}` : "";
  return {
    name: description || words.join(" ") || "unnamed",
    vendor,
    architecture,
    device,
    description,
    subgroups: sizes,
    software: Boolean(info.isFallbackAdapter) || SOFTWARE.test(words.join(" ")),
    features: [...adapter.features].sort(),
    limits: Object.fromEntries(LIMITS.map((name) => [name, Number(adapter.limits[name])])),
  };
}
