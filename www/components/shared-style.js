/**
 * Rules that the pages and a player's shadow have in common. A page's style sheets do not reach into the shadow, and
 * a file would come later than what it is for: so these are text, which both make a sheet of. Colours are the
 * player's own where there are any (`--_…`), else the page's.
 */
export const SHARED = `
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .ribbon {
    position: absolute;
    z-index: 2;
    inset: auto 10px 10px auto;
    padding: 2px 9px;
    border-radius: 99px;
    background: color-mix(in srgb, var(--_surface, var(--surface)) 88%, transparent);
    color: var(--_ink, var(--ink));
    font: 600 12px / 1.6 var(--_mono, var(--mono));
    pointer-events: none;
  }

  .ribbon::before {
    content: "";
    display: inline-block;
    width: 7px;
    height: 7px;
    margin-right: 7px;
    border-radius: 50%;
    background: var(--_accent, var(--accent));
  }
`;

/** For a page of ours. Players have it in their own sheet: on another's page nothing of ours is to be. */
export function adoptShared() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHARED);
  document.adoptedStyleSheets.push(sheet);
}
