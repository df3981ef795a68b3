"""What the tests of organisations' registration share: good entities of each type, and the page filled in with one."""

from django.test import Client

from accounts.models import User, WeChatPerson
from entities.actions.papers import upload_paper
from entities.actions.registration import Administrator, Organisation
from entities.models import EntityType, VerificationMethod
from platform_site.simulation.stories.organisations import credit_code
from tests.entities.helpers import filled_in, picture
from verification.actions.registration import register_organisation
from verification.actions.remittances import CorporateAccount

CODE = credit_code(1)
ACCOUNT = "6222000000000012345"
NAMES = {
    "corporate": "海港茶业有限公司",
    "individual_business": "灯塔面馆（个体工商户）",
    "government": "海港市公共交通管理局",
    "media": "海港日报社",
    "other": "海港读书会",
}
METHOD = {
    kind: "remittance" if kind in ("corporate", "individual_business") else "wechat_verification" for kind in NAMES
}


def organisation(user: User, kind: str = "corporate", **changed) -> Organisation:
    """A good entity of this type."""
    given = {
        "name": NAMES[kind],
        "number": "" if kind == "government" else CODE,
        "papers": [upload_paper(user, data=picture(), name="seal.png")] if kind in ("media", "other") else [],
        "method": METHOD[kind],
    } | changed
    return Organisation(EntityType(kind), VerificationMethod(given.pop("method")), given.pop("name"), **given)


def account(**changed) -> CorporateAccount:
    """A good corporate account of the company."""
    given = {
        "holder": NAMES["corporate"],
        "number": ACCOUNT,
        "bank": "merchants",
        "province": "guangdong",
        "city": "shenzhen",
    }
    return CorporateAccount(**(given | changed))


def register(user: User, person: WeChatPerson, entity: Organisation, account: CorporateAccount | None = None):
    """Register through the action."""
    who = Administrator(person, person.real_name, person.id_number, person.phone)
    return register_organisation(user, administrator=who, entity=entity, account=account, by=person)


def of(kind: str, **changed) -> dict[str, str]:
    """The entity's part of the page, filled in well."""
    given = {
        "entity_type": "corporate" if kind == "individual_business" else kind,
        "company_type": kind if kind == "individual_business" else "corporate",
        "entity_name": NAMES[kind],
        "number": "" if kind == "government" else CODE,
        "method": METHOD[kind],
        "holder": NAMES[kind],
        "account": ACCOUNT,
        "account_again": ACCOUNT,
        "bank": "merchants",
        "province": "guangdong",
        "city": "shenzhen",
    }
    return given | changed


def page_of(client: Client, person: WeChatPerson, user: User, kind: str, **changed) -> dict[str, str]:
    """The whole page for an entity of this type, with papers, code and confirmed scan."""
    given = of(kind)
    if kind in ("media", "other"):
        given["papers"] = str(upload_paper(user, data=picture(), name="seal.png").pk)
    return filled_in(client, person, **(given | changed))
