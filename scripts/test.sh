#!/usr/bin/env bash
# The suite, in two processes: what needs no browser, then the stories in a real Chromium (they need
# DJANGO_ALLOW_ASYNC_UNSAFE, which must not reach the others). Where no Chromium can be had, says so at the end.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export CHROMIUM MINISTAGE_VAR
own_var=""
if [ -z "${MINISTAGE_VAR:-}" ]; then
  own_var=$(mktemp -d) && MINISTAGE_VAR=$own_var
  trap 'rm -rf "$own_var"' EXIT
fi
python=.venv/bin/python

$python manage.py messages --compile || exit 1
$python -m pytest -m "not browser" --ignore=tests/journeys "$@"
plain=$?

if CHROMIUM=$(scripts/chromium.sh); then
  DJANGO_ALLOW_ASYNC_UNSAFE=true $python -m pytest -m browser "$@"
  browser=$?
else
  browser=0
fi
if [ $# -gt 0 ]; then  # asked for some tests only: they may all be of the other kind
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
if [ -z "$CHROMIUM" ] && [ -n "${BROWSER_REQUIRED:-}" ]; then exit 1; fi
exit $((plain > browser ? plain : browser))
