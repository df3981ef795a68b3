"""The publishing flow of one Mini Program: what is done, what is next, who must act, and why a task is closed."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram
from developers.models import AppSecret, Build
from developers.queries import MemberLimits, member_limits
from entities.gates import Gate, Reason, closed_because
from entities.lifecycle import NameStatus
from entities.models import Profile, VerificationMethod
from entities.queries import categories_of, display_name, profile_of
from platform_site.home.identity import identity_task
from platform_site.home.tasks import State, Task
from platform_site.kernel.models import AuditEvent
from platform_site.web.event_words import ON_THE_TIMELINE
from releases.actions.publishing import closed_beta_words
from releases.lifecycle import OrderStatus
from releases.models import AuditOrder, Release
from releases.queries import development_builds, online_release_of, order_in_review_slot
from verification.models import Verification


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

    @cached_property
    def locked(self) -> Reason | None:
        """Why the information can't be filled in yet."""
        return closed_because(Gate.PROFILE, self.mini_program)

    # tasks

    @cached_property
    def identity(self) -> Task | None:
        """Step 1, first card of organisations: remittance or WeChat Verification."""
        return identity_task(self.mini_program, you=self.you)

    @cached_property
    def identity_title(self) -> str:
        """What the first card is called: by the way in which this entity proves itself."""
        return _("WeChat Verification") if self._verifies else _("Remittance")

    @cached_property
    def _verifies(self) -> bool:
        return (
            self.mini_program.entity.method == VerificationMethod.WECHAT_VERIFICATION
            or self.mini_program.standing.is_verified
        )

    @cached_property
    def information(self) -> Task:
        """Step 1 A: name, avatar, introduction, service categories."""
        href = self._url("entities:profile")
        if self.profile is not None and not self.profile.name:
            return self._named(href)
        if self.profile is not None:
            text = _("Name, avatar, introduction and service categories are filled in.")
            href = self._url("entities:settings_basic")
            return Task(State.DONE, text, _("Completed"), action=_("View details"), href=href)
        text = _("Fill in the name, avatar, introduction and service categories.")
        if self.locked is not None:
            return self._closed(text, _("Not filled in"), self.locked)
        return Task(State.NEXT, text, _("Not filled in"), self.you, action=_("Fill in"), href=href)

    def _closed(self, text: str, label: str, reason: Reason) -> Task:
        """A task behind a gate: why, and the way to what unlocks it."""
        href = self._url(reason.unlocks) if reason.unlocks else ""
        return Task(State.CLOSED, text, label, self.you, str(reason.text), str(reason.action), href)

    def _named(self, href: str) -> Task:
        """The information is there but for a name that asks for proof."""
        if self.mini_program.name_applications.filter(status=NameStatus.UNDER_REVIEW).exists():
            text = _("The name is under review, because it holds a protected word.")
            return Task(State.WAITING, text, _("Under review"), _("The review team"), action=_("View"), href=href)
        text = _("The name was not approved. Choose another one.")
        return Task(State.NEXT, text, _("Name missing"), self.you, action=_("Choose a name"), href=href)

    @cached_property
    def development(self) -> Task:
        """Step 1 B: developers, tools, settings; done once code has come up."""
        if self.build or self.order or self.online:
            return Task(State.DONE, _("Code has been uploaded from the developer tools."), _("Code uploaded"))
        state = State.NEXT if self.profile and self.profile.name else State.OPEN
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
        if self.identity is not None and self.identity.state == State.NEXT:
            return self.identity
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
        if (reason := closed_because(Gate.SUBMIT, self.mini_program)) is not None:
            return self._closed(text, _("Not started"), reason)
        if self.profile is None or not self.profile.name:
            why = _("Complete the Mini Program information before you submit for review.")
            return Task(State.CLOSED, text, _("Not started"), self.you, why, href=self._versions)
        return Task(
            State.NEXT, text, _("Ready to submit"), self.you, action=_("Go to submit for review"), href=self._versions
        )

    def _in_review_slot(self, order: AuditOrder) -> Task:
        facts = {"version": order.build.version, "date": date_format(localtime(order.due_at), "Y-m-d")}
        if order.status == OrderStatus.WAITING_DEVELOPER:
            text = _("The review team asks you something about version %(version)s.") % facts
            href = reverse("releases:order_detail", args=[self.mini_program.appid, order.pk])
            return Task(State.NEXT, text, _("Waiting for your answer"), self.you, action=_("Answer"), href=href)
        if order.is_open:
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
            audits = event.subject_type == Verification._meta.label_lower
            event.actor_name, event.reason = _("Audit institution") if audits else _("Review team"), ""
    return events
