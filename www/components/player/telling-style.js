/** The look of what a player tells beside and below its pictures: parts of the sheet in style.js. */

/** Legend and figures. */
export const FIGURES = `
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
`;

/** Credits, and what is said last. */
export const WORDS = `
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
`;
