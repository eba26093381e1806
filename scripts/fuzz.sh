#!/usr/bin/env bash
# Coverage-guided fuzzing of everything that reads what comes from outside: see fuzz/ and docs/robustness.md.
#
#     scripts/fuzz.sh [TARGET...]       all targets one after the other if none is named
#
# RUNS: inputs of each target (10,000,000). Takes the nightly compiler and cargo-fuzz (cargo install cargo-fuzz
# --locked). Inputs that reach something new stay in fuzz/found/, those that fail in fuzz/artifacts/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz"

export CARGO_TARGET_DIR="${FUZZ_TARGET_DIR:-$HOME/.cache/varigrain/fuzz}"
RUNS="${RUNS:-10000000}"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^name = "\([a-z]*\)"$/\1/p' Cargo.toml)

for target in "${targets[@]}"; do
    mkdir -p "found/$target"
    # Safe Rust has no memory errors to look for: without the sanitizer it is several times as fast. A timeout or
    # more than 512 MB is a failure like a panic.
    cargo +nightly fuzz run -O -a --sanitizer none "$target" "found/$target" "corpus/$target" -- \
        -runs="$RUNS" -dict=json.dict -max_len=8192 -timeout=5 -rss_limit_mb=512 -print_final_stats=1
done
