"""What the platform sends to people: SMS and their codes, service notifications, console notices."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.identity import normal_phone
from accounts.models import ConsoleNotice, MiniProgram, ServiceNotification, SmsCode, SmsMessage, WeChatPerson
from accounts.notices import NOTICES
from accounts.permissions import Role
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import digest


def send_sms(phone: str, body: str) -> SmsMessage:
    """Send a text message: it lies in the inbox of the phone that has this number."""
    return SmsMessage.objects.create(phone=normal_phone(phone), body=body, sent_at=now())


@transaction.atomic
def send_sms_code(*, phone: str, purpose: str) -> None:
    """Send a new code of six digits to `phone` for `purpose`; it replaces the one before.

    Refused (code "sms_too_soon", field "sms_code") within 60 seconds of the last.
    """
    phone = normal_phone(phone)
    code = f"{secrets.randbelow(10**RULES.sms.digits):0{RULES.sms.digits}d}"
    fresh: dict[str, Any] = {
        "code_digest": _code_digest(phone, purpose, code),
        "attempts": 0,
        "sent_at": now(),
        "expires_at": now() + timedelta(minutes=RULES.sms.valid_minutes),
        "used_at": None,
    }
    sent, is_first = SmsCode.objects.get_or_create(phone=phone, purpose=purpose, defaults=fresh)
    if not is_first:
        sent = SmsCode.objects.select_for_update().get(pk=sent.pk)
        _check_is_due(sent)
        SmsCode.objects.filter(pk=sent.pk).update(**fresh)
    send_sms(
        phone,
        _("[Ministage] Your verification code is %(code)s. It is valid for %(minutes)d minutes. Tell it to nobody.")
        % {"code": code, "minutes": RULES.sms.valid_minutes},
    )


def _check_is_due(sent: SmsCode) -> None:
    wait = sent.sent_at + timedelta(seconds=RULES.sms.resend_seconds) - now()
    if wait > timedelta(0):
        seconds = int(wait.total_seconds()) + 1
        raise Refused(
            _("A code was sent a moment ago. Send another one in %(seconds)d seconds.") % {"seconds": seconds},
            code="sms_too_soon",
            field="sms_code",
        )


def check_sms_code(*, phone: str, purpose: str, code: str, use_up: bool = True) -> None:
    """Use up the code that was sent to `phone` for `purpose`; Refused (field "sms_code") if it is not that.

    Call it before the transaction that it guards, not inside: it commits the attempt on its own (durable), because a
    refusal that rolled the count back would allow a million attempts. With `use_up=False` the right code stays valid,
    for a form that asks again before it acts; the act then calls `use_up_sms_code` in its own transaction.
    """
    phone = normal_phone(phone)
    with transaction.atomic(durable=True):
        sent = SmsCode.objects.select_for_update().filter(phone=phone, purpose=purpose).first()
        refusal = _what_is_wrong(sent, code.strip())
        if sent is not None and (refusal or use_up):
            sent.attempts = min(sent.attempts + 1, RULES.sms.attempts)
            sent.used_at = sent.used_at if refusal else now()
            sent.save(update_fields=["attempts", "used_at"])
    if refusal is not None:
        raise refusal


def use_up_sms_code(*, phone: str, purpose: str, code: str) -> None:
    """Use up a code that `check_sms_code(…, use_up=False)` has found right, in the transaction of what it allows."""
    phone = normal_phone(phone)
    unused = SmsCode.objects.filter(phone=phone, purpose=purpose, used_at=None)
    if not unused.filter(code_digest=_code_digest(phone, purpose, code.strip())).update(used_at=now()):
        raise Refused(_("Send a verification code to this phone first."), code="sms_code_missing", field="sms_code")


def _what_is_wrong(sent: SmsCode | None, code: str) -> Refused | None:
    def refusal(message: str, name: str) -> Refused:
        return Refused(message, code=name, field="sms_code")

    if sent is None or sent.used_at is not None:
        return refusal(_("Send a verification code to this phone first."), "sms_code_missing")
    if sent.attempts >= RULES.sms.attempts:
        return refusal(_("Too many wrong codes. Send a new one."), "sms_code_attempts")
    if sent.expires_at <= now():
        return refusal(_("This verification code has expired. Send a new one."), "sms_code_expired")
    if not constant_time_compare(sent.code_digest, _code_digest(sent.phone, sent.purpose, code)):
        return refusal(_("The SMS verification code is wrong."), "sms_code_wrong")
    return None


def _code_digest(phone: str, purpose: str, code: str) -> str:
    return digest(f"{phone}\n{purpose}\n{code}", purpose="sms-code")


def notify_person(
    person: WeChatPerson, event: str, facts: dict[str, Any], *, appid: str = "", path: str = ""
) -> ServiceNotification:
    """Send a service notification to a person's phone. `path` is a page of the phone that it opens, if any."""
    _check_has_words(event)
    return ServiceNotification.objects.create(
        person=person, event=event, facts=facts, appid=appid, path=path, sent_at=now()
    )


@transaction.atomic
def notify_program(
    mini_program: MiniProgram, event: str, facts: dict[str, Any], *, path: str = "", phone_path: str = ""
) -> ConsoleNotice:
    """Put a notice into a Mini Program's console and tell its administrator's phone.

    `path` is a page of the console that the notice opens, `phone_path` a page of the phone that the card there opens.
    """
    _check_has_words(event)
    administrator = mini_program.members.select_related("person").filter(role=Role.ADMINISTRATOR).first()
    if administrator is not None:
        notify_person(administrator.person, event, facts, appid=mini_program.appid, path=phone_path)
    return ConsoleNotice.objects.create(mini_program=mini_program, event=event, facts=facts, path=path, sent_at=now())


def mark_notifications_read(person: WeChatPerson, *, up_to: int) -> int:
    """The person has seen their service notifications up to this one; returns how many were new."""
    return person.notifications.filter(pk__lte=up_to, read_at=None).update(read_at=now())


def mark_sms_read(person: WeChatPerson, *, up_to: int) -> int:
    """The person has seen the text messages to their number up to this one; returns how many were new."""
    return SmsMessage.objects.filter(phone=person.phone, pk__lte=up_to, read_at=None).update(read_at=now())


def mark_notices_read(mini_program: MiniProgram, *, up_to: int) -> int:
    """The console's notices have been seen up to this one; returns how many were new."""
    return mini_program.notices.filter(pk__lte=up_to, read_at=None).update(read_at=now())


def _check_has_words(event: str) -> None:
    if event not in NOTICES:
        raise ValueError(f"{event} has no words yet: add them to accounts/notices.py")
