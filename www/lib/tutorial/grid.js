/** The grid of the one model that the tutorial is about; its figures and recordings are of no other. */
import { Grid } from "../grid.js";

export const GRID = new Grid({ regions: 8, cells: 16, granularities: 2 });
