"""Whether the platform lives, and whether it can work."""

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError

from platform_site import health


@pytest.fixture(autouse=True)
def _asks_anew():
    """What one test learned about migrations is not known in the next."""
    health.applied.clear()
    yield
    health.applied.clear()


@pytest.fixture
def files(tmp_path, settings):
    """A broker of files in a folder that may or may not be there."""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "broker")}
    (tmp_path / "broker").mkdir()
    return tmp_path / "broker"


def test_liveness_asks_nobody(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


def test_only_reading_is_answered(client):
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


@pytest.mark.django_db
def test_it_is_ready_when_database_broker_and_migrations_are(client, files):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok", "migrations": "ok"})


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing_and_is_once_it_is_applied(client, files):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = 'elsewhere' WHERE app = 'sessions'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "failed")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = 'sessions' WHERE app = 'elsewhere'")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_it_is_not_ready_without_its_broker(client, files):
    files.rmdir()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "failed", "migrations": "ok"}


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told_without_its_reason(client, files, monkeypatch):
    def refuses() -> bool:
        raise OperationalError("password of secret-host is wrong")

    monkeypatch.setitem(health.CHECKS, "database", refuses)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["database"]) == (503, "failed")
    assert b"secret-host" not in response.content


@pytest.mark.django_db
@pytest.mark.skipif(not settings.REDIS_URL, reason="asks the real Redis where REDIS_URL is set")
def test_a_real_broker_answers(client):
    assert client.get("/readyz").json()["broker"] == "ok"
