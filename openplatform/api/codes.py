"""The documented codes that the server API answers with, and which refusal of an action is which of them.

`errmsg` is what the wire says, as documented; `said` explains it to people. Sources: errcodes.tsv, wire-api.md §1-§2.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ErrorCode:
    """A code, its `errmsg`, and what it means."""

    code: int
    errmsg: str
    said: str | Promise


BUSY = -1
CODES: dict[int, ErrorCode] = {
    row.code: row
    for row in (
        ErrorCode(0, "ok", _("It is done.")),
        ErrorCode(BUSY, "system error", _("The platform itself failed. Ask again later.")),
        ErrorCode(
            40001,
            "invalid credential, access_token is invalid or not latest",
            _("Nobody has this access token, or a newer one has taken its place."),
        ),
        ErrorCode(40002, "invalid grant_type", _("grant_type is not what this call is asked with.")),
        ErrorCode(40013, "invalid appid", _("No Mini Program of this platform has this AppID, or it is another's.")),
        ErrorCode(40014, "invalid access_token", _("What was sent can't be an access token.")),
        ErrorCode(40029, "invalid code", _("Nobody was given this code in this Mini Program, or it is too old.")),
        ErrorCode(40066, "invalid url", _("There is no call at this address.")),
        ErrorCode(40097, "invalid args", _("A parameter is missing, given twice, or not what it must be.")),
        ErrorCode(40125, "invalid appsecret", _("This is not the AppSecret of the Mini Program now.")),
        ErrorCode(40129, "invalid scene", _("scene has a character that a scene may not have.")),
        ErrorCode(
            40159,
            "invalid length for path, or the data is not json string",
            _("path is missing or too long."),
        ),
        ErrorCode(40163, "code been used", _("This code has been exchanged already; each is good for once.")),
        ErrorCode(
            40169,
            "invalid length for scene, or the data is not json string",
            _("scene is missing or too long."),
        ),
        ErrorCode(40212, "invalid query", _("The query of the path can't be read.")),
        ErrorCode(41001, "access_token missing", _("The call was made without an access token.")),
        ErrorCode(41002, "appid missing", _("The call was made without an AppID.")),
        ErrorCode(41004, "appsecret missing", _("The call was made without an AppSecret.")),
        ErrorCode(41008, "missing code", _("The call was made without a code.")),
        ErrorCode(41030, "invalid page", _("The online version has no such page, or there is no online version.")),
        ErrorCode(42001, "access_token expired", _("The access token is more than two hours old.")),
        ErrorCode(43001, "require GET method", _("This call is made by GET.")),
        ErrorCode(43002, "require POST method", _("This call is made by POST.")),
        ErrorCode(44002, "empty post data", _("The call was made without a body. Send at least {}.")),
        ErrorCode(45009, "reach max api daily quota limit", _("The quota of this call is used up.")),
        ErrorCode(
            45011,
            "api minute-quota reach limit, must slower, retry next minute",
            _("Too many calls in a minute."),
        ),
        ErrorCode(45029, "qrcode count out of limit", _("No further QR of this kind can be made, ever.")),
        ErrorCode(47001, "data format error", _("The body is no JSON object in UTF-8, or too big.")),
        ErrorCode(48001, "api unauthorized", _("This Mini Program may not make this call.")),
        ErrorCode(
            85096,
            "not allow include scancode_time field",
            _("The query has scancode_time, which the platform keeps for itself."),
        ),
        ErrorCode(89000, "account has bound open", _("It is bound to an Open Platform account already.")),
        ErrorCode(89001, "not same contractor", _("The Open Platform account belongs to another entity.")),
        ErrorCode(89002, "open not exists", _("It is not bound to an Open Platform account.")),
        ErrorCode(
            89003,
            "the open account was not created by api",
            _("This Open Platform account was not made by the API: its owner acts at /open/."),
        ),
        ErrorCode(89004, "the open account reaches its bind limit", _("No more can be bound to this account.")),
        ErrorCode(
            89036,
            "the open account is neither created by api nor verified",
            _("This Open Platform account was not made by the API, and its developer qualification is not verified."),
        ),
    )
}

REFUSALS: dict[str, int] = {
    "code_invalid": 40029,
    "code_used": 40163,
    "too_many_logins": 45011,
    "too_many": 45011,
    "forced_refreshes": 45009,
    "page_not_online": 41030,
    "quota_minute": 45011,
    "quota_day": 45009,
    "quota_month": 45009,
    "quota_ever": 45029,
}
"""The codes of refused actions as the wire's; what is not here is 48001: a rule of the console."""

UNAUTHORIZED = 48001


class ApiError(Exception):
    """The call is refused with a documented code. `parameter` and `came`: what it was about, without secrets."""

    def __init__(self, code: int, *, parameter: str = "", came: str = "") -> None:
        super().__init__(code)
        self.code, self.parameter, self.came = code, parameter, came


def code_of(refusal_code: str) -> int:
    """The wire's number of a refused action; an action may name it itself."""
    if refusal_code.isascii() and refusal_code.isdigit() and int(refusal_code) in CODES:
        return int(refusal_code)
    return REFUSALS.get(refusal_code, UNAUTHORIZED)
