"""An upload by the uploader: its container opened and taken apart, so that the key can be checked before the code."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from developers.packages import wxapkg
from developers.packages.report import Report, Unreadable
from developers.packages.strict_json import BadJson, parse
from developers.packages.tree import Source, SourceTree, collect

_SIGNATURE_BYTES = 8192
_WARNING = "__warning__"
_WARNING_MARK = b'"__warning__"'


@dataclass(frozen=True)
class Upload:
    """What came in one upload: who signed it with what, the code, and {path: bytes} of its source maps.

    `signature` is base64 text, not checked here; `report` holds the notes of the reading.
    """

    signature: str
    client_version: str
    tree: SourceTree
    source_maps: dict[str, bytes]
    report: Report


def opened(body: bytes) -> Upload:
    """Read the container and take it apart; Unreadable where it is none or a dangerous one."""
    files = wxapkg.read_package(body)
    signature, version = _signature(files.pop(wxapkg.SIGNATURE))
    maps = {path: files.pop(path) for path in list(files) if path.endswith(wxapkg.SOURCE_MAP)}
    report = Report()
    sources = [Source(path, len(content), lambda content=content: content) for path, content in files.items()]  # type: ignore[misc]
    tree = collect(sources, report, wrapped=False)
    code = {path: _without_warning(path, content, report) for path, content in tree.files.items()}
    return Upload(signature, version, SourceTree(code), maps, report)


def _signature(content: bytes) -> tuple[str, str]:
    """(signature, version of the client) as /ci.signature says them."""
    try:
        table = parse(content[: _SIGNATURE_BYTES + 1]) if len(content) <= _SIGNATURE_BYTES else None
    except BadJson:
        table = None
    signature = table.get("signature") if isinstance(table, dict) else None
    if not isinstance(signature, str) or not signature:
        raise Unreadable("signature_format", _("The signature in the package can't be read."), file=wxapkg.SIGNATURE)
    version = table.get("version", "") if isinstance(table, dict) else ""
    return signature, version[:32] if isinstance(version, str) else ""


def _without_warning(path: str, content: bytes, report: Report) -> bytes:
    """The file without what the client wrote into it for the developer; that goes into the report."""
    if not path.endswith(".json") or _WARNING_MARK not in content:
        return content
    try:
        table = parse(content)
    except BadJson:
        return content
    if not isinstance(table, dict) or _WARNING not in table:
        return content
    said = str(table.pop(_WARNING))[:500].strip()
    if said:
        report.warning("uploader_warning", _("The uploader says: %(said)s") % {"said": said}, file=path)
    return json.dumps(table, ensure_ascii=False, indent=2).encode()
