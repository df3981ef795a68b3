"""Calls of the control API in place of a running program: what wx.login and wx.getUserProfile would give it."""

from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from openplatform.actions.logins import issue_login_code
from openplatform.actions.user_info import UserInfoAnswer, user_info_for
from platform_site.kernel.lifecycle import Refused
from platform_site.simulation.api import Missing, call
from platform_site.simulation.api_people import person_called
from releases.queries import served_to
from releases.rollout import live_releases


@dataclass(frozen=True)
class RunningBody:
    """Whose phone runs which Mini Program."""

    appid: str
    wechat_id: str


class LoginCode(TypedDict):
    """What wx.login gives."""

    code: str


@call("POST", "login-codes", RunningBody)
def login_code(body: RunningBody) -> LoginCode:
    """What wx.login gives the running program: a code for the server's jscode2session, good for once."""
    mini_program, person = _running(body)
    return {"code": issue_login_code(mini_program, person=person)}


@call("POST", "user-info", RunningBody)
def user_info(body: RunningBody) -> UserInfoAnswer:
    """What wx.getUserProfile gives once the person allows it; their code must have been exchanged before."""
    mini_program, person = _running(body)
    return user_info_for(person, mini_program).as_answer()


def _running(body: RunningBody) -> tuple[MiniProgram, WeChatPerson]:
    """Both, where this person can run it: what is online, or as a member."""
    mini_program = MiniProgram.objects.filter(appid=body.appid).first()
    if mini_program is None or mini_program.closed_at is not None:
        raise Missing(_("There is no Mini Program with this AppID."), code="not_found", field="appid")
    person = person_called(body.wechat_id)
    is_member = mini_program.members.filter(person=person).exists()
    if not is_member and served_to(person, live_releases(mini_program.appid)).release is None:
        message = _("This person can't run it: nothing of it is online for them, and they are no member of it.")
        raise Refused(message, code="not_running", field="wechat_id")
    return mini_program, person
