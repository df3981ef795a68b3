"""How often name, avatar and introduction may still be changed, and why not (console.md §4.2-§4.4, §16)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import MiniProgram
from entities.models import ChangeKind, EntityType, Profile
from platform_site.kernel.clock import month_of, now
from platform_site.kernel.lifecycle import Refused
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


def name_quota(profile: Profile) -> Quota:
    """Changes of the name: a few before the first publication; after it by entity type and year."""
    rules, made = RULES.profile, profile.mini_program.profile_changes.filter(kind=ChangeKind.NAME)
    if profile.first_published_at is None:
        return Quota("before", rules.name_changes_before_publication, made.count())
    individual = profile.mini_program.entity.type == EntityType.INDIVIDUAL
    limit = rules.name_changes_per_year_individual if individual else rules.name_changes_per_year_organisation
    since = max(month_of(now()).replace(month=1), profile.first_published_at)
    return Quota("year", limit, made.filter(changed_at__gte=since).count())


def avatar_quota(mini_program: MiniProgram) -> Quota:
    """Changes of the avatar in this calendar month."""
    return Quota("month", RULES.profile.avatar_changes_per_month, _this_month(mini_program, ChangeKind.AVATAR))


def introduction_quota(mini_program: MiniProgram) -> Quota:
    """Changes of the introduction in this calendar month."""
    limit = RULES.profile.introduction_changes_per_month
    return Quota("month", limit, _this_month(mini_program, ChangeKind.INTRODUCTION))


def _this_month(mini_program: MiniProgram, kind: ChangeKind) -> int:
    return mini_program.profile_changes.filter(kind=kind, changed_at__gte=month_of(now())).count()


def name_refusal(profile: Profile) -> Refused | None:
    """Why the name can't be changed now; None if it can. 91002 after the first publication, 53203 when used up."""
    quota = name_quota(profile)
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
