"""Calls of the control API about Mini Programs: a new one in any state, by ordinary actions; where one stands."""

import secrets
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Role
from developers.actions.secrets import generate_app_secret
from developers.actions.upload_keys import generate_upload_key
from developers.models import ExperienceVersion
from developers.queries import member_limits
from entities.categories import CATEGORIES
from entities.gates import ORGANISATIONS_THAT_MUST_VERIFY
from entities.models import EntityType
from openplatform.queries import binding_of
from payments.queries import links_of
from platform_site.home.flow import flow_of
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from platform_site.simulation.api import Answer, Missing, Nothing, call
from platform_site.simulation.api_people import person_called
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.newcomers import newcomer
from platform_site.simulation.stories.organisations import NAMES
from releases.lifecycle import LIVE
from releases.models import AuditOrder, Release
from releases.queries import service_of

STATES = ("registered", "proven", "completed", "uploaded", "submitted", "rejected", "approved", "published")


@dataclass(frozen=True)
class ProgramBody:
    """How far it shall be: registered, proven, completed, uploaded, submitted, rejected, approved or published.

    Of which entity type (individual, corporate, individual_business, government, media, other), whether verified, its
    name, and the WeChat ID of its administrator (a new person if left out).
    """

    state: str
    entity_type: str = "individual"
    verified: bool = False
    name: str = ""
    administrator: str = ""


@call("POST", "mini-programs", ProgramBody)
def create(body: ProgramBody) -> Answer:
    """A new Mini Program in this state, with its AppSecret and its code upload key; its own new administrator.

    What must be verified to be proven is. All or nothing, but for verified ones: their fee is paid on the way.
    """
    _check(body)
    with nullcontext() if _verifies(body) else transaction.atomic():
        who = person_called(body.administrator) if body.administrator else newcomer()
        mini_program = _led_to(body, who)
        by = stories.administrator_of(mini_program)
        secret, key = generate_app_secret(mini_program, by=by), generate_upload_key(mini_program, by=by)
    orders = AuditOrder.objects.filter(mini_program=mini_program)
    last = orders.order_by("-pk").values_list("pk", flat=True).first()
    return {
        "appid": mini_program.appid,
        "original_id": mini_program.original_id,
        "email": mini_program.account.email,
        "password": PASSWORD,
        "app_secret": secret,
        "upload_key": key,
        "administrator": {"wechat_id": who.wechat_id, "nickname": who.nickname},
        "versions": _versions(mini_program),
    } | ({"audit_id": last} if last else {})


def _check(body: ProgramBody) -> None:
    """Refused for what no Mini Program can be."""
    for name, value, known in (("state", body.state, STATES), ("entity_type", body.entity_type, EntityType.values)):
        if value not in known:
            message = _("Choose one of: %(known)s.") % {"known": ", ".join(known)}
            raise Refused(message, code="unknown_choice", field=name)
    if body.verified and body.entity_type == EntityType.INDIVIDUAL:
        raise Refused(
            _("Individual type accounts do not support WeChat Verification for the time being."),
            code="individual",
            field="verified",
        )
    if body.verified and body.state == "registered":
        message = _("What is verified is proven, too: ask for a later state.")
        raise Refused(message, code="verified_is_proven", field="verified")


def _verifies(body: ProgramBody) -> bool:
    """Whether its way leads through WeChat Verification."""
    must = body.entity_type in ORGANISATIONS_THAT_MUST_VERIFY and body.state != "registered"
    return body.verified or must


def _led_to(body: ProgramBody, who: WeChatPerson) -> MiniProgram:
    """Registered, proven, completed, and on to the state that is asked for."""
    mini_program, way = _registered(body, who), STATES.index(body.state)
    if way >= STATES.index("proven") and body.entity_type != EntityType.INDIVIDUAL:
        mini_program = _proven(body, mini_program)
    if way >= STATES.index("completed"):
        stories.completed(
            mini_program,
            name=body.name or f"Harbour {mini_program.appid[2:8]}",
            categories=[_category(body.entity_type)],
        )
    if way >= STATES.index("uploaded"):
        _reviewed(body.state, mini_program)
    return MiniProgram.objects.get(pk=mini_program.pk)


def _registered(body: ProgramBody, who: WeChatPerson) -> MiniProgram:
    email = f"program-{secrets.token_hex(5)}@stories.test"
    if body.entity_type == EntityType.INDIVIDUAL:
        return stories.registered(administrator=who, email=email)
    number = secrets.randbelow(10**7)
    return stories.organisation(
        type=body.entity_type,
        administrator=who,
        email=email,
        name=NAMES[EntityType(body.entity_type)].replace("海港", f"海港{number}").replace("灯塔", f"灯塔{number}"),
        number=stories.credit_code(number),
        account=f"6222{secrets.randbelow(10**15):015d}",
    )


def _proven(body: ProgramBody, mini_program: MiniProgram) -> MiniProgram:
    """By remittance where that is the way; by WeChat Verification where it must be, or is asked for."""
    if body.entity_type not in ORGANISATIONS_THAT_MUST_VERIFY:
        mini_program = stories.remitted(mini_program)
    return stories.verified(mini_program) if _verifies(body) else mini_program


def _category(entity_type: str) -> str:
    """The first service category that this type may choose without papers."""
    return next(code for code, category in CATEGORIES.items() if entity_type in category.types and not category.papers)


def _reviewed(state: str, mini_program: MiniProgram) -> None:
    """Uploaded, submitted, decided, published."""
    build = stories.uploaded(mini_program)
    if state == "uploaded":
        return
    order = stories.submitted(build)
    if state == "rejected":
        stories.rejected(order)
    elif state in ("approved", "published"):
        stories.approved(order)
        if state == "published":
            stories.published(order)


def _versions(mini_program: MiniProgram) -> list[Answer]:
    builds = mini_program.builds.order_by("pk")
    return [{"id": b.pk, "version": b.version, "status": b.status, "robot": b.robot} for b in builds]


@call("GET", "mini-programs/<str:appid>")
def show(body: Nothing, appid: str) -> Answer:
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
        "versions": _versions(mini_program),
        "audit_orders": _orders(mini_program),
        "online": _online(mini_program),
        "experience": {"version": chosen.build.version, "start_path": chosen.start_path} if chosen else None,
        "members": _members(mini_program),
        "limits": _limits(mini_program),
        "next": _next(mini_program),
    }


def _states(mini_program: MiniProgram) -> Answer:
    """The state of each machine, or None where none of it runs."""
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


def _orders(mini_program: MiniProgram) -> list[Answer]:
    orders = mini_program.orders.select_related("build").order_by("pk")
    return [{"id": o.pk, "version": o.build.version, "attempt": o.attempt, "status": o.status} for o in orders]


def _online(mini_program: MiniProgram) -> Answer | None:
    online = Release.objects.online().select_related("order__build").filter(mini_program=mini_program).first()
    return {"version": online.order.build.version, "published_at": online.published_at.isoformat()} if online else None


def _members(mini_program: MiniProgram) -> list[Answer]:
    members = mini_program.members.select_related("person").order_by("pk")
    return [{"wechat_id": m.person.wechat_id, "nickname": m.person.nickname, "role": m.role} for m in members]


def _limits(mini_program: MiniProgram) -> Answer:
    limits = asdict(member_limits(mini_program)) if hasattr(mini_program, "entity") else {}
    return {
        role: {"used": limits[role], "limit": limits[f"{role}_limit"]}
        for role in ("developers", "experiencers")
        if role in limits
    }


def _next(mini_program: MiniProgram) -> dict[str, Any] | None:
    """What the console's home says is next, and who must act; None where nobody can any more."""
    rows = Member.objects.select_related("person", "mini_program__entity", "mini_program__standing")
    member = rows.filter(mini_program=mini_program, role=Role.ADMINISTRATOR).first()
    if member is None:
        return None
    task = flow_of(member).next
    return {"state": task.state, "text": task.text, "who": task.who, "why": task.why}
