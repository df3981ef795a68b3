#!/usr/bin/env bash
# The suite, in three processes: what needs no browser, then the stories in a real Chromium (they need
# DJANGO_ALLOW_ASYNC_UNSAFE, which must not reach the others), then real clients of others where they are installed.
# Where no Chromium can be had, or no client is installed, says so at the end. PART=plain runs the first only, PART=browser
# the second only.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export CHROMIUM MINISTAGE_VAR
own_var=""
if [ -z "${MINISTAGE_VAR:-}" ]; then
  own_var=$(mktemp -d) && MINISTAGE_VAR=$own_var
  trap 'rm -rf "$own_var"' EXIT
fi
python=.venv/bin/python
part=${PART:-all}

$python manage.py messages --compile || exit 1
plain=0
if [ "$part" != browser ]; then
  $python -m pytest -m "not browser and not clients" --ignore=tests/journeys --ignore=tests/clients "$@"
  plain=$?
fi
if [ "$part" = plain ]; then exit "$plain"; fi

if CHROMIUM=$(scripts/chromium.sh); then
  DJANGO_ALLOW_ASYNC_UNSAFE=true $python -m pytest -m browser "$@"
  browser=$?
else
  browser=0
fi
clients=0
has_clients=$($python -c 'from tests.clients import npm; print("yes" if npm.is_installed() else "")')
if [ -n "$has_clients" ] && [ -z "${DATABASE_URL:-}" ] && [ "$part" = all ]; then  # alone in their network they would not find the server
  scripts/clients.sh "$@"
  clients=$?
fi

if [ $# -gt 0 ]; then  # asked for some tests only: they may all be of the other kind
  [ "$clients" -eq 5 ] && clients=0
  [ "$plain" -eq 5 ] && plain=0
  [ "$browser" -eq 5 ] && browser=0
fi

echo
[ "$plain" -eq 0 ] && echo "without a browser: passed" || echo "without a browser: FAILED (exit $plain, above)"
if [ -z "$CHROMIUM" ]; then
  echo "in a browser:      NOT RUN. There is no Chromium here and none could be installed."
  echo "                   Install Debian's packages chromium and fonts-noto-cjk, or set CHROMIUM=/path/to/chrome."
elif [ "$browser" -eq 0 ]; then
  echo "in a browser:      passed ($CHROMIUM)"
else
  echo "in a browser:      FAILED (exit $browser, above)"
fi
if [ -z "$has_clients" ]; then
  echo "clients of others: not run: they are not installed (make test-clients installs and runs them)"
elif [ -n "${DATABASE_URL:-}" ]; then
  echo "clients of others: not run with DATABASE_URL; make test without it runs them"
else
  [ "$clients" -eq 0 ] && echo "clients of others: passed" || echo "clients of others: FAILED (exit $clients, above)"
fi
if [ -z "$CHROMIUM" ] && [ -n "${BROWSER_REQUIRED:-}" ]; then exit 1; fi
exit $((plain | browser | clients ? 1 : 0))
