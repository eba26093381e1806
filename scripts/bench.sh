#!/usr/bin/env bash
# The benchmark: what the browser draws how fast, onnxruntime-web beside us, and the native CPU.
#
#   scripts/bench.sh gather [FOLDER]   what the page needs, with the peer's files, for any static host (dist-bench/)
#   scripts/bench.sh [PARAMETERS]      gather, run the page in a browser here, print tables
#
#   PARAMETERS   of the page, see www/lib/bench/options.js ("runs=20&peer=jspi&images=1000")
#   MODELS       ids of the models to gather, the first is measured if the page's address names none ("portraits-256");
#                otherwise all
#   ROLES        the files of each model to gather ("decoder grain-map nar"); otherwise all but the encoder
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
    node scripts/peer/gather.mjs "$out.part" ${MODELS:+--models "$MODELS"} ${ROLES:+--roles "$ROLES"}
    [ "${PEER:-webgpu}" = jspi ] ||
        cp "$ort"/ort.webgpu.bundle.min.mjs "$ort"/ort-wasm-simd-threaded.asyncify.{mjs,wasm} "$out.part/peer/"
    [ "${PEER:-jspi}" = webgpu ] ||
        cp "$ort"/ort.jspi.bundle.min.mjs "$ort"/ort-wasm-simd-threaded.jspi.{mjs,wasm} "$out.part/peer/"
    rm -rf "$out"
    mv "$out.part" "$out"
    (cd "$out" && for part in pkg models/*/ peer/*/ peer; do du -sh "$part"; done)
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
for model in $(tr , " " <<<"${MODELS:-emoji-128}"); do
    echo "$model"
    "$target/release/varigrain" bench --model "www/models/$model"
done
echo
exec node scripts/bench.mjs dist-bench "${1:-}"
