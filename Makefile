# What a newcomer types. Everything is built once, in the release configuration.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-browser setup-peers ready build demo test test-all fuzz bench peers \
    peers-replay check check-views check-runs check-causes exam \
    format lint clean completions

PACKAGES := liblmdb-dev libssl-dev zlib1g-dev libzstd-dev libexpat1-dev libsimdjson-dev \
    libsqlite3-dev pkg-config tzdata
LIBRARIES := lmdb libcrypto zlib libzstd expat simdjson sqlite3
PEER_PACKAGES := gcc g++ liblmdb-dev libssl-dev libsqlite3-dev pkg-config python3-venv
# Local times need the zone files, which a small installation may lack.
ZONES := /usr/share/zoneinfo/Asia/Jerusalem
DATA ?=
FILTER ?=
SECONDS ?= 60
OPERATIONS ?= 200
KINDS ?=

# Root needs no sudo; others are asked for nothing and told where it fails.
ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
INSTALL := $(ROOT) env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 install

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the system libraries that are missing, check the compiler
	@tools/check-swift.sh
	@if ! pkg-config --exists $(LIBRARIES) 2>/dev/null || [ ! -e $(ZONES) ]; then \
	    echo "installing $(PACKAGES)"; \
	    $(ROOT) apt-get -qq update && $(INSTALL) $(PACKAGES) >/dev/null; \
	fi
	@pkg-config --exists --print-errors $(LIBRARIES)

setup-browser: ## install the browser that the tests of pages use, if it is missing
	@if ! command -v chromium >/dev/null 2>&1; then \
	    echo "installing chromium"; \
	    $(ROOT) apt-get -qq update && $(INSTALL) chromium >/dev/null; \
	fi
	@command -v chromium >/dev/null

setup-peers: ## install what the programs that the log is measured against need
	$(ROOT) apt-get -qq update && $(INSTALL) $(PEER_PACKAGES) >/dev/null

# The setup is left alone where everything is there already.
ready:
	@tools/check-swift.sh
	@{ pkg-config --exists $(LIBRARIES) 2>/dev/null && [ -e $(ZONES) ]; } || $(MAKE) --no-print-directory setup

build: ready ## build the programs
	swift build -c release

demo: build ## records to report on one screen; DATA=folder for a bank's own files
	@tools/demo.sh $(DATA)

test: ready setup-browser ## build and run all tests; FILTER=Name for some
	swift build -c release --build-tests
	swift test -c release --skip-build --disable-xctest $(if $(FILTER),--filter $(FILTER))

test-all: export DOWNSTREAM_LONG = 1
test-all: lint test fuzz bench ## format check, tests in their long versions, fuzzing, benchmarks

fuzz: ready ## look for inputs that end a decoder or a reader; SECONDS=60 for each
	@tools/fuzz/fuzz.sh log $(SECONDS)
	@tools/fuzz/fuzz.sh ingest $(SECONDS)

bench: build ## run the benchmarks
	.build/release/downstream-bench

peers: ## measure what the log is held against: C on LMDB, SQLite, a Python library
	@pkg-config --exists lmdb libcrypto sqlite3 \
	    || { echo "error: a library is missing; run make setup-peers" >&2; exit 1; }
	$(MAKE) -s -C tools/peers check
	python3 tools/peers/run.py >.build/peers/peers.json
	@echo ".build/peers/peers.json"

peers-replay: build ## measure the replay beside SimPy, Prosimos and PM4Py, which it installs
	@python3 -c 'import ensurepip, venv' 2>/dev/null \
	    || { echo "error: python3-venv is missing; run make setup-peers" >&2; exit 1; }
	@mkdir -p .build/peers
	python3 tools/peers/replay/measure.py >.build/peers/replay.json.part
	mv .build/peers/replay.json.part .build/peers/replay.json
	@echo ".build/peers/replay.json"

check-views: build ## recompute the views of a generated operation with an independent program
	rm -rf .build/check && mkdir -p .build/check
	.build/release/downstream generate .build/check/data --profile retail-bank --customers 4000 \
	    --quiet >/dev/null
	python3 tools/check/independent_views.py --data .build/check/data \
	    --program .build/release/downstream

check-runs: build ## recompute the recorded world of a simulation with an independent program
	rm -rf .build/check && mkdir -p .build/check
	.build/release/downstream generate .build/check/data --profile retail-bank --customers 4000 \
	    --quiet >/dev/null
	python3 tools/check/independent_runs.py --data .build/check/data \
	    --program .build/release/downstream --from 2025-01-15 --to 2025-03-10 \
	    --out .build/check/recorded-world.json
	@echo ".build/check/recorded-world.json"

check-causes: build ## causes found against true ones on generated operations of five kinds
	python3 tools/check/causes.py --program .build/release/downstream

exam: build ## what the simulator foretells against what happened; OPERATIONS=200 KINDS="chatbot"
	@mkdir -p .build/exam
	python3 tools/exam/exam.py --program .build/release/downstream --operations $(OPERATIONS) \
	    --out .build/exam/exam.json $(if $(KINDS),--kinds $(KINDS))

check: build ## recompute the bank's figures with an independent program; DATA=folder
	@test -n "$(DATA)" || { echo "error: give the files: make check DATA=folder" >&2; exit 64; }
	python3 tools/check/independent_bank.py --data $(DATA) --program .build/release/downstream

format: ## format the sources
	swift format format --in-place --parallel --recursive Sources Tests Package.swift

lint: ## check the format
	swift format lint --strict --parallel --recursive Sources Tests Package.swift

clean: ## remove what was built and made
	swift package clean
	rm -rf demo downstream-store

completions: build ## write shell completions to .build/completions
	@mkdir -p .build/completions
	@for shell in bash zsh fish; do \
	    .build/release/downstream --generate-completion-script $$shell \
	        >.build/completions/downstream.$$shell || exit 1; \
	    echo ".build/completions/downstream.$$shell"; \
	done
