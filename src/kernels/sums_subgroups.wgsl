// What all threads of a workgroup add up to, by the operations of its subgroups, of 4 to 128 threads. That neighbours are
// in one subgroup is not promised: where they are not, the known answer of a model comes out wrong.

struct Sums { before: f32, all: f32 }

const TEAMS = (THREADS + 3u) / 4u;

var<workgroup> of_teams: array<f32, TEAMS>;

// Threads of a subgroup, and how many subgroups there are.
fn side() -> u32 { return subgroupAdd(1u); }
fn is_first() -> bool { return subgroupExclusiveAdd(1u) == 0u; }
fn teams(side: u32) -> u32 { return (THREADS + side - 1u) / side; }

fn total(thread: u32, mine: f32) -> f32 {
    let side = side();
    let sum = subgroupAdd(mine);
    if (is_first()) { of_teams[thread / side] = sum; }
    workgroupBarrier();
    var all = 0.0;
    for (var i = 0u; i < teams(side); i++) { all += of_teams[i]; }
    workgroupBarrier();
    return all;
}

fn largest(thread: u32, mine: f32) -> f32 {
    let side = side();
    let most = subgroupMax(mine);
    if (is_first()) { of_teams[thread / side] = most; }
    workgroupBarrier();
    var all = mine;
    for (var i = 0u; i < teams(side); i++) { all = max(all, of_teams[i]); }
    workgroupBarrier();
    return all;
}

// The sum of all threads before this one, and of all.
fn sums(thread: u32, mine: f32) -> Sums {
    let side = side();
    let sum = subgroupAdd(mine);
    var sums = Sums(subgroupExclusiveAdd(mine), 0.0);
    if (is_first()) { of_teams[thread / side] = sum; }
    workgroupBarrier();
    for (var i = 0u; i < teams(side); i++) {
        if (i < thread / side) { sums.before += of_teams[i]; }
        sums.all += of_teams[i];
    }
    workgroupBarrier();
    return sums;
}
