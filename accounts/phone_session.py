"""Whose phone this is: taking it up, laying it down, and where the person wanted to go."""

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.door import PERSON_KEY
from accounts.models import WeChatPerson
from accounts.queries import person_named


def who_logs_in(name: str, password: str) -> WeChatPerson | None:
    """The person with this WeChat ID or phone number and this password; the wrong name costs as much time."""
    person = person_named(name)
    if person is None or not person.password:
        make_password(password)
        return None
    return person if person.check_password(password) else None


def open_phone(request: HttpRequest, person: WeChatPerson) -> None:
    """This browser's phone is from now on this person's; nothing of another's session stays."""
    if request.session.get(PERSON_KEY) not in (None, person.pk):
        request.session.flush()
    request.session.cycle_key()
    request.session[PERSON_KEY] = person.pk
    rotate_token(request)
    request.__dict__.pop("_person", None)


def close_phone(request: HttpRequest) -> None:
    """Log out: the session ends on the server."""
    request.session.flush()
    request.__dict__.pop("_person", None)


def goal_of(request: HttpRequest) -> str:
    """The page of the phone that the person wanted (`next`), or its home."""
    goal = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(goal, allowed_hosts=None) and goal.startswith(("/phone/", "/q/"))
    return goal if is_ours else "/phone/"
