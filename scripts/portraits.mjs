// @ts-check
/**
 * Draws portraits: node scripts/portraits.mjs --count N [--seed S] [--styles a,b]
 *
 * Writes one line of JSON a drawing to the standard output, N of every style:
 *   { "style", "number", "classes": { axis: class }, "svg" }
 * `varigrain data portraits` reads them. Nothing is fetched: the parts come from @dicebear/collection.
 *
 * The parts are chosen here and not by the library, so that the labels are known and every class of an
 * axis is about as frequent as the others: first the classes, then parts that show them
 * (portraits-labels.json). What no axis names is left to the library and the drawing's seed. A
 * drawing depends on seed, style and number alone: a larger N only adds drawings.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createAvatar } from "@dicebear/core";
import * as collection from "@dicebear/collection";

/** @typedef {Record<string, string[]>} Colours Class to colours, without "#". */
/** @typedef {string | null} Variant A part's variant; null draws none. */
/**
 * @typedef {object} Labels
 * @property {Record<string, any>} hair Length to variants; `part`, `rear` (a second part), `ink` besides.
 * @property {string} [hairColour] Option that colours the hair.
 * @property {string} [skin] Option that colours the skin.
 * @property {Record<string, any>} [glasses]
 * @property {Record<string, any>} [beard]
 * @property {Record<string, string[]>} [others] Variants that no axis names.
 * @property {Record<string, string>} [also] Options that take the colour of the hair.
 * @property {Record<string, Record<string, string[]>>} expression
 */

/** @type {{ colours: Record<string, Colours>, styles: Record<string, Labels> }} */
export const labels = JSON.parse(readFileSync(new URL("portraits-labels.json", import.meta.url), "utf8"));

/** How often hair of a length is wanted, relative to the others that a style has. */
const LENGTHS = { short: 3, medium: 3, long: 3, tied: 2, bald: 1, covered: 1 };
const GLASSES = { none: 6, glasses: 2, sunglasses: 1 };
const BEARDS = { none: 6, moustache: 1, beard: 1, stubble: 0.5 };

/**
 * Numbers in [0, 1) that the text decides (FNV-1a into mulberry32).
 * @param {string} text
 */
export function numbers(text) {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {() => number} random
 * @param {readonly T[]} list
 * @returns {T}
 */
const pick = (random, list) => list[Math.floor(random() * list.length)];

/**
 * One of `names`, as often as its weight says.
 * @param {() => number} random
 * @param {Record<string, number>} weights
 * @param {string[]} names
 */
function weighted(random, weights, names) {
  let left = random() * names.reduce((sum, name) => sum + weights[name], 0);
  return names.find((name) => (left -= weights[name]) < 0) ?? names[names.length - 1];
}

/**
 * The library's name of a variant: bare numbers stand for variantNN.
 * @param {string} variant
 */
const fullName = (variant) => (/^\d/.test(variant) ? `variant${variant}` : variant);

/**
 * Chooses the hair of a drawing: its length, its colour ("none" where no hair is seen) and the parts.
 * @param {() => number} random
 * @param {Record<string, any>} hair
 * @param {Colours} colours
 */
function chooseHair(random, hair, colours) {
  const lengths = Object.keys(LENGTHS).filter((length) => hair[length]);
  const always = hair.ink === true;
  const ink = new Set(Array.isArray(hair.ink) ? hair.ink : []);
  const colour = always ? "black" : pick(random, Object.keys(colours));
  /** @param {string} length */
  const variants = (length) => hair[length].filter((/** @type {any} */ v) => colour === "black" || !ink.has(v));
  const length = weighted(random, LENGTHS, lengths.filter((length) => variants(length).length > 0));
  const [front, rear] = [pick(random, variants(length))].flat();
  const seen = length !== "bald" && length !== "covered";
  return { length, colour: seen ? colour : "none", tint: pick(random, colours[colour]), front, rear: rear ?? null };
}

/**
 * Draws portrait `number` of a style.
 * @param {string} style
 * @param {number} number
 * @param {number} seed
 */
export function draw(style, number, seed) {
  const random = numbers(`${seed}/${style}/${number}`);
  const own = labels.styles[style];
  const library = /** @type {any} */ (collection)[style];
  const known = library.schema.properties;
  /** @type {Record<string, any>} */
  const options = { seed: `${seed}-${style}-${number}` };
  /** @type {(part: string, variant: Variant) => void} */
  const set = (part, variant) => {
    options[part] = variant === null ? [] : [fullName(variant)];
    if (`${part}Probability` in known) options[`${part}Probability`] = variant === null ? 0 : 100;
  };
  /** @type {Record<string, string>} */
  const classes = { style };

  const hair = chooseHair(random, own.hair, labels.colours.hair);
  set(own.hair.part, hair.front);
  if (own.hair.rear) set(own.hair.rear, hair.rear);
  classes["hair-colour"] = hair.colour;
  classes["hair-length"] = hair.length;
  const hairColour = own.hairColour ?? "hairColor";
  if (hairColour in known) options[hairColour] = [hair.tint];
  if (own.also) for (const option of Object.keys(own.also)) options[option] = [hair.tint];

  if (own.skin) {
    classes["skin-tone"] = pick(random, Object.keys(labels.colours.skin));
    options[own.skin] = [pick(random, labels.colours.skin[classes["skin-tone"]])];
  }

  classes.expression = pick(random, Object.keys(own.expression));
  for (const [part, variants] of Object.entries(own.expression[classes.expression])) set(part, pick(random, variants));

  // Glasses and beard, which may share one part of a style: the first to be chosen has it.
  /** @type {Set<string>} */
  const taken = new Set();
  for (const [axis, weights] of /** @type {const} */ ([["glasses", GLASSES], ["beard", BEARDS]])) {
    const part = own[axis]?.part;
    const clash = own[axis]?.clash?.includes(hair.front);
    const names = ["none", ...Object.keys(clash ? {} : weights).filter((name) => own[axis]?.[name])];
    const wanted = weighted(random, weights, names);
    const drawn = wanted !== "none" && !taken.has(part);
    classes[axis] = drawn ? wanted : "none";
    if (drawn) {
      taken.add(part);
      set(part, pick(random, own[axis]?.[wanted]));
    } else if (part && !taken.has(part) && `${part}Probability` in known) {
      set(part, null);
    }
  }
  for (const [part, variants] of Object.entries(own.others ?? {})) {
    if (!taken.has(part)) set(part, random() < 0.2 ? pick(random, variants) : null);
  }
  if (style === "openPeeps") set("mask", null);

  classes.background = pick(random, Object.keys(labels.colours.background));
  options.backgroundColor = [pick(random, labels.colours.background[classes.background])];
  const svg = createAvatar(library, options)
    .toString()
    .replace(/<metadata[\s\S]*?<\/metadata>/, "")
    // The mask is the picture's own border: nothing is seen beyond it anyway, and it costs a layer.
    .replace(/<mask id="viewboxMask">[\s\S]*?<\/mask><g mask="url\(#viewboxMask\)">/, "<g>");
  return { style, number, classes, svg };
}

/** @param {string[]} args */
function main(args) {
  const given = Object.fromEntries(args.flatMap((arg, i) => (arg.startsWith("--") ? [[arg.slice(2), args[i + 1]]] : [])));
  const count = Number(given.count);
  if (!Number.isInteger(count) || count < 1) {
    console.error("usage: node scripts/portraits.mjs --count N [--seed S] [--styles a,b] > drawings.jsonl");
    process.exit(2);
  }
  const styles = given.styles?.split(",") ?? Object.keys(labels.styles);
  for (const style of styles) {
    for (let number = 0; number < count; number++) {
      process.stdout.write(`${JSON.stringify(draw(style, number, Number(given.seed ?? 1)))}\n`);
    }
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
