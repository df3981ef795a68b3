# shellcheck shell=bash
# Sourced by .ci/run: sets DATABASE_URL and REDIS_URL to servers that answer. Given ones are taken, else local servers on
# their usual ports, else Debian's packages are installed and started.

_python=${python:-.venv/bin/python}
_root=""; [ "$(id -u)" -eq 0 ] || _root="sudo -n"
_install() { $_root apt-get update -qq && $_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
_as_postgres() { if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else $_root -u postgres "$@"; fi; }

_postgres_answers() { $_python -c 'import sys, psycopg2; psycopg2.connect(sys.argv[1], connect_timeout=3).close()' "$1" 2>/dev/null; }
_redis_answers() { $_python -c 'import sys, redis; redis.from_url(sys.argv[1], socket_timeout=3).ping()' "$1" 2>/dev/null; }
_wait_for() { for _ in $(seq 60); do "$@" && return 0; sleep 0.5; done; return 1; }

_local_postgres() {
  for DATABASE_URL in postgres://postgres@127.0.0.1:5432/postgres postgres://postgres:postgres@127.0.0.1:5432/postgres; do
    _postgres_answers "$DATABASE_URL" && return 0
  done
  return 1
}
_debian_postgres() {
  command -v pg_ctlcluster >/dev/null || _install postgresql
  $_root service postgresql start >/dev/null || true
  _wait_for _as_postgres psql -qc "SELECT 1" >/dev/null 2>&1 || return 1
  local password; password=$($_python -c 'import secrets; print(secrets.token_hex(16))')
  _as_postgres psql -q <<SQL
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ministage_ci') THEN CREATE ROLE ministage_ci; END IF;
END \$\$;
ALTER ROLE ministage_ci LOGIN CREATEDB PASSWORD '$password';
SQL
  local port; port=$(_as_postgres psql -Atqc "SHOW port")
  DATABASE_URL="postgres://ministage_ci:$password@127.0.0.1:$port/postgres"
  _postgres_answers "$DATABASE_URL"
}
_debian_redis() {
  command -v redis-server >/dev/null || _install redis-server
  # A port of its own, no files, gone with the run: nothing of the machine's own Redis settings is relied upon.
  redis-server --port 6399 --bind 127.0.0.1 --save "" --appendonly no --daemonize yes >/dev/null
  REDIS_URL=redis://127.0.0.1:6399/0
  trap 'told; redis-cli -p 6399 shutdown nosave 2>/dev/null || true' EXIT
  _wait_for _redis_answers "$REDIS_URL"
}

if [ -n "${DATABASE_URL:-}" ]; then
  _postgres_answers "$DATABASE_URL" || { echo "DATABASE_URL is set, but PostgreSQL does not answer there."; exit 1; }
else
  _local_postgres || _debian_postgres || { echo "No PostgreSQL could be had."; exit 1; }
fi
if [ -n "${REDIS_URL:-}" ]; then
  _redis_answers "$REDIS_URL" || { echo "REDIS_URL is set, but Redis does not answer there."; exit 1; }
else
  REDIS_URL=redis://127.0.0.1:6379/15
  _redis_answers "$REDIS_URL" || _debian_redis || { echo "No Redis could be had."; exit 1; }
fi
export DATABASE_URL REDIS_URL
