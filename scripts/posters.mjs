#!/usr/bin/env node
/**
 * Takes the last picture of recordings out as posters, for players that show it until someone plays.
 *
 *     node scripts/posters.mjs     after scripts/record.mjs
 *
 * The sun's has no recording: it is the picture of `varigrain sample --prompt style=twemoji,concept=sun --count 1 --seed 5
 * --out sun.png`, without the 4 pixels around it, as WebP of quality 80.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const WWW = fileURLToPath(new URL("../www/", import.meta.url));

for (const name of ["cat-face", "red-heart", "red-heart-both"]) {
  const { tracks } = JSON.parse(readFileSync(`${WWW}recordings/${name}.json`, "utf8"));
  writeFileSync(`${WWW}posters/${name}.webp`, Buffer.from(tracks[0].steps.at(-1).image, "base64"));
}
