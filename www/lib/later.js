/**
 * Parts of the page that are downloaded when they are first needed: what does not come says so, and works when it does.
 */
import { VarigrainError } from "./errors.js";
import { whatCame } from "./what-came.js";

/**
 * @template T
 * @param {() => Promise<T>} load a literal `import()`, which bundlers understand
 * @param {string} path of the same module
 * @param {string} base the address that it is relative to; bundlers know no more of it than they have to
 * @param {string} what it is, as a sentence begins
 * @returns {Promise<T>}
 * @throws {VarigrainError} "engine-missing"; the next attempt may succeed
 */
export async function later(load, path, base, what) {
  try {
    return await load();
  } catch (cause) {
    const url = new URL(path, base);
    const why = await whatCame(url);
    if (!why && cause instanceof SyntaxError) {
      // Browsers remember a module that came broken, by its address.
      url.searchParams.set("again", String(Date.now()));
      const fresh = await import(/* @vite-ignore */ /* webpackIgnore: true */ url.href).catch(() => null);
      if (fresh) return fresh;
    }
    const way = why || !(cause instanceof SyntaxError) ? "" : " Reloading the page may help.";
    throw new VarigrainError("engine-missing", `${what} could not be downloaded${why ? `: ${why}` : ""}.${way}`, { cause });
  }
}
