"""What people are told about submissions and releases: reactions to the events of this app."""

from accounts.actions.messages import notify_program
from entities.queries import display_name
from platform_site.kernel.models import AuditEvent
from releases.models import AuditOrder, Release, Service


def tell_about_order(event: AuditEvent) -> None:
    """Submitted, decided, delayed, asked: the administrator hears of it, with the reasons or the reviewer's words."""
    order = AuditOrder.objects.select_related("mini_program", "build").get(pk=event.subject_id)
    facts = {
        "mini_program": display_name(order.mini_program),
        "version": order.build.version,
        "reasons": reasons_in_words(order),
        "words": event.reason,
    }
    notify_program(order.mini_program, event.event, facts, path=versions_path(event.appid))


def tell_published(event: AuditEvent) -> None:
    """Published: the administrator hears that the version is online."""
    release = Release.objects.select_related("mini_program", "order__build").get(pk=event.subject_id)
    facts = {"mini_program": display_name(release.mini_program), "version": release.order.build.version}
    notify_program(
        release.mini_program,
        event.event,
        facts,
        path=versions_path(event.appid),
        phone_path=f"/phone/programs/{event.appid}/",
    )


def tell_about_release(event: AuditEvent) -> None:
    """Released in phases, raised, completed, cancelled, rolled back: the administrator hears of it."""
    release = Release.objects.select_related("mini_program", "order__build").get(pk=event.subject_id)
    facts = {
        "mini_program": display_name(release.mini_program),
        "version": release.order.build.version,
        "percent": event.data.get("percent", release.percent),
    }
    notify_program(release.mini_program, event.event, facts, path=versions_path(event.appid))


def tell_about_service(event: AuditEvent) -> None:
    """Suspended or resumed, by the administrator or by the platform: the administrator hears of it."""
    mini_program = Service.objects.select_related("mini_program").get(pk=event.subject_id).mini_program
    facts = {"mini_program": display_name(mini_program), "words": event.reason}
    notify_program(mini_program, event.event, facts, path=versions_path(event.appid))


def versions_path(appid: str) -> str:
    """Development Management of this Mini Program."""
    return f"/console/{appid}/versions/"


def reasons_in_words(order: AuditOrder) -> str:
    """The reasons of a rejection as one line: clause and the reviewer's words of each."""
    return "; ".join(f"{reason.code}: {reason.text}" for reason in order.reasons.order_by("pk"))
