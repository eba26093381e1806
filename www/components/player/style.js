/**
 * The look of a player, inside its shadow. A page's own styles do not reach in; what it may set are the
 * custom properties `--varigrain-*` and the parts. What is not set is as in styles/tokens.css, which the
 * tests compare.
 */

import { SHARED } from "../shared-style.js";
import { CONTROLS, DESK } from "./controls-style.js";
import { STAGE } from "./stage-style.js";
import { FIGURES, WORDS } from "./telling-style.js";

/** The tokens a player needs, by day and in the dark. */
export const TOKENS = Object.freeze({
  light: {
    ...{ surface: "#f5f6f3", field: "#ffffff", ink: "#16201c", muted: "#55615b", line: "#c6cec7", "strong-line": "#76837c" },
    ...{ accent: "#c02f18", "accent-hover": "#a92611", "on-accent": "#ffffff", focus: "#1b57c4" },
    ...{ paper: "#dbe1da", dot: "#94a198", coarse: "#d8391f", middle: "#7a1457", fine: "#1b57c4", finest: "#0a0d14" },
    ...{ "middle-ink": "#7a1457", "fine-ink": "#1b57c4", "finest-ink": "#0a0d14" },
  },
  dark: {
    ...{ surface: "#1c1312", field: "#271a18", ink: "#f4e8e3", muted: "#b79f97", line: "#3b2a27", "strong-line": "#86665e" },
    ...{ accent: "#ff6043", "accent-hover": "#ff7c63", "on-accent": "#1d0803", focus: "#ffc9a3" },
    ...{ paper: "#2a1613", dot: "#8c3526", coarse: "#ff6043", middle: "#7a1457", fine: "#1b57c4", finest: "#3595a4" },
    ...{ "middle-ink": "#ffe0ea", "fine-ink": "#86b1ff", "finest-ink": "#3595a4" },
  },
});

/** @param {"light" | "dark"} scheme */
const tokens = (scheme) =>
  Object.entries(TOKENS[scheme]).map(([name, value]) => `--_${name}: var(--varigrain-${name}, ${value});`).join("\n    ");

/** Colours, lettering and sizes; what holds for all that is in a player; and the player as a grid of its parts. */
const BASE = `
  :host {
    ${tokens("light")}
    --_sans: var(--varigrain-sans, "Avenir Next", "Segoe UI Variable Text", "Inter", "Cantarell", system-ui, sans-serif);
    --_mono: var(--varigrain-mono, ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", "DejaVu Sans Mono", monospace);
    --_corner: var(--varigrain-corner, 3px);
    --_gap: var(--varigrain-gap, 12px);
    --_quick: 140ms ease-out;
    --_scheme: light;
    display: block;
    max-width: var(--varigrain-width, 480px);
    container-type: inline-size;
  }

  @media (prefers-color-scheme: dark) {
    :host(:not([theme="light"])) {
      ${tokens("dark")}
      --_scheme: dark;
    }
  }

  :host([theme="dark"]) {
    ${tokens("dark")}
    --_scheme: dark;
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --_quick: 0s;
    }
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  p,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }

  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }

  ${SHARED}

  .player {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-areas: "plates" "layers" "track" "side" "desk" "credit" "status";
    gap: var(--_gap);
    position: relative;
    /* Not on the host, where a page's own rules would win; and no rem, which is a page's own as well. */
    color: var(--_ink);
    font: 400 15px / 1.45 var(--_sans);
    letter-spacing: normal;
    text-align: start;
    text-transform: none;
    color-scheme: var(--_scheme);
  }
`;

/** Where the parts stand, by how wide the player is and how large its pictures are. */
const PLACES = `
  @container (min-width: 440px) {
    .groups.pair {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      row-gap: 0;
    }

    /* The pictures in one line, though one name may need two. */
    .groups.pair > div {
      display: grid;
      grid-row: span 2;
      grid-template-rows: subgrid;
    }

    .player.pair .stage {
      max-width: none;
    }
  }

  @container (min-width: 540px) {
    .player.pair .readout {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: calc(1.5 * var(--_gap));
    }

    /* The words beside the number, in up to two lines: or what is below would jump when the first step comes. */
    .player:not(.pair) .spent {
      flex-wrap: nowrap;
      align-items: center;
      min-height: 38px;
    }

    .player:not(.pair) .spent small {
      line-height: 19px;
    }
  }

  /* Map and figures beside the picture: where the player is wide, or the picture leaves so much room (sizer.js). */
  .player.beside {
    grid-template-columns: minmax(0, min(64%, var(--varigrain-side, 64%))) minmax(170px, 1fr);
    grid-template-areas: "layers layers" "plates side" "track track" "desk desk" "credit credit" "status status";
    column-gap: calc(2 * var(--_gap));
  }

  .player.beside .stage {
    max-width: none;
  }

  .player.beside.whole {
    grid-template-columns: var(--_whole) minmax(170px, 1fr);
  }

  .player.whole .stage {
    width: var(--_whole);
    max-width: none;
  }

  .player:not(.beside) .map {
    grid-area: map;
    width: 96px;
  }

  .player:not(.beside) .legend {
    grid-template: "map signs" auto "map ramp" auto "map about" 1fr / 96px minmax(0, 1fr);
    column-gap: var(--_gap);
  }

  .player:not(.beside) :is(.signs, .ramp, .about) {
    grid-column: 2;
  }

  /* Of two pictures side by side there is no one map. */
  .player.pair .map {
    display: none;
  }

  .player.pair .legend {
    grid-template: none / minmax(0, 1fr);
  }

  .player.pair :is(.signs, .ramp, .about) {
    grid-column: 1;
  }

  .measure {
    position: absolute;
    width: 100%;
    height: 0;
    visibility: hidden;
  }

  .probe {
    width: min(100%, var(--varigrain-side, 100%));
    height: 0;
  }
`;

/** In this order: of two rules of equal weight the later one counts. */
const CSS = [BASE, STAGE, CONTROLS, FIGURES, DESK, WORDS, PLACES].join("");

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** One sheet for all players of a page. */
export function playerSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
