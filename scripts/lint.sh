#!/usr/bin/env bash
# Every linter, to the end, then one verdict.
set -u
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python
bad=0
check() { "$@" || { bad=1; echo "^^^ ${*}" >&2; }; }
check $python -m ruff check --quiet .
check $python -m ruff format --check --quiet .
check $python -m yamllint --strict .
check $python -m check_jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
check .venv/bin/hadolint Dockerfile
[ "$bad" -eq 0 ] && echo "lint: nothing found"
exit "$bad"
