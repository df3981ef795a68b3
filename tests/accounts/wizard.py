"""What the tests of registration and log-in have in common: filling in forms, reading mails, scanning."""

import re
from typing import Any

from captcha.models import CaptchaStore
from django.test import Client

from accounts.actions import registration, tickets
from accounts.actions.people import create_person
from accounts.actions.programs import open_mini_program
from accounts.models import MiniProgram, ScanTicket, User, WeChatPerson
from platform_site.simulation.models import Mail

PASSWORD = "correct horse battery"


def form(client: Client, **changed: Any) -> dict[str, Any]:
    """Step 1 as a person fills it in who reads the picture right; `None` leaves a field out."""
    client.get("/register/account/")
    captcha = CaptchaStore.objects.latest("pk")
    data = {
        "email": "new@example.com",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "captcha_0": captcha.hashkey,
        "captcha_1": captcha.response,
        "agreement": "on",
    } | changed
    return {name: value for name, value in data.items() if value is not None}


def register(client: Client, **changed: Any) -> Any:
    """Send step 1."""
    return client.post("/register/account/", form(client, **changed))


def mails(to: str) -> list[Mail]:
    """What lies in a mailbox, oldest first (tests: MailboxBackend, see the fixture `mailbox`)."""
    return list(Mail.objects.filter(to=to).order_by("pk"))


def link_in(mail: Mail) -> str:
    """The path of the one link in a mail."""
    (link,) = re.findall(r"http://testserver(\S+)", mail.body)
    return str(link)


def a_person(key: str, **facts: Any) -> WeChatPerson:
    """A WeChat person with a phone number made of `key`."""
    number = 13_700_000_000 + sum(ord(c) * 31**i for i, c in enumerate(key)) % 99_999_999
    return create_person(nickname=key, phone=str(number), wechat_id=f"wx_{key}_id", **facts)


def an_activated_account(email: str = "owner@example.com") -> User:
    """An account whose e-mail address is proved."""
    user = registration.register_account(email=email, password=PASSWORD)
    return registration.activate(registration.issue_activation(user))


def a_program(administrator: WeChatPerson, email: str = "owner@example.com") -> MiniProgram:
    """A Mini Program of this administrator, as accounts know it."""
    return open_mini_program(an_activated_account(email), administrator=administrator)


def confirm_on_phone(person: WeChatPerson) -> ScanTicket:
    """The person scans the newest QR and confirms."""
    ticket = ScanTicket.objects.latest("pk")
    tickets.scan(ticket, by=person)
    tickets.confirm(ticket, by=person)
    return ticket
