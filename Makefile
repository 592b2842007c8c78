# The commands of this project; `make` lists them. Each one sets up what it needs.

PYTHON ?= python3
VENV ?= .venv
ARCHITECTURE ?= arm64
PYTHON_VERSION ?= 3.13
# One order of the tests unless another is asked for, so that what fails is the change.
ORDER ?= 1489832013

RUN := $(VENV)/bin/python -m
STAMP := $(VENV)/.setup-done
LOCAL_STAMP := $(VENV)/.local-done
EXTRAS := dev,local,plan,query,report
# Settings of pip that would install elsewhere than into the virtual environment.
PIP := env -u PIP_TARGET -u PIP_PREFIX -u PIP_ROOT PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 \
	$(RUN) pip -qq

LOCK = $(RUN) uv --quiet pip compile --universal --python-version 3.11 --no-header --no-annotate \
	--constraint constraints.txt --generate-hashes

# Where compiled modules are not kept, each of the tests' processes compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo format lint types imports check test truth bench zip constraints locks clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## Make .venv with everything needed to work on the project

# Make .venv, where it is not yet, and install the project with the extras named.
define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Firelake needs Python 3.11 or later, this is " + sys.version.split()[0] + ": name another one by PYTHON=...")'
	@$(RUN) pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "setup: installing into $(VENV)"
	@$(PIP) install --no-compile --constraint constraints.txt --editable '.[$(1)]'
	@touch $@
endef

$(STAMP): pyproject.toml constraints.txt
	$(call install,$(EXTRAS))

# What the demonstration needs, half of it all; nothing where all is there.
$(LOCAL_STAMP): $(or $(wildcard $(STAMP)),pyproject.toml constraints.txt)
	$(if $(wildcard $(STAMP)),@touch $@,$(call install,local))

demo: $(LOCAL_STAMP) ## Deploy a lake on this machine, send events through it, account for every one
	@$(VENV)/bin/firelake demo

format: setup ## Format the code and mend what ruff can mend
	@$(RUN) ruff format
	@$(RUN) ruff check --fix

lint: setup ## Check format and style
	@$(RUN) ruff format --check
	@$(RUN) ruff check

types: setup ## Check types
	@$(RUN) basedpyright

imports: setup ## Check who imports whom
	@$(VENV)/bin/lint-imports --no-logo

check: lint types imports ## Check format, style, types, imports and the repository itself
	@$(RUN) pytest tests/unit/test_repository.py

test: setup ## Run all tests, which must cover contract and transform
	@$(RUN) pytest --cov --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --randomly-seed=$(ORDER)

truth: setup ## Ask engines that others wrote: Trino (Java, Maven), Polars, dbt, Superset, Spark, pulumi (Go); long
	@$(RUN) tests.truth

bench: setup ## Run every benchmark and print its table
	@set -e; for file in bench/bench_*.py; do \
		if [ -e "$$file" ]; then $(RUN) "bench.$$(basename "$$file" .py)"; fi; \
	done

zip: setup ## Build the function's zip: make zip ARCHITECTURE=arm64 PYTHON_VERSION=3.13
	@$(RUN) firelake.infra.package --architecture $(ARCHITECTURE) --python-version $(PYTHON_VERSION)

constraints: setup ## Pin the latest releases anew: constraints.txt and every requirements.txt
	@$(PIP) install --constraint constraints.txt --editable '.[lock]'
	@$(RUN) uv --quiet pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--no-header --no-annotate --output-file constraints.new
	@mv constraints.new constraints.txt
	@$(MAKE) --no-print-directory locks

locks: setup ## Lock what the zip holds and what deploys, by hashes: every requirements.txt
	@$(PIP) install --constraint constraints.txt --editable '.[lock]'
	@$(LOCK) --group zip --output-file requirements.new
	@mv requirements.new src/firelake/transform/requirements.txt
	@$(LOCK) pyproject.toml --extra deploy --output-file infra/requirements.new
	@mv infra/requirements.new infra/requirements.txt

clean: ## Remove what the other commands made
	@rm -rf $(VENV) dist build .coverage .hypothesis .import_linter_cache .pytest_cache .ruff_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
