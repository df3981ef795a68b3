"""Who calls: the token or the AppSecret, and the Mini Program behind it."""

from functools import cache
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts.limits import spend
from accounts.models import MiniProgram
from developers.actions.secrets import is_app_secret
from developers.queries import program_with
from openplatform.api.codes import ApiError
from openplatform.api.reading import masked
from openplatform.models import AccessToken
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.prepared import Prepared
from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import plain_digest

TOKEN_CHARACTERS = range(16, 513)  # what can be a token at all


class RefusedCaller(ApiError):  # noqa: N818 -- the word of the house
    """A caller who is known but not let in: the log shows it to the Mini Program."""

    def __init__(self, code: int, mini_program: MiniProgram, **about: str) -> None:
        super().__init__(code, **about)
        self.mini_program = mini_program


def by_token(request: HttpRequest, *reads: str) -> MiniProgram:
    """The Mini Program of the access token in the query, with what the call `reads` of it, by one indexed read."""
    text = _token_in(request)
    row = _token_with(reads).first(plain_digest(text))
    about = {"parameter": "access_token", "came": masked(text)}
    if row is None:
        raise ApiError(40001, **about)
    time = now()
    if row.expires_at <= time:
        raise RefusedCaller(42001, row.mini_program, **about)
    if row.ends_at <= time:
        raise RefusedCaller(40001, row.mini_program, **about)
    if row.mini_program.closed_at is not None:
        raise RefusedCaller(40013, row.mini_program, **about)
    return row.mini_program


@cache
def _token_with(reads: tuple[str, ...]) -> Prepared[AccessToken]:
    """The token of a digest, joined with its Mini Program and what the call reads of that."""
    rows = AccessToken.objects.select_related("mini_program", *(f"mini_program__{name}" for name in reads))
    return Prepared(lambda digest: rows.filter(digest=digest), str)


def _token_in(request: HttpRequest) -> str:
    sent = set(request.GET.getlist("access_token")) - {""}
    if not sent:
        raise ApiError(41001, parameter="access_token")
    text = sent.pop()
    if sent or len(text) not in TOKEN_CHARACTERS or not text.isascii():
        raise ApiError(40014, parameter="access_token", came=masked(text))
    return text


def by_secret(request: HttpRequest, given: dict[str, Any]) -> MiniProgram:
    """The Mini Program of the AppID and the AppSecret among the parameters."""
    appid, secret = given["appid"], given["secret"]
    mini_program = program_with(appid) if appid.isascii() else None
    if mini_program is None or mini_program.closed_at is not None:
        raise ApiError(40013, parameter="appid", came=appid[:32])
    if not is_app_secret(mini_program, secret):
        _count_wrong_secret(request, appid)
        raise RefusedCaller(40125, mini_program, parameter="secret", came=masked(secret))
    return mini_program


def meant_by(request: HttpRequest) -> MiniProgram | None:
    """Whose log shows a call that was refused before its caller was known: by its token, or the AppID in its query."""
    if request.GET.get("access_token"):
        try:
            return by_token(request)
        except RefusedCaller as refusal:
            return refusal.mini_program
        except ApiError:
            return None
    appid = request.GET.get("appid", "")
    return program_with(appid) if appid.isascii() and "\0" not in appid else None


def _count_wrong_secret(request: HttpRequest, appid: str) -> None:
    """Wrong AppSecrets are counted for each address, so that nobody locks somebody else out."""
    try:
        spend(request, "api_secret", RULES.rates.api_secret, key=f"{appid} {address_of(request)}")
    except Refused:
        raise ApiError(45011, parameter="secret") from None


def address_of(request: HttpRequest) -> str:
    """The network address that calls."""
    return str(get_adapter().get_client_ip(request))
