# Ministage: `make run` starts the platform, `make test` tests it. `make` alone lists what else there is.

PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo python3)
PY := .venv/bin/python

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test test-clients bench reset test-set-up run-set-up python lint format types contracts messages messages-check migrations-check docs-check lock ci

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

run: run-set-up ## start the platform (PORT=8000 HOST=127.0.0.1; HOST=0.0.0.0 lets a phone on your network scan)
	@exec $(PY) manage.py up --host "$(HOST)" --port "$(PORT)" --stop-with-parent

test: test-set-up ## the whole suite with nothing else running, browser stories included
	@exec scripts/test.sh

test-clients: test-set-up ## real clients of others (Tencent's uploader, wechatpy, node-easywechat) against this platform, on loopback
	@CLIENTS=$${CLIENTS:-install} exec scripts/clients.sh

bench: test-set-up ## measure, as ratios against a limit of the same run; NAMES="sweep_1m inspect_2mb" for some only
	@exec $(PY) -m scripts.bench $(NAMES)

reset: run-set-up ## throw the demo world away; the next `make run` makes a new one
	@exec $(PY) manage.py reset

lint: test-set-up ## ruff, yamllint, hadolint, the compose schema
	@exec scripts/lint.sh

format: test-set-up ## let ruff put the Python files in order
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

types: test-set-up ## mypy
	@$(PY) -m mypy .

contracts: test-set-up ## who may import whom (design: docs/adr/0001)
	@$(PY) -c 'from importlinter.cli import lint_imports_command as go; go()' --no-cache

messages: test-set-up ## collect what the pages say into locale/, for translation
	@$(PY) manage.py messages

messages-check: test-set-up ## fail where a text has no Chinese translation
	@$(PY) manage.py messages --check

migrations-check: test-set-up ## fail where a model changed without a migration
	@$(PY) manage.py makemigrations --check --dry-run

docs-check: test-set-up ## fail where docs/lifecycles.md is not what the tables say
	@$(PY) manage.py lifecycles --check

lock: ## write requirements/*.lock anew from *.in (needs uv on the PATH)
	@for name in build run test full; do ( cd requirements && uv pip compile $$name.in --universal --generate-hashes \
		--no-emit-index-url --python-version 3.11 --quiet -o $$name.lock ) || exit 1; done

ci: ## everything that must hold before a change lands
	@exec .ci/run

run-set-up: python
	@$(PYTHON) scripts/install.py run

test-set-up: python
	@$(PYTHON) scripts/install.py test

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "ministage: Python 3.11 or newer is needed, but $(PYTHON) is $$($(PYTHON) --version 2>&1 | head -n 1)." \
			"Name another one: make run PYTHON=python3.11" >&2; exit 1; }
