# Verbs are honest: each does what its line in `make help` says, and nothing hides behind another.
GO      ?= go
TAGS    := duckdb_arrow
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X bellwether/internal/version.Version=$(VERSION)
BIN     := bin/bellwether
DEMO    ?= demo
PORT    ?= 8080
SCALE   ?= 0.01

export CGO_ENABLED := 1
export GOFLAGS     := $(GOFLAGS) -tags=$(TAGS)

.PHONY: help build assets demo test test-race test-browser test-unit lint fmt bench bench-england oracle nightly sample clean prereqs test-tools

help: ## Show these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

prereqs: ## Check that Go, a C compiler, Node and npm are here; name what installs a missing one
	@sh scripts/prereqs.sh

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

assets: node_modules/.package-lock.json ## Fetch the front-end packages and copy what is embedded
	@npm run --silent assets

build: prereqs assets ## Build bin/bellwether
	@mkdir -p bin
	$(GO) build -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/bellwether

demo: build ## Build, load the fictional county, run everything and serve it
	$(BIN) demo --dir $(DEMO) --port $(PORT)

test-tools: ## Install what the tests need (Debian packages, as root; otherwise says what to install)
	@sh scripts/test-tools.sh

test: prereqs assets ## Install what tests need and run all of them
	@sh scripts/test.sh

test-unit: ## Run the Go tests alone, without a browser or servers
	$(GO) test ./...

test-race: ## Run the Go tests under the race detector
	$(GO) test -race -timeout 30m ./...

test-browser: build test-tools ## Run the browser tests in Debian's Chromium
	$(GO) test -tags=$(TAGS),browser -timeout 20m ./dashboard/... ./internal/e2e/...

lint: ## Vet, check formatting and run golangci-lint (built once, at a pinned version)
	@sh scripts/lint.sh

fmt: ## Format the Go files
	gofmt -w $$(git ls-files '*.go')

bench: build ## Measure speed and memory; docs/benchmarks.md says on what machine
	@sh scripts/bench.sh

bench-england: build ## Measure a country of England's size, or of SCALE of it (0.01 to 1), from empty to served
	$(GO) run ./scripts/england --bin $(BIN) --scale $(SCALE)

oracle: build ## Compare the statistics with numbers computed by other programs (needs BELLWETHER_ORACLE)
	@sh scripts/oracle.sh

nightly: build ## The long runs: fuzzing, 200 kills, a soak, the tests three times over and under the race detector
	@sh scripts/nightly.sh

sample: build ## Make the fictional county's files again from their seed
	$(BIN) sample --out sample-data/larkshire

clean: ## Remove what was built
	rm -rf bin node_modules dashboard/static/vendor coverage artefacts
