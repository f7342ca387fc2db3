"""A thousand documents through `isotherm directive read`: all processors against one, twice the documents against half.

The documents are the repository's directives, each varied by its number and the order of its dashes, so that no content
stands twice. Both ways run the same command in the same run; a second pass shows what skipping costs.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.stage import machine, say

ROOT = Path(__file__).resolve().parents[1]


def texts() -> list[str]:
    found = [*(ROOT / "tests" / "corpus").glob("**/*.txt"), *(ROOT / "countries/vn/demo/directives").glob("*.txt")]
    return [path.read_text(encoding="utf-8") for path in sorted(found)]


def varied(text: str, number: int, chance: random.Random) -> str:
    """Another number, and the dashes of the text's last third in another order."""
    text = re.sub(r"(Số: ?|No\. ?)\d+", rf"\g<1>{number + 1}", text, count=1)
    lines = text.split("\n")
    third = len(lines) * 2 // 3
    dashes = [at for at in range(third, len(lines)) if lines[at].startswith("- ")]
    chance.shuffle(mixed := [lines[at] for at in dashes])
    for at, line in zip(dashes, mixed, strict=True):
        lines[at] = line
    return "\n".join([*lines, f"Bản {number}"])


def write(folder: Path, count: int) -> int:
    chance, sources, letters = random.Random(7), texts(), 0
    folder.mkdir(parents=True)
    for number in range(count):
        text = varied(sources[number % len(sources)], number, chance)
        letters += len(text)
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return letters


def timed(folder: Path, out: Path, *, workers: int | None, form: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "isotherm.doors.cli.main", "directive", "read", str(folder), "--out", str(out)]
    command += ["--format", form, "--language", "en", *(["--workers", str(workers)] if workers else [])]
    began = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    assert ended.returncode == 0, ended.stderr[-2000:]
    return {"seconds": took, "said": ended.stderr.strip().splitlines()[-1]}


def run(count: int, form: str, *, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held) / "in"
        letters = write(folder, count)
        # In turn, and the best of each: others may be using the machine.
        ones, everies = [], []
        for turn in range(rounds):
            ones.append(timed(folder, Path(held) / f"one-{turn}", workers=1, form=form))
            everies.append(timed(folder, Path(held) / f"all-{turn}", workers=None, form=form))
        one, every = (min(times, key=lambda time: time["seconds"]) for times in (ones, everies))
        again = timed(folder, Path(held) / "all-0", workers=None, form=form)
    return {
        "documents": count,
        "letters": letters,
        "form": form,
        "one": one["seconds"],
        "all": every["seconds"],
        "again": again["seconds"],
        "one_a_minute": count / one["seconds"] * 60,
        "all_a_minute": count / every["seconds"] * 60,
        "ratio": one["seconds"] / every["seconds"],
        "said": every["said"],
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=1000)
    options.add_argument("--form", default="json")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--growth", action="store_true", help="also half and twice as many")
    given = options.parse_args()
    whole = given.documents
    results = []
    for count in [whole // 2, whole, whole * 2] if given.growth else [whole]:
        one = run(count, given.form, rounds=given.rounds)
        results.append(one)
        say(
            f"{count} documents as {given.form}: "
            f"one processor {one['one']:.0f} s ({one['one_a_minute']:.0f} a minute), "
            f"all {one['all']:.0f} s ({one['all_a_minute']:.0f} a minute), ratio {one['ratio']:.2f}; "
            f"all skipped {one['again']:.1f} s. {one['said']}"
        )
    growth = [b["all"] / a["all"] for a, b in pairwise(results)]
    print(json.dumps({"machine": machine(), "runs": results, "growth_for_twice": growth}, indent=1))


if __name__ == "__main__":
    main()
