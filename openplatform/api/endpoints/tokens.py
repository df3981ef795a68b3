"""Access tokens (wire-api.md §1.1)."""

from django.utils.translation import gettext_lazy as _

from openplatform.actions.tokens import Issued, issue_token, stable_token
from openplatform.api.declaration import Answer, Call, Field, Kind, Parameter, Token, endpoint
from platform_site.kernel.rulebook import RULES

APPID = Parameter("appid", Kind.TEXT, _("The AppID."), required=True, missing=41002, wrong=40013, most=64)
SECRET = Parameter(
    "secret", Kind.TEXT, _("The AppSecret."), required=True, missing=41004, wrong=40125, most=128, secret=True
)
CREDENTIAL = Parameter(
    "grant_type",
    Kind.TEXT,
    _("Always client_credential."),
    required=True,
    missing=40002,
    wrong=40002,
    choices=("client_credential",),
)
ANSWERS = (
    Field("access_token", _("The token, for the query of other calls.")),
    Field("expires_in", _("For how many seconds it is good."), Kind.INTEGER),
)


def _told(issued: Issued) -> Answer:
    return {"access_token": issued.text, "expires_in": issued.expires_in}


@endpoint(
    "/cgi-bin/token",
    methods=("GET",),
    token=Token.SECRET,
    parameters=(CREDENTIAL, APPID, SECRET),
    codes=(40002,),
    said=_("A new access token. The one before it works for five more minutes."),
    answers=ANSWERS,
    per_day=lambda: RULES.api.tokens_per_day,
    plain=True,
)
def token(call: Call) -> Answer:
    """A new plain token."""
    return _told(issue_token(call.mini_program))


@endpoint(
    "/cgi-bin/stable_token",
    methods=("POST",),
    token=Token.SECRET,
    parameters=(
        CREDENTIAL,
        APPID,
        SECRET,
        Parameter(
            "force_refresh",
            Kind.BOOLEAN,
            _("Whether a new token takes the place of the one there is, which ends at once."),
            default=False,
        ),
    ),
    codes=(40002,),
    said=_(
        "The stable access token: the same at each call while it lives, and a new one in its last five minutes, when "
        "both work. It has nothing to do with that of /cgi-bin/token. force_refresh works a few times a day; "
        "very soon after the last time it answers with the token there is."
    ),
    answers=ANSWERS,
    per_day=lambda: RULES.api.calls_per_day,
    plain=True,
)
def stable(call: Call) -> Answer:
    """The stable token."""
    return _told(stable_token(call.mini_program, force=call.given["force_refresh"]))
