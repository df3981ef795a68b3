#!/usr/bin/env bash
# Real clients of others (tests/clients) against this platform, where they get to loopback only: in a network namespace
# of their own if this machine lets us, and behind a guard inside node in any case.
# CLIENTS=install: install them first, by npm. CLIENTS=required: the same, and it is a failure if that can't be done.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python
if [ -n "${CLIENTS:-}" ]; then
  for registry in npm pypi; do
    $python -m "tests.clients.$registry" || [ "$CLIENTS" != required ] || exit 1
  done
fi
alone=()
if unshare --net true 2>/dev/null; then
  alone=(unshare --net "$python" -m tests.clients.loopback)
elif unshare --user --map-root-user --net true 2>/dev/null; then
  alone=(unshare --user --map-root-user --net "$python" -m tests.clients.loopback)
else
  echo "No network namespace can be had here: only the guard inside node keeps the clients on loopback."
fi
leave=()
if ! CHROMIUM=$(scripts/chromium.sh) && [ -z "${BROWSER_REQUIRED:-}" ]; then
  echo "There is no Chromium here: the story on screens and phones is left out."
  leave=(--ignore=tests/clients/test_story.py)
fi
export CHROMIUM
exec env -u DATABASE_URL -u REDIS_URL "${alone[@]}" "$python" -m pytest -rs -m clients "${leave[@]}" "${@:-tests/clients}"
