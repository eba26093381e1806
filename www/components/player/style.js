/**
 * The look of a player, inside its shadow. A page's own styles do not reach in; what it may set are the
 * custom properties `--varigrain-*` and the parts. What is not set is as in styles/tokens.css, which the
 * tests compare.
 */

import { SHARED } from "../shared-style.js";

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

const CSS = `
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

  /* ---- plates ---------------------------------------------------------------------------- */

  .stage {
    grid-area: plates;
    position: relative;
    width: 100%;
    max-width: min(100%, var(--varigrain-side, 100%));
    align-self: start;
  }

  .groups {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap) calc(1.5 * var(--_gap));
  }

  .grid {
    display: grid;
    grid-template-columns: repeat(var(--columns, 1), minmax(0, 1fr));
    gap: 6px;
  }

  .method {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.5em;
    margin-bottom: 6px;
    font-weight: 650;
  }

  .method small {
    color: var(--_muted);
    font: 400 12px var(--_mono);
  }

  .plate {
    position: relative;
    display: block;
    width: 100%;
    aspect-ratio: 1;
    padding: 0;
    border: 1px solid var(--_line);
    border-radius: 0;
    background: #fff;
    overflow: hidden;
  }

  button.plate {
    cursor: pointer;
    min-height: 0;
  }

  .plate[aria-pressed="true"] {
    border-color: var(--_accent);
    box-shadow: 0 0 0 2px var(--_accent);
  }

  .plate canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }

  .picture.pixels {
    image-rendering: pixelated;
  }

  .tip {
    position: absolute;
    z-index: 2;
    inset: auto auto 8px 8px;
    max-width: calc(100% - 16px);
    padding: 3px 8px;
    border-radius: var(--_corner);
    background: var(--_ink);
    color: var(--_surface);
    font: 12px / 1.4 var(--_mono);
    pointer-events: none;
  }

  /* The last picture, while nothing of the next one is there. */
  .plate canvas,
  ::slotted([slot="over"]) {
    transition: opacity 200ms;
  }

  .coming .plate canvas,
  .coming ::slotted([slot="over"]) {
    opacity: 0.3;
    filter: grayscale(1);
  }

  .coming .plate {
    background: var(--_paper);
  }

  .coming-words {
    position: absolute;
    z-index: 2;
    inset: 50% auto auto 50%;
    translate: -50% -50%;
    display: flex;
    align-items: center;
    gap: 5px;
    padding: 6px 12px;
    border-radius: var(--_corner);
    background: var(--_surface);
    font-size: 13px;
    font-weight: 650;
    white-space: nowrap;
    pointer-events: none;
  }

  .coming-words i {
    width: 6px;
    height: 6px;
    border-radius: 50%;
    background: var(--_accent);
  }

  @media (prefers-reduced-motion: no-preference) {
    .coming-words i {
      animation: coming 1.2s infinite;
    }

    .coming-words i:nth-of-type(2) {
      animation-delay: 0.2s;
    }

    .coming-words i:nth-of-type(3) {
      animation-delay: 0.4s;
    }

    @keyframes coming {
      40% {
        opacity: 0.2;
      }
    }
  }

  /* What a page lays over the pictures. */
  ::slotted([slot="over"]) {
    position: absolute;
    inset: 0;
  }

  .cover {
    position: absolute;
    z-index: 3;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 10px;
    padding: 16px;
    text-align: center;
  }

  .cover p {
    max-width: 26ch;
    padding: 4px 10px;
    border-radius: var(--_corner);
    background: var(--_surface);
    font-size: 13px;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }

  /* Below a poster, not over it. */
  .cover.low {
    place-content: end center;
    padding-bottom: 46px;
  }

  .cover.low p {
    display: none;
  }

  /* ---- buttons --------------------------------------------------------------------------- */

  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }

  button,
  select,
  input[type="text"] {
    min-height: 36px;
    padding: 0 12px;
    border: 1px solid var(--_strong-line);
    border-radius: var(--_corner);
    background: var(--_field);
  }

  button {
    cursor: pointer;
    transition: background-color var(--_quick), border-color var(--_quick);
  }

  button:hover:not(:disabled) {
    border-color: var(--_ink);
  }

  button:disabled {
    opacity: 0.45;
    cursor: default;
  }

  .primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 700;
  }

  .primary:hover:not(:disabled) {
    border-color: var(--_accent-hover);
    background: var(--_accent-hover);
  }

  .cover .primary {
    min-height: 48px;
    padding: 0 20px;
    font-size: 17px;
    box-shadow: 0 2px 14px rgb(0 0 0 / 0.2);
  }

  @media (pointer: coarse) {
    button,
    select,
    input[type="text"] {
      min-height: 44px;
    }
  }

  /* ---- layers ---------------------------------------------------------------------------- */

  .layers {
    grid-area: layers;
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }

  .chip {
    position: relative;
    display: inline-flex;
    align-items: center;
    min-height: 32px;
    padding: 0 11px;
    border: 1px solid var(--_line);
    border-radius: 99px;
    color: var(--_muted);
    font-size: 13px;
    font-weight: 600;
    cursor: pointer;
    transition: background-color var(--_quick), color var(--_quick);
  }

  .chip:hover {
    color: var(--_ink);
    border-color: var(--_strong-line);
  }

  .chip:has(:checked) {
    border-color: var(--_ink);
    background: var(--_ink);
    color: var(--_surface);
  }

  .chip:has(:focus-visible) {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }

  .chip input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }

  /* ---- timeline -------------------------------------------------------------------------- */

  .timeline {
    grid-area: track;
    display: flex;
    align-items: stretch;
    gap: 4px;
    width: 100%;
  }

  .timeline button {
    flex: none;
    width: 36px;
    min-height: 48px;
    padding: 0;
  }

  .timeline .play {
    width: 52px;
    border-color: var(--_accent);
    color: var(--_accent);
  }

  .timeline .slow {
    width: auto;
    min-width: 44px;
    padding: 0 8px;
    font: 600 12px var(--_mono);
  }

  .timeline .slow[aria-pressed="true"] {
    border-color: var(--_ink);
    background: var(--_ink);
    color: var(--_surface);
  }

  .timeline svg {
    width: 16px;
    height: 16px;
    fill: currentColor;
    vertical-align: middle;
  }

  .rail {
    position: relative;
    flex: 1 1 auto;
    min-width: 0;
    min-height: 48px;
    margin-inline: 6px;
  }

  .rail canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }

  .rail input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: ew-resize;
    touch-action: pan-y;
  }

  .rail:has(:focus-visible) {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }

  @container (max-width: 400px) {
    .timeline {
      flex-wrap: wrap;
    }

    .rail {
      flex-basis: 100%;
      order: -1;
      margin-inline: 0;
    }

    .timeline .play {
      flex: 1;
    }
  }

  /* ---- legend and figures ---------------------------------------------------------------- */

  .side {
    grid-area: side;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: calc(1.3 * var(--_gap));
  }

  .legend {
    display: grid;
    gap: 6px;
    font-size: 13px;
    line-height: 1.4;
  }

  .map {
    width: 100%;
    max-width: clamp(120px, 26cqi, 220px);
    aspect-ratio: 1;
    border: 1px solid var(--_line);
  }

  .legend .about {
    color: var(--_muted);
  }

  .signs {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
  }

  .signs span {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    white-space: nowrap;
  }

  .grain-sign {
    flex: none;
  }

  .ramp {
    display: grid;
    grid-template-columns: auto minmax(40px, 1fr) auto;
    align-items: center;
    gap: 8px;
    max-width: 352px;
    color: var(--_muted);
    font: 12px var(--_mono);
  }

  .ramp i {
    height: 8px;
    border-radius: 4px;
    background: var(--ramp);
  }

  .readout {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }

  .figures .name {
    font-size: 13px;
    font-weight: 650;
  }

  .spent {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.4em;
  }

  .spent b {
    font: 600 32px / 1.1 var(--_mono);
    letter-spacing: -0.04em;
  }

  .spent small {
    color: var(--_muted);
    font-size: 13px;
  }

  .budget {
    display: block;
    width: 100%;
    height: 10px;
    margin: 8px 0 6px;
  }

  .figures dl,
  .legend {
    grid-template-columns: minmax(0, 1fr);
  }

  .figures dl {
    display: grid;
    gap: 3px;
    font-size: 13px;
  }

  .figures dl > div {
    display: flex;
    justify-content: space-between;
    gap: 12px;
  }

  .figures dt {
    color: var(--_muted);
  }

  .figures dd {
    font: 13px / 1.45 var(--_mono);
    text-align: end;
  }

  /* ---- desk ------------------------------------------------------------------------------ */

  .desk {
    grid-area: desk;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }

  .desk label {
    display: inline-flex;
    max-width: 100%;
    align-items: center;
    gap: 6px;
    font-size: 13px;
    font-weight: 600;
  }

  .desk select,
  .desk input[type="text"] {
    flex: 0 1 auto;
    min-width: 0;
  }

  .desk input[type="text"] {
    width: 9.5em;
    font-family: var(--_mono);
  }

  .desk .saves {
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px;
    font-size: 13px;
  }

  .saves button {
    min-height: 32px;
    padding: 0 8px;
    border-color: transparent;
    background: none;
    text-decoration: underline;
    text-decoration-color: var(--_strong-line);
    text-underline-offset: 0.25em;
  }

  .credit {
    grid-area: credit;
    color: var(--_muted);
    font-size: 13px;
    line-height: 1.45;
    overflow-wrap: anywhere;
  }

  .credit button {
    min-height: 32px;
    padding: 0;
    border-color: transparent;
    background: none;
    text-decoration: underline;
    text-decoration-color: var(--_strong-line);
    text-underline-offset: 0.25em;
  }

  .credit p {
    max-width: 62ch;
    margin: 0 0 4px;
  }

  .credit a {
    color: inherit;
  }

  .status {
    grid-area: status;
    min-height: 1.45em;
    color: var(--_muted);
    font-size: 13px;
  }

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
