"""A scan ticket in words: what it asks, and of whom."""

from django.utils.translation import gettext as _

from accounts.models import ScanTicket
from accounts.permissions import Role, role_may
from accounts.purposes import FACT_LABELS, ScanPurpose


def facts_of(ticket: ScanTicket) -> list[tuple[str, str]]:
    """(label, value) of what the ticket is about, in the order of FACT_LABELS."""
    return [(str(label), _said(key, ticket.facts[key])) for key, label in FACT_LABELS.items() if ticket.facts.get(key)]


def _said(key: str, value: str) -> str:
    """A fact in the reader's language: the screen that asked may speak another one than the phone."""
    return str(Role(value).label) if key == "role" and value in Role.values else str(value)


def who_is_waited_for(ticket: ScanTicket) -> str:
    """A sentence for the screen: who has to scan."""
    if ticket.only_person is not None:
        return _("%(person)s scans with WeChat and confirms.") % {"person": ticket.only_person.nickname}
    if ticket.purpose == ScanPurpose.OPERATOR_CONFIRM:
        return _("The contact scans with a WeChat whose real name and ID are those of the form.")
    if ticket.identity_digest:
        return _("The administrator scans with a WeChat whose real name and ID are those of the form.")
    if ticket.mini_program is not None:
        name = ticket.facts.get("mini_program") or ticket.mini_program.appid
        if role_may(Role.DEVELOPER, ticket.permission):
            return _("An administrator or developer of %(mini_program)s scans with WeChat.") % {"mini_program": name}
        return _("The administrator of %(mini_program)s scans with WeChat.") % {"mini_program": name}
    return _("Scan with WeChat on your phone.")
