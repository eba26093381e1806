/** The density measures in words, from what the model was trained with to the bounds on both sides. */

/** @typedef {import("../../lib/request.js").Measure} Measure */

/** @type {Readonly<Record<Measure, { name: string, about: string }>>} */
export const MEASURE_WORDS = Object.freeze({
  deviation: {
    name: "Deviation",
    about: "How much the colours vary within a region. The model was trained with it; plain areas count little, edges a lot.",
  },
  entropy: { name: "Entropy", about: "How many different brightnesses a region has and how evenly: many kinds of grey are dense." },
  "sharp-entropy": { name: "Sharp entropy", about: "Entropy with finer bins: it tells a gradient from a flat area, and takes some noise for detail." },
  "coarse-error": { name: "Coarse error", about: "One code for each region is tried out; dense is where that comes out wrong." },
  oracle: { name: "Oracle", about: "One code and four are both tried out; dense is where four help most. About the best a measure can do." },
  random: { name: "Random", about: "By lot, whatever the picture shows. What a measure has to beat." },
});
