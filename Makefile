# Every target sets up what it needs: a virtual environment in .venv from the locked, hashed lists in requirements/.
# Needed beforehand: make, and Python 3.11 or newer with venv. Another Python: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DJANGO := PYTHONPATH=src:. DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django
WEB := src/zhucan/web
MESSAGES := PYTHONPATH=$(CURDIR)/src:$(CURDIR) DJANGO_SETTINGS_MODULE=tests.settings $(CURDIR)/$(BIN)/python -m django
DEMO := build/demo
DEMO_FILES := build/demo-files
DEMO_ARGS ?=
READER := tests/web/node_modules/.package-lock.json
TEST_ARGS ?=
POSTGRES ?= postgresql://postgres@127.0.0.1:5432/zhucan
EXTRAS := --extra web --extra postgres

.PHONY: demo demo-files test test-postgres coverage reader check format lock wheel messages pictures clean

## the application with a county the project invents: imported, matched, served; DEMO_ARGS=--no-serve ends before serving
demo: $(VENV)/run.stamp
	$(BIN)/zhucan office-demo --data $(DEMO) --persons 22000 --port 8000 $(DEMO_ARGS)

## the main job without a database: generate a county's files, match them, say where to look
demo-files: $(VENV)/run.stamp
	rm -rf $(DEMO_FILES)
	$(BIN)/zhucan demo --out $(DEMO_FILES) --persons 3000
	$(BIN)/zhucan match $(DEMO_FILES)/files --division 450803 --as-of 2026-11-01 --out $(DEMO_FILES)/result --plain

## every test, on SQLite; those that need Chromium, Node, LibreOffice, poppler or PostgreSQL are skipped without them
## (failed where CI=true)
test: $(VENV)/dev.stamp reader
	$(BIN)/python -m pytest -n auto --dist loadfile $(TEST_ARGS)

## the tests that touch the database once more, on PostgreSQL
test-postgres: $(VENV)/dev.stamp reader
	ZHUCAN_DATABASE=$(POSTGRES) $(BIN)/python -m pytest -n auto --dist loadfile -m django_db $(TEST_ARGS)

## branch coverage of all tests, by file
coverage: $(VENV)/dev.stamp reader
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term-missing:skip-covered $(TEST_ARGS)

## import contracts, types, lint, format, templates, settings, and whether the models have their migrations
check: $(VENV)/dev.stamp
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet src/zhucan/web/templates
	$(BIN)/djlint --lint --quiet --profile jinja src/zhucan/match
	$(DJANGO) check --fail-level WARNING
	$(DJANGO) makemigrations --check --dry-run

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## write the lock anew from pyproject.toml (needs the package index)
lock: $(VENV)/dev.stamp
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export --locked --quiet --no-header --no-emit-project $(EXTRAS) --no-dev --group build -o requirements/run.txt
	$(BIN)/uv export --locked --quiet --no-header --no-emit-project $(EXTRAS) --group dev -o requirements/dev.txt

wheel: $(VENV)/dev.stamp
	$(BIN)/python -m hatchling build -t wheel -d build/dist

## the portal's English after its Chinese changed: new texts come into src/zhucan/web/locale/en untranslated or marked
## fuzzy, to be translated there; once more writes what the application reads (needs gettext)
messages: $(VENV)/dev.stamp
	@command -v msgmerge >/dev/null || { echo "make messages needs gettext. On Debian and Ubuntu: apt install gettext"; exit 1; }
	cd $(WEB) && $(MESSAGES) makemessages --locale en --add-location file --no-wrap --no-obsolete
	sed -i.old '/^"POT-Creation-Date/d' $(WEB)/locale/en/LC_MESSAGES/django.po && rm $(WEB)/locale/en/LC_MESSAGES/django.po.old
	cd $(WEB) && $(MESSAGES) compilemessages --locale en

## the pictures of the README and the guides, from real output (needs Chromium, LibreOffice and poppler)
pictures: $(VENV)/dev.stamp
	$(BIN)/python docs/images/make.py
	$(BIN)/python docs/images/make_office.py

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
