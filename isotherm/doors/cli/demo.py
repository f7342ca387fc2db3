"""`isotherm demo`: Viet Nam with its people, twelve papers and half a year of acts, with planted truth.

1. People who can sign in.
2. The papers, each registered, confirmed and sent on its day.
3. The half year, day by day.
4. Counters, break points, seals.

A line in the ledger says when it began and one when it was finished; what was cut off is cleared and begun again.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isotherm.doors.cli.start import with_database
from isotherm.refusals import NotNow
from isotherm.words import _, lazy

if TYPE_CHECKING:
    from isotherm.accounts.models import Person
    from isotherm.doors.simulator.course import Fate
    from isotherm.doors.simulator.papers import Entered
    from isotherm.doors.simulator.planting import Planting

STORY = "demo"
OFFICE = "VPCP"
REGISTERED_AT = timedelta(hours=8, minutes=15)
# People were there before the first paper came.
BEFORE = timedelta(days=30)


@click.command()
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="the end of the half year; now")
@click.option("--truth", type=click.Path(dir_okay=False, path_type=Path), help="write here what was planted")
def group(until: datetime | None, truth: Path | None) -> None:
    """Load the demo: people, papers and half a year of acts. Does nothing if it is there."""
    with_database()
    from isotherm.doors.simulator import stage

    if stage.half_done():
        stage.clear(click.echo)
    if is_there():
        click.echo(_("The demo is there."))
        return
    if stage.finished() is not None:
        raise NotNow(
            lazy("Another simulated country stands in this database."),
            remedy=lazy("Give the demo a database of its own: ISOTHERM_DATA=/another/folder isotherm demo"),
        )
    stage.refuse_among_real_work()
    load(until=moment(until), truth=truth)


def is_there() -> bool:
    from isotherm.doors.simulator import stage

    return not stage.half_done() and (stage.finished() or {}).get("story") == STORY


def load(
    *,
    until: datetime,
    truth: Path | None = None,
    provinces: Sequence[str] | None = None,
    say: Callable[[str], None] = click.echo,
) -> Planting:
    """`provinces` (names) makes a smaller country: only they are meant by "the provinces"."""
    from isotherm.doors.simulator import stage
    from isotherm.doors.simulator.story import close, play

    began = time.monotonic()
    story, people = _read("story"), _read("people")
    stage.hurry()
    stage.begin({"story": STORY, "seed": story["seed"], "until": until}, at=until)
    say(_("The demo is loaded: people, papers, half a year of acts. This takes a few minutes, once."))
    held = _add_people(people, at=until - timedelta(days=story["paper"][0]["days_ago"]) - BEFORE)
    say(_("%(count)s people") % {"count": len(held)})
    entered = _enter_papers(story, held, until=until, provinces=provinces, say=say)
    documents = [one.document for one in entered.values()]
    planting = _planting(story, entered, day=until.date())
    fates, blocking = _fates(story, entered)
    done = play(
        documents,
        planting,
        until=until,
        fates=fates,
        blocking=blocking,
        left_alone=_left_alone(story, entered),
        progress=Progress(min(one.signed_on for one in documents), until.date(), say),
        statistics=stage.statistics,
    )
    say(_("%(count)s acts played") % {"count": f"{done.total():,}"})
    close(documents, at=until, say=say, statistics=stage.statistics)
    stage.finish({"story": STORY, "truth": planting.truth(), "until": until}, at=until)
    _seal()
    if truth is not None:
        _write_truth(truth, planting)
    say(_("The demo is loaded, in %(seconds)s seconds.") % {"seconds": round(time.monotonic() - began)})
    return planting


def tell_people() -> None:
    """Who can sign in, and with what: printed where the demo is served."""
    people = _read("people")
    click.echo()
    click.echo(_("Demo people (one password for all: %(password)s)") % {"password": people["password"]})
    width = max(len(one["login"]) for one in people["person"])
    for one in people["person"]:
        click.echo(f"  {one['login']:<{width}}  {one['vi']}  |  {one['en']}")
    click.echo()


class Progress:
    """A line now and then while the days pass."""

    def __init__(self, first: date, last: date, say: Callable[[str], None], every: float = 4.0) -> None:
        self.first, self.last, self.say, self.every = first, last, say, every
        self.told = time.monotonic()

    def __call__(self, day: date, acts: int) -> None:
        if time.monotonic() - self.told < self.every:
            return
        self.told = time.monotonic()
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        bar = "█" * round(20 * share)
        self.say(f"  {bar:░<20} {day:%d/%m/%Y}  {acts:,}")


def _read(name: str) -> dict[str, Any]:
    with (_folder() / f"{name}.toml").open("rb") as lines:
        return tomllib.load(lines)


def _folder() -> Path:
    from isotherm import country

    return country.folder() / "demo"


def moment(given: datetime | None) -> datetime:
    from django.utils import timezone

    if given is None:
        return timezone.localtime().replace(microsecond=0)
    return timezone.make_aware(given)


def _add_people(people: Mapping[str, Any], *, at: datetime) -> dict[str, Person]:
    """Post → who holds it."""
    from isotherm.accounts import acts
    from isotherm.accounts.models import Post
    from isotherm.actor import Actor

    by = Actor.system("simulation")
    held = {}
    for one in people["person"]:
        person = acts.add_person(one["login"], name=one["name"], password=people["password"], actor=by, at=at)
        acts.appoint(person, Post.objects.get(code=one["post"]), start=at.date(), actor=by, at=at)
        held[one["post"]] = person
    return held


def _enter_papers(
    story: Mapping[str, Any],
    held: Mapping[str, Person],
    *,
    until: datetime,
    provinces: Sequence[str] | None,
    say: Callable[[str], None],
) -> dict[str, Entered]:
    from isotherm.accounts.models import Post
    from isotherm.accounts.queries import actor_of_post
    from isotherm.doors.simulator.papers import Paper, enter, register_only
    from isotherm.workdays.queries import current

    days = current()
    entered = {}
    for one in story["paper"]:
        day = until.date() - timedelta(days=one["days_ago"])
        while not days.is_workday(day):
            day -= timedelta(days=1)
        at = datetime.combine(day, datetime.min.time(), tzinfo=days.zone) + REGISTERED_AT
        office = one.get("office", OFFICE)
        registrar, sender = (
            actor_of_post(Post.objects.get(code=code), day=day, person=held.get(code))
            for code in (f"{office}:chuyen-vien", f"{office}:lanh-dao")
        )
        paper = Paper(_folder() / "directives" / f"{one['file']}.txt", issuer=one.get("issuer", ""))
        if one.get("waits"):
            waiting = register_only(paper, registrar=registrar, at=at)
            say(_("  %(symbol)s waits for its tasks to be confirmed") % {"symbol": waiting.symbol})
            continue
        made = enter(paper, registrar=registrar, sender=sender, at=at, provinces=provinces)
        entered[one["file"]] = made
        say(
            _("  %(symbol)s of %(day)s: %(tasks)s tasks, the reader's proposal corrected %(corrected)s times")
            % {
                "symbol": made.document.symbol,
                "day": f"{day:%d/%m/%Y}",
                "tasks": len(made.numbers),
                "corrected": made.corrected,
            }
        )
    return entered


def _planting(story: Mapping[str, Any], entered: Mapping[str, Entered], *, day: date) -> Planting:
    from isotherm.doors.simulator.planting import Owed, boundary, drawn
    from isotherm.doors.simulator.story import ground_of

    planted = story["planted"]
    paper = entered[planted["file"]]
    owed = planted["owed"]
    return drawn(
        story["seed"],
        ground_of([paper.document], day),
        cold_level=boundary(planted["cold_level"]),
        cold_provinces=planted["cold_provinces"],
        owed=Owed(
            document=paper.document.code,
            number=paper.numbers[owed["task"]],
            ministry=owed["ministry"],
            missing=owed["missing"],
        ),
        spared=planted["spared"],
        documents=frozenset({paper.document.code}),
    )


def _fates(
    story: Mapping[str, Any], entered: Mapping[str, Entered]
) -> tuple[dict[tuple[str, int], Fate], dict[tuple[str, int], int]]:
    """Which tasks the story needs completed or still under way, and who keeps the latter so."""
    from isotherm.doors.simulator.course import Fate
    from isotherm.doors.simulator.story import able_to_finish, first_leads

    conclusions = [entered[file].document for file in story["conclusions"]["files"]]
    chosen = set(able_to_finish(conclusions)[: story["conclusions"]["done"]])
    leads = first_leads(conclusions)
    fates = {task: Fate.DONE if task in chosen else Fate.UNDER_WAY for task in leads}
    owing = entered[story["planted"]["file"]]
    its_task = (owing.document.code, owing.numbers[story["planted"]["owed"]["its_task"]])
    leads |= {task: unit for task, unit in first_leads([owing.document]).items() if task == its_task}
    fates[its_task] = Fate.UNDER_WAY
    return fates, {task: unit for task, unit in leads.items() if fates[task] is Fate.UNDER_WAY}


def _left_alone(story: Mapping[str, Any], entered: Mapping[str, Entered]) -> set[tuple[str, str]]:
    """Papers that units of the demo people leave to whoever looks through their eyes."""
    return {
        (entered[one["file"]].document.code, unit)
        for one in story["paper"]
        if one["file"] in entered
        for unit in one.get("left_to", ())
    }


def _seal() -> None:
    from django.utils import timezone

    from isotherm.records.seals import seal

    seal(timezone.now())


def _write_truth(file: Path, planting: Planting) -> None:
    import json

    file.write_text(json.dumps(planting.truth(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
