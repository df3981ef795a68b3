"""WeChat people and our staff."""

import re
import unicodedata

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.registration import check_password, claim_email, mark_verified
from accounts.identity import identity_digest, normal_email, normal_phone, valid_id_number
from accounts.lifecycle import ACTIVATE
from accounts.models import EmailKind, User, WeChatPerson
from platform_site.kernel.chance import below, some_hex
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

WECHAT_ID = re.compile(r"[A-Za-z][-_A-Za-z0-9]{5,19}")
CLIENT_VERSION = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){1,3}")
COLOURS = 8


@transaction.atomic
def create_person(
    *,
    nickname: str,
    phone: str,
    wechat_id: str = "",
    password: str = "",
    real_name: str = "",
    id_number: str = "",
    email: str = "",
    client_version: str = "8.0.50",
    is_persona: bool = False,
) -> WeChatPerson:
    """Somebody signs up on WeChat; an e-mail address they bind can't register a Mini Program any more."""
    person = WeChatPerson(
        wechat_id=_check_wechat_id(wechat_id or f"wxid_{some_hex(6)}"),
        nickname=_check_nickname(nickname),
        phone=normal_phone(phone),
        client_version=_check_client_version(client_version),
        is_persona=is_persona,
        colour=below(COLOURS),
        created_at=now(),
    )
    if password:
        check_password(password, user=person)
        person.set_password(password)
    _check_is_new(person)
    if email:
        claim_email(email, EmailKind.PERSONAL)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        _check_is_new(person)
        raise
    record("accounts.person.created", person, by=person)
    if real_name or id_number:
        bind_identity(person, real_name=real_name, id_number=id_number)
    return person


def _check_is_new(person: WeChatPerson) -> None:
    if WeChatPerson.objects.filter(wechat_id__iexact=person.wechat_id).exists():
        raise Refused(_("This WeChat ID is taken. Choose another one."), code="wechat_id_taken", field="wechat_id")
    if WeChatPerson.objects.filter(phone=person.phone).exists():
        raise Refused(_("This phone number has a WeChat account already."), code="phone_taken", field="phone")


def _check_wechat_id(text: str) -> str:
    if not WECHAT_ID.fullmatch(text):
        raise Refused(
            _("A WeChat ID has 6 to 20 letters, digits, hyphens or underscores and begins with a letter."),
            code="wechat_id_invalid",
            field="wechat_id",
        )
    return text


def _check_nickname(text: str) -> str:
    nickname = text.strip()
    most = RULES.person.nickname_max
    if not 1 <= len(nickname) <= most or any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in nickname):
        raise Refused(
            _("A nickname has 1 to %(most)d visible characters.") % {"most": most},
            code="nickname_invalid",
            field="nickname",
        )
    return nickname


def _check_client_version(text: str) -> str:
    if not CLIENT_VERSION.fullmatch(text):
        raise Refused(
            _("A client version is two to four numbers with dots, such as 8.0.50."),
            code="client_version_invalid",
            field="client_version",
        )
    return text


@transaction.atomic
def bind_identity(person: WeChatPerson, *, real_name: str, id_number: str) -> None:
    """Bind a bank card: it proves the person's real name and ID number to WeChat. Once bound, it stays."""
    if person.is_real_name:
        raise Refused(_("A bank card is bound to this WeChat already."), code="identity_bound")
    name = real_name.strip()
    if not 1 <= len(name) <= RULES.person.real_name_max or any(unicodedata.category(c)[0] == "C" for c in name):
        raise Refused(_("Enter the name on the ID card."), code="real_name_invalid", field="real_name")
    number = valid_id_number(id_number)
    person.real_name, person.id_number = name, number
    person.identity_digest = identity_digest(name, number)
    person.save(update_fields=["real_name", "id_number", "identity_digest"])
    record("accounts.person.identified", person, by=person)


@transaction.atomic
def change_settings(person: WeChatPerson, *, nickname: str, client_version: str, is_searchable: bool) -> None:
    """Change what the phone's settings page holds: nickname, the client's version, whether others find this person."""
    person.nickname = _check_nickname(nickname)
    person.client_version = _check_client_version(client_version)
    person.is_searchable = is_searchable
    person.save(update_fields=["nickname", "client_version", "is_searchable"])
    record("accounts.person.changed", person, by=person)


@transaction.atomic
def create_staff(*, email: str, password: str, name: str, person: WeChatPerson | None = None) -> User:
    """Open an account for a member of our staff, who works at the desk."""
    user = User(email=normal_email(email), is_staff=True, name=name.strip()[:64], person=person, created_at=now())
    check_password(password, user=user)
    user.set_password(password)
    claim_email(user.email, EmailKind.STAFF)
    user.save()
    advance(user, ACTIVATE, by=SYSTEM)
    mark_verified(user)
    return user
