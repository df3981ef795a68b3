"""The calls of Tencent's own uploader, /wxa/ci/…, as it makes them (miniprogram-ci.md §3-§7)."""

import base64
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.limits import spend
from developers.actions.key_uploads import preview_by_key, upload_by_key
from developers.actions.nonces import issue_nonce
from developers.actions.packages import open_upload
from developers.actions.source_maps import slice_of, source_map_of
from developers.actions.upload_keys import check_signature, key_of
from developers.api.answers import NO_SUCH_CALL, call
from developers.api.asked import Asked, asked_in, program_called, robot_in
from developers.api.bodies import drain, json_body, package_body
from developers.models import CodePackage, SourceMap, UploadKey
from developers.packages.upload import Upload
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rulebook import RULES
from platform_site.web import qr

Told = dict[str, Any]
KB, MB = 1024, 1024 * 1024


@call("POST")
def getrandstr(request: HttpRequest) -> Told:
    """A random text to sign, for one call."""
    mini_program = program_called(request, json_body(request).get("appid"))
    return {"errCode": 0, "data": {"randomString": issue_nonce(mini_program)}}


@call("POST")
def getattr_(request: HttpRequest) -> Told:
    """The limits that the uploader checks by itself, from the rulebook."""
    _signed(request)
    rules = RULES.package
    setting = {
        "MaxCodeSize": rules.main_bytes // MB,
        "MaxSubpackageSubCodeSize": rules.subpackage_bytes // MB,
        "MaxSubpackageFullCodeSize": rules.total_bytes // MB,
        "NavigateMiniprogramLimit": 10,
        "MaxSubPackageLimit": rules.subpackages,
        "MinTabbarCount": rules.tab_bar_min,
        "MaxTabbarCount": rules.tab_bar_max,
        "MaxCustomTabbarCount": 10,
        "MaxTabbarIconSize": rules.tab_icon_bytes // KB,
    }
    return {
        "errCode": 0,
        "data": {"platform": False, "appType": 0, "isSandbox": False, "released": False, "setting": setting},
    }


@call("GET")
def getwhiteextlist(request: HttpRequest) -> Told:
    """Which files may be sent: the uploader's own list."""
    return {"errCode": 0, "data": {"miniProgram": None, "game": None}}


@call("POST")
def upload(request: HttpRequest) -> Told:
    """Code for a robot's development version."""
    key, opened, asked = _sent(request)
    build = upload_by_key(key, opened, robot=asked.robot, version=asked.version, notes=asked.notes)
    return {"errCode": 0, "body": _sizes(build.package)}


@call("POST")
def test_source_url(request: HttpRequest) -> Told:
    """Code for a look on the administrator's phone; the answer holds a JPEG of its QR."""
    key, opened, asked = _sent(request)
    preview = preview_by_key(key, opened, robot=asked.robot, start_path=asked.start_path, scene=asked.scene)
    picture = qr.jpeg(reverse("accounts:qr", kwargs={"code": preview.link.code}))
    return {"errCode": 0, "body": {**_sizes(preview.package), "qrcode_img": base64.b64encode(picture).decode()}}


def _sent(request: HttpRequest) -> tuple[UploadKey, Upload, Asked]:
    """Whose key signed it, the opened container, and the query. The nonce is used up; the code is not yet looked at."""
    mini_program = program_called(request, request.GET.get("appid"))
    opened = open_upload(package_body(request))
    key = key_of(mini_program)
    check_signature(mini_program, opened.signature)
    spend(request, "package_upload", RULES.rates.package_upload, key=mini_program.appid)
    return key, opened, asked_in(request.GET)


def _sizes(package: CodePackage) -> Told:
    """What the uploader shows as sizes: all, main package, each sub-package."""
    sizes: dict[str, int] = package.facts["sizes"]
    names = {"total": "__FULL__", "main": "__APP__"}
    shown = [name for name in ("total", "main", *sizes) if name not in names or len(sizes) > len(names)]
    listed = dict.fromkeys(["total", *shown])
    told = [{"name": names.get(name, f"/{name}/"), "size": sizes[name]} for name in listed]
    return {"subpackage_info": told, "ext_plugin_info": []}


@call("POST")
def get_dev_sourcemap_info(request: HttpRequest) -> Told:
    """How long the source maps of a robot's version are, and that they can be had in one piece."""
    found = _source_map(_signed(request))
    return {"errCode": 0, "data": {"total_size": found.size, "limit": found.size}}


@call("POST")
def get_dev_sourcemap(request: HttpRequest) -> Told:
    """A slice of the source maps."""
    body = _signed(request)
    found = _source_map(body)
    offset, limit = _number(body, "offset", 0), _number(body, "limit", found.size)
    return {
        "errCode": 0,
        "innerRequestResp": {"errCode": 0, "body": slice_of(found, offset=offset, limit=min(limit, found.size))},
    }


def _source_map(body: Told) -> SourceMap:
    robot = robot_in(body.get("robot", 1))
    found = source_map_of(body["mini_program"], robot)
    if found is None:
        words = _("Robot %(n)d has no development version with source maps.")
        raise Refused(words % {"n": robot}, code="no_source_map")
    return found


def _number(body: Told, field: str, otherwise: int) -> int:
    value = body.get(field, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise Refused(_("%(field)s: it must be a number.") % {"field": field}, code="47001")
    return value


def _signed(request: HttpRequest) -> Told:
    """The JSON body of a signed call, with its Mini Program under "mini_program"."""
    body = json_body(request)
    mini_program = program_called(request, body.get("appid"))
    check_signature(mini_program, str(body.get("signature", "")))
    return {**body, "mini_program": mini_program}


@call("POST")
def getmulticosuploadinfo(request: HttpRequest) -> Told:
    """Nobody uploads by way of a cloud store: hearing this, the uploader sends the code here."""
    raise Refused(_("There is no cloud store here: send the code itself."), code="no_cloud_store")


@call("POST")
def clientreportv2(request: HttpRequest) -> Told:
    """What the uploader tells of the machine it runs on: nothing of it is kept."""
    drain(request)
    return {}


@call()
def unknown(request: HttpRequest, rest: str = "") -> Told:
    """Everything else."""
    words = _("There is no %(path)s on this platform.")
    raise Refused(words % {"path": request.path[:200]}, code=NO_SUCH_CALL)
