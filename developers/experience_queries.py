"""Who may open an experience version on the phone, and what the lists say of it."""

from django.utils.translation import gettext as _

from accounts.models import MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.models import ExperienceVersion
from platform_site.kernel.lifecycle import NotAllowed, Refused

NONE = "experience_none"


def experience_of(mini_program: MiniProgram) -> ExperienceVersion | None:
    """The experience version there is now."""
    rows = ExperienceVersion.objects.select_related("build__package", "build__uploader", "link", "set_by")
    return rows.filter(mini_program=mini_program).first()


def experience_open_to(person: WeChatPerson, appid: str) -> ExperienceVersion:
    """The experience version, if this person may open it now; Refused says why not and who can change that.

    A stranger is told the same whether there is one or not, or even such a Mini Program.
    """
    member = person.memberships.select_related("mini_program").filter(mini_program__appid=appid).first()
    if member is None or not member.holds(Permission.EXPERIENCE_OPEN):
        raise NotAllowed(
            _(
                "Only the administrator, bound developers and experiencers of %(appid)s can open its experience "
                "version. Ask its administrator to bind your WeChat ID %(wechat_id)s as an experiencer: console, "
                "User Identity."
            )
            % {"appid": appid[:18], "wechat_id": person.wechat_id},
            code="experience_not_member",
        )
    if (chosen := experience_of(member.mini_program)) is None:
        raise Refused(
            _(
                "There is no experience version now. The administrator chooses one of the development versions: "
                "console, Development Management."
            ),
            code=NONE,
        )
    return chosen
