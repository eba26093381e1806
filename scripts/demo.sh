#!/usr/bin/env bash
# Serves dist/ at http://localhost:$PORT and opens the page where there is a desktop.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

port="${PORT:-8080}"
url="http://localhost:$port/"

opener=
if [ -z "${CI:-}" ]; then
    if [ "$(uname)" = Darwin ]; then
        opener=open
    elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
        opener=xdg-open
    fi
fi
if [ -n "$opener" ]; then
    # The server needs a moment before the browser asks.
    (sleep 1 && "$opener" "$url" >/dev/null 2>&1) &
fi
exec node scripts/serve.mjs --port "$port" dist
