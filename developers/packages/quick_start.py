"""The quick-start program: what a new project holds when its directory is empty (console.md §7.3)."""

from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "platform_site" / "simulation" / "demo_program"
DIRECTORY = "quick-start"


def quick_start_files() -> dict[str, bytes]:
    """{path: bytes} of the sample program."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}
