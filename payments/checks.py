"""When an answer to a question of WeChat Pay's application is right: each check gives its tidy form, or refuses."""

import re
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from entities.wording import tidy
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from verification.banks import BANKS, CITIES, PROVINCES


def words(most: Callable[[], int]) -> Callable[[str], str]:
    """Words of at most so many characters."""

    def check(text: str) -> str:
        text = tidy(text.replace("\0", ""))
        if len(text) > most():
            raise Refused(_("Use at most %(most)d characters.") % {"most": most()}, code="too_long")
        return text

    return check


def site(text: str) -> str:
    """An address in the web."""
    try:
        URLValidator(schemes=["http", "https"])(text.strip())
    except ValidationError:
        raise Refused(_("Enter an address that begins with https:// or http://."), code="site") from None
    return text.strip()


def account(text: str) -> str:
    """The number of a corporate bank account."""
    number = re.sub(r"[ -]", "", text)
    least, most = RULES.pay.account_digits_min, RULES.pay.account_digits_max
    if not number.isascii() or not number.isdigit() or not least <= len(number) <= most:
        words = _("An account number has %(least)d to %(most)d digits.")
        raise Refused(words % {"least": least, "most": most}, code="account")
    return number


def today() -> date:
    """The day where the platform is."""
    return timezone.localdate(now())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(_("Enter a date."), code="date") from None


def day_begun(text: str) -> str:
    """The first day of what is valid already."""
    if (day := _date(text)) > today():
        raise Refused(_("This day is still to come."), code="to_come")
    return day.isoformat()


def day_to_come(text: str) -> str:
    """The last day of what is valid still."""
    if (day := _date(text)) <= today():
        raise Refused(_("It has expired: hand in one that is valid."), code="expired")
    return day.isoformat()


def bank(text: str) -> str:
    """One of the banks."""
    if text not in BANKS:
        raise Refused(_("Choose a bank."), code="bank")
    return text


def city(text: str) -> str:
    """The city of a bank's branch: "province/city" by their codes."""
    province, _sep, code = text.partition("/")
    if code not in CITIES.get(province, {}):
        raise Refused(_("Choose the city."), code="city")
    return text


def cities() -> list[tuple[str, str]]:
    """The choice of cities, each with its province."""
    return [
        (f"{province}/{code}", f"{PROVINCES[province]} · {name}")
        for province, cities_there in CITIES.items()
        for code, name in cities_there.items()
    ]
