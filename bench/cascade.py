"""Passing tasks on to 34 provinces and 3,321 communes through the product's acts, against one bare INSERT … SELECT.

    python -m bench.cascade [--tasks 242] [--growth]

The bare statement writes the same rows into a table of the same shape with the same indexes and no foreign keys. The
product's time is issue plus 34 acts of passing on, with expectation, ledger lines, deliveries and tally deltas.
Then the heat page's data of that directive, against a bare GROUP BY unit, state over the same rows.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.stage import clock, machine, say, stage

MONDAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


def write_directive(symbol: str, tasks: int) -> Any:
    from isotherm.directives.models import Document, Lead, Task
    from isotherm.units.models import Unit

    units = dict(Unit.objects.values_list("code", "id"))
    provinces = [unit for code, unit in units.items() if code.startswith("P-") and "." not in code]
    words = "Rà soát, báo cáo kết quả thực hiện."
    document = Document.objects.create(
        code=symbol.replace("/", "-"),
        symbol=symbol,
        symbol_key=symbol.lower(),
        issuer_id=units["CP"],
        issuer_text="Thủ tướng Chính phủ",
        signed_on=MONDAY.date(),
        subject="Thử tải",
        text=words * tasks,
        kind="txt",
        file_sha256="0" * 64,
        file_name="x.txt",
        office_id=units["VPCP"],
        registered_at=MONDAY,
    )
    made = Task.objects.bulk_create(
        Task(
            document=document,
            number=number,
            code=f"{document.code}.{number}",
            clause=str(number),
            quote=words,
            start=0,
            end=10,
            action=words,
            due_on=MONDAY.date() + timedelta(days=60 + number % 20),
            expects_communes=True,
            state=Task.State.ACCEPTED,
        )
        for number in range(1, tasks + 1)
    )
    Lead.objects.bulk_create(Lead(task=task, unit_id=unit) for task in made for unit in provinces)
    return document, provinces


def run(tasks: int) -> dict[str, Any]:
    from django.db import connection, connections

    from isotherm.accounts.models import Post
    from isotherm.accounts.queries import actor_of_post
    from isotherm.analysis.heat import Scope, counts_by, heat
    from isotherm.analysis.refresh import refresh
    from isotherm.directives.acts import review
    from isotherm.execution.acts import send_on, take_up
    from isotherm.execution.acts.issue import issue
    from isotherm.tallies.fold import fold

    took: dict[str, Any] = {"tasks": tasks}
    document, provinces = write_directive(f"{tasks}/CT-TEST", tasks)
    day = MONDAY.date()

    def seat(code: str) -> Any:
        return actor_of_post(Post.objects.get(code=code), day=day)

    seats = Post.objects.filter(code__endswith=":lanh-dao", unit_id__in=provinces)
    chairs = {post.unit_id: actor_of_post(post, day=day) for post in seats}
    review.submit(document.code, actor=seat("VPCP:chuyen-vien"), at=MONDAY)
    head = seat("VPCP:lanh-dao")
    with clock(took, "product"), clock(took, "issue"):
        issue(document.code, actor=head, at=MONDAY)
    for province in provinces:
        take_up.take_up(document.code, province, actor=chairs[province], at=MONDAY + timedelta(hours=1))
    with clock(took, "product"), clock(took, "send_on"):
        for province in provinces:
            send_on.send_on(document.code, province, actor=chairs[province], at=MONDAY + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from execution_assignment where document_id = %s", [document.pk])
        took["assignments"] = cursor.fetchone()[0]
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("drop table if exists bare")
        cursor.execute("create table bare (like execution_assignment including all)")
        columns = "select column_name from information_schema.columns where table_name = 'bare' and is_identity = 'NO'"
        cursor.execute(columns)
        names = ", ".join(row[0] for row in cursor.fetchall())
        with clock(took, "bare"):
            cursor.execute(
                f"insert into bare ({names}) select {names} from execution_assignment where document_id = %s",
                [document.pk],
            )
        cursor.execute("drop table bare")
    with clock(took, "fold"):
        fold()
    with owner.cursor() as cursor:
        cursor.execute("vacuum analyze execution_assignment")
        cursor.execute("vacuum analyze tallies_cell")
    at = MONDAY + timedelta(days=70)
    with clock(took, "refresh"):
        refresh(document.pk, at)
    times: dict[str, list[float]] = {"heat": [], "cells": [], "group_by": []}
    for _round in range(5):
        for name, act in (
            ("heat", lambda: heat([document.pk], scope=Scope.whole(), at=at)),
            ("cells", lambda: counts_by("level, upper_level, duty", [document.pk], scope=Scope.whole(), at=at)),
            ("group_by", lambda: bare_group_by(document.pk)),
        ):
            one: dict[str, Any] = {}
            with clock(one, name):
                act()
            times[name].append(one[name])
    took |= {name: sorted(values)[2] for name, values in times.items()}
    took["cascade_ratio"] = took["product"] / took["bare"]
    took["heat_ratio"] = took["heat"] / took["group_by"]
    return took


def bare_group_by(document_id: int) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select unit_id, state, count(*) from execution_assignment where document_id = %s group by unit_id, state",
            [document_id],
        )
        return len(cursor.fetchall())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tasks", type=int, default=242)
    options.add_argument("--growth", action="store_true", help="also a quarter and a half of the tasks")
    given = options.parse_args()
    sizes = [given.tasks // 4, given.tasks // 2, given.tasks] if given.growth else [given.tasks]
    with stage():
        results = []
        for tasks in sizes:
            one = run(tasks)
            results.append(one)
            say(
                f"{one['tasks']} tasks, {one['assignments']} assignments: product {one['product']:.1f} s, bare "
                f"{one['bare']:.1f} s, ratio {one['cascade_ratio']:.2f}; heat {one['heat'] * 1000:.0f} ms, GROUP BY "
                f"{one['group_by'] * 1000:.0f} ms, ratio {one['heat_ratio']:.2f}; refresh {one['refresh']:.1f} s"
            )
    print(json.dumps({"machine": machine(), "runs": results}, indent=1))


if __name__ == "__main__":
    main()
