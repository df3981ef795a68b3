"""What a call of the uploader is about: the Mini Program, and its text fields, checked with words of our own."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from accounts.limits import spend
from accounts.models import MiniProgram
from accounts.scanning import address_of
from developers.actions.builds import check_notes, check_robot, check_version
from developers.actions.upload_addresses import check_address
from developers.actions.upload_keys import holder_of, key_of
from developers.api.answers import UNKNOWN_APPID
from developers.queries import program_with
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES

KINDS = ("", "miniProgram")
MOST_TEXT = 2048


@dataclass(frozen=True)
class Asked:
    """The query of an upload or a preview."""

    robot: int
    version: str
    notes: str
    start_path: str
    scene: int


def program_called(request: HttpRequest, appid: Any) -> MiniProgram:
    """The Mini Program of this AppID, with a key, asked from an address that may: refused in this order."""
    address = address_of(request)
    text = appid if isinstance(appid, str) else ""
    spend(request, "key_upload", RULES.rates.key_upload, key=f"{text[:32]} {address}")
    mini_program = program_with(text) if text.isascii() and "\0" not in text else None
    if mini_program is None or mini_program.closed_at is not None:
        words = _("invalid appid: there is no Mini Program %(appid)s on this platform")
        raise Refused(words % {"appid": text[:32] or "“”"}, code=UNKNOWN_APPID)
    holder_of(key_of(mini_program))
    check_address(mini_program, address)
    return mini_program


def asked_in(query: QueryDict) -> Asked:
    """The query of an upload or a preview, as it may be; Refused says which field is wrong, and how it should be."""
    if (kind := query.get("type", "")) not in KINDS:
        words = _("type: “%(kind)s” can't be uploaded here, only a Mini Program (miniProgram).")
        raise Refused(words % {"kind": kind[:32]}, code="type")
    asked = Asked(
        robot=robot_in(query.get("robot") or "1"),
        version=query.get("version", ""),
        notes=query.get("desc", ""),
        start_path=_start_path(query),
        scene=_scene(_launch(query)),
    )
    _named("version", check_version, asked.version)
    _named("desc", check_notes, asked.notes)
    return asked


def robot_in(value: Any) -> int:
    """The number of a robot, from JSON (a number) or a query (text)."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    robot = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(RULES.upload.robots)) else 0
    _named("robot", check_robot, robot)
    return robot


def _named(field: str, check: Any, value: Any) -> None:
    """The check's own words, with the name that the field has on this side."""
    try:
        check(value)
    except Refused as refusal:
        raise Refused(f"{field}: {refusal.message}", code=refusal.code, field=field) from None


def _launch(query: QueryDict) -> dict[str, Any]:
    """`debugLaunchInfo`: {scene, path?, query?}."""
    text = query.get("debugLaunchInfo") or "{}"
    try:
        launch = json.loads(text) if len(text) <= MOST_TEXT else None
    except (ValueError, RecursionError):
        launch = None
    if not isinstance(launch, dict):
        raise Refused(_("debugLaunchInfo: it must be a JSON object."), code="launch")
    return launch


def _scene(launch: dict[str, Any]) -> int:
    scene = launch.get("scene", RULES.upload.default_scene)
    text = str(scene) if isinstance(scene, int | str) and not isinstance(scene, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Refused(_("scene: it must be a number, for example 1011."), code="scene")
    return int(text)


def _start_path(query: QueryDict) -> str:
    """The page and its query, as one path: from `path`, else from `debugLaunchInfo`."""
    launch = _launch(query)
    path = query.get("path") or launch.get("path") or ""
    more = launch.get("query")
    if not isinstance(path, str):
        raise Refused(_("path: it must be text like pages/index/index."), code="start_path")
    if path and "?" not in path and isinstance(more, dict) and more:
        path = f"{path}?{urlencode({key: str(value) for key, value in more.items()}, errors='replace')}"
    return path
