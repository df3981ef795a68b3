"""The project in a local directory: its project.config.json, and its files as a zip."""

import io
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from developers.cli.client import ToolsError
from developers.packages.paths import is_left_out
from platform_site.kernel.rulebook import RULES

CONFIG = "project.config.json"


@dataclass(frozen=True)
class LocalProject:
    """A directory with its project.config.json."""

    directory: Path
    appid: str
    name: str


def project_in(folder: str, *, appid: str = "") -> LocalProject:
    """ToolsError unless the directory holds a project.config.json with an AppID (or one is given)."""
    directory = Path(folder).resolve()
    if not directory.is_dir():
        raise ToolsError(_("There is no directory %(path)s.") % {"path": directory}, code="no_project")
    try:
        config = json.loads((directory / CONFIG).read_bytes()[: RULES.package.json_bytes])
    except OSError:
        message = _("There is no %(file)s in %(path)s.") % {"file": CONFIG, "path": directory}
        raise ToolsError(message, code="no_project") from None
    except (ValueError, RecursionError) as problem:
        raise ToolsError(f"{CONFIG}: {problem}", code="bad_project") from None
    config = config if isinstance(config, dict) else {}
    given = appid or config.get("appid")
    if not isinstance(given, str) or not given:
        raise ToolsError(_("%(file)s names no appid: give --appid.") % {"file": CONFIG}, code="bad_project")
    name = config.get("projectname")
    return LocalProject(directory, given, name[:64] if isinstance(name, str) and name.strip() else directory.name[:64])


def zip_of(directory: Path) -> bytes:
    """All files but hidden ones, node_modules and links; ToolsError where there are too many or too much."""
    out, count, size = io.BytesIO(), 0, 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(directory):
            content = path.read_bytes()
            count, size = count + 1, size + len(content)
            if count > RULES.package.files or size > RULES.package.unpacked_bytes:
                message = _("%(path)s holds more than a Mini Program may: %(files)d files, %(size)d MB.") % {
                    "path": directory,
                    "files": RULES.package.files,
                    "size": RULES.package.unpacked_bytes // 1024**2,
                }
                raise ToolsError(message, code="too_much_code")
            name = zipfile.ZipInfo(path.relative_to(directory).as_posix())
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _files(directory: Path) -> list[Path]:
    """What is sent, in order; folders that are left out are not looked into."""
    found = []
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not is_left_out(name)]
        paths = (Path(folder) / name for name in names if not is_left_out(name))
        found += [path for path in paths if path.is_file() and not path.is_symlink()]
        if len(found) > RULES.package.files:
            break
    return sorted(found)
