/** The look of what one presses in a player: parts of the sheet in style.js. */

/** Buttons, layers and timeline. */
export const CONTROLS = `
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
`;

/** Drawing, seed, style, saving. */
export const DESK = `
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
`;
