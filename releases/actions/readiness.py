"""What must be so before a version is submitted for review: one table, from which refusals and the page are drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MiniProgram
from developers.lifecycle import BuildStatus
from developers.models import Build
from entities.gates import Gate, closed_because
from entities.lifecycle import NameStatus
from entities.queries import categories_of, is_complete
from platform_site.kernel.clock import month_of, now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from releases.lifecycle import OrderStatus

YOU = gettext_lazy("You, the administrator")
DESK = gettext_lazy("The review team")
NOBODY = gettext_lazy("Nobody: it comes with time")
DEVELOPER = gettext_lazy("The developer")
LOCATION = frozenset(
    {
        "wx.getLocation",
        "wx.getFuzzyLocation",
        "wx.onLocationChange",
        "wx.startLocationUpdate",
        "wx.startLocationUpdateBackground",
    }
)
LOCATION_SCOPES = frozenset({"scope.userLocation", "scope.userFuzzyLocation", "scope.userLocationBackground"})


@dataclass(frozen=True)
class Missing:
    """Why it is not so yet: the code of the refusal, who must do something, and the page (a URL name) where."""

    code: str
    text: str | Promise
    who: str | Promise = YOU
    unlocks: str = ""
    action: str | Promise = ""


@dataclass(frozen=True)
class Requirement:
    """Something that must be so; `missing` is None when it is."""

    label: str | Promise
    missing: Missing | None = None


def requirements_of(mini_program: MiniProgram) -> list[Requirement]:
    """All that is asked of a Mini Program before any of its versions is submitted, met or not (console.md §10.1)."""
    return [Requirement(label, missing(mini_program)) for label, missing in _OF_PROGRAM]


def requirements_of_build(build: Build, mini_program: MiniProgram) -> list[Requirement]:
    """All that is asked before this version is submitted, met or not."""
    return [Requirement(label, missing(build, mini_program)) for label, missing in _OF_BUILD] + requirements_of(
        mini_program
    )


def first_missing(mini_program: MiniProgram) -> Missing | None:
    """Why no version can be submitted now; None if one can."""
    return next((found for _label, missing in _OF_PROGRAM if (found := missing(mini_program)) is not None), None)


def check_program_may_submit(mini_program: MiniProgram) -> None:
    """Refused, in words, when this Mini Program can't submit any version now."""
    _refuse(missing(mini_program) for _label, missing in _OF_PROGRAM)


def check_may_submit(build: Build, mini_program: MiniProgram) -> None:
    """Refused, in words, when this development version can't be submitted now."""
    _refuse(missing(build, mini_program) for _label, missing in _OF_BUILD)
    check_program_may_submit(mini_program)


def _refuse(found: Iterator[Missing | None]) -> None:
    for missing in found:
        if missing is not None:
            raise Refused(str(missing.text), code=missing.code)


def _identity(mini_program: MiniProgram) -> Missing | None:
    if (reason := closed_because(Gate.SUBMIT, mini_program)) is None:
        return None
    return Missing(reason.code, reason.text, unlocks=reason.unlocks, action=reason.action)


def _information(mini_program: MiniProgram) -> Missing | None:
    if is_complete(mini_program):
        return None
    text = _("Complete the Mini Program information first.")
    if mini_program.name_applications.filter(status=NameStatus.UNDER_REVIEW).exists():
        return Missing("86002", text, DESK, "entities:profile", _("See the name under review"))
    return Missing("86002", text, YOU, "entities:profile", _("Fill in the information"))


def _category(mini_program: MiniProgram) -> Missing | None:
    if categories_of(mini_program):
        return None
    if not is_complete(mini_program) and not mini_program.categories.exists():
        words = _("Service categories are chosen with the Mini Program information.")
        return Missing("category_not_approved", words, YOU, "entities:profile", _("Fill in the information"))
    words = _("No service category is approved yet. Wait for the desk's decision about its papers.")
    return Missing("category_not_approved", words, DESK, "entities:categories", _("See the service categories"))


def _slot(mini_program: MiniProgram) -> Missing | None:
    status = mini_program.orders.open().values_list("status", flat=True).first()
    if status is None:
        return None
    words = _("Another version is under review. Wait for the decision.")
    if status == OrderStatus.WAITING_DEVELOPER:
        return Missing("85009", words, YOU, "releases:versions", _("Answer the review team's question"))
    return Missing("85009", words, DESK, "releases:versions", _("See the version under review"))


def _month(mini_program: MiniProgram) -> Missing | None:
    most = RULES.version.submissions_per_month
    if mini_program.orders.filter(submitted_at__gte=month_of(now())).count() < most:
        return None
    words = _("The %(most)d submissions of this month are used up. Submit again next month.")
    return Missing("85085", words % {"most": most}, NOBODY)


def _there(build: Build, _mini_program: MiniProgram) -> Missing | None:
    if build.status == BuildStatus.READY:
        return None
    return Missing("85086", gone_words())


def gone_words() -> str:
    """What is said of a development version that was deleted, or replaced by a later upload."""
    return _("This development version is no longer there: upload it again.")


def _not_online(build: Build, mini_program: MiniProgram) -> Missing | None:
    if not mini_program.releases.live().filter(order__build_id=build.pk).exists():
        return None
    return Missing("already_published", _("This version is online already."))


def _declared(build: Build, _mini_program: MiniProgram) -> Missing | None:
    """Who asks the phone where it is says so in app.json (review.md §3.3: location api undeclared)."""
    uses = build.package.facts.get("uses", {})
    asked = sorted(LOCATION & set(uses.get("apis", [])))
    if not asked or LOCATION_SCOPES & set(uses.get("permissions", [])):
        return None
    words = _(
        "The code asks where the phone is (%(apis)s): declare scope.userLocation in app.json and upload it again."
    )
    return Missing("61040", words % {"apis": ", ".join(asked)}, DEVELOPER)


_OF_PROGRAM: tuple[tuple[Promise, Callable[[MiniProgram], Missing | None]], ...] = (
    (gettext_lazy("The entity may submit"), _identity),
    (gettext_lazy("The Mini Program information is complete"), _information),
    (gettext_lazy("A service category is approved"), _category),
    (gettext_lazy("No other version is under review"), _slot),
    (gettext_lazy("Submissions of this month are left"), _month),
)
_OF_BUILD: tuple[tuple[Promise, Callable[[Build, MiniProgram], Missing | None]], ...] = (
    (gettext_lazy("The code is uploaded and checked"), _there),
    (gettext_lazy("What the code asks of the phone is declared"), _declared),
    (gettext_lazy("This version is not online yet"), _not_online),
)
