"""What the audit events are called on a page: one sentence each, in the console's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENT_WORDS: dict[str, str | Promise] = {
    "accounts.account.created": _("Account created"),
    "accounts.account.activated": _("E-mail address activated"),
    "accounts.account.registered": _("Registration completed"),
    "accounts.member.bound": _("Member bound: %(wechat_id)s"),
    "accounts.member.unbound": _("Member unbound: %(wechat_id)s"),
    "accounts.person.identified": _("Identity bound to a WeChat person"),
    "entities.registration.completed": _("Entity and administrator registered"),
    "entities.profile.completed": _("Mini Program information completed"),
    "developers.secret.generated": _("AppSecret generated"),
    "developers.secret.reset": _("AppSecret reset"),
    "developers.project.created": _("Project created in the developer tools"),
    "developers.preview.made": _("Code sent up for a preview"),
    "developers.build.uploaded": _("Development version uploaded"),
    "developers.build.replaced": _("Development version replaced by a later upload"),
    "developers.build.deleted": _("Development version deleted"),
    "releases.order.submitted": _("Submitted for review"),
    "releases.order.approved": _("Review passed"),
    "releases.order.rejected": _("Review not passed"),
    "releases.order.published": _("Approved version published"),
    "releases.order.superseded": _("Review version replaced by a later submission"),
    "releases.order.deleted": _("Review version deleted"),
    "releases.release.published": _("Version is online"),
    "releases.release.replaced": _("Online version replaced by a later release"),
}
ON_THE_TIMELINE = tuple(event for event in EVENT_WORDS if event not in {"releases.order.published"})
ONLY_IN_THE_AUDIT: dict[str, str | Promise] = {
    "accounts.account.activation_requested": _("Activation mail asked for again"),
    "accounts.account.lapsed": _("Registration lapsed: the activation link expired"),
    "accounts.person.created": _("WeChat person created"),
    "accounts.person.changed": _("Settings of a WeChat person changed"),
    "accounts.ticket.scanned": _("QR code scanned"),
    "accounts.ticket.confirmed": _("Confirmed on the phone"),
    "accounts.ticket.refused": _("Refused on the phone"),
    "accounts.ticket.expired": _("QR code expired"),
    "accounts.ticket.consumed": _("Confirmation used"),
    "accounts.ticket.reused": _("A confirmation was tried twice"),
}


class _Facts(dict[str, object]):
    """Facts of an event, of which a sentence may name some that an old row does not have."""

    def __missing__(self, key: str) -> str:
        return "–"


def words_for(event: str, data: dict[str, object]) -> str:
    """The sentence of an event, or its plain name where the table has none."""
    words = EVENT_WORDS.get(event) or ONLY_IN_THE_AUDIT.get(event)
    if words is None:
        return (
            event.rsplit(".", 2)[-2].replace("_", " ").capitalize() + " " + event.rsplit(".", 1)[-1].replace("_", " ")
        )
    sentence = str(words)
    return sentence % _Facts(data) if "%(" in sentence else sentence
