// What globals.js puts into the empty page of the tests.
import type { GenerateOptions, LoadOptions, Step, Varigrain } from "../../../www/varigrain.js";

declare global {
  function load(options?: Partial<LoadOptions>): Promise<Varigrain>;
  function all(vg: Varigrain, request: GenerateOptions): Promise<Step[]>;
  function codeOf(work: () => Promise<unknown>): Promise<string>;
  function pause(ms: number): Promise<void>;
  /** What ../default-limits.js remembers. */
  var devices: { limits: Record<string, number>; features: string[] }[];
  function countSteps(): { step: number; seed: number; mode: string }[];
}
