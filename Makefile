# Regulars 熟客: `make` lists what can be done here.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Servers are started again and again, by the tests too: the program is compiled once.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8000
REGULARS_HOME ?= .regulars-demo
# The Python to build .venv with: the first of these that is 3.11 or newer.
PYTHONS ?= python3 python3.13 python3.12 python3.11

BIN := .venv/bin
SETUP := .venv/.setup
REGULARS := $(BIN)/regulars
WEB := $(BIN)/python -m tools.web

.PHONY: help
help: ## List the recipes
	@awk 'BEGIN {FS = ":.*## "} /^[a-z%-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(SETUP) ## Create .venv from the hash-pinned locks (nothing to do when they have not changed)

$(SETUP): requirements/dev.txt pyproject.toml hatch_build.py tools/venv.sh
	@bash tools/venv.sh $(PYTHONS)
	@touch $@

.PHONY: system
system: ## Install what only the tests need: PostgreSQL, Chromium, Chinese fonts (Debian)
	@bash tools/system.sh

.PHONY: demo
demo: $(SETUP) ## Build the faces, open a demonstration shop and serve it (PORT, REGULARS_HOME)
	@$(WEB) build
	@$(REGULARS) demo --serve --port $(PORT) --home $(REGULARS_HOME)

.PHONY: serve
serve: $(SETUP) ## Serve the shop kept in REGULARS_HOME
	@$(WEB) build
	@$(REGULARS) serve --port $(PORT) --home $(REGULARS_HOME)

.PHONY: web
web: $(SETUP) ## Build till and office into src/regulars/web (nothing to do when its sources have not changed)
	@$(WEB) build

.PHONY: test
test: system lint ## Run every check and the whole suite, on SQLite and PostgreSQL, with the browser
	@$(WEB) build test
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal

.PHONY: nightly
nightly: system $(SETUP) ## Search long: 20,000 random bills against trying everything, 10,000 refunds, 200 kills
	@REGULARS_THOROUGH=1 $(BIN)/pytest tests/domain tests/faults tests/storage tests/use_cases

.PHONY: faults
faults: system $(SETUP) ## Break the shop in every way we know, and write docs/evidence/faults.md (three quarters of an hour)
	@$(BIN)/python -m tools.faults_evidence

.PHONY: simulate
simulate: $(SETUP) ## Replay one simulated shop line by line, e.g. make simulate SEED=7 STEPS=60
	@$(BIN)/python -m tools.simulate $(or $(SEED),1) $(or $(STEPS),60)

.PHONY: check
check: lint ## Run every check that needs no database: also sizes, names and translations
	@$(BIN)/pytest tests/architecture

.PHONY: lint
lint: $(SETUP) ## Check style, Python types, layers, API drift and the front ends' types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy src tests tools hatch_build.py $(wildcard bench)
	$(BIN)/lint-imports
	$(REGULARS) openapi --check
	$(WEB) check

.PHONY: fmt
fmt: $(SETUP) ## Format the Python and repair what ruff can repair
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-config --upgrade

.PHONY: lock
lock: $(SETUP) ## Remake requirements/*.txt with the newest versions that pyproject.toml admits
	$(LOCK) pyproject.toml --output-file requirements/run.txt
	$(LOCK) pyproject.toml --extra dev --extra web --output-file requirements/dev.txt

.PHONY: openapi
openapi: $(SETUP) ## Write openapi.json and the front ends' types from the routes
	$(REGULARS) openapi
	$(WEB) types

.PHONY: screenshots
screenshots: system $(SETUP) ## Take the pictures of the guides with the real till and office
	@$(WEB) build
	@$(BIN)/python -m tools.screenshots
	@$(BIN)/python -m tools.office_screenshots

BENCHES = $(sort $(filter-out __init__ __main__,$(basename $(notdir $(wildcard bench/[a-z]*.py)))))

.PHONY: bench
bench: $(SETUP) ## Measure every figure of the README, one after another (each alone: make bench-NAME)
	@for each in $(BENCHES); do echo "== $$each"; $(BIN)/python -m bench.$$each; done

.PHONY: bench-web
bench-web: $(SETUP) ## Measure office and till in Chromium; MEMBERS=1000000 the members' list, DEMO=folder a kept shop
	@$(WEB) build
	@$(BIN)/python -m bench.web $(if $(MEMBERS),--members $(MEMBERS)) $(if $(DEMO),--demo $(DEMO))

bench-%: $(SETUP) ## Measure one figure, e.g. make bench-settle
	@$(BIN)/python -m bench.$(subst -,_,$*)

.PHONY: clean
clean: ## Remove what was built (.venv, node_modules, the built faces, caches), never a shop's data
	rm -rf .venv web/node_modules src/regulars/web build dist .mypy_cache .ruff_cache \
	  .pytest_cache .hypothesis .import_linter_cache
