"""QR codes of pages (wire-api.md §1.3): JPEGs that a phone scans."""

import re
from urllib.parse import parse_qs, quote

from django.utils.translation import gettext_lazy as _

from developers.start_path import start_of
from openplatform.actions.page_codes import check_page_is_online, code_for
from openplatform.api.codes import ApiError
from openplatform.api.declaration import Answer, Call, Kind, Parameter, Picture, Token, endpoint
from openplatform.code_pictures import BLACK, jpeg_of
from openplatform.models import CodeKind, Environment, PageCode
from platform_site.kernel.rulebook import RULES

PATH = Parameter(
    "path",
    Kind.TEXT,
    _("The page, with its query or without: pages/index/index?table=5."),
    required=True,
    missing=40159,
    wrong=40159,
    most=RULES.api.path_characters,
)
WIDTH = Parameter(
    "width",
    Kind.INTEGER,
    _("How many pixels wide the picture is."),
    least=RULES.api.code_width_min,
    most=RULES.api.code_width_max,
    default=RULES.api.code_width,
)
LOOKS = (
    Parameter("auto_color", Kind.BOOLEAN, _("Whether the platform chooses the colour: it is black."), default=False),
    Parameter("line_color", Kind.COLOUR, _("The colour of the lines; one too light to be read is drawn black.")),
    Parameter("is_hyaline", Kind.BOOLEAN, _("Read, but a JPEG has no transparent ground: it is white."), default=False),
)
VERSION = Parameter(
    "env_version",
    Kind.TEXT,
    _("Which version opens: release (online), trial (experience version) or develop (the scanner's own preview)."),
    choices=tuple(Environment.values),
    default=str(Environment.RELEASE),
)
SCENE = Parameter(
    "scene",
    Kind.TEXT,
    _("What the page is told: letters, digits and !#$&'()*+,/:;=?@-._~"),
    required=True,
    missing=40169,
    wrong=40129,
    long=40169,
    most=RULES.api.scene_characters,
    pattern=re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+"),
)
PAGE = Parameter(
    "page",
    Kind.TEXT,
    _("The page, without a query and without a slash before it; left out, the page at which the program begins."),
    wrong=41030,
    most=RULES.api.path_characters,
    pattern=re.compile(r"[^/?\s][^?\s]*"),
    default="",
)
CHECK_PATH = Parameter("check_path", Kind.BOOLEAN, _("Whether the online version must have the page."), default=True)
RESERVED = "scancode_time"  # a parameter that a scan adds itself
QUERY = re.compile(r"[^\s#\x00-\x1f\x7f]*")


@endpoint(
    "/wxa/getwxacode",
    methods=("POST",),
    token=Token.OWN,
    parameters=(PATH, WIDTH, *LOOKS, VERSION),
    codes=(40212, 45029, 85096),
    said=_(
        "A QR that opens a page, with its query. Those of this call and of createwxaqrcode count together, for ever; "
        "the same page and query give the same QR and count once."
    ),
    answers=(),
    picture=True,
    per_day=lambda: RULES.api.calls_per_day,
)
def getwxacode(call: Call) -> Answer:
    """A QR by path; what a scan adds itself can't be in it (85096, wire-api.md §1.3)."""
    _page, query = start_of(call.given["path"])
    if RESERVED in parse_qs(query, keep_blank_values=True):
        raise ApiError(85096, parameter="path", came=query[:100])
    return _picture(_by_path(call, CodeKind.PATH), call)


@endpoint(
    "/wxa/getwxacodeunlimit",
    methods=("POST",),
    token=Token.OWN,
    parameters=(SCENE, PAGE, CHECK_PATH, WIDTH, *LOOKS, VERSION),
    codes=(41030,),
    said=_("A QR that opens a page and tells it a scene; as many as one likes."),
    answers=(),
    picture=True,
    per_day=lambda: RULES.api.calls_per_day,
    per_minute=lambda: RULES.api.scene_codes_per_minute,
    minute_code=45009,
)
def getwxacodeunlimit(call: Call) -> Answer:
    """A QR by scene."""
    page = call.given["page"]
    if call.given["check_path"]:
        check_page_is_online(call.mini_program, page)
    code = code_for(
        call.mini_program,
        kind=CodeKind.SCENE,
        page=page,
        query=f"scene={quote(call.given['scene'], safe='')}",
        env_version=call.given["env_version"],
    )
    return _picture(code, call)


@endpoint(
    "/cgi-bin/wxaapp/createwxaqrcode",
    methods=("POST",),
    token=Token.OWN,
    parameters=(PATH, WIDTH),
    codes=(40212, 45029),
    said=_("A square QR that opens a page of the online version, with its query."),
    answers=(),
    picture=True,
    per_day=lambda: RULES.api.calls_per_day,
)
def createwxaqrcode(call: Call) -> Answer:
    """A square QR by path."""
    return _picture(_by_path(call, CodeKind.QR), call)


def _by_path(call: Call, kind: CodeKind) -> PageCode:
    page, query = start_of(call.given["path"])
    if not QUERY.fullmatch(query):
        raise ApiError(40212, parameter="path", came=query[:100])
    return code_for(
        call.mini_program,
        kind=kind,
        page=page.strip().removeprefix("/"),
        query=query,
        env_version=call.given.get("env_version", str(Environment.RELEASE)),
    )


def _picture(code: PageCode, call: Call) -> Picture:
    line = None if call.given.get("auto_color") else call.given.get("line_color")
    return Picture(jpeg_of(code.path, width=call.given["width"], line=line or BLACK))
