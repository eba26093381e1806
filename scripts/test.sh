#!/usr/bin/env bash
# Every check; stops at the first that fails. Its last line counts the steps.
#
# Two lanes run side by side: compiling Rust and testing it, and everything about the pages. Each leaves one of
# two processors idle for much of its time. The output of a step appears when it ends.
#
# Rust tests and browser suites that have passed with the same inputs do not run again (unchanged.mjs); FRESH=1 runs all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work="$(mktemp -d)"
lanes=()
# Every background job gets a process group of its own, so that a lane can be stopped with all it has started.
set -m
stop_lanes() {
    local lane
    for lane in "${lanes[@]}"; do
        kill -TERM -- "-$lane" || true
        wait "$lane" || true
    done 2>/dev/null
    lanes=()
}
trap 'stop_lanes; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say() { # prints what comes in, as one piece
    until mkdir "$work/printing" 2>/dev/null; do sleep 0.1; done
    cat
    rmdir "$work/printing"
}

step() { # NAME COMMAND...
    local name="$1" from="$SECONDS" log="$work/$BASHPID.log" failed=
    shift
    echo "=== $name: begins" | say
    "$@" </dev/null >"$log" 2>&1 || failed=1
    {
        echo
        echo "=== $name"
        cat "$log"
        if [ -n "$failed" ]; then
            echo
            echo "=== $name FAILED: $*"
        else
            echo "=== $name: passed in $((SECONDS - from)) s"
        fi
    } | say
    [ -z "$failed" ] || return 1
    echo >>"$work/passed"
}

passed() { # how many steps
    [ ! -e "$work/passed" ] || wc -l <"$work/passed" | tr -d ' '
}

failed() {
    stop_lanes
    echo "steps: $(passed) passed, 1 failed"
    exit 1
}

# The release profile everywhere: then the dependencies' macros and build scripts are compiled
# once and not once more for the debug profile.
rust() {
    step "format" cargo fmt --check || return
    # The browser tests compare with what it draws, so it comes first.
    step "native program" cargo build --release --features train --bin varigrain || return
    touch "$work/program"
    step "lint" cargo clippy --release --all-targets --features train -- -D warnings || return
    # What is published and what `make bench` runs has no training in it.
    step "without training" cargo check --release || return
    # A minute of mutations for each fuzz target; `cargo test` by itself takes 8 s for each.
    step "Rust tests" env FUZZ_SECONDS="${FUZZ_SECONDS:-60}" \
        node scripts/unchanged.mjs rust cargo test --release --features train || return
    step "examples of the documentation" node scripts/extending.mjs || return
    step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps --features train
}

pages() {
    step "Node packages" npm ci --no-audit --no-fund || return
    step "JavaScript types" npm run check || return
    step "JavaScript tests" npm run test:unit || return
    step "build checks" node --test scripts/*.test.mjs || return
    step "browser packages" scripts/wasm.sh || return
    step "weight of the page" node scripts/weight.mjs budget || return
    # If it cannot be made, the other lane ends this one.
    until [ -e "$work/program" ]; do sleep 1; done
    step "browser tests" node scripts/e2e.mjs
}

rust &
lanes+=("$!")
pages &
lanes+=("$!")
for _ in "${lanes[@]}"; do
    wait -n || failed
done

echo
echo "All steps passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
echo "steps: $(passed) passed, 0 failed"
