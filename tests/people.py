"""The four people everyone knows: ada (administrator), dev (developer), eve (another program's), rev (reviewer).

The helpers return Django test clients that are logged in to one realm. One browser may hold several realms: pass the
same client again.
"""

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from accounts.door import PERSON_KEY
from accounts.models import MiniProgram, User, WeChatPerson
from openplatform.models import OpenAccount
from platform_site.simulation import stories
from platform_site.web.realms import CONSOLE, DESK, DEVTOOLS, OPEN, PHONE, Realm

__all__ = ["ada", "dev", "eve", "rev"]  # fixtures; `from tests.people import console, phone, …` for the rest


@pytest.fixture
def ada(db) -> WeChatPerson:
    """Administrator of the Mini Programs that stories tell of."""
    return stories.person("ada")


@pytest.fixture
def dev(db) -> WeChatPerson:
    """A developer, once `stories.bound(mini_program, dev)`."""
    return stories.person("dev")


@pytest.fixture
def eve(db) -> WeChatPerson:
    """Another Mini Program's administrator: a stranger to ada's."""
    return stories.person("eve")


@pytest.fixture
def rev(db) -> User:
    """A reviewer on our staff."""
    return stories.staff("rev")


def console(client: Client | None, mini_program: MiniProgram, person: WeChatPerson | None = None) -> Client:
    """Logged in to the console of this Mini Program, as its administrator unless another person scanned."""
    who = person or stories.administrator_of(mini_program).person
    return _logged_in(client, CONSOLE, user=mini_program.user, person=who)


def phone(client: Client | None, person: WeChatPerson) -> Client:
    """The phone of this person."""
    return _logged_in(client, PHONE, person=person)


def devtools(client: Client | None, person: WeChatPerson) -> Client:
    """The developer tools, logged in by this person's scan."""
    return _logged_in(client, DEVTOOLS, person=person)


def open_platform(client: Client | None, account: OpenAccount) -> Client:
    """The Open Platform of this account."""
    return _logged_in(client, OPEN, user=account.user)


def desk(client: Client | None, staff: User) -> Client:
    """The desk of this member of staff."""
    return _logged_in(client, DESK, user=staff)


def _logged_in(
    client: Client | None, realm: Realm, *, user: User | None = None, person: WeChatPerson | None = None
) -> Client:
    client = client or Client()
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    if user is not None:
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if person is not None:
        session[PERSON_KEY] = person.pk
    session.save()
    client.cookies[realm.cookie] = session.session_key
    return client
