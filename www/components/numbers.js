/**
 * The numbers of a request as the form words them: name, label, how far a press of an arrow key goes, hint, and further
 * attributes of the field. Ranges and starting values are the model's; what it does not have is left out.
 */

/** @typedef {[name: string, label: string, step: string, hint: string, more?: Record<string, string>]} NumberWords */

/** How far the slider goes of a number that is usually "all". @param {string} reach */
const unlimited = (reach) => ({ reach, unlimited: "" });

/** @type {Readonly<Record<"pace" | "look" | "nar" | "ar", readonly NumberWords[]>>} */
export const NUMBERS = Object.freeze({
  pace: [
    ["steps", "Steps", "1", "Fewer is faster, more is more careful."],
    ["every", "Codes a step", "1", "How many are written between two updates."],
    ["guidance", "Guidance", "0.1", "How closely it sticks to your choice."],
  ],
  look: [
    ["temperature", "Temperature", "0.05", "Low is tidy, high is adventurous."],
    ["positionTemperature", "Temperature of places", "0.05", "The same for where codes go."],
  ],
  nar: [["priority", "Priority", "0.1", "How much earlier dense codes are settled.", { reach: "10" }]],
  ar: [
    ["topK", "Top k", "1", "Choose among this many codes.", unlimited("256")],
    ["topP", "Top p", "0.01", "Choose among this share of the probability."],
    ["positionTopK", "Top k of places", "1", "The next code goes to one of this many places.", unlimited("64")],
    ["positionTopP", "Top p of places", "0.01", "The same, as a share of the probability."],
  ],
});
