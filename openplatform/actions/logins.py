"""wx.login and jscode2session: a code is issued to a person's running program, and exchanged once by its server."""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from openplatform.identifiers import openid_of
from openplatform.models import LoginCode, UserSession
from openplatform.unionid_rules import Call, unionid_for
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest

KEY_BYTES = 16


@dataclass(frozen=True)
class LoggedIn:
    """What jscode2session answers; `unionid` is None where no rule gives one (openplatform/unionid_rules.py)."""

    openid: str
    session_key: str
    unionid: str | None


def issue_login_code(mini_program: MiniProgram, *, person: WeChatPerson) -> str:
    """What wx.login gives this person's running program: a code of 32 characters for jscode2session."""
    code = "0" + secrets.token_urlsafe(24)[:31].replace("-", "a").replace("_", "b")
    issued_at = now()
    LoginCode.objects.create(
        mini_program=mini_program,
        person=person,
        digest=plain_digest(code),
        issued_at=issued_at,
        expires_at=issued_at + timedelta(seconds=RULES.api.login_code_seconds),
    )
    return code


@transaction.atomic
def log_in(mini_program: MiniProgram, *, code: str) -> LoggedIn:
    """Exchange a code for openid and a new session key.

    Refused: code_invalid (unknown, of another Mini Program, too old), code_used, too_many_logins.
    """
    row = LoginCode.objects.select_related("person").filter(digest=plain_digest(code)).first()
    if row is None or row.mini_program_id != mini_program.pk or row.expires_at <= now():
        raise Refused(_("Nobody has this code now."), code="code_invalid")
    _check_few(mini_program, row.person)
    if not LoginCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now()):
        raise Refused(_("This code has been used."), code="code_used")
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    UserSession.objects.update_or_create(
        mini_program=mini_program, person=row.person, defaults={"session_key": key, "began_at": now()}
    )
    told = unionid_for(row.person, mini_program, call=Call.LOGIN)
    return LoggedIn(openid_of(row.person, mini_program), key, told.unionid)


def _check_few(mini_program: MiniProgram, person: WeChatPerson) -> None:
    used = LoginCode.objects.filter(mini_program=mini_program, person=person, used_at__gt=now() - timedelta(minutes=1))
    if used.count() >= RULES.api.logins_per_minute:
        raise Refused(_("Too many log-ins of one person in a minute."), code="too_many_logins")


def purge_login_codes(*, most: int = 5000) -> int:
    """Sweep: forget codes that are so old that no caller asks why; returns how many."""
    old = LoginCode.objects.filter(expires_at__lte=now() - timedelta(days=RULES.api.ended_token_days))
    return LoginCode.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]
