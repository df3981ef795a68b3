"""Who gets which version while a release is in phases: a stable keyed hash, and project members first.

The hash is of AppID, audit order and person: somebody who has the new version keeps it when the share is raised,
another release draws other people first, and nobody without the installation's key can tell who is drawn.
Source: review.md §3.2 C.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram, WeChatPerson
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import digest
from releases.lifecycle import IN_PHASES
from releases.models import Release


class Rule(models.TextChoices):
    """Why somebody gets the version that they get."""

    ALL = "all", _("All users get it.")
    MEMBER = "member", _("Project members get the new version first.")
    DRAWN = "drawn", _("Drawn: this person is in the share that gets the new version.")
    NOT_DRAWN = "not_drawn", _("Not drawn: this person is not in the share that gets the new version.")


@dataclass(frozen=True)
class Drawn:
    """The release that a person runs, and the rule that decided."""

    release: Release
    rule: Rule


def live_releases(appid: str) -> list[Release]:
    """The full and the phased release of this AppID, whichever there are, with all that showing them needs."""
    rows = Release.objects.live().select_related("mini_program__profile", "order__build__package")
    return list(rows.filter(mini_program__appid=appid))


def drawn_for(releases: list[Release], person: WeChatPerson) -> Drawn | None:
    """What this person runs of the live releases of one Mini Program; None where there are none."""
    full = next((release for release in releases if release.status not in IN_PHASES), None)
    phased = next((release for release in releases if release.status in IN_PHASES), None)
    if phased is None:
        return Drawn(full, Rule.ALL) if full else None
    if phased.members_first and _is_member(phased.mini_program, person):
        return Drawn(phased, Rule.MEMBER)
    if place_of(person, phased) < phased.percent:
        return Drawn(phased, Rule.DRAWN)
    return Drawn(full, Rule.NOT_DRAWN) if full else None


def place_of(person: WeChatPerson, release: Release) -> int:
    """Where in 0-99 this person stands for this release: below its percentage, they get it."""
    drawn = digest(f"{release.mini_program.appid}/{release.order_id}/{person.pk}", purpose="phased_release")
    return int(drawn[:12], 16) % RULES.release.percent_max


def _is_member(mini_program: MiniProgram, person: WeChatPerson) -> bool:
    return mini_program.members.filter(person=person).exists()
