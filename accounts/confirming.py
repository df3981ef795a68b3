"""What the screens of a Mini Program share when somebody has scanned: whose scan it was, and how it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts.door import MemberRequest
from accounts.models import Member
from accounts.purposes import ScanPurpose
from accounts.scanning import scan_confirmed
from platform_site.kernel.lifecycle import Refused


@dataclass(frozen=True)
class Confirmed:
    """Who confirmed, as a member of the Mini Program of the door, and what had been asked."""

    member: Member
    payload: dict[str, Any]


@contextmanager
def confirmed_here(request: MemberRequest, purpose: ScanPurpose) -> Iterator[Confirmed]:
    """`scan_confirmed`, for this very Mini Program: a ticket of another one that this browser shows does not do."""
    with scan_confirmed(request, purpose) as scan:
        mini_program = request.member.mini_program
        member = mini_program.members.select_related("person", "mini_program").filter(person=scan.person).first()
        if scan.mini_program != mini_program or member is None:
            raise Refused(_("This needs a fresh scan."), code="ticket_not_confirmed")
        yield Confirmed(member=member, payload=scan.payload)


@contextmanager
def refusals_as_messages(request: MemberRequest) -> Iterator[None]:
    """After a scan there is no form to go back to: what is refused becomes a message on the page that follows."""
    try:
        yield
    except Refused as refusal:
        messages.error(request, refusal.message)
