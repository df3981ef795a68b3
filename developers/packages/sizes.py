"""How big a program is: main package, each sub-package, all together; and which files should not be there."""

from django.utils.translation import gettext as _

from developers.packages.app_json import Program
from platform_site.kernel.rulebook import RULES

_TEXT = (".js", ".json", ".wxml", ".wxss", ".wxs")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_KNOWN = (
    *_TEXT,
    *(
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".svg",
        ".cer",
        ".mp3",
        ".aac",
        ".m4a",
        ".mp4",
        ".wav",
        ".ogg",
        ".silk",
    ),
    *(".wasm", ".br", ".cert", ".ttf", ".woff", ".woff2", ".ts", ".less", ".scss", ".md", ".txt"),
)


def measure(program: Program) -> dict[str, int]:
    """{"main": bytes, root of each sub-package: bytes, "total": bytes}, with errors for what is too big."""
    sizes = {sub.root: program.tree.size(f"{sub.root}/") for sub in program.subpackages}
    total = program.tree.size()
    main = total - sum(sizes.values())
    rules = RULES.package
    if main > rules.main_bytes:
        _too_big(program, "main_size", _("The main package"), main, rules.main_bytes, "")
    for root, size in sizes.items():
        if size > rules.subpackage_bytes:
            name = _("The sub-package “%(root)s”") % {"root": root}
            _too_big(program, "subpackage_size", name, size, rules.subpackage_bytes, f"{root}/")
    if total > rules.total_bytes:
        _too_big(program, "total_size", _("All packages together"), total, rules.total_bytes, "")
    return {"main": main, **sizes, "total": total}


def _too_big(program: Program, rule: str, name: str, size: int, limit: int, folder: str) -> None:
    largest = sorted(
        ((len(content), path) for path, content in program.tree.files.items() if path.startswith(folder)), reverse=True
    )[:3]
    program.report.error(
        rule,
        _("%(name)s: %(size)s KB (%(bytes)d bytes), more than the limit of %(limit)s KB. Largest files: %(files)s.")
        % {
            "name": name,
            "size": -(-size // 1024),
            "bytes": size,
            "limit": limit // 1024,
            "files": ", ".join(f"{path} ({-(-n // 1024)} KB)" for n, path in largest),
        },
    )


def check_file_types(program: Program) -> None:
    """Code must be UTF-8; files of a kind that no Mini Program runs are named."""
    for path, content in sorted(program.tree.files.items()):
        lower = path.lower()
        if lower.endswith(_TEXT):
            if not _is_utf8(content):
                program.report.error("encoding", _("The file is not UTF-8."), file=path)
        elif lower.endswith(_PICTURES) and len(content) > RULES.package.image_bytes_noted:
            message = _("A picture of %(kb)d KB; smaller ones open faster.") % {"kb": -(-len(content) // 1024)}
            program.report.info("image_large", message, file=path)
        elif not lower.endswith(_KNOWN):
            program.report.warning("file_type", _("Files of this type are not used by a Mini Program."), file=path)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
