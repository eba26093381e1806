// What the threads of a workgroup have between them. Goes in front of other texts.

const TEAMS = THREADS / 16u;

var<workgroup> thread_values: array<f32, THREADS>;
var<workgroup> team_values: array<f32, TEAMS>;

// The largest of all, or the sum; call it where every thread comes by.
fn reduce(thread: u32, mine: f32, largest: bool) -> f32 {
    thread_values[thread] = mine;
    workgroupBarrier();
    if (thread < TEAMS) {
        var all = thread_values[thread * 16u];
        for (var i = 1u; i < 16u; i++) {
            let other = thread_values[thread * 16u + i];
            all = select(all + other, max(all, other), largest);
        }
        team_values[thread] = all;
    }
    workgroupBarrier();
    var all = team_values[0];
    for (var i = 1u; i < TEAMS; i++) {
        all = select(all + team_values[i], max(all, team_values[i]), largest);
    }
    return all;
}
