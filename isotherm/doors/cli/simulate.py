"""`isotherm simulate`: a country that acts for some months, with planted truth that the analysis is scored against."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isotherm.doors.cli.start import with_database
from isotherm.refusals import NotAccepted
from isotherm.words import _, lazy

if TYPE_CHECKING:
    from isotherm.directives.models import Document

# Between them these have every boundary: all ministries and provinces; provinces and their communes.
PAPERS = ("01-nq-01-chuong-trinh", "08-ct-16-hai-cap")
OFFICE = "VPCP"
DAYS = 150
PLANTS = ("cold-level", "cold-provinces", "owed")
NONE = "none"


@click.command()
@click.option("--seed", type=int, required=True, help="draws what is planted, and every habit")
@click.option(
    "--plant",
    "plants",
    multiple=True,
    metavar="WHAT=…",
    help="cold-level=province>commune|issuer>province|issuer>ministry|none, cold-provinces=2|none|P-01,P-02, "
    "owed=BTC|none; or none alone. What is not named is drawn",
)
@click.option("--provinces", type=click.IntRange(2, 34), help="only so many provinces are meant by “the provinces”")
@click.option(
    "--directive",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="a text to enter and send first; two of the demo's if none is named and none has been sent",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="the last moment; now")
@click.option("--acts", "one_by_one", is_flag=True, help="each act by itself, as the pages do it: slow, same tables")
@click.option("--truth", type=click.Path(dir_okay=False, path_type=Path), help="write here what was planted, as JSON")
def group(
    seed: int,
    plants: tuple[str, ...],
    provinces: int | None,
    files: tuple[Path, ...],
    until: datetime | None,
    one_by_one: bool,
    truth: Path | None,
) -> None:
    """Let every unit act on the directives that were sent, day by day."""
    with_database()
    from django.db import transaction

    from isotherm.doors.cli.demo import Progress, moment
    from isotherm.doors.simulator import stage
    from isotherm.doors.simulator.planting import Planting, drawn
    from isotherm.doors.simulator.story import close, ground_of, play

    began = time.monotonic()
    end = moment(until)
    wanted = _wanted(plants)
    if stage.half_done():
        stage.clear(click.echo)
    stage.refuse_among_real_work()
    stage.hurry()
    with transaction.atomic():
        stage.begin({"seed": seed, "until": end}, at=end)
        documents = [] if files else _sent()
        documents = documents or _entered(files, seed=seed, provinces=provinces, until=end)
    planting = Planting(seed) if wanted is None else drawn(seed, ground_of(documents, end.date()), **wanted)
    done = play(
        documents,
        planting,
        until=end,
        one_by_one=one_by_one,
        progress=Progress(min(one.signed_on for one in documents), end.date(), click.echo),
        statistics=stage.statistics,
    )
    close(documents, at=end, say=click.echo, statistics=stage.statistics)
    stage.finish({"truth": planting.truth(), "until": end}, at=end)
    if truth is not None:
        truth.write_text(json.dumps(planting.truth(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo(
        _("%(count)s acts played in %(seconds)s seconds.")
        % {"count": f"{done.total():,}", "seconds": round(time.monotonic() - began)}
    )


def _wanted(plants: tuple[str, ...]) -> Mapping[str, Any] | None:
    """The arguments of `drawn`; nothing at all for the control."""
    from isotherm.doors.simulator.planting import HOWS, boundary

    if NONE in plants:
        return None
    wanted: dict[str, Any] = {}
    for plant in plants:
        what, _is, value = plant.partition("=")
        if what not in PLANTS or not value:
            raise NotAccepted(
                lazy("--plant %(given)s: this is nothing that can be planted."),
                {"given": plant},
                remedy=lazy("Write cold-level=…, cold-provinces=… or owed=…, or none."),
            )
        if what == "cold-level":
            wanted["cold_level"] = None if value == NONE else boundary(value)
        elif what == "owed":
            wanted["owed"] = None if value == NONE else value
        elif value.isdigit() or value == NONE:
            wanted["cold_provinces"] = 0 if value == NONE else int(value)
        else:
            named = value.split(",")
            wanted["cold_provinces"] = {code: HOWS[place % len(HOWS)] for place, code in enumerate(named)}
    return wanted


def _sent() -> list[Document]:
    """Directives that were sent and that nobody has answered yet."""
    from isotherm.directives.models import Document
    from isotherm.execution.models import Assignment, State

    answered = Assignment.objects.exclude(state=State.SENT).values("document_id")
    return list(Document.objects.filter(state=Document.State.ISSUED).exclude(id__in=answered))


def _entered(files: tuple[Path, ...], *, seed: int, provinces: int | None, until: datetime) -> list[Document]:
    """The texts, registered, confirmed and sent by the Government Office some months before the end."""
    from isotherm import country
    from isotherm.accounts.models import Post
    from isotherm.accounts.queries import actor_of_post
    from isotherm.doors.simulator.chance import Chance
    from isotherm.doors.simulator.papers import Paper, enter
    from isotherm.units import queries as unit_queries
    from isotherm.workdays.queries import current

    days = current()
    day = days.next_workday(until.date() - timedelta(days=DAYS))
    at = datetime.combine(day, datetime.min.time(), tzinfo=days.zone) + timedelta(hours=8)
    registrar, sender = (
        actor_of_post(Post.objects.get(code=f"{OFFICE}:{seat}"), day=day) for seat in ("chuyen-vien", "lanh-dao")
    )
    names = None
    if provinces is not None:
        everywhere = sorted(unit_queries.group_members("provinces", day))
        chosen = Chance(seed).sample(everywhere, provinces, "provinces that are meant")
        names = sorted(unit_queries.named_on(chosen, day, "vi").values())
    folder = country.folder() / "demo" / "directives"
    paths = files or tuple(folder / f"{name}.txt" for name in PAPERS)
    return [enter(Paper(path), registrar=registrar, sender=sender, at=at, provinces=names).document for path in paths]
