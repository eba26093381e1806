import { Engine as Any } from "./engine.js";

export { default } from "./engine.js";

export class Engine extends Any {
  /** @override */
  static built = "webgpu";
}
