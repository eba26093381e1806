/**
 * What a page adds to an error so that a visitor knows a way on.
 */

/** @typedef {import("./errors.js").VarigrainError} VarigrainError */

/** Whether it failed for want of a network, which may come back. @param {VarigrainError} error */
export const isOffline = ({ code }) => ["pack-missing", "engine-missing"].includes(code) && !navigator.onLine;

/**
 * @param {VarigrainError} error
 * @returns {string}
 */
export function advice(error) {
  if (isOffline(error)) return "This device is offline at the moment; it will go on by itself once there is a network.";
  if (error.code === "pack-damaged") return "It was downloaded twice. The damaged copy is not kept: trying again downloads it afresh.";
  if (error.code === "unsupported") return "The recorded picture still plays.";
  if (error.code === "engine-missing") return "Reloading the page may help, if it has just been changed on its server.";
  if (error.code === "device-lost") return "It is tried again with the next picture; after two losses the processor draws instead.";
  return "";
}

/**
 * Tries again by itself once the network is back, unless someone was faster.
 *
 * @param {() => void} act
 * @param {() => void} before done before it is tried by itself
 * @returns {() => void} tries at once
 */
export function onceOnline(act, before) {
  const back = () => {
    before();
    act();
  };
  addEventListener("online", back, { once: true });
  return () => {
    removeEventListener("online", back);
    act();
  };
}
