/**
 * The texts that doc.html shows, and no others: by the name they have in its address, where they lie in the repository,
 * and where on the site.
 */

/** @typedef {{ id: string, name: string, file: string, base?: string }} Page `file`: path in the repository; `base`: what its links are relative to, if that is another place (the package has its files at its top) */

/** @type {readonly Page[]} */
export const PAGES = Object.freeze([
  { id: "emoji-128", name: "Model card: emoji", file: "www/models/emoji-128/README.md" },
  { id: "portraits-256", name: "Model card: portraits", file: "www/models/portraits-256/README.md" },
  { id: "photos-256", name: "Model card: photographs", file: "www/models/photos-256/README.md" },
  { id: "results", name: "Results", file: "docs/results.md" },
  { id: "speed", name: "Speed", file: "docs/speed.md" },
  { id: "samples", name: "Samples", file: "docs/samples.md" },
  { id: "data", name: "Data", file: "docs/data.md" },
  { id: "training", name: "Training", file: "docs/training.md" },
  { id: "training-256", name: "Training at 256 pixels", file: "docs/training-256.md" },
  { id: "embedding", name: "Embedding", file: "docs/embedding.md" },
  { id: "player", name: "The player", file: "www/components/player/README.md" },
  { id: "npm", name: "The npm package", file: "docs/npm.md", base: "www/README.md" },
  { id: "building", name: "Building", file: "docs/building.md" },
  { id: "extending", name: "Extending", file: "docs/extending.md" },
  { id: "robustness", name: "Robustness", file: "docs/robustness.md" },
  { id: "changelog", name: "Changes", file: "CHANGELOG.md" },
]);

/** @param {string | null} id @returns {Page | undefined} */
export const pageOf = (id) => PAGES.find((page) => page.id === id);

/** @param {string} id */
export const addressOfPage = (id) => `doc.html?page=${id}`;

/**
 * Where a file of the repository is on the site, which has what is in www/ at its top, and docs/ and the changes beside it.
 *
 * @param {string} path in the repository
 * @returns {string | null} relative to the site; null: it is not there
 */
export function onSite(path) {
  // A static host has no lists of its folders.
  if (!/\.\w+$/.test(path)) return null;
  if (path.startsWith("www/")) return path.slice(4);
  return path.startsWith("docs/") || path === "CHANGELOG.md" ? path : null;
}

/**
 * What a link of a text leads to on the site.
 *
 * @param {string} href as it is written
 * @param {string} file the text it is in, by its path in the repository
 * @returns {string | null} an address relative to the site, or of another site; null: there is nothing to lead to
 */
export function resolveLink(href, file) {
  if (/^https?:\/\//i.test(href)) return href;
  if (href.startsWith("#")) return href;
  if (/^[a-z][a-z0-9+.-]*:|^[/\\]/i.test(href)) return null;
  const base = new URL(file, "https://repository.invalid/");
  if (!URL.canParse(href, base)) return null;
  const { pathname, hash, host } = new URL(href, base);
  if (host !== base.host) return null;
  const path = decodeURIComponent(pathname.slice(1));
  const page = PAGES.find((one) => one.file === path);
  if (page) return addressOfPage(page.id) + hash;
  const place = onSite(path);
  return place === null ? null : place.split("/").map(encodeURIComponent).join("/") + hash;
}
