"""The phone's inboxes: service notifications and text messages."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.actions.messages import mark_notifications_read, mark_sms_read
from accounts.door import PersonRequest, requires_person
from accounts.notices import render_notice
from accounts.queries import names_by_appid, sms_of
from accounts.views.paging import ON_A_PAGE, newest, number_of


@never_cache
@require_GET
@requires_person
def phone_messages(request: PersonRequest) -> HttpResponse:
    """Service notifications, newest first."""
    page = Paginator(request.person.notifications.order_by("-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    names = names_by_appid(row.appid for row in page if row.appid)
    cards = [(row, names.get(row.appid, row.appid), *render_notice(row.event, row.facts)) for row in page]
    return render(request, "accounts/phone_messages.html", {"page": page, "cards": cards, "newest": newest(page)})


@require_POST
@requires_person
def phone_messages_read(request: PersonRequest) -> HttpResponse:
    """The person has seen the service notifications up to `up_to`."""
    mark_notifications_read(request.person, up_to=number_of(request.POST.get("up_to")))
    return HttpResponse(status=204)


@never_cache
@require_GET
@requires_person
def phone_sms(request: PersonRequest) -> HttpResponse:
    """Text messages to this phone's own number, newest first."""
    page = Paginator(sms_of(request.person), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/phone_sms.html", {"page": page, "newest": newest(page)})


@require_POST
@requires_person
def phone_sms_read(request: PersonRequest) -> HttpResponse:
    """The person has seen the text messages up to `up_to`."""
    mark_sms_read(request.person, up_to=number_of(request.POST.get("up_to")))
    return HttpResponse(status=204)
