/**
 * Put into the empty page of the tests before they start: short names for what they do again and
 * again. A classic script, so these become globals; globals.d.ts tells the checker.
 */
Object.assign(globalThis, {
  /** @param {object} [options] */
  async load(options) {
    const module = new URL("varigrain.js", document.baseURI).href;
    const { Varigrain } = await import(module);
    return Varigrain.load({ model: "./models/emoji-128/", ...options });
  },

  /** @param {{ generate(request: object): AsyncIterable<object> }} vg @param {object} request */
  async all(vg, request) {
    const steps = [];
    for await (const step of vg.generate(request)) steps.push(step);
    return steps;
  },

  /** @param {() => Promise<unknown>} work */
  async codeOf(work) {
    try {
      await work();
      return "none";
    } catch (error) {
      return /** @type {{ code?: string }} */ (error).code ?? String(error);
    }
  },

  /** @param {number} ms */
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),

  /** What the fake engine has begun since, as it goes on. */
  countSteps() {
    /** @type {object[]} */
    const steps = [];
    new BroadcastChannel("fake-engine").onmessage = ({ data }) => steps.push(data);
    return steps;
  },
});
