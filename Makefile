# Compiled files live outside the checkout, so that a fresh clone finds them again.
TARGET ?= $(HOME)/.cache/varigrain/target
PORT ?= 8080
export CARGO_TARGET_DIR := $(TARGET)
export PORT

.DEFAULT_GOAL := help
.PHONY: help build site package demo bench lighthouse test fuzz soak deps train-binary fmt clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Variables: TARGET (compiled files, $(TARGET)), PORT (demo, $(PORT)),"
	@echo "  WASM_OPT_LEVEL (-Oz, -O3, or none for quick rounds), WASM_TOOLCHAIN (rustup or debian), KEEP_NAMES=1 (for profiling),"
	@echo "  WASM_BACKENDS (\"gpu cpu\"; one of the two for quick rounds),"
	@echo "  BENCH (bench: parameters of the page, such as 'runs=20&peer&images=1000'), MODELS (bench: only these), CHROMIUM,"
	@echo "  SITE_URL (site: the whole address it will have, for the picture that shared links show),"
	@echo "  LIBTORCH or TORCH_WHEEL (train-binary: a LibTorch folder or a torch wheel at hand)"

build: node_modules/.package-lock.json ## compile the browser packages into pkg/
	scripts/wasm.sh

site: build ## gather the static site in dist/: page, models, browser packages
	scripts/site.sh

package: build ## gather the npm package in dist-npm/ (without weights)
	node scripts/package.mjs

demo: site ## build the site and serve it at http://localhost:8080
	scripts/demo.sh

bench: site ## measure speed: the page in a browser here, onnxruntime-web beside it, and the native CPU
	cargo build --release
	scripts/bench.sh "$(BENCH)"

lighthouse: site ## Lighthouse over the site's pages, as a phone and as a desk; fails below 95 (performance) and 100
	node scripts/lighthouse.mjs --runs 3

test: ## run every check: format, lint, documentation, Rust, JavaScript and browser tests
	scripts/test.sh

fuzz: ## look for inputs that break a parser, for hours (nightly compiler and cargo-fuzz; RUNS: inputs of each target)
	scripts/fuzz.sh

soak: build ## 1,000 pictures with failures of every kind, in a browser here: results and memory must stay the same
	cargo build --release --features train --bin varigrain
	node scripts/soak.mjs

deps: ## install what build and test need (Debian packages only as root)
	scripts/deps.sh

train-binary: ## build the command line with LibTorch for training on a GPU (downloads 530 MB)
	scripts/libtorch.sh

fmt: ## format the Rust code
	cargo fmt

clean: ## remove pkg/, dist/ and dist-npm/ (compiled files stay)
	rm -rf pkg pkg.part* dist dist.part dist-npm dist-bench bench.json

# npm writes this file last.
node_modules/.package-lock.json: package-lock.json package.json
	npm ci --no-audit --no-fund
