"""Whether the platform lives (/healthz) and whether it can work (/readyz). Both tell nothing about why not."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database and the broker can be reached and every migration is applied: 200, else 503."""
    answers = {name: "ok" if _passes(name, check) else "failed" for name, check in CHECKS.items()}
    return JsonResponse(answers, status=200 if set(answers.values()) == {"ok"} else 503)


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever is wrong with a server of ours, the answer is 503 and the reason is in the log
        log.warning("readiness: %s failed", name, exc_info=True)
        return False


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def broker_answers() -> bool:
    """A connection within a second; for the broker of files: that its folder is there."""
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in")
    if folder:
        return Path(str(folder)).is_dir()
    with current_app.connection_for_write(connect_timeout=1) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        return bool(broker.connected)


applied = threading.Event()  # once every migration is applied, this process need not ask again


def migrations_are_applied() -> bool:
    if not applied.is_set():
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            applied.set()
    return applied.is_set()


CHECKS = {"database": database_answers, "broker": broker_answers, "migrations": migrations_are_applied}
