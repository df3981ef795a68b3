"""Mobile and website applications: handed in, reviewed at the desk, given an AppID (console.md §14)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.desk_claims import end_work
from accounts.models import User
from entities.wording import tidy
from openplatform.actions.accounts import new_open_appid
from openplatform.actions.qualifications import check_may_decide, checked_reason
from openplatform.lifecycle import (
    APPROVE_APPLICATION,
    DELETE_APPLICATION,
    REJECT_APPLICATION,
    RESUBMIT_APPLICATION,
    ApplicationStatus,
)
from openplatform.models import Application, ApplicationKind, OpenAccount
from openplatform.queries import APPLICATIONS, application_room
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import IllegalMove, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

SUBMITTED = "openplatform.openapplication.submitted"
BUNDLE = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
SIGNATURE = re.compile(r"[0-9a-f]{32}")
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True)
class ApplicationInput:
    """What is handed in; the fields of the other kind are not looked at."""

    name: str
    introduction: str
    site: str
    icon_small_sha256: str
    icon_large_sha256: str
    ios_bundle: str = ""
    android_package: str = ""
    android_signature: str = ""
    callback_domain: str = ""


def checked(given: ApplicationInput, kind: str) -> dict[str, str]:
    """The columns; Refused (`field`) for the first that is missing or wrong."""
    rules = RULES.open_platform
    columns = {
        "name": _words("name", given.name, rules.application_name_characters, _("Enter the name.")),
        "introduction": _words(
            "introduction",
            given.introduction,
            rules.application_introduction_characters,
            _("Say what the application is for."),
        ),
        "site": _site(given.site),
        "icon_small_sha256": given.icon_small_sha256,
        "icon_large_sha256": given.icon_large_sha256,
    }
    for size in ("small", "large"):
        if not columns[f"icon_{size}_sha256"]:
            raise Refused(_("Choose the icon."), code="icon_missing", field=f"icon_{size}")
    return columns | (_mobile(given) if kind == ApplicationKind.MOBILE else _website(given))


def _words(field: str, text: str, most: int, missing: str) -> str:
    text = tidy(text.replace("\0", ""))
    if not text:
        raise Refused(missing, code=f"{field}_missing", field=field)
    if len(text) > most:
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code=f"{field}_too_long", field=field)
    return text


def _site(text: str) -> str:
    address = text.strip()
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        words = _("Enter the address of the official site, with https:// or http://.")
        raise Refused(words, code="site", field="site") from None
    return address


def _mobile(given: ApplicationInput) -> dict[str, str]:
    bundle, package = given.ios_bundle.strip(), given.android_package.strip()
    signature = given.android_signature.strip().replace(":", "").lower()
    if not bundle and not package:
        words = _("Name the bundle ID of the iOS version, the package of the Android version, or both.")
        raise Refused(words, code="platform_missing", field="ios_bundle")
    if bundle and not BUNDLE.fullmatch(bundle):
        raise Refused(_("A bundle ID looks like com.example.shop."), code="ios_bundle", field="ios_bundle")
    if package and not PACKAGE.fullmatch(package):
        words = _("A package name looks like com.example.shop.")
        raise Refused(words, code="android_package", field="android_package")
    if package and not SIGNATURE.fullmatch(signature):
        words = _("The signature is the MD5 of the signing certificate: 32 hexadecimal digits.")
        raise Refused(words, code="android_signature", field="android_signature")
    return {"ios_bundle": bundle, "android_package": package, "android_signature": signature if package else ""}


def _website(given: ApplicationInput) -> dict[str, str]:
    domain = given.callback_domain.strip().lower()
    if not DOMAIN.fullmatch(domain):
        words = _("Enter a domain such as shop.example.com, without https:// and without a path.")
        raise Refused(words, code="callback_domain", field="callback_domain")
    return {"callback_domain": domain}


@transaction.atomic
def create(account: OpenAccount, kind: ApplicationKind, given: ApplicationInput, *, by: User) -> Application:
    """Hand in a new application. Refused (`field`), or "applications_full" with as many as an account may have."""
    account = OpenAccount.objects.select_for_update().get(pk=account.pk)
    columns = checked(given, kind)
    if application_room(account).left == 0:
        words = _("This account has %(n)d applications, as many as it may have.")
        raise Refused(words % {"n": application_room(account).limit}, code="applications_full")
    row = Application.objects.create(account=account, kind=kind, submitted_at=now(), due_at=_due(), **columns)
    record(SUBMITTED, row, by=by, to_state=row.status, data={"name": row.name})
    return row


@transaction.atomic
def resubmit(application: Application, given: ApplicationInput, *, by: User) -> None:
    """Hand a rejected application in again, corrected."""
    row = _locked(application)
    columns = checked(given, row.kind)
    advance(row, RESUBMIT_APPLICATION, by=by, submitted_at=now(), due_at=_due(), decided_by=None, decided_at=None)
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=[*columns])


@transaction.atomic
def delete(application: Application, *, by: User) -> None:
    """Give an application up; its AppID is not given to another."""
    advance(_locked(application), DELETE_APPLICATION, by=by)


@transaction.atomic
def approve(application: Application, *, by: User) -> None:
    """The desk says yes: it has an AppID from now on."""
    row = _decidable(application, by=by)
    app_id = row.app_id or new_open_appid()
    advance(row, APPROVE_APPLICATION, by=by, app_id=app_id, decided_by=by, decided_at=now(), data={"name": row.name})


@transaction.atomic
def reject(application: Application, *, by: User, reason: str) -> None:
    """The desk says no, with words that the account reads."""
    row = _decidable(application, by=by)
    words = checked_reason(reason)
    stamps = {"decided_by": by, "decided_at": now()}
    advance(row, REJECT_APPLICATION, by=by, reason=words, data={"name": row.name}, **stamps)
    row.reason = words
    row.save(update_fields=["reason"])


def _decidable(application: Application, *, by: User) -> Application:
    check_may_decide(by)
    row = _locked(application)
    if row.status != ApplicationStatus.UNDER_REVIEW:
        raise IllegalMove(_("This was decided already."), code="illegal_move")
    end_work(APPLICATIONS, row, by=by)
    return row


def _locked(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).select_related("account").get(pk=application.pk)


def _due() -> datetime:
    return now() + timedelta(days=RULES.open_platform.application_audit_days)
