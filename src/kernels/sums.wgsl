// What all threads of a workgroup add up to: in workgroup memory. The other way is sums_subgroups.wgsl.

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
    workgroupBarrier();
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
    workgroupBarrier();
    return most;
}

// The sum of all threads before this one (Hillis and Steele).
fn sum_before(thread: u32, mine: f32) -> f32 {
    of_threads[thread] = mine;
    workgroupBarrier();
    for (var step = 1u; step < THREADS; step *= 2u) {
        var left = 0.0;
        if (thread >= step) { left = of_threads[thread - step]; }
        workgroupBarrier();
        of_threads[thread] += left;
        workgroupBarrier();
    }
    var sum = 0.0;
    if (thread > 0u) { sum = of_threads[thread - 1u]; }
    workgroupBarrier();
    return sum;
}

