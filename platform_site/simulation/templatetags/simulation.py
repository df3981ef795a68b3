"""Words for the switchboard's pages: a span of time, and who a persona is."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import WeChatPerson

register = template.Library()


@register.filter
def span(length: timedelta) -> str:
    """`3 days, 4 h 05 min 06 s`."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = _("%(h)d h %(m)02d min %(s)02d s") % {"h": hours, "m": minutes, "s": seconds}
    if not length.days:
        return clock
    return ngettext("%(n)d day, %(rest)s", "%(n)d days, %(rest)s", length.days) % {"n": length.days, "rest": clock}


@register.filter
def about_person(about: dict[str, str], person: WeChatPerson) -> str:
    """What the cast says of this person."""
    return about.get(person.wechat_id, "")
