"""Basic settings: what is known of a Mini Program, in one table."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.door import requires
from accounts.permissions import Permission
from entities import queries
from entities.wording import masked_name, masked_number


@require_safe
@requires(Permission.CONSOLE_VIEW)
def settings_basic(request: Any) -> HttpResponse:
    """Basic settings. People's data are masked here: there is no page that shows them in full."""
    mini_program = request.member.mini_program
    entity = mini_program.entity
    facts = {
        "mini_program": mini_program,
        "profile": queries.profile_of(mini_program),
        "categories": queries.categories_of(mini_program),
        "entity": entity,
        "entity_name": masked_name(entity.name),
        "entity_number": masked_number(entity.number),
    }
    return render(request, "entities/settings_basic.html", facts)
