"""The call of the control API that shows where a Mini Program stands: in all machines, its limits, what is next."""

from dataclasses import asdict
from typing import Annotated, TypedDict

from django.utils.translation import gettext as _

from accounts.lifecycle import AccountStatus
from accounts.models import Member, MiniProgram
from accounts.permissions import Role
from developers.lifecycle import BuildStatus
from developers.models import ExperienceVersion
from developers.queries import member_limits
from entities.lifecycle import StandingStatus
from entities.models import EntityType, VerificationMethod
from openplatform.queries import binding_of
from payments.lifecycle import LinkStatus, PayStatus
from payments.queries import links_of
from platform_site.home.flow import flow_of
from platform_site.home.tasks import State
from platform_site.simulation.api import Missing, Nothing, call
from platform_site.simulation.api_shapes import When
from releases.lifecycle import LIVE, OrderStatus, ServiceStatus
from releases.models import Release
from releases.queries import service_of
from verification.lifecycle import RemittanceStatus, VerificationStatus

LIVE_WORDS = tuple(sorted(str(status) for status in LIVE))


class Version(TypedDict):
    """An upload; `robot` is null for one of the developer tools."""

    id: int
    version: str
    status: Annotated[str, BuildStatus]
    robot: int | None


class Entity(TypedDict):
    """Who stands behind it, and how they prove it."""

    type: Annotated[str, EntityType]
    method: Annotated[str, VerificationMethod]


class States(TypedDict):
    """The state of each machine, or null where none of it runs."""

    account: Annotated[str, AccountStatus] | None
    standing: Annotated[str, StandingStatus] | None
    remittance: Annotated[str, RemittanceStatus] | None
    verification: Annotated[str, VerificationStatus] | None
    review: Annotated[str, OrderStatus] | None
    release: Annotated[str, LIVE_WORDS] | None
    service: Annotated[str, ServiceStatus] | None
    pay: Annotated[str, PayStatus] | None
    merchants: dict[str, Annotated[str, LinkStatus]]
    open_account: str | None


class Order(TypedDict):
    """A submission; `attempt` counts from 1."""

    id: int
    version: str
    attempt: int
    status: Annotated[str, OrderStatus]


class Online(TypedDict):
    """The online version."""

    version: str
    published_at: When


class Experience(TypedDict):
    """The experience version, and the page at which it begins ("": the first)."""

    version: str
    start_path: str


class ShownMember(TypedDict):
    """Somebody who belongs to it."""

    wechat_id: str
    nickname: str
    role: Annotated[str, Role]


class Limit(TypedDict):
    """How many there are, and may be."""

    used: int
    limit: int


class Limits(TypedDict, total=False):
    """Of each role that has a limit; empty before the entity is registered."""

    developers: Limit
    experiencers: Limit


class Next(TypedDict):
    """What the console's home says is next, who must act, and why it is closed or what it waits for."""

    state: Annotated[str, State]
    text: str
    who: str
    why: str


class Program(TypedDict):
    """A Mini Program; texts are empty and objects null for what it does not have yet."""

    appid: str
    original_id: str
    name: str
    email: str
    entity: Entity | None
    states: States
    in_closed_beta: bool
    versions: list[Version]
    audit_orders: list[Order]
    online: Online | None
    experience: Experience | None
    members: list[ShownMember]
    limits: Limits
    next: Next | None


@call("GET", "mini-programs/<str:appid>")
def show(body: Nothing, appid: str) -> Program:
    """Where a Mini Program stands: its states in all machines, its limits, what is next and who must act."""
    rows = MiniProgram.objects.select_related("user", "entity", "standing", "profile")
    mini_program = rows.filter(appid=appid).first()
    if mini_program is None:
        raise Missing(_("There is no Mini Program with this AppID."), code="not_found")
    chosen = ExperienceVersion.objects.select_related("build").filter(mini_program=mini_program).first()
    profile, entity = getattr(mini_program, "profile", None), getattr(mini_program, "entity", None)
    return {
        "appid": mini_program.appid,
        "original_id": mini_program.original_id,
        "name": profile.name if profile else "",
        "email": mini_program.user.email if mini_program.user else "",
        "entity": {"type": entity.type, "method": entity.method} if entity else None,
        "states": _states(mini_program),
        "in_closed_beta": mini_program.in_closed_beta,
        "versions": versions_of(mini_program),
        "audit_orders": _orders(mini_program),
        "online": _online(mini_program),
        "experience": {"version": chosen.build.version, "start_path": chosen.start_path} if chosen else None,
        "members": _members(mini_program),
        "limits": _limits(mini_program),
        "next": _next(mini_program),
    }


def _states(mini_program: MiniProgram) -> States:
    remittance = getattr(mini_program, "remittance", None)
    standing = getattr(mini_program, "standing", None)
    verification = mini_program.verifications.order_by("-pk").first()
    order = mini_program.orders.in_review_slot().first()
    return {
        "account": mini_program.user.status if mini_program.user else None,
        "standing": standing.status if standing else None,
        "remittance": remittance.status if remittance else None,
        "verification": verification.status if verification else None,
        "review": order.status if order else None,
        "release": _live(mini_program),
        "service": service.status if (service := service_of(mini_program)) else None,
        "pay": pay.status if (pay := mini_program.pay_applications.order_by("-pk").first()) else None,
        "merchants": {link.merchant.mchid: link.status for link in links_of(mini_program)},
        "open_account": binding.account.open_appid if (binding := binding_of(mini_program)) else None,
    }


def _live(mini_program: MiniProgram) -> str | None:
    """The state of the latest release that users run: "phased", "paused" or "online"."""
    release = Release.objects.filter(mini_program=mini_program, status__in=sorted(LIVE)).order_by("-pk").first()
    return release.status if release else None


def _orders(mini_program: MiniProgram) -> list[Order]:
    orders = mini_program.orders.select_related("build").order_by("pk")
    return [{"id": o.pk, "version": o.build.version, "attempt": o.attempt, "status": o.status} for o in orders]


def _online(mini_program: MiniProgram) -> Online | None:
    online = Release.objects.online().select_related("order__build").filter(mini_program=mini_program).first()
    return {"version": online.order.build.version, "published_at": online.published_at.isoformat()} if online else None


def _members(mini_program: MiniProgram) -> list[ShownMember]:
    members = mini_program.members.select_related("person").order_by("pk")
    return [{"wechat_id": m.person.wechat_id, "nickname": m.person.nickname, "role": m.role} for m in members]


def _limits(mini_program: MiniProgram) -> Limits:
    if not hasattr(mini_program, "entity"):
        return {}
    limits = asdict(member_limits(mini_program))
    told: Limits = {}
    for role in ("developers", "experiencers"):
        if role in limits:
            told[role] = {"used": limits[role], "limit": limits[f"{role}_limit"]}
    return told


def _next(mini_program: MiniProgram) -> Next | None:
    """None where nobody can act any more."""
    rows = Member.objects.select_related("person", "mini_program__entity", "mini_program__standing")
    member = rows.filter(mini_program=mini_program, role=Role.ADMINISTRATOR).first()
    if member is None:
        return None
    task = flow_of(member).next
    return {"state": task.state, "text": task.text, "who": task.who, "why": task.why}


def versions_of(mini_program: MiniProgram) -> list[Version]:
    """All that was uploaded, the oldest first."""
    builds = mini_program.builds.order_by("pk")
    return [{"id": b.pk, "version": b.version, "status": b.status, "robot": b.robot} for b in builds]
