# Every way into Isotherm. `make help` lists them.

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.lock
STAMP := $(VENV)/.locked
ISOTHERM := $(BIN)/isotherm
# The first Python on the path that is new enough.
FIND_PYTHON := for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done
FAST := not long and not slow and not browser and not scan

.DEFAULT_GOAL := help
.PHONY: help setup run demo test long check lock screenshots bench tools

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|' 2>/dev/null \
		|| grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST)

setup: $(STAMP) ## the environment, the database, the country, the translations
	$(ISOTHERM) words
	$(ISOTHERM) setup

run: $(STAMP) ## serve the pages at PORT (8000) until Ctrl-C
	@$(ISOTHERM) serve --port $(PORT)

demo: $(STAMP) ## the demo country with its people at PORT (8000) until Ctrl-C
	@$(ISOTHERM) serve --demo --port $(PORT)

test: $(STAMP) tools ## all tests but the longest
	$(ISOTHERM) words
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not long" tests

long: $(STAMP) tools ## the tests that take many minutes each
	$(BIN)/python -m pytest -q -m long tests

check: $(STAMP) ## style, types, floors, migrations, translations, the fast tests
	$(BIN)/ruff check .
	$(BIN)/mypy isotherm
	$(BIN)/lint-imports --no-logo
	DJANGO_SETTINGS_MODULE=isotherm.settings $(BIN)/python -m django makemigrations --check --dry-run
	$(ISOTHERM) words
	$(ISOTHERM) words check
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m '$(FAST)' tests

screenshots: $(STAMP) ## every page at three widths in both languages, into docs/screenshots
	$(BIN)/python docs/screenshots.py

bench: $(STAMP) ## the load tests, as ratios
	$(BIN)/python -m bench

lock: ## renew the locked requirements (needs uv)
	uv pip compile --python-version 3.11 --generate-hashes --upgrade --extra embedded pyproject.toml -o requirements/base.lock
	uv pip compile --python-version 3.11 --generate-hashes --upgrade --extra embedded --extra dev pyproject.toml -o $(LOCK)

# Chromium and Tesseract are the system's. Root may have them installed; else the tests that need them skip by name.
tools:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		! { command -v chromium && command -v tesseract && tesseract --list-langs 2>/dev/null | grep -qx vie; } >/dev/null; then \
		echo "Installing Chromium and Tesseract for the tests that need them."; \
		apt-get update -qq >/dev/null 2>&1; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium tesseract-ocr tesseract-ocr-vie fonts-dejavu-core >/dev/null 2>&1 \
			|| echo "They could not be installed: those tests will skip."; \
	fi

$(STAMP): $(LOCK) pyproject.toml
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo "Isotherm needs Python 3.11 or newer with its venv module; python3 here is: $$(python3 --version 2>&1)."; \
		echo "On Debian or Ubuntu: apt-get install python3 python3-venv. Then run make again."; \
		exit 1; \
	fi; \
	[ -x $(BIN)/python ] && $(BIN)/python -c '' 2>/dev/null || { rm -rf $(VENV) && echo "Creating $(VENV) with $$python." && $$python -m venv $(VENV); }
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -e .
	@touch $@
