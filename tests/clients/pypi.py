"""wechatpy as PyPI has it, installed at test time by its hashes into a folder of this checkout, never into .venv."""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.clients import npm
from tests.clients.npm import NotInstalledError

PINS = Path(__file__).parent / "pypi.txt"
PATIENCE = 120  # seconds for one installation


def folder() -> Path:
    """Where the packages of these pins are kept."""
    return npm.folder().parent / f"pypi-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:16]}"


def is_installed() -> bool:
    """Whether they are all there."""
    return (folder() / "wechatpy").is_dir()


def install() -> Path:
    """Have them there; the folder appears whole or not at all. Wheels only: no package runs anything."""
    if is_installed():
        return folder()
    folder().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder().parent, prefix="installing-") as name:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        pinned = ["--require-hashes", "--only-binary", ":all:", "--target", name, "-r", str(PINS)]
        try:
            subprocess.run([*command, *pinned], check=True, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise NotInstalledError(f"pip did not finish within {PATIENCE} s") from None
        except subprocess.CalledProcessError as failed:
            errors = [line for line in failed.stderr.splitlines() if line.startswith("ERROR")]
            raise NotInstalledError(f"pip failed: {errors[0] if errors else failed.returncode}") from None
        if not is_installed():
            Path(name).rename(folder())
            Path(name).mkdir()  # for TemporaryDirectory to remove
    return folder()


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{install()}\n")
    except NotInstalledError as problem:
        raise SystemExit(f"wechatpy can't be installed: {problem}.") from None
