/** Between two pieces of work: the browser paints and answers, instead of being kept by both at once. @returns {Promise<unknown>} */
export const breathe = () => /** @type {any} */ (globalThis).scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
