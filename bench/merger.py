"""The merger of 1 July 2025 carried out by the product, against one bare INSERT … SELECT of the rows it adds.

    python -m bench.merger [--duties 1000000] [--growth] [--kill]

The bare statements write the same rows (carriages, spells, ledger lines, tally deltas, and the register's dated rows)
into tables of the same shape with the same indexes and no foreign keys. The product's time is everything from the
moment the job begins: reading the draft, checking it again, the register and its trees, posts, and the duties in
chunks. `--kill` ends the process in the middle with SIGKILL and lets another one go on.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.before_2025 import CARRIED, give_duties, sign, stand_before
from bench.stage import clock, machine, say, stage

# What a reorganisation adds rows to, with the condition that finds the rows of this one.
ADDED = {
    "execution_carriage": "true",
    "execution_spell": "to_at = %(at)s",
    "records_ledgerline": "at = %(at)s",
    "tallies_delta": "true",
    "units_name": "source like 'reorganisation:%%'",
    "units_kind": "source like 'reorganisation:%%'",
    "units_placement": "source like 'reorganisation:%%'",
    "units_alias": "source like 'reorganisation:%%'",
    "units_treenode": "version_id in (select id from units_treeversion where lower(valid) = '2025-07-01')",
    "units_treeancestor": "version_id in (select id from units_treeversion where lower(valid) = '2025-07-01')",
    "units_heir": "succession_id in (select id from units_succession where voided_by is null and day = '2025-07-01')",
    "units_successor": "true",
}


def run(duties: int, *, kill: bool) -> dict[str, Any]:
    took: dict[str, Any] = {"asked": duties}
    with stage():
        from django.db import connection, connections

        from isotherm.actor import Actor
        from isotherm.execution import reorganise

        steps = stand_before()
        give_duties(max(1, round(duties / 8_600)), told=0.97, seed=0.5)
        code = sign(steps)
        with connections["owner"].cursor() as cursor:
            cursor.execute("vacuum analyze")
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from execution_assignment where closed_at is null")
            took["open"] = cursor.fetchone()[0]
        if kill:
            took |= _killed_in_the_middle(code)
        marks: dict[str, float] = {}
        began = time.perf_counter()

        def told(name: str, rows: int, total: int) -> None:
            marks[name] = round(time.perf_counter() - began, 2)
            say(f"{name}: {rows} / {total} after {marks[name]} s")

        busy = _busy()
        with clock(took, "product"):
            reorganise.carry_out(code, actor=Actor.system("reorganise"), at=CARRIED, say=told)
        took["product_cpu"] = _busy() - busy
        took["stages"] = marks
        with connection.cursor() as cursor:
            cursor.execute("select count(*), count(distinct assignment_id) from execution_carriage")
            took["carriages"], took["assignments"] = cursor.fetchone()
        took["rows"], took["bare"], took["bare_cpu"] = _bare()
        took["ratio"] = took["product"] / took["bare"]
        took["ratio_cpu"] = took["product_cpu"] / took["bare_cpu"]
    return took


def _busy() -> float:
    """Seconds of processor time of this process and of its two connections' server processes: a ratio of these says
    the same on a machine that others use, too."""
    from django.db import connections

    ticks = 0
    for alias in ("default", "owner"):
        pid = connections[alias].connection.info.backend_pid
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _bare() -> tuple[int, float, float]:
    """The same rows into empty tables of the same shape; how many, and the time of the statements alone, by the clock
    and by the processor."""
    from django.db import connections

    total, seconds, cpu = 0, 0.0, 0.0
    with connections["owner"].cursor() as cursor:
        for table, condition in ADDED.items():
            cursor.execute(f"create table bare (like {table} including all)")
            cursor.execute(
                "select string_agg(column_name, ', ') from information_schema.columns "
                "where table_name = 'bare' and is_generated = 'NEVER'"
            )
            columns = cursor.fetchone()[0]
            began, busy = time.perf_counter(), _busy()
            cursor.execute(
                f"insert into bare ({columns}) overriding system value select {columns} from {table} "
                f"where {condition}",
                {"at": CARRIED},
            )
            seconds += time.perf_counter() - began
            cpu += _busy() - busy
            total += cursor.rowcount
            cursor.execute("drop table bare")
    return total, seconds, cpu


def _killed_in_the_middle(code: str) -> dict[str, Any]:
    """Another process begins, and is killed once it has carried something over."""
    from django.conf import settings
    from django.db import connections

    name = connections["default"].settings_dict["NAME"]
    child = subprocess.Popen([sys.executable, "-m", "bench.merger", "--go-on", code, "--database", name])
    carried = 0
    while child.poll() is None and not carried:
        time.sleep(0.2)
        with connections["default"].cursor() as cursor:
            cursor.execute("select count(*) from execution_carriage")
            carried = cursor.fetchone()[0]
    child.send_signal(signal.SIGKILL)
    child.wait()
    say(f"killed in {settings.DATABASES['default']['NAME']} with {carried} carried over")
    # Its connection dies with it; the server lets go of the lock.
    time.sleep(2)
    return {"killed_after": carried}


def _go_on(code: str, name: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name
    from isotherm.actor import Actor
    from isotherm.execution import reorganise

    reorganise.carry_out(code, actor=Actor.system("reorganise"), at=CARRIED)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--duties", type=int, default=1_000_000)
    options.add_argument("--growth", action="store_true", help="also a quarter and a half of them")
    options.add_argument("--kill", action="store_true", help="kill the process in the middle and go on")
    options.add_argument("--go-on", default="", help=argparse.SUPPRESS)
    options.add_argument("--database", default="", help=argparse.SUPPRESS)
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")
    if given.go_on:
        return _go_on(given.go_on, given.database)
    sizes = [given.duties // 4, given.duties // 2, given.duties] if given.growth else [given.duties]
    results = []
    for duties in sizes:
        one = run(duties, kill=given.kill)
        results.append(one)
        say(
            f"{one['open']} open duties, {one['carriages']} carried over, {one['rows']} rows added: product "
            f"{one['product']:.1f} s, bare {one['bare']:.1f} s, ratio {one['ratio']:.2f} (of processor time "
            f"{one['ratio_cpu']:.2f})"
        )
    print(json.dumps({"machine": machine(), "runs": results}, indent=1))


if __name__ == "__main__":
    main()
