"""What the tests of applications share: the wizard as a browser uses it."""

import re

from django.test import Client
from django.urls import reverse

from accounts.actions import tickets
from accounts.models import MiniProgram, ScanTicket, WeChatPerson
from platform_site.simulation import stories
from platform_site.simulation.stories.verifications import USUAL_SUBTYPE, answers_by, code_sent_to, papers_for
from tests.people import console
from verification.models import Verification
from verification.queries import open_verification_of

HTMX = {"HX-Request": "true"}


def organisation(kind: str = "media") -> MiniProgram:
    """An organisation that may apply: registered on the path of WeChat Verification."""
    return stories.organisation(type=kind, method="wechat_verification")


def by(verification: Verification):
    """Who applies."""
    return stories.administrator_of(verification.mini_program)


class Browser:
    """The administrator's browser in the wizard of one Mini Program."""

    def __init__(self, mini_program: MiniProgram, client: Client | None = None) -> None:
        self.mini_program = mini_program
        self.client = client or console(None, mini_program)

    def path(self, step: str = "") -> str:
        """The address of a step, or of the wizard itself."""
        kwargs = {"appid": self.mini_program.appid} | ({"step": step} if step else {})
        return reverse("verification:apply_step" if step else "verification:apply", kwargs=kwargs)

    def at(self, name: str, **kwargs: str) -> str:
        """Another address of verification."""
        return reverse(f"verification:{name}", kwargs={"appid": self.mini_program.appid, **kwargs})

    def text(self, path: str) -> str:
        """What a page says."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer
        return answer.content.decode()

    @property
    def application(self) -> Verification:
        """The open application."""
        found = open_verification_of(self.mini_program)
        assert found is not None
        return found

    def start(self) -> None:
        """Press Apply, agree, choose the usual type."""
        self.client.post(self.at("start"))
        self.client.post(self.path("agreement"), {"agreed": "1"})
        self.client.post(self.at("apply_type"), {"subtype": USUAL_SUBTYPE[self.mini_program.entity.type]})

    def filled(self, **changed: str) -> dict:
        """The papers step as it is sent in, without code and scan."""
        subtype = USUAL_SUBTYPE[self.mini_program.entity.type]
        pages = papers_for(self.mini_program, subtype)
        return answers_by("ada", **changed) | {code: [page.pk for page in found] for code, found in pages.items()}

    def code(self, phone: str) -> str:
        """Press "Get code" and read the SMS."""
        self.client.post(self.at("apply_sms"), {"operator_phone": phone}, headers=HTMX)
        return code_sent_to(phone)

    def ticket(self, given: dict) -> ScanTicket:
        """The QR that appears once name and ID number are right."""
        answer = self.client.post(self.at("apply_operator"), given, headers=HTMX).content.decode()
        return ScanTicket.objects.get(pk=re.search(r'name="ticket" value="([0-9]+)"', answer).group(1))

    def all_of_papers(self, **changed: str) -> dict:
        """The papers step with the code that the phone got and the scan that the contact confirmed."""
        given = self.filled(**changed)
        ticket = self.ticket(given)
        confirm(ticket, stories.person("ada"))
        return given | {"sms_code": self.code(given["operator_phone"]), "ticket": str(ticket.pk)}


def confirm(ticket: ScanTicket, person: WeChatPerson) -> None:
    """Scan and confirm on the phone."""
    tickets.scan(ticket, by=person)
    tickets.confirm(ticket, by=person)


def errors_in(page: str) -> list[str]:
    """The errors that a page shows beside its fields."""
    found = re.findall(r'<ul class="errors[^"]*"[^>]*>(.*?)</ul>', page, re.DOTALL)
    return [line for block in found for line in re.findall(r"<li>(.*?)</li>", block, re.DOTALL)]
