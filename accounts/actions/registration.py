"""Registration of a log-in account: one e-mail address is one account of any kind, activated by a mailed link."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.identity import normal_email
from accounts.lifecycle import ACTIVATE, AccountStatus
from accounts.models import ActivationLink, EmailHolder, EmailKind, User, WeChatPerson
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import SYSTEM, Refused, advance
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest, random_token


def check_email_is_free(email: str) -> None:
    """Refused, with the place where it is in use, when this address can't register."""
    address = normal_email(email)
    holder = EmailHolder.objects.filter(email=address).first()
    if holder is not None and not _is_lapsed(holder):
        raise in_use(holder.kind)


def in_use(kind: str) -> Refused:
    """The refusal of the seed's four places; our staff count as the public platform."""
    words = {
        EmailKind.OPEN_PLATFORM: _("This e-mail address is registered on the WeChat Open Platform. Use another one."),
        EmailKind.CORPORATE: _("This e-mail address belongs to a corporate account (WeCom). Use another one."),
        EmailKind.PERSONAL: _("This e-mail address is bound to a personal WeChat account. Use another one."),
    }
    if kind in words:
        return Refused(words[EmailKind(kind)], code=f"email_{kind}", field="email")
    return Refused(
        _("This e-mail address is already registered on the public platform. Log in with it, or use another one."),
        code="email_public_platform",
        field="email",
    )


@transaction.atomic
def claim_email(email: str, kind: EmailKind) -> EmailHolder:
    """Take an address for one account of any kind; Refused if somebody has it."""
    address = normal_email(email)
    _free_lapsed(address)
    try:
        with transaction.atomic():
            return EmailHolder.objects.create(email=address, kind=kind)
    except IntegrityError:
        holder = EmailHolder.objects.filter(email=address).first()
        raise in_use(holder.kind if holder else EmailKind.PUBLIC_PLATFORM) from None


def check_password(password: str, *, user: User | WeChatPerson | None = None) -> None:
    """Refused (field "password") when the rulebook or the list of common passwords forbids it."""
    try:
        validate_password(password, user)  # type: ignore[arg-type]
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code=error.error_list[0].code or "password", field="password") from None


@transaction.atomic
def register_account(*, email: str, password: str, kind: EmailKind = EmailKind.PUBLIC_PLATFORM) -> User:
    """Open a log-in account, a Mini Program's or the Open Platform's, that waits for the activation of its address."""
    address = normal_email(email)
    user = User(email=address, created_at=now(), is_open_platform=kind == EmailKind.OPEN_PLATFORM)
    check_password(password, user=user)
    check_email_is_free(address)  # the cheap answer first: hashing is dear
    user.set_password(password)
    claim_email(address, kind)
    user.save()
    record("accounts.account.created", user, by=user, data={"language": get_language() or "en"})
    return user


@transaction.atomic
def issue_activation(user: User) -> str:
    """Make the one valid activation link of an account, in place of any earlier; returns its token, kept nowhere."""
    token = random_token()
    ActivationLink.objects.update_or_create(
        user=user,
        defaults={
            "token_digest": plain_digest(token),
            "expires_at": now() + timedelta(hours=RULES.account.activation_hours),
            "used_at": None,
        },
    )
    return token


def link_of(token: str) -> ActivationLink:
    """The unused link with this token, in time; Refused with "activation_unknown", "…_used" or "…_expired"."""
    return _usable(ActivationLink.objects.select_related("user").filter(token_digest=plain_digest(token)).first())


def account_of_link(token: str) -> User | None:
    """The account that an activation link, usable or not, was sent to: its holder reads that mailbox."""
    link = ActivationLink.objects.select_related("user").filter(token_digest=plain_digest(token)).first()
    return link.user if link else None


def _usable(link: ActivationLink | None) -> ActivationLink:
    if link is None:
        raise Refused(_("This activation link is not valid. Use the newest mail."), code="activation_unknown")
    if link.used_at is not None or link.user.status != AccountStatus.AWAITING_ACTIVATION:
        raise Refused(_("This activation link has been used already."), code="activation_used")
    if link.expires_at <= now():
        raise Refused(_("This activation link has expired."), code="activation_expired")
    return link


@transaction.atomic
def activate(token: str) -> User:
    """Use up an activation link: the e-mail address is proved and the account goes on to its information."""
    found = ActivationLink.objects.select_related("user").select_for_update(of=("self",))
    link = _usable(found.filter(token_digest=plain_digest(token)).first())
    user = link.user
    advance(user, ACTIVATE, by=user)
    link.used_at = now()
    link.save(update_fields=["used_at"])
    mark_verified(user)
    return user


def mark_verified(user: User) -> None:
    """Tell allauth that this account's address is proved, so that it may reset its password."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def resend_activation(user: User) -> None:
    """Ask for another activation mail; its link will replace the earlier one."""
    _check_awaits(user)
    record("accounts.account.activation_requested", user, by=user, data={"language": get_language() or "en"})


@transaction.atomic
def change_pending_email(user: User, *, email: str) -> None:
    """Fill in the address again: the account moves to another address and the old link dies."""
    address = normal_email(email)
    locked = User.objects.select_for_update().get(pk=user.pk)
    _check_awaits(locked)
    if address != locked.email:
        claim_email(address, locked.kind)
        EmailHolder.objects.filter(email=locked.email, kind=locked.kind).delete()
        ActivationLink.objects.filter(user=locked).delete()
        locked.email = address
        locked.save(update_fields=["email"])
    user.email = address
    resend_activation(locked)


def _check_awaits(user: User) -> None:
    if user.status != AccountStatus.AWAITING_ACTIVATION:
        raise Refused(_("This account is activated already. Log in."), code="activated_already")


def _lapses_at(user: User) -> datetime:
    link = ActivationLink.objects.filter(user=user).first()
    return link.expires_at if link else user.created_at + timedelta(hours=RULES.account.activation_hours)


def _is_lapsed(holder: EmailHolder) -> bool:
    """Whether the address is held only by a registration that came to nothing."""
    if holder.kind not in (EmailKind.PUBLIC_PLATFORM, EmailKind.OPEN_PLATFORM):
        return False
    user = User.objects.filter(email=holder.email, is_staff=False).first()
    return user is not None and _came_to_nothing(user)


def _came_to_nothing(user: User) -> bool:
    """Whether its activation link has expired unused, or its entity was not proved in time (seed.md, Remittance)."""
    if user.status == AccountStatus.AWAITING_ACTIVATION:
        return _lapses_at(user) <= now()
    return user.status == AccountStatus.REGISTRATION_FAILED


def _free_lapsed(address: str) -> None:
    """Let go of an address whose registration came to nothing; its account goes with it."""
    holder = EmailHolder.objects.select_for_update().filter(email=address).first()
    if holder is None or not _is_lapsed(holder):
        return
    user = User.objects.select_for_update().get(email=address)
    if _came_to_nothing(user):
        record("accounts.account.lapsed", user, by=SYSTEM)
        user.delete()
        holder.delete()
