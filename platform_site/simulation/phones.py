"""Handing a browser of the desk the phone of a persona."""

from importlib import import_module

from django.conf import settings
from django.http import HttpResponse

from accounts.door import PERSON_KEY
from accounts.models import WeChatPerson
from platform_site.web.realms import PHONE


def hand_over_phone(response: HttpResponse, person: WeChatPerson) -> HttpResponse:
    """Give the answer the cookie of a new phone session, in which this person is logged in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[PERSON_KEY] = person.pk
    session.create()
    response.set_cookie(
        PHONE.cookie,
        session.session_key,
        httponly=settings.SESSION_COOKIE_HTTPONLY,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
