#!/usr/bin/env bash
# Every check, in order; stops at the first that fails. Its last line counts the steps.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

passed=0
step() { # NAME COMMAND...
    local name="$1" from="$SECONDS"
    shift
    echo
    echo "=== $name"
    if ! "$@" </dev/null; then
        echo
        echo "=== $name FAILED: $*"
        echo "steps: $passed passed, 1 failed"
        exit 1
    fi
    passed=$((passed + 1))
    echo "=== $name: passed in $((SECONDS - from)) s"
}

# The release profile everywhere: then the dependencies' macros and build scripts are compiled
# once and not once more for the debug profile.
step "format" cargo fmt --check
step "lint" cargo clippy --release --all-targets --features train -- -D warnings
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps --features train
step "Rust tests" cargo test --release --features train
step "Node packages" npm ci --no-audit --no-fund
step "JavaScript types" npm run check
step "JavaScript tests" npm run test:unit
step "build checks" node --test scripts/*.test.mjs
step "browser packages" scripts/wasm.sh
step "weight of the page" node scripts/weight.mjs budget
step "browser tests" npm run test:e2e

echo
echo "All steps passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
echo "steps: $passed passed, 0 failed"
