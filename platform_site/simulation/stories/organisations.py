"""Organisations in the stories: registered, proven by a remittance, verified, each by real actions."""

from typing import Any

from stdnum.cn import uscc

from accounts.models import MiniProgram, User
from entities.actions.categories import Handed
from entities.actions.papers import upload_paper
from entities.actions.registration import Administrator, Organisation
from entities.categories import CATEGORIES
from entities.models import Entity, EntityType, Paper, VerificationMethod
from entities.organisations import WITH_CODE_AND_SCAN
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.stories.people import Who, activated, person
from platform_site.simulation.stories.pictures import scan
from verification.actions.registration import register_organisation
from verification.actions.remittances import CorporateAccount
from verification.actions.transfers import receive_transfer
from verification.banks import RECEIVER
from verification.models import Transfer

NAMES = {
    EntityType.CORPORATE: "海港茶业有限公司",
    EntityType.INDIVIDUAL_BUSINESS: "灯塔面馆（个体工商户）",
    EntityType.GOVERNMENT: "海港市公共交通管理局",
    EntityType.MEDIA: "海港日报社",
    EntityType.OTHER: "海港读书会",
}
ACCOUNT = "6222000000000012345"


def credit_code(number: int) -> str:
    """A unified social credit code with its check character that belongs to nobody we know."""
    body = f"91330106MA{number:07d}"
    return body + uscc.calc_check_digit(body + "0")


def organisation(
    *,
    type: str = EntityType.CORPORATE,  # noqa: A002 -- as the entity calls it
    method: str = "",
    administrator: Who = "ada",
    email: str = "",
    name: str = "",
    number: str = "",
    account: str = ACCOUNT,
    password: str = PASSWORD,
) -> MiniProgram:
    """An organisation's Mini Program, registered, not proven yet. Companies remit unless `method` says otherwise."""
    who, kind = person(administrator), EntityType(type)
    is_company = kind in (EntityType.CORPORATE, EntityType.INDIVIDUAL_BUSINESS)
    way = VerificationMethod(
        method or (VerificationMethod.REMITTANCE if is_company else VerificationMethod.WECHAT_VERIFICATION)
    )
    user, called, taken = activated(email=email, password=password), name or NAMES[kind], Entity.objects.count()
    return register_organisation(
        user,
        administrator=Administrator(who, who.real_name, who.id_number, who.phone),
        entity=Organisation(
            kind,
            way,
            called,
            number="" if kind == EntityType.GOVERNMENT else number or credit_code(taken + 1),
            papers=_papers(user, kind),
        ),
        account=CorporateAccount(called, account, "merchants", "guangdong", "shenzhen"),
        by=who,
    )


def _papers(user: User, kind: EntityType) -> list[Paper]:
    """The sealed certificate that media and other organisations hand in."""
    if kind not in WITH_CODE_AND_SCAN:
        return []
    return [upload_paper(user, data=scan(), name="certificate.png")]


def handed_in(mini_program: MiniProgram, category: str) -> Handed:
    """One scan for each document of the first alternative that this category asks for."""
    documents = CATEGORIES[category].documents(1)
    page = upload_paper(mini_program.account, data=scan("LICENCE"), name="licence.png")
    return Handed(1, tuple((page,) for _document in documents))


def transferred(mini_program: MiniProgram, **wrong: Any) -> Transfer:
    """The transfer that the remittance page asks for; `wrong` replaces parts of it (amount_fen=1)."""
    remittance = mini_program.remittance
    right: dict[str, Any] = {
        "from_holder": remittance.holder,
        "from_account": remittance.account,
        "to_account": RECEIVER["number"],
        "amount_fen": remittance.amount_fen,
        "remark": remittance.remark,
    }
    return receive_transfer(**(right | wrong))


def remitted(mini_program: MiniProgram | None = None, *, administrator: Who = "ada") -> MiniProgram:
    """A company that is proven: the right amount has arrived from its own account."""
    mini_program = mini_program or organisation(administrator=administrator)
    transferred(mini_program)
    mini_program.standing.refresh_from_db()
    return mini_program
