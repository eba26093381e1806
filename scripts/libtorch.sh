#!/usr/bin/env bash
# Builds the command line with LibTorch, for training on a GPU, as $CARGO_TARGET_DIR/varigrain-train.
#
#   LIBTORCH=folder     use this LibTorch (a folder with include/ and lib/)
#   TORCH_WHEEL=file    take LibTorch out of this torch wheel
#   neither             download the wheel (530 MB) with pip
#
# To run the binary elsewhere, put torch/lib of the same torch version, and the nvidia/*/lib
# folders that its CUDA build brings, into LD_LIBRARY_PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The version that burn-tch was seen to build and run against.
torch_version=2.11.0

target="${CARGO_TARGET_DIR:-${HOME:?HOME is not set}/.cache/varigrain/target}"

die() {
    echo "libtorch.sh: $*" >&2
    exit 1
}

unpack_wheel() { # WHEEL FOLDER
    # Only what a build needs; a rename at the end, so that a broken unpacking is never taken for a whole one.
    rm -rf "$2.part"
    python3 - "$1" "$2.part" <<'PYTHON'
import sys
import zipfile

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    names = [n for n in archive.namelist() if n.startswith(("torch/include/", "torch/lib/"))]
    if not names:
        sys.exit(f"{wheel}: no torch/include and torch/lib in it")
    archive.extractall(folder, names)
PYTHON
    rm -rf "$2"
    mv "$2.part" "$2"
}

if [ -z "${LIBTORCH:-}" ]; then
    command -v python3 >/dev/null || die "python3 is needed to fetch and unpack LibTorch"
    folder="$target/libtorch"
    if [ ! -d "$folder/torch/lib" ]; then
        mkdir -p "$target"
        wheel="${TORCH_WHEEL:-}"
        download=
        if [ -z "$wheel" ]; then
            download="$target/torch-wheel"
            mkdir -p "$download"
            echo "Downloading torch $torch_version (530 MB)" >&2
            python3 -m pip download --no-deps --only-binary=:all: \
                --python-version 3.12 --implementation cp --abi cp312 \
                --platform manylinux_2_28_x86_64 \
                --dest "$download" "torch==$torch_version"
            for wheel in "$download"/torch-"$torch_version"*.whl; do :; done
        fi
        [ -f "$wheel" ] || die "no such wheel: $wheel"
        echo "Unpacking $wheel into $folder" >&2
        unpack_wheel "$wheel" "$folder"
        if [ -n "$download" ]; then
            rm -rf "$download"
        fi
    fi
    LIBTORCH="$folder/torch"
fi
[ -d "$LIBTORCH/lib" ] && [ -d "$LIBTORCH/include" ] ||
    die "LIBTORCH=$LIBTORCH has no lib/ and include/"
export LIBTORCH

# burn-tch names an older LibTorch; newer ones work, their build script only has to be told so.
export LIBTORCH_BYPASS_VERSION_CHECK=1

if [ "${1:-}" = "--unpack-only" ]; then
    echo "$LIBTORCH"
    exit 0
fi

# LibTorch brings other feature sets for shared dependencies, and a binary that does not start
# without its libraries: a folder of its own keeps both away from the ordinary build.
CARGO_TARGET_DIR="$target/torch" cargo build --release --features libtorch --bin varigrain
strip -o "$target/varigrain-train" "$target/torch/release/varigrain"
ls -l "$target/varigrain-train"
