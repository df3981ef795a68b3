"""Who is logged in to the developer tools: administrators and bound developers, by their own scan."""

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _

from accounts.door import PERSON_KEY
from accounts.models import WeChatPerson
from developers.queries import workplaces
from platform_site.kernel.lifecycle import NotAllowed


def check_may_enter(person: WeChatPerson) -> None:
    """NotAllowed, with the way to get there, for who works on no Mini Program."""
    if not workplaces(person).exists():
        message = _(
            "%(person)s is neither the administrator nor a bound developer of any Mini Program. "
            "Ask an administrator to bind this WeChat ID under User Identity."
        )
        raise NotAllowed(message % {"person": person.actor_name}, code="not_a_developer")


def enter(request: HttpRequest, person: WeChatPerson) -> None:
    """From now on this session is the person's."""
    request.session.cycle_key()
    request.session[PERSON_KEY] = person.pk
    rotate_token(request)
