/**
 * What scripts/site-files.mjs writes here when the site is gathered: its version, and its files with their
 * SHA-256, and small files of its models. Empty in the sources: there the page keeps nothing for visits without a network.
 */
globalThis.SITE = { version: "", files: {}, models: [] };
