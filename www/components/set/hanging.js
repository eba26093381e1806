/**
 * Hangs the real drawings into the cells of the table that are in sight, one after the other: each is decoded from its
 * codes, so a table of hundreds costs only what one looks at. What the model has never seen stays open, and is only marked
 * as held out where there is a drawing of it.
 */

/** @typedef {import("./table.js").SetTable} SetTable */
/** @typedef {import("./table.js").Pair} Pair */

export class Hanging {
  #table;
  #drawings;
  #decode;
  /** Cells in sight that still want their drawing. @type {Set<string>} */
  #due = new Set();
  #busy = false;
  /** Only the rows that were shown last count. */
  #turn = 0;
  /** Nothing more can be had, as where the drawings are of another version of the model. */
  #over = false;
  #sight = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "120px" });

  /**
   * @param {SetTable} table
   * @param {import("../../lib/real-drawings.js").RealDrawings} drawings
   * @param {(bytes: Uint8Array) => Promise<ImageData>} decode
   */
  constructor(table, drawings, decode) {
    this.#table = table;
    this.#drawings = drawings;
    this.#decode = decode;
  }

  /** The table has other rows. @param {readonly number[]} rows */
  async show(rows) {
    const own = ++this.#turn;
    this.#sight.disconnect();
    this.#due.clear();
    for (const row of rows) {
      try {
        const columns = await this.#drawings.columnsOf(row);
        if (own !== this.#turn) return;
        for (const column of columns) this.#table.exists({ row, column });
      } catch {
        // The table is of use without them, and what is missing is not asked for once for each row.
        break;
      }
    }
    if (own !== this.#turn || this.#over) return;
    for (const cell of this.#table.open) this.#sight.observe(cell);
  }

  stop() {
    this.#turn++;
    this.#over = true;
    this.#sight.disconnect();
    this.#due.clear();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const key = String(/** @type {HTMLElement} */ (target).dataset.pair);
      if (isIntersecting) this.#due.add(key);
      else this.#due.delete(key);
    }
    void this.#work();
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    for (let [key] = this.#due; key !== undefined && !this.#over; [key] = this.#due) {
      this.#due.delete(key);
      const [row, column] = key.split(" ").map(Number);
      try {
        const bytes = await this.#drawings.bytesOf({ row, column });
        if (bytes) this.#table.hang({ row, column }, await this.#decode(bytes));
      } catch {
        this.#over = true;
      }
    }
    this.#busy = false;
  }
}
