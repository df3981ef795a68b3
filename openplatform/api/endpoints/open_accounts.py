"""Open Platform accounts of a Mini Program's server (wire-api.md §1.10)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import MiniProgram
from accounts.permissions import Permission
from openplatform.actions.accounts import create_account_for
from openplatform.actions.bindings import bind_by_api, not_bound, unbind_by_api
from openplatform.api.codes import ApiError
from openplatform.api.declaration import Answer, Call, Field, Kind, Parameter, Token, endpoint
from openplatform.queries import binding_of
from platform_site.kernel.rulebook import RULES

OWN_APPID = Parameter(
    "appid", Kind.TEXT, _("The AppID; if it is given, it must be that of the token."), wrong=40013, most=64
)
OPEN_APPID = Parameter(
    "open_appid",
    Kind.TEXT,
    _("The AppID of the Open Platform account."),
    required=True,
    missing=40013,
    wrong=40013,
    most=64,
)
MADE = Field("open_appid", _("The AppID of the Open Platform account."))


class OwnServer:
    """The server of a Mini Program, as an actor: it proved itself with a token of its own, and may bind and unbind."""

    actor_kind = "server"

    def __init__(self, mini_program: MiniProgram) -> None:
        self.mini_program = mini_program

    @property
    def actor_id(self) -> str:
        return self.mini_program.appid

    @property
    def actor_name(self) -> str:
        return self.mini_program.appid

    def may(self, permission: str, subject: object) -> bool:
        """Bind and unbind its own Mini Program, and nothing else."""
        own = getattr(subject, "mini_program_id", None) == self.mini_program.pk
        return own and permission == Permission.OPEN_BIND


def _own(call: Call) -> OwnServer:
    """Who acts; ApiError where another Mini Program's AppID was sent."""
    appid = call.given.get("appid")
    if appid is not None and appid != call.mini_program.appid:
        raise ApiError(40013, parameter="appid", came=appid)
    return OwnServer(call.mini_program)


@endpoint(
    "/cgi-bin/open/create",
    methods=("POST",),
    token=Token.OWN,
    parameters=(OWN_APPID,),
    codes=(89000, 48001),
    said=_("Makes an Open Platform account of the same entity, and binds the Mini Program to it."),
    answers=(MADE,),
    per_day=lambda: RULES.api.calls_per_day,
)
def create(call: Call) -> Answer:
    """An account made by API."""
    account = create_account_for(call.mini_program, by=_own(call))
    return {"open_appid": account.open_appid}


@endpoint(
    "/cgi-bin/open/bind",
    methods=("POST",),
    token=Token.OWN,
    parameters=(OWN_APPID, OPEN_APPID),
    codes=(89000, 89001, 89004, 89036, 48001),
    said=_("Binds the Mini Program to an account of the same entity that was made by API or is verified."),
    answers=(),
    per_day=lambda: RULES.api.calls_per_day,
)
def bind(call: Call) -> Answer:
    """Bind to an account."""
    bind_by_api(call.mini_program, open_appid=call.given["open_appid"], by=_own(call))
    return {}


@endpoint(
    "/cgi-bin/open/unbind",
    methods=("POST",),
    token=Token.OWN,
    parameters=(OWN_APPID, OPEN_APPID),
    codes=(89001, 89002, 89003, 48001),
    said=_("Unbinds the Mini Program from an account that was made by API: its people have no UnionID any more."),
    answers=(),
    per_day=lambda: RULES.api.calls_per_day,
)
def unbind(call: Call) -> Answer:
    """Unbind from an account."""
    unbind_by_api(call.mini_program, open_appid=call.given["open_appid"], by=_own(call))
    return {}


@endpoint(
    "/cgi-bin/open/get",
    methods=("POST",),
    token=Token.OWN,
    parameters=(OWN_APPID,),
    codes=(89002,),
    said=_("To which Open Platform account the Mini Program is bound."),
    answers=(MADE,),
    per_day=lambda: RULES.api.calls_per_day,
)
def get(call: Call) -> Answer:
    """The account it is bound to."""
    _own(call)
    binding = binding_of(call.mini_program)
    if binding is None:
        raise not_bound()
    return {"open_appid": binding.account.open_appid}


@endpoint(
    "/cgi-bin/open/have",
    methods=("GET",),
    token=Token.OWN,
    parameters=(),
    codes=(),
    said=_("Whether the Mini Program is bound to an Open Platform account."),
    answers=(Field("have_open", _("true or false."), Kind.BOOLEAN),),
    per_day=lambda: RULES.api.calls_per_day,
)
def have(call: Call) -> Answer:
    """Whether it is bound."""
    return {"have_open": binding_of(call.mini_program) is not None}
