"""A subtree as of an old day against the same subtree today, and both against the bare join they rest on.

    python -m bench.tree [--rounds 200]

Sizes grow from a commune to the whole State. "Then" is 30 June 2025: three levels, 10,035 communes; "now" is today's
tree. The bare statement reads the same rows by their version and ancestor, without looking the version up.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from bench.stage import machine, say, stage

THEN = date(2025, 6, 30)
# Units that stand in both trees.
UNITS = ("C-00859", "P-04", "P-01", "CP")


def median(act: Callable[[], int], rounds: int) -> tuple[float, int]:
    count = act()
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return statistics.median(took), count


def measure(code: str, rounds: int) -> dict[str, Any]:
    from django.db import connection

    from isotherm.units import tree
    from isotherm.units.models import Unit

    unit = Unit.objects.get(code=code).pk
    today = date.today()

    def below(day: date) -> Callable[[], int]:
        return lambda: len(tree.subtree_ids(unit, day))

    def bare(day: date) -> Callable[[], int]:
        version = tree.version_on(day)

        def read() -> int:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select descendant_id from units_treeancestor where version_id = %s and ancestor_id = %s",
                    [version, unit],
                )
                return len(cursor.fetchall())

        return read

    now, size_now = median(below(today), rounds)
    then, size_then = median(below(THEN), rounds)
    bare_then, _size = median(bare(THEN), rounds)
    a_row = (then / size_then) / (now / size_now)
    return {
        "unit": code,
        "units_now": size_now,
        "units_then": size_then,
        "now": now,
        "then": then,
        "bare_then": bare_then,
        "ratio_a_unit": a_row,
        "ratio": then / now,
        "ratio_to_bare": then / bare_then,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200)
    given = options.parse_args()
    with stage("bench_tree"):
        results = [measure(code, given.rounds) for code in UNITS]
        for one in results:
            say(
                f"{one['unit']}: {one['units_now']} units now {one['now'] * 1000:.2f} ms, {one['units_then']} then "
                f"{one['then'] * 1000:.2f} ms; then/now {one['ratio']:.2f}, for each unit {one['ratio_a_unit']:.2f}, "
                f"to the bare join {one['ratio_to_bare']:.2f}"
            )
    print(json.dumps({"machine": machine(), "runs": results}, indent=1))


if __name__ == "__main__":
    main()
