"""What the tests of entities share: ID numbers of any day, and the registration page as a browser uses it."""

import io
import re
from datetime import date

from django.test import Client
from PIL import Image

from accounts.actions import tickets
from accounts.models import ScanTicket, SmsMessage, User, WeChatPerson
from platform_site.kernel.clock import now
from platform_site.simulation.cast import id_number
from platform_site.web.realms import CONSOLE
from tests.people import _logged_in

PAGE = "/register/information/"


def born(day: date, sequence: int = 11) -> str:
    """A valid ID number of somebody born on this day."""
    return id_number("330106", day, sequence)


def picture(side: int = 200, *, size: tuple[int, int] | None = None, kind: str = "PNG", **options) -> bytes:
    """A picture file of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size or (side, side), "#12805c").save(out, kind, **options)
    return out.getvalue()


def browser(user: User) -> Client:
    """The console of an account that is logged in and has not finished its registration."""
    return _logged_in(None, CONSOLE, user=user)


def typed(person: WeChatPerson, **changed: str) -> dict[str, str]:
    """What somebody fills in on the registration page, but for the SMS code and the scan."""
    given = {
        "country": "CN",
        "entity_type": "individual",
        "name": person.real_name,
        "id_number": person.id_number,
        "phone": person.phone.removeprefix("+86"),
        "sms_code": "",
    }
    return given | changed


def get_code(client: Client, phone: str) -> str:
    """Press "Get code" and read the SMS."""
    client.post(f"{PAGE}sms/", {"phone": phone}, headers={"HX-Request": "true"})
    message = SmsMessage.objects.filter(phone=f"+86{phone}").latest("pk")
    return re.search(r"\b[0-9]{6}\b", message.body).group()


def show_qr(client: Client, given: dict[str, str]) -> ScanTicket:
    """Fill in name and ID number: the QR appears."""
    answer = client.post(f"{PAGE}identity/", given, headers={"HX-Request": "true"}).content.decode()
    return ScanTicket.objects.get(pk=re.search(r'name="ticket" value="([0-9]+)"', answer).group(1))


def confirm(ticket: ScanTicket, person: WeChatPerson) -> None:
    """Scan and confirm on the phone."""
    ticket.refresh_from_db()
    tickets.scan(ticket, by=person)
    tickets.confirm(ticket, by=person)


def filled_in(client: Client, person: WeChatPerson, **changed: str) -> dict[str, str]:
    """The page completely filled in, with code and confirmed scan."""
    given = typed(person, **changed)
    given["sms_code"] = get_code(client, given["phone"])
    ticket = show_qr(client, given)
    confirm(ticket, person)
    return given | {"ticket": str(ticket.pk)}


def years_ago(years: int, *, days: int = 0) -> date:
    """The day `years` ago today in Shanghai, `days` later."""
    from datetime import timedelta

    from django.utils import timezone

    today = timezone.localdate(now())
    back = date(today.year - years, today.month, min(today.day, 28) if today.month == 2 else today.day)
    return back + timedelta(days=days)
