"""Ten countries with planted truth and ten without: do `isotherm heat` and the page name what was planted, and no more?

    python -m bench.planted [--seeds 10] [--first 1]

Each seed draws the cold level, the cold provinces and the owed circular anew over all 34 provinces and their communes.
Found means: the thermocline is the planted boundary (or null where nothing was planted); each cold province and the
owing ministry is a break point with its planted cause; the page names each of these bodies.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime
from typing import Any

from bench.stage import machine, say, stage

MONDAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 10, 15, 10, tzinfo=UTC)
MINISTRIES = "BQP BCA BNG BNV BTP BTC BCT BNNMT BXD BVHTTDL BKHCN BGDDT BYT BDTTG NHNN TTCP VTV VOV TTXVN VAST VASS"
CAUSES = {"no_sending_on": "upper_send_on", "no_taking_up": "upper_take_up"}


def written(symbol: str) -> Any:
    from tests.world import Wanted, World

    world = World()
    ministries = MINISTRIES.split()
    provinces = Wanted(["provinces"], due_in=30, communes=True)
    return world.issued(
        symbol,
        [
            provinces,
            Wanted(["provinces"], due_in=60, communes=True),
            *(Wanted(ministries, due_in=due) for due in (30, 45, 60)),
        ],
        at=MONDAY,
    )


def page_of(code: str) -> str:
    """The directive's heat page as the Government Office's head sees it."""
    from django.test import Client
    from django.utils import timezone

    from isotherm.accounts import acts
    from isotherm.accounts.models import Person, Post
    from isotherm.actor import Actor

    person = Person.objects.filter(login="bench").first()
    if person is None:
        job = Actor.system("bench")
        person = acts.add_person("bench", name="Bench", password="Mot-mat-khau-dai-1", actor=job, at=timezone.now())
        acts.appoint(
            person, Post.objects.get(code="VPCP:lanh-dao"), start=timezone.localdate(), actor=job, at=timezone.now()
        )
    client = Client()
    client.force_login(person)
    answer = client.get(f"/heat/{code}/?step=any")
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def judge(seed: int, *, planted: bool) -> dict[str, Any]:
    from isotherm.doors.cli.heat import as_json
    from isotherm.doors.simulator.planting import Planting, drawn
    from isotherm.doors.simulator.story import ground_of, play

    began = time.perf_counter()
    document = written(f"{seed + (0 if planted else 500)}/CT-TTg")
    planting = drawn(seed, ground_of([document], UNTIL.date())) if planted else Planting(seed=seed)
    play([document], planting, until=UNTIL)
    seen = as_json(document.code, at=UNTIL, lens="any")
    line = seen["thermocline"]
    found = {"seed": seed, "planted": planted, "thermocline": line and f"{line['upper_level']}>{line['level']}"}
    words = page_of(document.code)
    broken = {(row["body"], row["cause"]) for row in seen["break_points"]}
    if planted:
        truth = planting.truth()
        found["truth"] = truth
        wanted = {(code, CAUSES.get(how, how)) for code, how in planting.cold_provinces.items()}
        if planting.owed is not None:
            wanted.add((planting.owed.ministry, "wait"))
        level = planting.cold_level
        found["level_named"] = bool(line and level and (line["upper_level"], line["level"]) == tuple(level))
        found["bodies_named"] = wanted <= broken
        found["first_three"] = [(row["body"], row["cause"], row["pairs"]) for row in seen["break_points"][:3]]
        names = _names([code for code, _cause in wanted])
        found["page_names_them"] = all(name in words for name in names)
    else:
        pairs = sum(row["pairs"] for row in seen["break_points"])
        most = max((row["pairs"] for row in seen["break_points"]), default=0)
        found["level_named"] = line is None
        found["bodies_named"] = most < pairs / 10
        found["page_names_them"] = True
    found["seconds"] = round(time.perf_counter() - began, 1)
    return found


def _names(codes: list[str]) -> list[str]:
    from isotherm.units.models import Unit
    from isotherm.units.queries import named_on

    ids = dict(Unit.objects.filter(code__in=codes).values_list("id", "code"))
    return list(named_on(list(ids), UNTIL.date(), "vi", short=True).values())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--first", type=int, default=1)
    given = options.parse_args()
    results = []
    with stage("bench_planted"):
        for seed in range(given.first, given.first + given.seeds):
            for planted in (True, False):
                one = judge(seed, planted=planted)
                results.append(one)
                say(json.dumps(one, ensure_ascii=False, default=str))
    summary = {
        f"{kind}_{what}": f"{sum(bool(one[what]) for one in results if one['planted'] is flag)}/{given.seeds}"
        for kind, flag in (("planted", True), ("control", False))
        for what in ("level_named", "bodies_named", "page_names_them")
    }
    told = {"machine": machine(), "summary": summary, "runs": results}
    print(json.dumps(told, ensure_ascii=False, indent=1, default=str))


if __name__ == "__main__":
    main()
