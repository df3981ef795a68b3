"""The words of service notifications and console notices, of all apps: one page, like the purposes of scans.

A notice is stored as its event with facts and put into words when read, in the reader's language. Every app adds its
events here; `%(fact)s` stands for the facts that it gives to `notify_person` or `notify_program`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role


@dataclass(frozen=True)
class NoticeWords:
    """A title of few words, and a body of one or two sentences."""

    title: str | Promise
    body: str | Promise


NOTICES: dict[str, NoticeWords] = {
    "accounts.member.bound": NoticeWords(
        _("You are a member of a Mini Program"),
        _("%(mini_program)s has bound you as %(role)s."),
    ),
    "accounts.member.unbound": NoticeWords(
        _("You are no longer a member of a Mini Program"),
        _("%(mini_program)s has unbound you. You were %(role)s."),
    ),
    "accounts.ticket.reused": NoticeWords(
        _("A QR code of yours was used again"),
        _("Somebody tried to use a QR code again that you had scanned (%(purpose)s). Nothing was granted to them."),
    ),
    "entities.profile.completed": NoticeWords(
        _("Mini Program information completed"),
        _("%(mini_program)s has its name, avatar, introduction and service categories."),
    ),
    "entities.registration.completed": NoticeWords(
        _("Registration complete"),
        _("You are the administrator of a new Mini Program (AppID %(appid)s). Fill in its information next."),
    ),
    "developers.build.uploaded": NoticeWords(
        _("Code uploaded"),
        _("%(person)s has uploaded version %(version)s of %(mini_program)s. It can be submitted for review."),
    ),
    "releases.order.approved": NoticeWords(
        _("Review passed"),
        _("Version %(version)s of %(mini_program)s has passed the review. Press Publish to put it online."),
    ),
    "releases.order.rejected": NoticeWords(
        _("Review not passed"),
        _("Version %(version)s of %(mini_program)s was rejected. %(reasons)s"),
    ),
    "releases.order.submitted": NoticeWords(
        _("Submitted for review"),
        _("Version %(version)s of %(mini_program)s is under review. You will be told the result."),
    ),
    "releases.release.published": NoticeWords(
        _("Version published"),
        _("Version %(version)s of %(mini_program)s is online. Everybody can find and open it."),
    ),
}


class _Facts(dict[str, Any]):
    """Facts as the words ask for them: one that is missing reads as nothing, a role reads as its label."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        return Role(value).label if name == "role" and value in Role.values else value

    def __missing__(self, key: str) -> str:
        return ""


def render_notice(event: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """(title, body) in the active language; an event that has lost its words shows its name."""
    if (words := NOTICES.get(event)) is None:
        return event, ""
    given = _Facts(facts)
    return str(words.title) % given, str(words.body) % given
