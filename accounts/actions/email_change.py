"""Change of the log-in e-mail: asked for, proved by a mailed link, then confirmed by the administrator's scan."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.actions.registration import check_email_is_free, claim_email, mark_verified
from accounts.identity import normal_email
from accounts.models import EmailChange, EmailHolder, EmailKind, MiniProgram, User
from accounts.permissions import Permission
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Actor, NotAllowed, Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest, random_token


@transaction.atomic
def ask_email_change(mini_program: MiniProgram, *, email: str, by: Actor) -> EmailChange:
    """Ask to move the account to another address: a link goes there. An earlier request and its link are dead."""
    user = _account(mini_program, by)
    address = normal_email(email)
    if address == user.email:
        raise Refused(_("This is the log-in e-mail already."), code="email_same", field="email")
    check_email_is_free(address)
    fresh = {
        "email": address,
        "token_digest": None,
        "asked_at": now(),
        "expires_at": now() + timedelta(hours=RULES.account.activation_hours),
        "proved_at": None,
    }
    change, _is_new = EmailChange.objects.update_or_create(user=user, defaults=fresh)
    record("accounts.account.email_change_asked", user, by=by, data={"language": get_language() or "en"})
    return change


@transaction.atomic
def issue_email_link(user: User) -> tuple[str, EmailChange] | None:
    """Make the one valid link of an open request, in place of any earlier: (token, request). None if there is none."""
    change = EmailChange.objects.select_for_update().filter(user=user, proved_at=None).first()
    if change is None or change.expires_at <= now():
        return None
    token = random_token()
    change.token_digest = plain_digest(token)
    change.save(update_fields=["token_digest"])
    return token, change


def email_link(mini_program: MiniProgram, token: str) -> EmailChange:
    """The open request of this account with this link; Refused with "email_link_unknown" or "…_expired"."""
    change = EmailChange.objects.filter(user=mini_program.account, token_digest=plain_digest(token)).first()
    if change is None:
        raise Refused(_("This link is not valid. Use the newest mail."), code="email_link_unknown")
    if change.expires_at <= now():
        raise Refused(_("This link has expired. Ask for the change again."), code="email_link_expired")
    return change


@transaction.atomic
def prove_email(mini_program: MiniProgram, token: str, *, by: Actor) -> EmailChange:
    """The link was opened by somebody who reads the new mailbox and is logged in; using it twice changes nothing."""
    _account(mini_program, by)
    change = email_link(mini_program, token)
    if change.proved_at is None:
        change.proved_at = now()
        change.save(update_fields=["proved_at"])
    return change


@transaction.atomic
def change_email(mini_program: MiniProgram, *, email: str, by: Actor) -> User:
    """Move the account to the proved address that the administrator has confirmed by scan; the old one is free.

    `email` is what the phone showed: another request that came between is not what was confirmed.
    """
    user = _account(mini_program, by)
    change = EmailChange.objects.select_for_update().filter(user=user, email=email).exclude(proved_at=None).first()
    if change is None:
        raise Refused(_("Open the link in the mail to the new address first."), code="email_not_proved")
    if change.expires_at <= now():
        raise Refused(_("This link has expired. Ask for the change again."), code="email_link_expired")
    claim_email(change.email, EmailKind.PUBLIC_PLATFORM)
    EmailHolder.objects.filter(email=user.email, kind=EmailKind.PUBLIC_PLATFORM).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.email = change.email
    user.save(update_fields=["email"])
    mark_verified(user)
    change.delete()
    record("accounts.account.email_changed", user, by=by)
    return user


@transaction.atomic
def drop_email_change(mini_program: MiniProgram, *, by: Actor) -> None:
    """The address stays: the request and its link are dead. Nothing happens if there is none."""
    EmailChange.objects.filter(user=_account(mini_program, by)).delete()


def _account(mini_program: MiniProgram, by: Actor) -> User:
    """The log-in account, locked until the transaction ends, for somebody who may change its address."""
    if not by.may(Permission.EMAIL_CHANGE, mini_program):
        raise NotAllowed(_("You do not have the right to do this."), code="not_allowed")
    return User.objects.select_for_update().get(pk=mini_program.account.pk)
