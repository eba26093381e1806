#!/usr/bin/env bash
# Builds the browser packages, one for each backend, of which a visitor loads one: pkg/varigrain_gpu.js
# and pkg/varigrain_cpu.js, each with its _bg.wasm, types, and compressed copies for hosts that send those.
#
#   scripts/wasm.sh               build pkg/
#   scripts/wasm.sh --toolchain   only find (or install) a way to compile for wasm
#
#   WASM_BACKENDS="gpu cpu"       build these only; the other package stays as it is, if there is one
#   WASM_TOOLCHAIN=rustup|debian  insist on one of the two ways (otherwise the first that works)
#   WASM_OPT_LEVEL=-Oz            what wasm-opt optimises for (-O3: speed; none: neither shrink nor compress,
#                                 which saves minutes)
#   KEEP_NAMES=1                  keep function names, for profiling
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

triple=wasm32-unknown-unknown
target="${CARGO_TARGET_DIR:-${HOME:?HOME is not set}/.cache/varigrain/target}"
# The flags below differ from the native ones: in one folder each build would throw away the other's.
wasm_target="$target/wasm"
opt_level="${WASM_OPT_LEVEL:--Oz}"
backends="${WASM_BACKENDS:-gpu cpu}"

say() { echo "wasm.sh: $*" >&2; }
die() {
    say "$*"
    exit 1
}

for backend in $backends; do
    case "$backend" in gpu | cpu) ;; *) die "WASM_BACKENDS holds 'gpu', 'cpu' or both, not '$backend'" ;; esac
done

# --- a compiler for wasm -------------------------------------------------------------------

cargo=cargo
cargo_flags=()

target_installed() {
    local sysroot
    command -v rustc >/dev/null || return 1
    sysroot="$(rustc --print sysroot)" || return 1
    compgen -G "$sysroot/lib/rustlib/$triple/lib/libstd-*.rlib" >/dev/null
}

add_rustup_target() {
    command -v rustup >/dev/null || return 1
    # Where the server is out of reach each try may take its whole time limit, so a failure
    # counts for a day.
    local failed="$wasm_target/.rustup-failed"
    if [ -n "$(find "$failed" -mmin -1440 2>/dev/null)" ]; then
        say "rustup target add failed less than a day ago; not tried again (remove $failed to try)"
        return 1
    fi
    local limit=()
    command -v timeout >/dev/null && limit=(timeout 90)
    if RUSTUP_MAX_RETRIES=0 "${limit[@]}" rustup target add "$triple" >&2 </dev/null && target_installed; then
        rm -f "$failed"
        return 0
    fi
    mkdir -p "$wasm_target"
    touch "$failed"
    say "rustup could not add $triple"
    return 1
}

debian_packages=(rustc-web cargo-web rust-web-src lld-22)

debian_installed() {
    [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] && [ -d /usr/lib/rustlib/src/rust/library ] &&
        [ -x /usr/bin/wasm-ld-22 ]
}

debian_ready() {
    if ! debian_installed; then
        command -v apt-get >/dev/null || return 1
        if [ "$(id -u)" != 0 ]; then
            say "not root; as root, this installs a compiler: apt-get install ${debian_packages[*]}"
            return 1
        fi
        say "installing ${debian_packages[*]}"
        { apt-get update &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${debian_packages[@]}"; } \
            >&2 </dev/null || return 1
        debian_installed || return 1
    fi
    # These live beside a rustup installation, which usually comes first on PATH.
    export PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc
    unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER
    # Debian has the standard library as source only for this target; building it is an
    # unstable feature, which a released compiler allows with this variable.
    export RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
    cargo=/usr/bin/cargo
    cargo_flags=("-Zbuild-std=std,panic_abort")
}

want="${WASM_TOOLCHAIN:-any}"
case "$want" in any | rustup | debian) ;; *) die "WASM_TOOLCHAIN is 'rustup' or 'debian', not '$want'" ;; esac

if [ "$want" != debian ] && target_installed; then
    say "compiler: $(rustc --version), its $triple target is installed"
elif [ "$want" != debian ] && add_rustup_target; then
    say "compiler: $(rustc --version), $triple added by rustup"
elif [ "$want" != rustup ] && debian_ready; then
    say "compiler: Debian's $(/usr/bin/rustc --version), standard library built from source"
else
    die "no way to compile for $triple. Either 'rustup target add $triple' or, on Debian 12 as root," \
        "'apt-get install ${debian_packages[*]}' gives one"
fi

if [ "${1:-}" = "--toolchain" ]; then
    exit 0
fi

# --- compile -------------------------------------------------------------------------------

# wasm-bindgen first: a missing tool should show before the long part.
wasm_bindgen="$(scripts/wasm-bindgen.sh | tail -n 1)"

# In a browser random numbers come from JavaScript, which getrandom wants to be told; every
# browser with WebGPU has SIMD.
export RUSTFLAGS='--cfg=getrandom_backend="wasm_js" -Ctarget-feature=+simd128'

# Folders of their own: in one, each build would throw away much of the other's.
build_dir() { # BACKEND
    if [ "$1" = gpu ]; then echo "$wasm_target"; else echo "$target/wasm-$1"; fi
}
linked_file() { # BACKEND
    echo "$(build_dir "$1")/$triple/web-$1/varigrain.wasm"
}

for backend in $backends; do
    say "compiling for $backend"
    CARGO_TARGET_DIR="$(build_dir "$backend")" \
        "$cargo" build "${cargo_flags[@]}" --lib --target "$triple" --profile "web-$backend" \
        --no-default-features --features "$backend"
    node scripts/check-wasm.mjs linked "$(linked_file "$backend")"
done

# --- bind, strip, shrink, compress -----------------------------------------------------------

wasm_opt=
if [ "$opt_level" != none ]; then
    if [ -x node_modules/.bin/wasm-opt ]; then
        wasm_opt=node_modules/.bin/wasm-opt
    elif command -v wasm-opt >/dev/null; then
        wasm_opt=wasm-opt
    else
        say "no wasm-opt (npm ci brings it): the packages work but are much larger"
    fi
fi

names=(--remove-name-section)
opt_names=()
if [ -n "${KEEP_NAMES:-}" ]; then
    names=()
    opt_names=(-g)
fi

stamp() { # BACKEND
    {
        cat "$(linked_file "$1")" scripts/wasm.sh scripts/weight.mjs
        "$wasm_bindgen" --version
        [ -z "$wasm_opt" ] || "$wasm_opt" --version
        echo "$opt_level ${KEEP_NAMES:-}"
    } | cksum
}

package() { # BACKEND FOLDER
    local backend="$1" out="$2"
    local wasm="$out/varigrain_${backend}_bg.wasm"
    "$wasm_bindgen" --target web --out-name "varigrain_$backend" --out-dir "$out" \
        "${names[@]}" --remove-producers-section "$(linked_file "$backend")"
    if [ -n "$wasm_opt" ]; then
        # Only the features that the compiler uses: with all of them wasm-opt writes encodings
        # that browsers refuse.
        "$wasm_opt" "$opt_level" "${opt_names[@]}" \
            --enable-bulk-memory --enable-nontrapping-float-to-int --enable-simd --enable-sign-ext \
            --enable-mutable-globals --enable-reference-types --enable-multivalue \
            -o "$out/small.wasm" "$wasm"
        mv "$out/small.wasm" "$wasm"
    fi
    if [ "$opt_level" != none ]; then
        node scripts/weight.mjs compress "$wasm" "$out/varigrain_$backend.js"
    fi
    stamp "$backend" >"$out/.stamp-$backend"
}

# Into folders beside pkg/, and renamed at the end, so that pkg/ is whole or absent.
out=pkg.part
rm -rf "$out" "$out".*
mkdir "$out"
jobs=()
for backend in gpu cpu; do
    # Shrinking takes minutes: skip it when nothing that decides the result has changed.
    if [[ " $backends " != *" $backend "* ]] ||
        [ "$(cat "pkg/.stamp-$backend" 2>/dev/null)" = "$(stamp "$backend")" ]; then
        for file in pkg/varigrain_"$backend"* pkg/.stamp-"$backend"; do
            [ ! -e "$file" ] || cp -p "$file" "$out/"
        done
        # Where wasm-bindgen puts helpers of the Rust side, if there are any.
        [ ! -d pkg/snippets ] || cp -Rp pkg/snippets "$out/"
        say "$backend: as it was"
    else
        package "$backend" "$out.$backend" &
        jobs+=("$!")
    fi
done
failed=
for job in "${jobs[@]}"; do
    wait "$job" || failed=1
done
[ -z "$failed" ] || die "a package could not be made"
for part in "$out".*; do
    [ ! -d "$part" ] || cp -Rp "$part/." "$out/"
done
rm -rf pkg "$out".*
mv "$out" pkg

node scripts/weight.mjs sizes pkg/*.wasm
