"""One measurement in this process: its figures as JSON on the last line. __main__.py runs it in a world."""

import json
import sys
from dataclasses import asdict
from importlib import import_module

import django


def main(module: str) -> None:
    """Measure what scripts/bench/measures/<module>.py measures."""
    django.setup()
    print(json.dumps(asdict(import_module(f"scripts.bench.measures.{module}").measure())))


if __name__ == "__main__":
    main(sys.argv[1])
