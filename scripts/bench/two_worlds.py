"""Two databases in one process: the world's own and one beside it, so that both can be measured in turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import Client

from accounts.models import User
from platform_site.web.realms import DESK


@contextmanager
def beside() -> Iterator[Any]:
    """A copy of the database as it is now, as a connection that `inside` takes; it is dropped afterwards."""
    import psycopg2

    own: Any = connections[DEFAULT_DB_ALIAS]
    name = f"{own.settings_dict['NAME']}_beside"
    own.close()
    server = psycopg2.connect(**own.get_connection_params() | {"dbname": "template1"})
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{own.settings_dict["NAME"]}"')
        copy = type(own)({**own.settings_dict, "NAME": name}, DEFAULT_DB_ALIAS)
        try:
            yield copy
        finally:
            copy.close()
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            server.close()


@contextmanager
def inside(connection: Any) -> Iterator[None]:
    """All queries of this thread go to that database."""
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connection
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before


def at_the_desk(staff: User) -> Client:
    """A browser in which this member of staff is logged in."""
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.save()
    client = Client(HTTP_HOST="localhost")
    client.cookies[DESK.cookie] = session.session_key
    return client
