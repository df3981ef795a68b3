"""The phone scans: the addresses in QR codes, the camera, typed codes, and the answer to a ticket."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions import tickets
from accounts.door import PersonRequest, requires_person
from accounts.forms.phone import PictureForm, TypedCodeForm
from accounts.forms.refusals import add_refusal
from accounts.lifecycle import OPEN_TICKET
from accounts.limits import spend
from accounts.models import QrLink, ScanTicket
from accounts.queries import link_with_code, name_of, ticket_scanned_by, ticket_with_code, ticket_with_typed_code
from accounts.ticket_words import facts_of
from accounts.views.paging import number_of
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.web import qr as pictures

FRAME_BYTES = 2_000_000
OUR_PATH = re.compile(r"/q/[-_A-Za-z0-9]{8,100}")


@never_cache
@require_GET
@requires_person
def qr(request: PersonRequest, code: str) -> HttpResponse:
    """What every QR holds: a ticket is marked as scanned (no more), a link leads to its page of the phone."""
    if "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")):
        return HttpResponse(status=204)  # a browser looking ahead is not a person scanning
    try:
        spend(request, "ticket_scan", RULES.rates.ticket_scan, key=str(request.person.pk))
        if (ticket := ticket_with_code(code)) is not None:
            return _scan(request, ticket)
    except Refused as refusal:
        return _result(request, refusal)
    return _open(request, link_with_code(code))


def _scan(request: PersonRequest, ticket: ScanTicket) -> HttpResponse:
    try:
        tickets.scan(ticket, by=request.person)
    except Refused:
        if ticket_scanned_by(request.person, ticket.pk) is None:
            raise
    return redirect("accounts:phone_ticket", pk=ticket.pk)


def _open(request: HttpRequest, link: QrLink | None) -> HttpResponse:
    if link is None:
        unknown = Refused(_("Nothing on Ministage has this QR code. Perhaps it was cut off."), code="qr_unknown")
        return _result(request, unknown)
    if link.expires_at is not None and link.expires_at <= now():
        return _result(request, Refused(_("This QR code has expired. Make a new one."), code="link_expired"))
    return redirect(link.path)


STATUS_OF = {"qr_unknown": 404, "ticket_expired": 410, "link_expired": 410, "too_many": 429}


def _result(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A page of the phone that says why a QR led nowhere."""
    words = {"message": refusal.message, "code": refusal.code}
    return render(request, "accounts/phone_qr_refused.html", words, status=STATUS_OF.get(refusal.code, 409))


@never_cache
@require_http_methods(["GET", "POST"])
@requires_person
def phone_scan(request: PersonRequest) -> HttpResponse:
    """Scan: by the camera, from a picture, or by typing the code."""
    is_picture = "picture" in request.FILES
    typed = TypedCodeForm(request.POST if request.method == "POST" and not is_picture else None)
    picture = PictureForm(request.POST, request.FILES) if is_picture else PictureForm()
    used = picture if is_picture else typed
    if request.method == "POST" and used.is_valid():
        try:
            return redirect(_path_in_picture(request, picture) if is_picture else _path_typed(request, typed))
        except Refused as refusal:
            add_refusal(used, refusal)
    return render(request, "accounts/phone_scan.html", {"typed": typed, "picture": picture})


def _path_typed(request: PersonRequest, form: TypedCodeForm) -> str:
    """Where a typed code or a pasted link leads."""
    spend(request, "ticket_scan", RULES.rates.ticket_scan, key=str(request.person.pk))
    text = form.cleaned_data["code"]
    if "/" in text:
        if (path := path_of_ours(request, text)) is None:
            raise Refused(_("This link does not belong to Ministage."), code="qr_foreign", field="code")
        return path
    ticket = ticket_with_typed_code(text)
    if ticket is None:
        raise Refused(
            _("No QR code on a screen has this code. Check each character."), code="code_unknown", field="code"
        )
    return f"/q/{ticket.code}"


def _path_in_picture(request: PersonRequest, form: PictureForm) -> str:
    spend(request, "picture_read", RULES.rates.picture_read, key=str(request.person.pk))
    text = pictures.read(form.cleaned_data["picture"])
    if text is None:
        raise Refused(_("There is no QR code in this picture."), code="qr_none", field="picture")
    if (path := path_of_ours(request, text)) is None:
        raise Refused(_("This QR code does not belong to Ministage."), code="qr_foreign", field="picture")
    return path


@require_POST
@requires_person
def phone_decode(request: PersonRequest) -> JsonResponse:
    """The body is a frame of the camera: {"path": "/q/…"}, or {"path": null, "reason": "none" | "foreign"}."""
    try:
        spend(request, "picture_read", RULES.rates.picture_read, key=str(request.person.pk))
    except Refused as refusal:
        return JsonResponse({"path": None, "reason": refusal.code}, status=429)
    if number_of(request.headers.get("Content-Length")) > FRAME_BYTES:
        return JsonResponse({"path": None, "reason": "too_large"}, status=413)
    text = pictures.read(request.body)
    path = path_of_ours(request, text) if text is not None else None
    if path is not None:
        return JsonResponse({"path": path})
    return JsonResponse({"path": None, "reason": "none" if text is None else "foreign"})


def path_of_ours(request: HttpRequest, text: str) -> str | None:
    """The /q/ path of an address of this platform (BASE_URL, or the host that was asked); None for all others."""
    try:
        url = urlsplit(text.strip())
    except ValueError:
        return None
    hosts = (urlsplit(settings.BASE_URL).netloc, request.get_host())
    is_ours = url.scheme in ("http", "https") and url.netloc in hosts and OUR_PATH.fullmatch(url.path)
    return url.path if is_ours else None


def _ticket_of(request: PersonRequest, pk: int) -> ScanTicket:
    """The ticket that this person scanned; for anybody else there is no such page."""
    ticket = ticket_scanned_by(request.person, pk) if pk < 2**63 else None
    if ticket is None:
        raise Http404
    tickets.expire_if_overdue(ticket)
    return ticket


@never_cache
@require_GET
@requires_person
def phone_ticket(request: PersonRequest, pk: int) -> HttpResponse:
    """What is asked, for which Mini Program and from where; confirm or refuse. Afterwards: what came of it."""
    ticket = _ticket_of(request, pk)
    if ticket.status not in OPEN_TICKET:
        return render(request, "accounts/phone_ticket_result.html", {"ticket": ticket, "facts": facts_of(ticket)})
    asked = {
        "ticket": ticket,
        "facts": facts_of(ticket),
        "program": name_of(ticket.mini_program) if ticket.mini_program else "",
        "reason": _why_not(ticket, request),
        "now": now(),
    }
    return render(request, "accounts/phone_ticket.html", asked)


def _why_not(ticket: ScanTicket, request: PersonRequest) -> str:
    try:
        tickets.check_may_confirm(ticket, request.person)
    except Refused as refusal:
        return refusal.message
    return ""


@require_POST
@requires_person
def phone_confirm(request: PersonRequest, pk: int) -> HttpResponse:
    """Yes."""
    return _answer(request, pk, tickets.confirm)


@require_POST
@requires_person
def phone_refuse(request: PersonRequest, pk: int) -> HttpResponse:
    """No."""
    return _answer(request, pk, tickets.refuse)


def _answer(request: PersonRequest, pk: int, verb: Callable[..., None]) -> HttpResponse:
    try:
        verb(_ticket_of(request, pk), by=request.person)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("accounts:phone_ticket", pk=pk)
