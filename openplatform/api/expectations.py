"""What a refused call should have sent, in words made of the declarations: for the log of calls and /docs/api/."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from openplatform.api.codes import CODES
from openplatform.api.declaration import ENDPOINTS, Endpoint, Kind, Parameter, Token
from openplatform.models import ApiCall
from platform_site.kernel.rulebook import RULES


def meaning_of(errcode: int) -> str:
    """What a code says, for people."""
    return str(CODES[errcode].said) if errcode in CODES else ""


def message_of(errcode: int) -> str:
    """The `errmsg` that stands beside a code on the wire."""
    return CODES[errcode].errmsg if errcode in CODES else ""


def expected_of(call: ApiCall) -> str:
    """What was expected in place of what the call was refused for; "" where nothing of the call was wrong."""
    endpoint = ENDPOINTS.get(call.path)
    if endpoint is None or not call.parameter:
        return ""
    if call.parameter == "method":
        return " / ".join(endpoint.methods)
    if call.parameter == "access_token" and endpoint.token is Token.OWN:
        return _("one access token of /cgi-bin/token or /cgi-bin/stable_token that is good now, in the query")
    if call.parameter == "body":
        return _("a JSON object in UTF-8, of at most %(most)d bytes") % {"most": RULES.api.body_bytes}
    parameter = endpoint.parameter(call.parameter)
    return "" if parameter is None else wanted(parameter)


def wanted(parameter: Parameter) -> str:
    """What a parameter must be: "string, at most 32, needed: …"."""
    return ", ".join(_bounds(parameter)) + ". " + str(parameter.said)


def _bounds(parameter: Parameter) -> Iterable[str]:
    yield parameter.kind.value
    if parameter.choices:
        yield _("one of: %(known)s") % {"known": " / ".join(parameter.choices)}
    elif parameter.least is not None and parameter.most is not None:
        yield f"{parameter.least}–{parameter.most}"
    elif parameter.most is not None and parameter.kind is Kind.TEXT:
        yield _("at most %(most)d characters") % {"most": parameter.most}
    if parameter.required:
        yield _("needed")


def explained(endpoint: Endpoint) -> list[tuple[int, str, str]]:
    """Every code of a call with its `errmsg` and its meaning, but 0."""
    return [(code, message_of(code), meaning_of(code)) for code in endpoint.all_codes if code]
