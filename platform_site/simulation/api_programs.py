"""The call of the control API that makes a Mini Program in any state, by ordinary actions."""

import secrets
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from developers.actions.secrets import generate_app_secret
from developers.actions.upload_keys import generate_upload_key
from entities.categories import CATEGORIES
from entities.gates import ORGANISATIONS_THAT_MUST_VERIFY
from entities.models import EntityType
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation import stories
from platform_site.simulation.api import call
from platform_site.simulation.api_people import person_called
from platform_site.simulation.api_program_shown import Version, versions_of
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.newcomers import newcomer
from platform_site.simulation.stories.organisations import NAMES
from releases.models import AuditOrder

STATES = ("registered", "proven", "completed", "uploaded", "submitted", "rejected", "approved", "published")


@dataclass(frozen=True)
class ProgramBody:
    """How far it shall be: registered, proven, completed, uploaded, submitted, rejected, approved or published.

    Of which entity type (individual, corporate, individual_business, government, media, other), whether verified, its
    name, and the WeChat ID of its administrator (a new person if left out).
    """

    state: Annotated[str, STATES]
    entity_type: Annotated[str, EntityType] = "individual"
    verified: bool = False
    name: str = ""
    administrator: str = ""


class Administrator(TypedDict):
    """Whose Mini Program it is."""

    wechat_id: str
    nickname: str


class NewProgram(TypedDict):
    """How to log in to it and to call for it; `audit_id` is its last submission, if there is one."""

    appid: str
    original_id: str
    email: str
    password: str
    app_secret: str
    upload_key: str
    administrator: Administrator
    versions: list[Version]
    audit_id: NotRequired[int]


@call("POST", "mini-programs", ProgramBody)
def create(body: ProgramBody) -> NewProgram:
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
    made: NewProgram = {
        "appid": mini_program.appid,
        "original_id": mini_program.original_id,
        "email": mini_program.account.email,
        "password": PASSWORD,
        "app_secret": secret,
        "upload_key": key,
        "administrator": {"wechat_id": who.wechat_id, "nickname": who.nickname},
        "versions": versions_of(mini_program),
    }
    if last is not None:
        made["audit_id"] = last
    return made


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
