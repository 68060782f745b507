# The portal's commands. `make help` lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# Checkers of pages that pip cannot install: the HTML checker and schema.org's vocabulary. Without npm, or offline, the
# tests say that they were skipped.
VALIDATORS := tests/valid/node_modules/installed
RUNTIME := $(VENV)/runtime-installed
DEVELOPMENT := $(VENV)/development-installed
PYTEST_ARGS ?=
BENCH_ARGS ?=

.PHONY: help run test coverage test-long bench messages pictures lint format lock outdated clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## The whole portal on http://127.0.0.1:8000 (PORT=...), with the demo edition on first start
	@PORT=$(PORT) exec $(BIN)/python manage.py serve

# No test of the suite judges speed: FAULTS_SLOWER lets a machine take twenty times as long to recover.
test: $(DEVELOPMENT) $(VALIDATORS) ## The suite; on PostgreSQL with DATABASE_URL=postgres://...
	FAULTS_SLOWER=20 $(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

coverage: $(DEVELOPMENT) $(VALIDATORS) ## The suite, and which branches it takes; 95 % at least
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered --cov-fail-under=95 $(PYTEST_ARGS)

test-long: $(DEVELOPMENT) ## What takes longer than CI has time for
	$(BIN)/python -m pytest -m long -n 0 $(PYTEST_ARGS)

bench: $(DEVELOPMENT) ## How fast it is, in a quarter of an hour: docs/performance.md (BENCH_ARGS="--quick --only desk")
	$(BIN)/python -m tests.bench $(BENCH_ARGS)

messages: $(DEVELOPMENT) ## Renew the translations from the source; says what is still to be translated
	$(BIN)/python -m tests.catalogue

pictures: $(DEVELOPMENT) ## Renew the pictures in docs/: readers' pages at 360 and 1280 px, the newsroom and the desk
	$(BIN)/python -m tests.pictures

lint: $(DEVELOPMENT) ## Formatters, linters, types, import contracts, migrations, deployment checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	git ls-files -- 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2 --check
	$(BIN)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://news.example.org TRUSTED_PROXIES=127.0.0.1 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		VAR_DIR=$$(mktemp -d) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(DEVELOPMENT) ## Put the formatters to work
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	git ls-files -- 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2

lock: $(DEVELOPMENT) ## Renew the locked requirements from pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_ARGS) --output-file requirements.txt pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_ARGS) --extra s3 --output-file requirements-s3.txt pyproject.toml
	$(BIN)/python -m piptools compile $(LOCK_ARGS) --extra dev --extra s3 --output-file requirements-dev.txt pyproject.toml

outdated: $(DEVELOPMENT) ## Which locked requirements are behind, as pip says; `make lock` renews them
	@$(BIN)/python -m pip list --outdated --disable-pip-version-check
LOCK_ARGS := --quiet --upgrade --generate-hashes --allow-unsafe --no-strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean: ## Throw away the virtual environment and the caches; var/ with its data stays
	rm -rf $(VENV) tests/valid/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage*

$(RUNTIME): requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VALIDATORS): tests/valid/package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --prefix tests/valid --ignore-scripts --no-audit --no-fund --loglevel error && touch $@; fi || true
