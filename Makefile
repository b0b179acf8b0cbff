# The commands of the project. Each one sets up what it needs: `make demo` works on a fresh clone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AXE := tests/browser/node_modules/.package-lock.json
VIEWER := api/pages/viewer
ATHERIS := atheris==3.0.0

PORT ?= 8000
DATA ?= demo-data
JOBS ?= 2
ARGS ?=
FULL ?=
SECONDS ?= 60
EVENTS ?= 1000000

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test interop fuzz viewer axe screenshots check faults load grow bench mutants lock docs clean

help: ## show this list
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

setup: $(READY) ## create .venv from the lock file

# One stamp stands for the whole environment; it is touched last, so a broken set-up is repeated.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "suyuan needs Python 3.11 or newer; set PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "this Python has no venv module; on Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## found a small honest world in DATA and serve it on PORT
	$(BIN)/suyuan demo --port $(PORT) --data "$(DATA)"

serve: $(READY) ## serve the ledger in DATA on PORT
	$(BIN)/suyuan serve --port $(PORT) --data "$(DATA)"

test: $(READY) ## run every test; ARGS='-k name' passes options to pytest
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

interop: $(READY) ## build Go programs that nobody here wrote and run them against ledgers; docs/INTEROP.md
	SUYUAN_INTEROP=whole $(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m interop tests/interop $(ARGS)

# Not in the lock file: nothing else needs it, and it is built for Linux on x86-64 only.
fuzz: $(READY) ## fuzz each parser for SECONDS, guided by coverage; docs/THREATS.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(ATHERIS)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

viewer: $(VIEWER)/model-viewer.min.js ## install the viewer of 3D models, which the server then serves itself

# Only what is served stays: the script as its makers built it, and its licence.
$(VIEWER)/model-viewer.min.js: $(VIEWER)/package-lock.json $(VIEWER)/package.json
	npm ci --prefix $(VIEWER) --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error
	cp $(VIEWER)/node_modules/@google/model-viewer/LICENSE $(VIEWER)/model-viewer.LICENSE.txt
	cp $(VIEWER)/node_modules/@google/model-viewer/dist/model-viewer.min.js $@
	rm -rf $(VIEWER)/node_modules

axe: $(AXE) ## install axe-core, with which the browser tests look for barriers

# npm writes this list when it has done its work; no script of a package runs.
$(AXE): tests/browser/package-lock.json tests/browser/package.json
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

screenshots: $(READY) ## take the pictures of README.md anew, with Chromium
	$(BIN)/python -m tests.browser.take_pictures

check: $(READY) ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

grow: $(READY) ## fill one ledger to EVENTS, a million by default, and watch it
	$(BIN)/python -m benchmarks.grow --events $(EVENTS) $(ARGS)

faults: $(READY) ## kill servers, cut the power, fail system calls; ARGS='--kills 20 --seed 7'
	$(BIN)/python -m tests.faults $(ARGS)

load: $(READY) ## ten minutes of load whose readers verify everything, then overload; ARGS='--seconds 60'
	$(BIN)/python -m benchmarks.soak $(ARGS)

bench: $(READY) ## measure; FULL=1 goes on to a million events
	FULL=$(FULL) $(BIN)/python -m benchmarks $(ARGS)

mutants: $(READY) ## change the escrow kernel in one place at a time; ARGS='--sample 100'
	$(BIN)/python -m benchmarks.mutate_kernel --jobs $(JOBS) $(ARGS)

# No address of a package index is written into the lock file: it works with whichever index pip is set up for.
lock: $(READY) ## write requirements.lock anew from pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--extra dev --build-deps-for editable --output-file requirements.lock pyproject.toml

docs: $(READY) ## write the generated parts of README.md and docs/ anew from the code
	$(BIN)/python -m tests.house.generated

clean: ## remove the environment and every cache; DATA is left alone
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
