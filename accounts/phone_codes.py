"""The button that sends an SMS code to the number that is typed. Shared by every app's views.

The page includes "components/sms_code.html" in its `#sms-area`; a view of its own answers the press by `answer_send`.
"""

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.actions.messages import send_sms_code
from accounts.identity import normal_phone
from accounts.limits import spend
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES


def code_widget() -> forms.TextInput:
    """Where the code is typed."""
    return forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12})


def send_code(request: HttpRequest, *, phone: str, purpose: str) -> None:
    """Send a code to this number, if it is one; Refused within a minute of the last, or when too many were sent."""
    phone = normal_phone(phone)
    with transaction.atomic():
        send_sms_code(phone=phone, purpose=purpose)  # first: it says in how many seconds one may ask again
        spend(request, "sms", RULES.rates.sms, key=phone)


def answer_send(request: HttpRequest, *, phone: str, purpose: str, fields: str) -> HttpResponse:
    """Send a code: the button's area again, with the time to wait or what was wrong.

    `fields` (CSS) is what the button posts, now and the next time.
    """
    try:
        send_code(request, phone=phone, purpose=purpose)
    except Refused as refusal:
        return code_area(request, fields=fields, error=refusal.message)
    return code_area(request, fields=fields, wait=RULES.sms.resend_seconds)


def code_area(request: HttpRequest, *, fields: str, wait: int = 0, error: str = "") -> HttpResponse:
    """The button's area by itself, as htmx puts it into the page."""
    shown = {"sms_url": request.path, "sms_fields": fields, "wait": wait, "error": error}
    return render(request, "components/sms_code.html", shown)
