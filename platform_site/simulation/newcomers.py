"""People who come into the simulated world when a script asks for one: invented, with valid ID numbers."""

import secrets
from datetime import date, timedelta

from accounts.actions.people import create_person
from accounts.models import WeChatPerson
from platform_site.simulation.cast import PASSWORD, id_number

SURNAMES, GIVEN = "陈林黄吴徐孙胡朱高梁", "安宁文静晓明海棠子墨雨晴思远一帆"
ENGLISH = ("Amy", "Ben", "Cleo", "Dan", "Emma", "Finn", "Gina", "Hugo", "Iris", "Jack", "Kim", "Leo")
REGION, FIRST_BORN, DAYS = "330106", date(1970, 1, 1), 365 * 30


def newcomer(
    *,
    nickname: str = "",
    wechat_id: str = "",
    real_name: str = "",
    id_number: str = "",
    phone: str = "",
    client_version: str = "",
) -> WeChatPerson:
    """Somebody signs up on WeChat, with a bank card bound; what is not given is invented. Can log in by password."""
    return create_person(
        nickname=nickname or secrets.choice(ENGLISH),
        phone=phone or f"+86139{secrets.randbelow(10**8):08d}",
        wechat_id=wechat_id,
        password=PASSWORD,
        real_name=real_name or secrets.choice(SURNAMES) + "".join(secrets.choice(GIVEN) for _ in range(2)),
        id_number=id_number or _an_id_number(),
        client_version=client_version or "8.0.50",
    )


def _an_id_number() -> str:
    born = FIRST_BORN + timedelta(days=secrets.randbelow(DAYS))
    return id_number(REGION, born, 1 + secrets.randbelow(999))
