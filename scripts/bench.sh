#!/usr/bin/env bash
# The benchmark: what the browser draws how fast, onnxruntime-web beside us, and the native CPU.
#
#   scripts/bench.sh gather [FOLDER]   the site with the peer's files, for any static host (dist-bench/)
#   scripts/bench.sh [PARAMETERS]      gather, run the page in a browser here, print tables
#
#   PARAMETERS   of the page, see www/lib/bench/options.js ("runs=20&peer=jspi&images=1000")
#   PEER         "webgpu" or "jspi": gather only that build of onnxruntime-web (otherwise both)
#   CHROMIUM     the browser; without one the folder is served for a browser of yours
#   BROWSER_GPU  "software" to insist on WebGPU in software, whose times say nothing of a GPU
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

gather() { # FOLDER
    local out="$1" ort=node_modules/onnxruntime-web/dist
    [ -f dist/bench.html ] || {
        echo "bench.sh: dist/ is missing; run 'make site'" >&2
        exit 1
    }
    rm -rf "$out.part"
    cp -R dist "$out.part"
    # No part of the page uses the encoder, nor does a simple server the compressed copies.
    rm -f "$out.part"/models/*/encoder.safetensors
    find "$out.part" \( -name '*.br' -o -name '*.gz' \) -delete
    node scripts/peer/export-onnx.mjs --out "$out.part/peer"
    [ "${PEER:-webgpu}" = jspi ] ||
        cp "$ort"/ort.webgpu.bundle.min.mjs "$ort"/ort-wasm-simd-threaded.asyncify.{mjs,wasm} "$out.part/peer/"
    [ "${PEER:-jspi}" = webgpu ] ||
        cp "$ort"/ort.jspi.bundle.min.mjs "$ort"/ort-wasm-simd-threaded.jspi.{mjs,wasm} "$out.part/peer/"
    rm -rf "$out"
    mv "$out.part" "$out"
    echo "$out/: $(du -sh "$out" | cut -f1), packed $(tar -c -C "$out" . | gzip | wc -c | awk '{ printf "%.1f MB", $1 / 1e6 }')"
    echo "open bench.html?auto&peer there"
}

if [ "${1:-}" = gather ]; then
    gather "${2:-dist-bench}"
    exit
fi
gather dist-bench
target="${CARGO_TARGET_DIR:-${HOME:?HOME is not set}/.cache/varigrain/target}"
echo
"$target/release/varigrain" bench
echo
exec node scripts/bench.mjs dist-bench "${1:-}"
