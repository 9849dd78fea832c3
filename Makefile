# Two commands matter: make reproduce, make test. They set up what is missing.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV = VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip
UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
.PHONY: help setup reproduce verify check audit test test-full lint lab notebooks codebook refresh lock clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY)  ## Make .venv with the pinned versions

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "stdpolicy needs Python 3.11 or later; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up $(VENV) ..." >&2
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || $(PYTHON) -m virtualenv --quiet $(VENV) 2>/dev/null || { \
	  echo "Python can make no environment; on Debian or Ubuntu: apt-get install python3-venv" >&2; \
	  exit 1; }
	@# uv is ten times faster; where it cannot be had or cannot reach the packages, pip does it.
	@{ $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) && \
	  $(UV) sync --quiet --system-certs requirements.lock && \
	  $(UV) install --quiet --no-deps --no-build-isolation -e .; } || { \
	  echo "uv could not do it, trying pip ..." >&2; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .; }
	@touch $@

reproduce: $(READY)  ## Check the data, run what is not up to date, write figures, reports and the manifest
	@$(BIN)/stdpolicy reproduce

verify: $(READY)  ## Run everything again elsewhere and compare it, to the byte, with what is here
	@$(BIN)/stdpolicy verify

check: $(READY)  ## Check the tables against the schema
	@$(BIN)/stdpolicy check

audit: $(READY)  ## Hold the tables against the source texts: make audit SOURCES=DIR
	@$(BIN)/stdpolicy audit --sources "$(SOURCES)"

test: $(READY)  ## Run the tests (minutes)
	@$(BIN)/pytest -n auto --dist loadfile
	@$(BIN)/pytest --nbval -p no:warnings -n auto --dist loadfile notebooks

test-full: $(READY)  ## Run all tests, the long ones too
	@STDPOLICY_FULL=1 $(BIN)/pytest -n auto --dist worksteal -m "full or not full"
	@$(BIN)/pytest --nbval -p no:warnings -n auto --dist loadfile notebooks

lint: $(READY)  ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lab: $(READY)  ## Open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --notebook-dir=notebooks

notebooks: $(READY)  ## Run the notebooks and store their outputs in notebooks/
	@for book in notebooks/*.ipynb; do $(BIN)/stdpolicy run $$book --to $$book || exit 1; done

codebook: $(READY)  ## Write the data dictionary and docs/modelled.md from the tables
	@$(BIN)/stdpolicy codebook --to data/README.md
	@$(BIN)/stdpolicy modelled --language en --to docs/modelled.md
	@$(BIN)/stdpolicy modelled --language zh --to docs/modelled.zh.md

refresh: codebook notebooks reproduce  ## All that is generated, in the order in which it depends

lock: $(READY)  ## Pin the versions anew
	@$(BIN)/uv pip compile --quiet pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --upgrade -o requirements.lock

clean:  ## Remove the environment and caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
