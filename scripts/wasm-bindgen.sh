#!/usr/bin/env bash
# Puts the wasm-bindgen command line into $CARGO_TARGET_DIR/tools, in exactly the version
# that Cargo.lock names: command and crate refuse to work together otherwise.
# Prints the path of the binary on the last line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target="${CARGO_TARGET_DIR:-${HOME:?HOME is not set}/.cache/varigrain/target}"
root="$target/tools"
binary="$root/bin/wasm-bindgen"

version="$(awk '
    $0 == "name = \"wasm-bindgen\"" { found = 1; next }
    found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }
' Cargo.lock)"
if [ -z "$version" ]; then
    echo "wasm-bindgen.sh: Cargo.lock names no version of wasm-bindgen" >&2
    exit 1
fi

if [ -x "$binary" ] && [ "$("$binary" --version)" = "wasm-bindgen $version" ]; then
    echo "$binary"
    exit 0
fi

install_cli() {
    # RUSTFLAGS and friends of the wasm build must not reach this native tool.
    env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET \
        CARGO_TARGET_DIR="$root/build" \
        cargo install wasm-bindgen-cli --version "=$version" --force \
        --root "$root" "$@" >&2
}

echo "Installing wasm-bindgen-cli $version into $root" >&2
# A registry mirror may lag behind the lock file that the package carries; then its newest
# compatible dependencies do as well.
if ! install_cli --locked; then
    echo "The locked dependencies cannot be had; trying newer ones" >&2
    install_cli
fi
rm -rf "$root/build"
echo "$binary"
