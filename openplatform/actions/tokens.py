"""Access tokens: issued to whoever has the AppSecret, and ended (wire-api.md §1.1). All on the world's clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram
from openplatform.models import AccessToken, TokenKind
from platform_site.kernel.clock import day_of, now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest, random_token


@dataclass(frozen=True)
class Issued:
    """A token and for how many seconds it is good."""

    text: str
    expires_in: int


@transaction.atomic
def issue_token(mini_program: MiniProgram) -> Issued:
    """A new plain token; the one before it works for five more minutes."""
    _hold(mini_program)
    overlap_ends = now() + timedelta(seconds=RULES.api.token_overlap_seconds)
    earlier = AccessToken.objects.filter(mini_program=mini_program, kind=TokenKind.PLAIN, ends_at__gt=overlap_ends)
    earlier.update(ends_at=overlap_ends)
    return _new(mini_program, TokenKind.PLAIN)


@transaction.atomic
def stable_token(mini_program: MiniProgram, *, force: bool = False) -> Issued:
    """The stable token: the same while it lives; a new one in its last five minutes, when both work, or by `force`.

    `force` ends the one before at once. Less than 30 seconds after the last time it does nothing; Refused
    (forced_refreshes) the 21st time a day.
    """
    _hold(mini_program)
    rows = AccessToken.objects.filter(mini_program=mini_program, kind=TokenKind.STABLE)
    living = rows.filter(ends_at__gt=now()).order_by("-pk").first()
    if force and _may_force(mini_program):
        rows.filter(ends_at__gt=now()).update(ends_at=now())
        return _new(mini_program, TokenKind.STABLE, is_forced=True)
    if living is not None and (force or _left(living) > RULES.api.token_overlap_seconds):
        return Issued(living.kept, _left(living))
    return _new(mini_program, TokenKind.STABLE)


def _may_force(mini_program: MiniProgram) -> bool:
    """Whether the last forced refresh is long enough ago; Refused when there were too many today."""
    forced = AccessToken.objects.filter(mini_program=mini_program, kind=TokenKind.STABLE, is_forced=True)
    if forced.filter(issued_at__gt=now() - timedelta(seconds=RULES.api.forced_refresh_seconds)).exists():
        return False
    most = RULES.api.forced_refreshes_per_day
    if forced.filter(issued_at__gte=day_of(now())).count() >= most:
        raise Refused(_("force_refresh was used %(n)d times today.") % {"n": most}, code="forced_refreshes")
    return True


def _left(token: AccessToken) -> int:
    return int((token.ends_at - now()).total_seconds())


def _hold(mini_program: MiniProgram) -> None:
    """Others who want a token of this Mini Program wait."""
    MiniProgram.objects.select_for_update().get(pk=mini_program.pk)


def _new(mini_program: MiniProgram, kind: TokenKind, *, is_forced: bool = False) -> Issued:
    text, seconds, issued_at = random_token(), RULES.api.token_seconds, now()
    expires_at = issued_at + timedelta(seconds=seconds)
    AccessToken.objects.create(
        mini_program=mini_program,
        kind=kind,
        digest=plain_digest(text),
        kept=text if kind == TokenKind.STABLE else "",
        is_forced=is_forced,
        issued_at=issued_at,
        expires_at=expires_at,
        ends_at=expires_at,
    )
    return Issued(text, seconds)


def end_tokens(mini_program: MiniProgram, *, issued_before: datetime) -> int:
    """End at once the tokens of both kinds that were issued by then; returns how many."""
    living = AccessToken.objects.filter(mini_program=mini_program, ends_at__gt=now(), issued_at__lte=issued_before)
    return living.update(ends_at=now())


def purge_tokens(*, most: int = 5000) -> int:
    """Sweep: forget tokens that have expired so long ago that no caller asks why; returns how many."""
    ended = AccessToken.objects.filter(expires_at__lte=now() - timedelta(days=RULES.api.ended_token_days))
    return AccessToken.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[:most])).delete()[0]
