// What all threads of a workgroup add up to: in workgroup memory. The other way is sums_subgroups.wgsl.

struct Sums { before: f32, all: f32 }

const TEAMS = (THREADS + 15u) / 16u;

var<workgroup> of_threads: array<f32, THREADS>;
var<workgroup> of_teams: array<f32, TEAMS>;

fn total(thread: u32, mine: f32) -> f32 {
    of_threads[thread] = mine;
    workgroupBarrier();
    if (thread < TEAMS) {
        var sum = 0.0;
        for (var i = 0u; i < 16u; i++) { sum += of_threads[thread * 16u + i]; }
        of_teams[thread] = sum;
    }
    workgroupBarrier();
    var sum = 0.0;
    for (var i = 0u; i < TEAMS; i++) { sum += of_teams[i]; }
    return sum;
}

fn largest(thread: u32, mine: f32) -> f32 {
    of_threads[thread] = mine;
    workgroupBarrier();
    if (thread < TEAMS) {
        var most = mine;
        for (var i = 0u; i < 16u; i++) { most = max(most, of_threads[thread * 16u + i]); }
        of_teams[thread] = most;
    }
    workgroupBarrier();
    var most = mine;
    for (var i = 0u; i < TEAMS; i++) { most = max(most, of_teams[i]); }
    return most;
}

// The sum of all threads before this one, and of all (Hillis and Steele).
fn sums(thread: u32, mine: f32) -> Sums {
    of_threads[thread] = mine;
    workgroupBarrier();
    for (var step = 1u; step < THREADS; step *= 2u) {
        var left = 0.0;
        if (thread >= step) { left = of_threads[thread - step]; }
        workgroupBarrier();
        of_threads[thread] += left;
        workgroupBarrier();
    }
    var sums = Sums(0.0, of_threads[THREADS - 1u]);
    if (thread > 0u) { sums.before = of_threads[thread - 1u]; }
    workgroupBarrier();
    return sums;
}
