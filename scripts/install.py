"""Make `.venv` from a committed lock file: `python3 scripts/install.py run|test`. Standard library only.

A second call with an unchanged lock file does nothing. Every problem is told in one line.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP_OLDEST = (22, 3)  # the first that can install into another environment (--python)


def main(wanted: str) -> None:
    if is_installed(wanted):
        return
    if not os.access(ROOT, os.W_OK) or (VENV.exists() and not os.access(VENV, os.W_OK)):
        sys.exit(f"ministage: can't write to {ROOT}: the folder is read-only for this user.")
    pip = make_venv()
    print(f"ministage: installing requirements/{wanted}.lock into .venv (once; half a minute or so) …", flush=True)
    install(pip, "build")  # setuptools, for the one library that comes as source only
    install(pip, wanted)
    stamp(wanted).write_text(checksum(wanted))


def checksum(name: str) -> str:
    """What a stamp holds: the lock file's SHA-256 and the Python it was installed for."""
    lock = (ROOT / "requirements" / f"{name}.lock").read_bytes()
    return f"{hashlib.sha256(lock).hexdigest()} {VERSION}"


def stamp(name: str) -> Path:
    return VENV / f".installed-{name}"


def is_installed(wanted: str) -> bool:
    """Whether .venv holds this lock file. The test set holds the run set too (a test keeps their pins equal)."""
    if not venv_works():
        return False
    names = [wanted, "test"] if wanted == "run" else [wanted]
    return any(stamp(name).exists() and stamp(name).read_text() == checksum(name) for name in names)


def venv_works() -> bool:
    """Whether .venv has a Python of this version that starts."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        told = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True)
    except OSError:
        return False
    return told.stdout.strip() == VERSION


def make_venv() -> list[str]:
    """Make .venv if it is not there, and say how pip is called for it."""
    outside = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if venv_works():
        has_pip = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
        return [str(PYTHON), "-m", "pip"] if has_pip else outside
    if VENV.exists():
        shutil.rmtree(VENV)
    try:
        import ensurepip  # noqa: F401  -- Debian keeps it in a package of its own
        import venv
    except ImportError:
        if not pip_can_install_elsewhere():
            sys.exit("ministage: Python's venv is incomplete here. On Debian and Ubuntu: apt-get install python3-venv")
        run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
        return outside
    try:
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(f"ministage: could not make {VENV}: {error}")
    return [str(PYTHON), "-m", "pip"]


def pip_can_install_elsewhere() -> bool:
    code = "import pip; print(pip.__version__)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()
    numbers = [int(part) for part in told.split(".")[:2] if part.isdigit()]
    return tuple(numbers) >= PIP_OLDEST


def install(pip: list[str], name: str) -> None:
    """Exactly what the lock file names, checked against its hashes; nothing is fetched beside it."""
    options = ["--disable-pip-version-check", "--no-input", "--quiet", "--root-user-action=ignore"]
    sources = ["--require-hashes", "--no-build-isolation", "--use-pep517"]
    run([*pip, "install", *options, *sources, "-r", str(ROOT / "requirements" / f"{name}.lock")])


def run(command: list[str]) -> None:
    """Run it; where it fails, show the last it said and one line of ours."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print("\n".join(done.stdout.strip().splitlines()[-12:]), file=sys.stderr)
        sys.exit("ministage: installing failed (above: why). Is the package index reachable? Run the command again.")


if __name__ == "__main__":
    main(sys.argv[1])
