/** What was measured elsewhere, to be read before anything is measured here. The files are those of docs/bench/. */
import { el } from "../dom.js";
import { fetchJson } from "../fetch-json.js";
import { show } from "./view.js";

/** @typedef {import("./parts.js").Result} Result */
/**
 * @typedef {object} Reference
 * @property {string} file
 * @property {string} machine what the browser ran on; it tells only the maker
 * @property {string} commit of what was measured
 * @property {string} note what to know of it
 * @property {(result: Result) => boolean} [of] which of the file's results, where it has those of several commits
 */

/** The newest first. @type {readonly Reference[]} */
export const REFERENCES = Object.freeze([
  {
    file: "h200-portraits-256-registers.json",
    machine: "NVIDIA H200",
    commit: "9984f2b",
    note: "portraits-256: first visits, passes of 406 codes, alone and ten in a row, pictures of both generators. The file has onnxruntime-web beside it, int8, half precision with it, single operations, emoji-128, long lists, a thousand pictures and twenty switches between models, too.",
    of: ({ run, part }) => run === 1 && part !== "answer",
  },
  {
    file: "h200-portraits-256-queued.json",
    machine: "NVIDIA H200",
    commit: "50f8102",
    note: "portraits-256: first visits, passes of 406 codes, alone and ten in a row, pictures of both generators. The file has onnxruntime-web beside it, half precision, int8 and subgroups, three hundred pictures and twenty switches between models, too.",
    of: ({ site, run, part }) => site === "50f8102" && run === 1 && part !== "answer",
  },
  {
    file: "h200-portraits-256-half-and-lists.json",
    machine: "NVIDIA H200",
    commit: "5b365fb",
    note: "portraits-256 half a day earlier. The file has lists of 64 to 1,024 codes and a thousand pictures, too.",
    of: ({ site, run, part }) => site === "5b365fb" && run === 1 && part !== "answer",
  },
  {
    file: "h200-portraits-256-tiles.json",
    machine: "NVIDIA H200",
    commit: "9c2c19c",
    note: "portraits-256 with earlier kernels: first visits, passes of 406 codes, pictures of both generators, and onnxruntime-web beside it. The file has the race of tilings and the times of single operations, too.",
    of: ({ part }) => !["ops", "race"].includes(part),
  },
  {
    file: "h200-before-and-after.json",
    machine: "NVIDIA H200",
    commit: "389760d",
    note: "Passes, pictures of both generators, and long lists of codes with random weights.",
    of: ({ site, run = 2 }) => site === "389760d" && run === 2,
  },
  {
    file: "h100-chromium.json",
    machine: "NVIDIA H100",
    commit: "dd1f13b",
    note: "All parts, onnxruntime-web beside it and a thousand pictures among them, with version 1 of the weights.",
  },
]);

const LIMIT = 1 << 20;

/** `Chromium 156, Linux` of what a browser says of itself. @param {string} agent */
export function browserOf(agent) {
  const [, name = "", version = ""] = agent.match(/(Firefox|HeadlessChrome|Chrome)\/(\d+)/) ?? agent.match(/(Version)\/(\d+)/) ?? [];
  const names = /** @type {Record<string, string>} */ ({ HeadlessChrome: "Chromium", Chrome: "Chromium", Version: "Safari" });
  const system = /Linux/.test(agent) ? "Linux" : /Mac OS/.test(agent) ? "macOS" : /Windows/.test(agent) ? "Windows" : "";
  return [`${names[name] ?? name} ${version}${name.startsWith("Headless") ? ", headless" : ""}`, system].filter((text) => text.trim()).join(", ") || "a browser";
}

/** @param {Reference} reference @param {boolean} open */
async function recorded({ file, machine, commit, note, of = () => true }, open) {
  const { list } = await fetchJson(new URL(`docs/bench/${file}`, document.baseURI), { what: "recorded results", limit: LIMIT });
  const results = /** @type {Result[]} */ (list).filter(of);
  const about = results.find(({ part }) => part === "machine");
  const day = new Date(about?.date).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const title = `${machine}, ${browserOf(about?.userAgent ?? "")}, ${day}, commit ${commit}`;
  const shown = () => results.filter(({ part }) => part !== "machine").map((result) => show(result, "h3"));
  const hint = el("p", { class: "hint" }, `${note} `, el("a", { href: `docs/bench/${file}` }, "All numbers"));
  const details = el("details", { class: "recorded", ...(open ? { open } : {}) }, el("summary", {}, title), hint);
  // A thousand cells that nobody looks at make a slow page.
  if (open) details.append(...shown());
  else details.addEventListener("toggle", () => details.append(...shown()), { once: true });
  return details;
}

/** @returns {Promise<HTMLElement | null>} null where a site has none of them */
export async function references() {
  const all = await Promise.allSettled(REFERENCES.map((reference, at) => recorded(reference, at === 0)));
  const there = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (!there.length) return null;
  const words = "These were measured on other machines and are shown for comparison. Nothing has been measured in this browser before you press Run.";
  return el("section", { class: "references", "aria-label": "Recorded results" }, el("h2", {}, "Recorded elsewhere"), el("p", { class: "hint" }, words), ...there);
}
