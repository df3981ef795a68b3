"""Measure everything, or what is named; print a table and write var/bench.json. `python -m scripts.bench [name …]`."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scripts.bench import worlds
from scripts.bench.pairs import Figures
from scripts.bench.registry import MEASUREMENTS, Measurement

LIBRARIES = ("django", "celery", "psycopg2-binary", "granian")


def main(names: list[str]) -> int:
    """Measure; 0 unless a measurement failed to run (a bad figure is reported like a good one)."""
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        print(f"bench: no such measurement: {', '.join(unknown)}. There are: {', '.join(MEASUREMENTS)}.")
        return 2
    found: dict[str, Figures] = {}
    failed = []
    for name in names or list(MEASUREMENTS):
        print(f"{name}: {MEASUREMENTS[name].what}", flush=True)
        if MEASUREMENTS[name].world == "postgresql" and not worlds.server():
            print("  NOT MEASURED: set DATABASE_URL=postgres://… to a server where databases may be made.")
            continue
        try:
            found[name] = measured(name)
        except subprocess.CalledProcessError:
            failed.append(name)
            print("  FAILED (above)")
    print(table(found))
    target = Path(os.environ.get("MINISTAGE_VAR") or worlds.ROOT / "var") / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report(found), indent=2) + "\n", encoding="utf-8")
    print(f"written to {target}")
    return 1 if failed else 0


def measured(name: str) -> Figures:
    """Run one measurement in a process and a world of its own."""
    measurement = MEASUREMENTS[name]
    with world(measurement) as environment:
        command = [sys.executable, "-m", "scripts.bench.one", measurement.module]
        ran = subprocess.run(command, cwd=worlds.ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return Figures(**json.loads(ran.stdout.splitlines()[-1]))


@contextmanager
def world(measurement: Measurement) -> Iterator[dict[str, str]]:
    """The world that the measurement needs."""
    place = worlds.on_postgresql if measurement.world == "postgresql" else worlds.embedded
    with place() as environment:
        if measurement.world != "folder":
            worlds.manage(environment, "migrate", "--verbosity", "0")
        if measurement.world == "demo":
            worlds.manage(environment, "demo_world")
        yield environment


def table(found: dict[str, Figures]) -> str:
    """The results, a line each."""
    lines = [f"{'':18}{'ours':>10}{'limit':>10} {'unit':6}{'ratio':>8}  {'spread':16}{'goal':>8}"]
    for name, figures in found.items():
        told = figures.told()
        spread = f"{told['spread'][0]:.3g} - {told['spread'][1]:.3g}"
        goal = f"{'<=' if figures.better == 'lower' else '>='} {figures.goal:g}"
        verdict = "holds" if figures.holds else "MISSED"
        lines.append(
            f"{name:18}{figures.ours:>10.4g}{figures.limit:>10.4g} {figures.unit:6}{figures.ratio:>8.3g}  "
            f"{spread:16}{goal:>8}  {verdict}"
        )
    return "\n".join(lines)


def report(found: dict[str, Figures]) -> dict[str, Any]:
    """var/bench.json: the machine, the versions, the results by name (design/bench.md)."""
    return {
        "machine": {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "results": {name: figures.told() for name, figures in found.items()},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
