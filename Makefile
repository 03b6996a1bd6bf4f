# Every target sets up what it needs: a virtual environment in .venv from the locked, hashed lists in requirements/.
# Needed beforehand: make, and Python 3.11 or newer with venv. Another Python: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO := build/demo
READER := tests/web/node_modules/.package-lock.json
TEST_ARGS ?=

.PHONY: demo test coverage reader check format lock wheel pictures clean

## the main job on a county the project invents: generate, match, say where to look
demo: $(VENV)/run.stamp
	rm -rf $(DEMO)
	$(BIN)/zhucan demo --out $(DEMO) --persons 3000
	$(BIN)/zhucan match $(DEMO)/files --division 450803 --as-of 2026-11-01 --out $(DEMO)/result --plain

## every test; those that need Chromium, Node, LibreOffice or poppler are skipped without them (failed where CI=true)
test: $(VENV)/dev.stamp reader
	$(BIN)/python -m pytest -n auto --dist loadfile $(TEST_ARGS)

## branch coverage of all tests, by file
coverage: $(VENV)/dev.stamp reader
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term-missing:skip-covered $(TEST_ARGS)

## import contracts, types, lint, format, templates, and whether the lock is the one pyproject.toml asks for
check: $(VENV)/dev.stamp
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet src

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## write the lock anew from pyproject.toml (needs the package index)
lock: $(VENV)/dev.stamp
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export --locked --quiet --no-header --no-emit-project --no-dev --group build -o requirements/run.txt
	$(BIN)/uv export --locked --quiet --no-header --no-emit-project --group dev -o requirements/dev.txt

wheel: $(VENV)/dev.stamp
	$(BIN)/python -m hatchling build -t wheel -d build/dist

## the pictures of the README, from real output (needs Chromium, LibreOffice and poppler)
pictures: $(VENV)/dev.stamp
	$(BIN)/python docs/images/make.py

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

## the virtual screen reader of the page tests, where the machine has npm and a package index
reader:
	@if command -v npm >/dev/null && ! [ $(READER) -nt tests/web/package-lock.json ]; then \
	  npm ci --prefix tests/web --silent --no-audit --no-fund --ignore-scripts \
	  && touch $(READER) \
	  || { echo "The virtual screen reader could not be installed; its tests will be skipped."; [ "$$CI" != true ]; }; \
	fi

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "zhucan needs Python 3.11 or newer; give one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo "This Python lacks venv. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/python.stamp
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(VENV)/run.stamp
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
