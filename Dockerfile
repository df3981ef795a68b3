# Ministage for production: docker-compose.yml says how its parts run together, docs/production.md what they need.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /venv
COPY requirements/build.lock requirements/full.lock /requirements/
# --no-build-isolation: the one library that comes as source only is built by the setuptools of build.lock, nothing else
RUN /venv/bin/pip install --require-hashes -r /requirements/build.lock \
 && /venv/bin/pip install --require-hashes --no-build-isolation -r /requirements/full.lock \
 && /venv/bin/pip uninstall --yes setuptools pip

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MINISTAGE_DEMO=0 \
    MINISTAGE_VAR=/data \
    STATIC_ROOT=/app/collected \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000
RUN groupadd --gid 10001 ministage \
 && useradd --uid 10001 --gid ministage --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ministage \
 && install --directory --owner=ministage --group=ministage /data
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Made once, at build time: compiled translations and static files with hashed names. The values here are never used again.
RUN SECRET_KEY=only-while-the-image-is-built-00000000 \
    DIGEST_KEY=only-while-the-image-is-built-11111111 \
    DATA_KEYS=only-while-the-image-is-built-22222222 \
    sh -c 'python manage.py messages --compile && python manage.py collectstatic --noinput --verbosity 0'
USER 10001:10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "4", "platform_site.wsgi:application"]
