"""
`python -m tests.directives.reading.twins_printed [--wear N] [--folder FOLDER] [NAME ...]`: for each paper what its scan
scores, and how much more or less than its clean twin; then both totals, and what was wrong in the scans.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

import django

from isotherm.directives.scoring import HEADING, total_of


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")
    django.setup()
    # The reader knows its tables once Django is set up.
    twins = import_module("tests.directives.reading.test_scanned_twins")
    asked = argparse.ArgumentParser()
    asked.add_argument("--wear", type=int, default=0, help="another wear of the same pages")
    asked.add_argument("--folder", type=Path, default=twins.CORPUS, help="papers NAME.txt with NAME.gold.json")
    asked.add_argument("names", nargs="*")
    asks = asked.parse_args()
    names = asks.names or sorted(path.name.removesuffix(".gold.json") for path in asks.folder.glob("*.gold.json"))
    sys.stdout.write(f"{HEADING}\n")
    pairs = []
    for name in names:
        scanned, clean = twins.both(name, asks.folder, other=asks.wear)
        pairs.append((scanned, clean))
        less = twins.less(scanned, clean)
        told = " ".join(f"{figure} {by:+.3f}" for figure, by in less.items())
        outside = "  OUTSIDE" if min(less.values()) < twins.LEAST else ""
        sys.stdout.write(f"{scanned.line(name)}  {told}{outside}\n")
        sys.stdout.flush()
    scanned, clean = (total_of(pair[place] for pair in pairs) for place in (0, 1))
    sys.stdout.write("\n".join((scanned.line("scanned"), clean.line("clean"), *scanned.wrong, "")))


if __name__ == "__main__":
    main()
