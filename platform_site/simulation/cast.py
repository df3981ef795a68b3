"""The people of the demo world and of the tests: invented names, valid ID numbers that belong to nobody we know."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

PASSWORD = "paper-boat-42"  # noqa: S105 -- of every account of the demo world; printed by `make run`

PAYMENT_PASSWORD = "246810"  # noqa: S105 -- of every wallet of the demo world


@dataclass(frozen=True)
class Character:
    """A WeChat person. `real_name` and `id_number` are empty where no bank card is bound."""

    key: str
    nickname: str
    wechat_id: str
    phone: str
    real_name: str = ""
    id_number: str = ""
    email: str = ""
    client_version: str = "8.0.50"
    about: str | Promise = ""


@dataclass(frozen=True)
class StaffCharacter:
    """A member of our staff; `person` is the key of who they are on WeChat, if anybody."""

    key: str
    name: str
    email: str
    person: str = ""


def id_number(region: str, born: date, sequence: int) -> str:
    """An 18-character resident ID number with its check digit (an odd `sequence` is a man's)."""
    body = f"{region}{born:%Y%m%d}{sequence:03d}"
    return body + ric.calc_check_digit(body + "0")


PEOPLE: dict[str, Character] = {
    person.key: person
    for person in (
        Character(
            "ada",
            "Ada",
            "ada_lin",
            "+8613900000101",
            "林安达",
            id_number("330106", date(1990, 3, 14), 26),
            about=_("Administrator of Harbour Tea, Lantern Books and a Mini Program that she has just registered."),
        ),
        Character(
            "dev",
            "Dev",
            "dev_zhou",
            "+8613900000102",
            "周德文",
            id_number("310115", date(1994, 7, 2), 37),
            about=_(
                "Developer of Harbour Tea and Lantern Books: may use the developer tools and preview, but not upload."
            ),
        ),
        Character(
            "eve",
            "Eve",
            "eve_shen",
            "+8613900000103",
            "沈一苇",
            id_number("440106", date(1988, 11, 23), 48),
            about=_("Administrator of Pier Bicycles. To Harbour Tea she is a stranger."),
        ),
        Character(
            "max",
            "Max",
            "max_tang",
            "+8613900000104",
            "唐明轩",
            id_number("110101", date(1985, 1, 30), 15),
            about=_("Experiencer of Harbour Tea; not a member of anything else."),
        ),
        Character(
            "ned",
            "Ned",
            "ned_ou",
            "+8613900000105",
            email="personal@taken.test",
            client_version="6.3.20",
            about=_("Has no bank card bound (no real name) and a WeChat client too old for previews."),
        ),
        Character(
            "sol",
            "Sol",
            "sol_he",
            "+8613900000106",
            "何苏乐",
            id_number("110105", date(1979, 9, 9), 59),
            about=_("Experiencer of Pier Bicycles, and a reviewer on our staff: may not decide on that program."),
        ),
        Character(
            "mei",
            "Mei",
            "mei_tao",
            "+8613900000107",
            "陶梅",
            id_number("440305", date(1991, 5, 18), 24),
            about=_("Administrator of two companies: one has yet to remit, one has handed in its food licence."),
        ),
        Character(
            "han",
            "Han",
            "han_qiu",
            "+8613900000108",
            "邱涵",
            id_number("510107", date(1983, 12, 4), 31),
            about=_("Administrator of a verified government office, and of a newspaper whose papers were sent back."),
        ),
    )
}

STAFF: dict[str, StaffCharacter] = {
    staff.key: staff
    for staff in (
        StaffCharacter("rev", "Rev Gao", "rev@ministage.test"),
        StaffCharacter("sol", "Sol He", "sol@ministage.test", person="sol"),
    )
}
