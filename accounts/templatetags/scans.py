"""The live panel of a scan ticket, embedded in the page that shows it."""

from typing import Any

from django import template

from accounts.models import ScanTicket
from accounts.scanning import panel_of

register = template.Library()


@register.inclusion_tag("accounts/scan_panel.html", takes_context=True)
def scan_panel(
    context: template.Context, ticket: ScanTicket, extra: dict[str, str] | None = None, inside_form: str = ""
) -> dict[str, Any]:
    """The panel of `ticket`, in a form of its own that POSTs to the ticket's `then` with the hidden inputs `extra`.

    With `inside_form` (the id of a form of the page) there is no form of its own: the hidden `ticket` belongs to that
    form, and once the phone has confirmed the panel says so and waits for that form to be sent.
    """
    return {**panel_of(context["request"], ticket, inside_form=inside_form or ""), "extra": extra or {}}
