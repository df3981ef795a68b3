"""The publishing flow of one Mini Program: what is done, what is next, who must act, and why a task is closed."""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram
from developers.models import AppSecret, Build
from developers.queries import MemberLimits, member_limits
from entities.models import Profile
from entities.queries import categories_of, display_name, profile_of
from platform_site.kernel.models import AuditEvent
from platform_site.web.event_words import ON_THE_TIMELINE
from releases.actions.publishing import closed_beta_words
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder, Release
from releases.queries import development_builds, online_release_of, order_in_review_slot


class State(StrEnum):
    """How a task stands."""

    DONE = "done"
    NEXT = "next"
    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Task:
    """A task of the flow. `who` must act; `why` says why it is closed or what it waits for; `href` leads to it."""

    state: State
    text: str
    label: str = ""
    who: str = ""
    why: str = ""
    action: str = ""
    href: str = ""


class Flow:
    """All that the console's home shows of one Mini Program, each fact read at most once."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.mini_program = member.mini_program

    # facts

    @cached_property
    def profile(self) -> Profile | None:
        return profile_of(self.mini_program)

    @cached_property
    def name(self) -> str:
        return display_name(self.mini_program)

    @cached_property
    def categories(self) -> list[str]:
        return [category.label for category in categories_of(self.mini_program)] if self.profile else []

    @cached_property
    def limits(self) -> MemberLimits:
        return member_limits(self.mini_program)

    @cached_property
    def has_secret(self) -> bool:
        return AppSecret.objects.filter(mini_program=self.mini_program).exists()

    @cached_property
    def build(self) -> Build | None:
        return development_builds(self.mini_program).first()

    @cached_property
    def order(self) -> AuditOrder | None:
        return order_in_review_slot(self.mini_program)

    @cached_property
    def online(self) -> Release | None:
        return online_release_of(self.mini_program)

    @cached_property
    def you(self) -> str:
        return _("You, the administrator")

    # tasks

    @cached_property
    def information(self) -> Task:
        """Step 1 A: name, avatar, introduction, service categories."""
        href = self._url("entities:profile")
        if self.profile is not None:
            text = _("Name, avatar, introduction and service categories are filled in.")
            href = self._url("entities:settings_basic")
            return Task(State.DONE, text, _("Completed"), action=_("View details"), href=href)
        text = _("Fill in the name, avatar, introduction and service categories.")
        return Task(State.NEXT, text, _("Not filled in"), self.you, action=_("Fill in"), href=href)

    @cached_property
    def development(self) -> Task:
        """Step 1 B: developers, tools, settings; done once code has come up."""
        if self.build or self.order or self.online:
            return Task(State.DONE, _("Code has been uploaded from the developer tools."), _("Code uploaded"))
        state = State.NEXT if self.profile else State.OPEN
        text = _("Write the code in the developer tools; the administrator uploads it.")
        return Task(state, text, _("No code uploaded yet"), _("You or a developer you bind; you upload"))

    @cached_property
    def publication(self) -> Task:
        """Step 2: from the development version to users."""
        if self.order is not None:
            return self._in_review_slot(self.order)
        if self.build is not None:
            return self._to_submit(self.build)
        if self.online is not None:
            text = _("Version %(version)s is online.") % {"version": self.online.order.build.version}
            return Task(State.DONE, text, _("Online"), action=_("Development Management"), href=self._versions)
        why = _("No development version yet: upload code in the developer tools first.")
        text = _("Submit an uploaded version for review; publish it once it is approved.")
        return Task(State.CLOSED, text, _("Not started"), self.you, why, href=self._versions)

    @cached_property
    def next(self) -> Task:
        """The one thing to do now."""
        if self.information.state == State.NEXT:
            return self.information
        if self.development.state == State.NEXT:
            tools = self._url("developers:devtools", here=False)
            return Task(
                State.NEXT,
                self.development.text,
                who=self.development.who,
                action=_("Open the developer tools"),
                href=tools,
            )
        return self.publication

    @cached_property
    def is_all_done(self) -> bool:
        return self.next.state == State.DONE

    def _to_submit(self, build: Build) -> Task:
        facts = {"version": build.version}
        text = _("Version %(version)s is uploaded and can be submitted for review.") % facts
        if self.online is not None and self.online.order.build_id == build.pk:
            text = _("Version %(version)s is online.") % facts
            return Task(State.DONE, text, _("Online"), action=_("Development Management"), href=self._versions)
        if self.profile is None:
            why = _("Complete the Mini Program information before you submit for review.")
            return Task(State.CLOSED, text, _("Not started"), self.you, why, href=self._versions)
        return Task(
            State.NEXT, text, _("Ready to submit"), self.you, action=_("Go to submit for review"), href=self._versions
        )

    def _in_review_slot(self, order: AuditOrder) -> Task:
        facts = {"version": order.build.version, "date": date_format(localtime(order.due_at), "Y-m-d")}
        if order.status == OrderStatus.UNDER_REVIEW:
            text = _("Version %(version)s is being reviewed.") % facts
            why = _("The answer is due by %(date)s. You will be notified on your phone and here.") % facts
            return Task(
                State.WAITING, text, _("Review in progress"), _("The review team"), why, _("View"), self._versions
            )
        if order.status == OrderStatus.REJECTED:
            text = (
                _("Version %(version)s did not pass the review. Read the reasons, correct the code and submit again.")
                % facts
            )
            return Task(State.NEXT, text, _("Not passed"), self.you, action=_("See the reasons"), href=self._versions)
        text = _("Version %(version)s has passed the review. Users see it once you publish it.") % facts
        if self.mini_program.in_closed_beta:
            return Task(State.CLOSED, text, _("Approved"), why=closed_beta_words(), href=self._versions)
        return Task(
            State.NEXT, text, _("Approved, to be published"), self.you, action=_("Go to publish"), href=self._versions
        )

    # addresses

    @cached_property
    def _versions(self) -> str:
        return self._url("releases:versions")

    def _url(self, name: str, *, here: bool = True) -> str:
        return reverse(name, args=[self.mini_program.appid] if here else [])


def flow_of(member: Member) -> Flow:
    """The publishing flow, as this member sees it."""
    return Flow(member)


def recent_events(mini_program: MiniProgram, *, most: int = 10) -> list[AuditEvent]:
    """The newest events of this Mini Program that its timeline tells; reviewers are not named."""
    rows = AuditEvent.objects.filter(appid=mini_program.appid, event__in=ON_THE_TIMELINE).order_by("-id")
    events = list(rows[:most])
    for event in events:
        if event.actor_kind == "staff":
            event.actor_name, event.reason = _("Review team"), ""
    return events
