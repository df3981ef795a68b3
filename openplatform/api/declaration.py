"""How a call of the server API is declared: path, methods, token, parameters, action, codes. One place for each call.

    @endpoint("/wxa/example", methods=("POST",), token=Token.OWN, parameters=(Parameter("path", Kind.TEXT, …),),
              codes=(40097,), said=_("…"), answers=(Field("errcode", …),))
    def example(call: Call) -> Answer: …

The dispatcher reads and checks all that; /docs/api/ and its openapi.json are made of the same rows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise

from accounts.models import MiniProgram
from platform_site.kernel.rulebook import RULES

Words = str | Promise


class Token(Enum):
    """What a caller proves itself with."""

    OWN = "access_token"  # in the query: a token of /cgi-bin/token or /cgi-bin/stable_token
    SECRET = "appid and secret"  # noqa: S105 -- parameters of the call itself
    NONE = ""


class Kind(Enum):
    """What a parameter is, or a field of the answer.

    In a parameter numbers as text and the reverse are read, and null is as good as left out.
    """

    TEXT = "string"
    INTEGER = "number"
    BOOLEAN = "boolean"
    COLOUR = "object {r, g, b}"


@dataclass(frozen=True)
class Parameter:
    """One parameter: in the query of a GET, in the body of a POST.

    `least` and `most` are of characters or of the number; `missing`, `wrong` and `long` are the codes it is refused
    with. A `secret` one is never kept.
    """

    name: str
    kind: Kind
    said: Words
    required: bool = False
    missing: int = 40097
    wrong: int = 40097
    long: int = 0
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    default: Any = None
    secret: bool = False

    @property
    def too_long(self) -> int:
        """The code for more than `most` characters."""
        return self.long or self.wrong


@dataclass(frozen=True)
class Field:
    """A field of the answer; with `parts` it is an object. What is not `always` there is left out of some answers."""

    name: str
    said: Words
    kind: Kind = Kind.TEXT
    always: bool = True
    parts: tuple["Field", ...] = ()


@dataclass(frozen=True)
class Picture:
    """An answer that is a JPEG."""

    data: bytes


Answer = dict[str, Any] | Picture


@dataclass
class Call:
    """A call on its way: whose it is, its parameters as read, and from where it came."""

    mini_program: MiniProgram
    given: dict[str, Any]
    address: str


@dataclass(frozen=True)
class Endpoint:
    """A declared call. `empty_body`: it may be made without a body; `plain`: its answer has no errcode when it is fine;
    `picture`: it is a JPEG then.

    `comma`: its errmsg has a comma before "rid", as documented. `minute_code`: the code of its quota of a minute.
    `reads`: what hangs on the Mini Program one to one and is read together with its token, in one query.
    """

    path: str
    methods: tuple[str, ...]
    token: Token
    parameters: tuple[Parameter, ...]
    codes: tuple[int, ...]
    said: Words
    answers: tuple[Field, ...]
    act: Callable[[Call], Answer]
    per_day: Callable[[], int]
    per_minute: Callable[[], int]
    per_month: Callable[[], int]
    minute_code: int = 45011
    empty_body: bool = False
    plain: bool = False
    picture: bool = False
    comma: bool = False
    reads: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the URL table and in the quotas: the path with words instead of slashes."""
        return self.path.strip("/").replace("/", "_").replace("-", "_")

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of this name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    @property
    def all_codes(self) -> tuple[int, ...]:
        """Every code it can answer with, in order: its own, those of its parameters, and those that every call has."""
        own = {code for p in self.parameters for code in (*((p.missing,) if p.required else ()), p.wrong, p.too_long)}
        by_token = {
            Token.OWN: {40001, 40013, 40014, 41001, 42001},
            Token.SECRET: {40013, 40125},
            Token.NONE: set(),
        }[self.token]
        by_method = {43001 if self.methods == ("GET",) else 43002}
        by_body = set() if "POST" not in self.methods else {47001} if self.empty_body else {44002, 47001}
        every = {-1, 40097, 45009, self.minute_code}
        return tuple(sorted({*self.codes, *own, *by_token, *by_method, *by_body, *every}))


ENDPOINTS: dict[str, Endpoint] = {}


def endpoint(
    path: str,
    *,
    per_minute: Callable[[], int] = lambda: RULES.api.calls_per_minute,
    per_month: Callable[[], int] = lambda: RULES.api.calls_per_month,
    **declared: Any,
) -> Callable[[Callable[[Call], Answer]], Any]:
    """Declare a call; what it decorates is its action."""

    def declare(act: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        if path in ENDPOINTS:
            raise ValueError(f"{path} is declared twice")
        ENDPOINTS[path] = Endpoint(path=path, act=act, per_minute=per_minute, per_month=per_month, **declared)
        return act

    return declare
