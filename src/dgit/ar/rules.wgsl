// The grammar of a sequence: what is known of each position. Behind the number of the entry that is worked
// on, `clock` holds the rules of all positions. Goes in front of texts that bind it.

const RULE = 8u;       // numbers of a position
const STREAM = 0u;     // the stream after it
const REGION = 1u;     // its region; -1 for START and END, all regions for DONE
const NEXT = 2u;       // the next code of its region, or -1
const CHOSEN_IN = 3u;  // the stream in which it may be chosen, or -1
const SPOT = 4u;       // the number of its square
const ROW = 5u;        // the square of cells that it covers
const COLUMN = 6u;
const SPAN = 7u;       // 0 for START, END and DONE

fn rule(position: u32, field: u32) -> i32 { return clock[1u + position * RULE + field]; }
