"""How often name, avatar and introduction may still be changed, and why not (console.md §4.2-§4.4, §16)."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import MiniProgram
from entities.models import ChangeKind, EntityType, Profile, ProfileChange
from platform_site.kernel.clock import month_of, now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.prepared import Prepared
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Quota:
    """How many changes are allowed and made: "before" the first publication, in a calendar "month" or "year"."""

    period: str
    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def words(self) -> str:
        """What the settings page says of it."""
        if self.period == "before":
            allowed = ngettext(
                "%(n)d change before the first publication, %(left)d left.",
                "%(n)d changes before the first publication, %(left)d left.",
                self.limit,
            )
        elif self.period == "year":
            allowed = ngettext(
                "%(n)d change a year, %(left)d left.", "%(n)d changes a year, %(left)d left.", self.limit
            )
        else:
            allowed = ngettext(
                "%(n)d change a month, %(left)d left.", "%(n)d changes a month, %(left)d left.", self.limit
            )
        return allowed % {"n": self.limit, "left": self.left}


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
COUNTED: Prepared[str] = Prepared(
    lambda mini_program, since, month: ProfileChange.objects.filter(
        Q(kind=ChangeKind.NAME, changed_at__gte=since)
        | Q(kind__in=(ChangeKind.AVATAR, ChangeKind.INTRODUCTION), changed_at__gte=month),
        mini_program_id=mini_program,
    ).values_list("kind", flat=True),
    int,
    datetime,
    datetime,
)


@dataclass(frozen=True)
class Quotas:
    """The three quotas of what the information may be changed."""

    name: Quota
    avatar: Quota
    introduction: Quota


def quotas_of(profile: Profile) -> Quotas:
    """All three, by one query."""
    month, (period, limit, since) = month_of(now()), _name_rule(profile)
    used = Counter(COUNTED.rows(profile.mini_program_id, since or BEGINNING, month))
    return Quotas(
        name=Quota(period, limit, used[ChangeKind.NAME]),
        avatar=_monthly(ChangeKind.AVATAR, used[ChangeKind.AVATAR]),
        introduction=_monthly(ChangeKind.INTRODUCTION, used[ChangeKind.INTRODUCTION]),
    )


def name_quota(profile: Profile) -> Quota:
    """Changes of the name: a few before the first publication; after it by entity type and year."""
    return quotas_of(profile).name


def avatar_quota(mini_program: MiniProgram) -> Quota:
    """Changes of the avatar in this calendar month."""
    return _monthly(ChangeKind.AVATAR, _this_month(mini_program, ChangeKind.AVATAR))


def introduction_quota(mini_program: MiniProgram) -> Quota:
    """Changes of the introduction in this calendar month."""
    return _monthly(ChangeKind.INTRODUCTION, _this_month(mini_program, ChangeKind.INTRODUCTION))


def _name_rule(profile: Profile) -> tuple[str, int, datetime | None]:
    """Period, limit and from when on changes of the name count (None: from the beginning)."""
    rules = RULES.profile
    if profile.first_published_at is None:
        return "before", rules.name_changes_before_publication, None
    individual = profile.mini_program.entity.type == EntityType.INDIVIDUAL
    limit = rules.name_changes_per_year_individual if individual else rules.name_changes_per_year_organisation
    return "year", limit, max(month_of(now()).replace(month=1), profile.first_published_at)


def _monthly(kind: ChangeKind, used: int) -> Quota:
    rules = RULES.profile
    limit = rules.avatar_changes_per_month if kind == ChangeKind.AVATAR else rules.introduction_changes_per_month
    return Quota("month", limit, used)


def _this_month(mini_program: MiniProgram, kind: ChangeKind) -> int:
    return mini_program.profile_changes.filter(kind=kind, changed_at__gte=month_of(now())).count()


def name_refusal(profile: Profile, quota: Quota | None = None) -> Refused | None:
    """Why the name can't be changed now; None if it can. 91002 after the first publication, 53203 when used up.

    `quota` is the name's, where it was read already.
    """
    quota = quota or name_quota(profile)
    if quota.left:
        return None
    if quota.period == "before":
        return _used_up(_("The changes of the name before the first publication are used up."), "53203", "name")
    if quota.limit:
        return _used_up(_("The changes of the name for this year are used up."), "53203", "name")
    if profile.mini_program.entity.type == EntityType.INDIVIDUAL:
        return _used_up(_("After the first publication the name can't be changed any more."), "91002", "name")
    return _used_up(
        _("After the first publication the name can be changed with a WeChat Verification only."), "91002", "name"
    )


def avatar_refusal(mini_program: MiniProgram) -> Refused | None:
    """Why the avatar can't be changed now (53202); None if it can."""
    if avatar_quota(mini_program).left:
        return None
    return _used_up(_("The changes of the avatar for this month are used up."), "53202", "avatar")


def introduction_refusal(mini_program: MiniProgram) -> Refused | None:
    """Why the introduction can't be changed now (53200); None if it can."""
    if introduction_quota(mini_program).left:
        return None
    return _used_up(_("The changes of the introduction for this month are used up."), "53200", "introduction")


def _used_up(message: str, code: str, field: str) -> Refused:
    return Refused(message, code=code, field=field)
