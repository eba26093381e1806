// Rows of a table for every token: the first half by its row, the second by its column.
//
// Constants: QUARTER: a row of the table.

@group(0) @binding(0) var<storage, read> table: array<f32>;           // [positions, QUARTER]
@group(0) @binding(1) var<storage, read> rows: array<i32>;            // [lists, tokens]
@group(0) @binding(2) var<storage, read> columns: array<i32>;         // [lists, tokens]
@group(0) @binding(3) var<storage, read_write> out: array<f32>;       // [lists, prefix + tokens, 2·QUARTER]
@group(0) @binding(4) var<storage, read> info: array<u32>;            // tokens, prefix

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let list = group.y;
    for (var i = thread; i < 2u * QUARTER; i += THREADS) {
        var position = 0;  // tokens in front have no place: not rotated
        if (row >= info[1]) {
            let at = list * info[0] + row - info[1];
            if (i < QUARTER) { position = rows[at]; } else { position = columns[at]; }
        }
        out[(list * (info[1] + info[0]) + row) * 2u * QUARTER + i] = table[u32(position) * QUARTER + i % QUARTER];
    }
}
