"""The real npm packages, installed at test time from their lock into a folder of this checkout, never shipped."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE / "package-lock.json"  # miniprogram-ci
EASYWECHAT = HERE / "easywechat" / "package-lock.json"
PATIENCE = 400  # seconds for one installation


class NotInstalledError(Exception):
    """Why the packages are not there, in one line."""


def folder(lock: Path = LOCK) -> Path:
    """Where the packages of this lock are kept: outside of what a test run throws away."""
    kept = Path(os.environ.get("CLIENTS_FOLDER") or HERE.parent.parent / "var" / "clients")
    return kept / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]


def is_installed(lock: Path = LOCK) -> bool:
    """Whether they are all there."""
    return (folder(lock) / "node_modules").is_dir()


def install(lock: Path = LOCK) -> Path:
    """Have them there; the folder appears whole or not at all. No script of any package is run."""
    if is_installed(lock):
        return folder(lock)
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotInstalledError("there is no npm on this machine")
    folder(lock).parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder(lock).parent, prefix="installing-") as name:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(lock.parent / file, name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            subprocess.run(command, cwd=name, check=True, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise NotInstalledError(f"npm did not finish within {PATIENCE} s") from None
        except subprocess.CalledProcessError as failed:
            said = (failed.stderr or failed.stdout).strip().splitlines()
            raise NotInstalledError(f"npm failed: {said[0] if said else failed.returncode}") from None
        if not is_installed(lock):
            Path(name).rename(folder(lock))
            Path(name).mkdir()  # for TemporaryDirectory to remove
    return folder(lock)


if __name__ == "__main__":
    try:
        for wanted in (LOCK, EASYWECHAT):
            sys.stdout.write(f"{install(wanted)}\n")
    except NotInstalledError as problem:
        raise SystemExit(f"The clients of others can't be installed: {problem}.") from None
