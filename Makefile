# make repro: the example dataset, from nothing; make test: every check that takes minutes; make test-all: the slow ones too
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Nothing is written outside the clone, and nothing is asked.
export PIP_NO_CACHE_DIR := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export DVC_SITE_CACHE_DIR := $(CURDIR)/.dvc/tmp/site
export DVC_GLOBAL_CONFIG_DIR := $(CURDIR)/.dvc/tmp/config
export DVC_NO_ANALYTICS := 1

.PHONY: repro setup test test-all crash-test lint lock

repro: setup
	dvc repro

setup: .venv/run.stamp
	@$(BIN)/resyn models fetch

test: .venv/test.stamp lint
	$(BIN)/resyn models fetch
	$(BIN)/python -m pytest -n 2 --dist worksteal --durations 10 -m "not slow"

test-all: .venv/test.stamp lint
	$(BIN)/resyn models fetch
	$(BIN)/python -m pytest -n 2 --dist worksteal --durations 20

# every named point, random sequences of states, 200 random kills: hours on two cores; RESYN_CRASH_KILLS=40 for fewer
crash-test: .venv/test.stamp
	$(BIN)/resyn models fetch
	$(BIN)/python -m pytest tests/crash -m "slow or not slow" -q

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# uv resolves for Linux and macOS, Python 3.11 to 3.13, and writes no address of a registry
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --extra local --group build
lock:
	$(LOCK) -o requirements/run.txt
	$(LOCK) --extra dedup --extra images --extra mcp --extra validate --group dev -c requirements/run.txt -o requirements/test.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "resyn needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: requirements/test.txt requirements/embedding.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/test.txt
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/embedding.txt
	@touch $@
