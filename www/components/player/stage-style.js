/** The look of the pictures of a player, and of what lies over them: a part of the sheet in style.js. */

export const STAGE = `
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
`;
