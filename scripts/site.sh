#!/usr/bin/env bash
# Gathers dist/: the page, the model packs and the browser packages, for any static host.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for backend in gpu cpu; do
    [ -f "pkg/varigrain_${backend}_bg.wasm" ] || {
        echo "site.sh: the $backend package is missing in pkg/; run 'make build'" >&2
        exit 1
    }
done

# What the page takes from npm.
node scripts/vendor.mjs

out=dist.part
rm -rf "$out"
mkdir "$out"
cp -R www/. "$out/"
# Whatever a checkout holds for development only.
rm -rf "$out/pkg"
find "$out" \( -name '.*' -o -name '*.test.js' -o -name '*.test.mjs' -o -name '*.d.ts' \
    -o -name 'tsconfig*.json' -o -name node_modules \) ! -path "$out" -prune -exec rm -rf {} +
# The texts that doc.html shows, with their pictures, and the recorded results of the benchmark.
cp -R docs "$out/docs"
cp CHANGELOG.md "$out/"
mkdir "$out/pkg"
# With the compressed copies that are there already.
find pkg -maxdepth 1 -name 'varigrain_*' ! -name '*.d.ts' -exec cp -p {} "$out/pkg/" \;
# wasm-bindgen puts helpers of the Rust side here, if there are any.
if [ -d pkg/snippets ]; then
    cp -R pkg/snippets "$out/pkg/"
fi
# What the service worker keeps, and by which version.
node scripts/site-files.mjs "$out"
# For hosts that send `FILE.br` or `FILE.gz` to browsers that understand them.
node scripts/weight.mjs compress "$out"
rm -rf dist
mv "$out" dist

if [ ! -f dist/index.html ]; then
    echo "site.sh: www/ has no index.html" >&2
    exit 1
fi
if ! compgen -G "dist/models/*/manifest.json" >/dev/null; then
    echo "site.sh: note: www/models/ holds no model pack, so the page will have nothing to load" >&2
fi
echo "dist/: $(find dist -type f | wc -l | tr -d ' ') files, $(du -sh dist | cut -f1)"
