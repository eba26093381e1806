#!/usr/bin/env bash
# Installs what building and testing need. On Debian, as root, it installs packages itself;
# elsewhere it says what is missing. Running it again costs a second or two.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()   # commands
packages=()  # the Debian packages that have them
need() { # COMMAND PACKAGE...
    command -v "$1" >/dev/null && return
    missing+=("$1")
    shift
    packages+=("$@")
}
need chromium chromium
# The browser tests take half the time with it; without it they use the whole browser.
shell=
command -v chromium-headless-shell >/dev/null || shell=chromium-headless-shell
need cc gcc libc6-dev
need c++ g++
need git git
need make make
need node nodejs
need npm npm

if [ ${#missing[@]} -gt 0 ] || [ -n "$shell" ]; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt-get update </dev/null
        [ -z "$shell" ] || [ -z "$(apt-cache search --names-only "^$shell\$")" ] || packages+=("$shell")
        echo "deps.sh: installing ${packages[*]}" >&2
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}" </dev/null
    elif [ ${#missing[@]} -gt 0 ]; then
        echo "deps.sh: missing: ${missing[*]} (on Debian, as root: apt-get install ${packages[*]})" >&2
        # Another Chromium will do for the browser tests; the rest is needed as it is.
        if [ "${missing[*]}" != chromium ] || [ -z "${CHROMIUM:-}" ]; then
            exit 1
        fi
    fi
fi

if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
    echo "deps.sh: Node.js $(node --version) is too old; 20 or newer is needed" >&2
    exit 1
fi

need_rust="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)"
have_rust="$(rustc --version 2>/dev/null | cut -d' ' -f2 || true)"
if [ -z "$have_rust" ] || ! command -v cargo >/dev/null ||
    [ "$(printf '%s\n' "$need_rust" "$have_rust" | sort -V | head -n 1)" != "$need_rust" ]; then
    echo "deps.sh: Rust $need_rust or newer is needed (found: ${have_rust:-none}); https://rustup.rs installs it" >&2
    exit 1
fi
for component in fmt clippy; do
    if ! cargo "$component" --version >/dev/null 2>&1; then
        echo "deps.sh: cargo $component is missing; rustup component add rustfmt clippy" >&2
        exit 1
    fi
done

npm ci --no-audit --no-fund </dev/null
scripts/wasm.sh --toolchain
scripts/wasm-bindgen.sh
