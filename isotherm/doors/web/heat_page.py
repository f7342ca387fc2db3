"""The page "Tình hình thực hiện" out of what was read: the answer as a sentence, its drawings and its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator

from isotherm import country
from isotherm.analysis import figures
from isotherm.analysis.apart import stands_apart
from isotherm.analysis.figures import Counts as Figures
from isotherm.analysis.heat import DUTIES, BreakPointRow, LevelHeat, Waiting
from isotherm.analysis.rows import WHYS, Row
from isotherm.directives.models import Task
from isotherm.doors.web import formats
from isotherm.doors.web import heat_words as words
from isotherm.doors.web.charts import grid_of
from isotherm.doors.web.charts.shapes import (
    Answer,
    AnswerPart,
    Beside,
    Bottleneck,
    BreakPoint,
    ChangeRow,
    Changes,
    Chip,
    Counts,
    Curve,
    FigureLinks,
    HeatPage,
    Held,
    Holding,
    Ladder,
    Outcome,
    Promise,
    Rate,
    Rung,
    Series,
    StepRow,
    Strip,
    TaskRow,
    Tile,
    TileMap,
    UnitRow,
    UnitTable,
    Verdict,
    Why,
)
from isotherm.doors.web.heat_look import CHANGES_SHOWN, Look, Wait
from isotherm.execution import standing
from isotherm.execution.clocks import local_day
from isotherm.execution.models import State
from isotherm.words import _, ngettext

BREAKS_SHOWN = 10
UNITS_SHOWN = 25
FEW = 8  # a share over fewer cases says so beside itself
SECONDS_A_DAY = 86_400


def counts(of: Figures) -> Counts:
    """What fell due, by outcome; what is paused beside it."""
    return Counts(on_time=of.on_time_due, late=of.late_due, overdue=of.overdue, paused=of.paused)


# --- the answer ---------------------------------------------------------------------------------------------
def answer(look: Look) -> Answer:
    """The sentence, over the bodies that must act next: at the main bottleneck, if something is overdue there."""
    line = look.heat.thermocline
    rows, level, upper = look.heat.breaks, "", ""
    figure = look.counts
    if line is not None:
        below = [row for row in rows if (row.upper_level, row.level) == (line.upper, line.level)]
        if below:
            rows, level, upper = below, line.level, line.upper
            figure = _of_level(look, upper, level)
    elif look.subject.focus is None and len({row.level for row in look.heat.levels}) == 1:
        level = look.heat.levels[0].level
    overdue = sum(row.pairs for row in rows)
    waiting = sum(row.pairs for row in rows if row.cause == "wait")
    due = figure.due + waiting if look.step in DUTIES else 0
    at = {"step": look.step, **(look.place(level, upper) if level else {})}
    return Answer(
        verdict=_verdict(look, overdue=overdue, due=due),
        overdue=overdue,
        overdue_href=look.subject.rows(outcome="cold", **at),
        due=due,
        due_href=look.subject.rows(outcome="fallen", **at),
        due_words=words.due_words(look.step, level),
        link=words.link(line.upper, line.level) if line else "",
        link_href=look.subject.rows("cold", step=look.step, **look.place(line.level, line.upper)) if line else "",
        parts=tuple(parts(look, rows, at)),
    )


def _of_level(look: Look, upper: str, level: str) -> Figures:
    found = (one for one in look.heat.levels if (one.upper_level, one.level) == (upper, level))
    return next((one.duties[look.step] for one in found if look.step in DUTIES), Figures())


def _verdict(look: Look, *, overdue: int, due: int) -> Verdict:
    boundaries = [one for one in look.heat.boundaries if one.reachable]
    if look.heat.thermocline is not None:
        return Verdict.BOTTLENECK
    if not overdue:
        return Verdict.CLEAR if due else Verdict.NOTHING_DUE
    if sum(one.judged for one in boundaries) > 1 and not look.subject.focus:
        return Verdict.SPREAD
    # Whoever sees only a part is not told that the whole is too small.
    return Verdict.FEW if look.subject.whole and len(boundaries) > 1 else Verdict.ONE_LINK


def parts(look: Look, rows: Sequence[BreakPointRow], at: dict[str, str]) -> list[AnswerPart]:
    """Every overdue pair in exactly one clause: why it waits, and for whom."""
    why_of = {cause: why for why, causes in WHYS.items() for cause in causes}
    groups: dict[tuple[str, str], list[BreakPointRow]] = {}
    for row in rows:
        why = why_of[row.cause]
        groups.setdefault((why, row.body_level if why in ("not-sent-on", "own") else ""), []).append(row)
    found = [_part(look, Why(why), level, grouped, at) for (why, level), grouped in groups.items()]
    return sorted(found, key=lambda part: -part.count)


def _part(look: Look, why: Why, level: str, rows: Sequence[BreakPointRow], at: dict[str, str]) -> AnswerPart:
    bodies = sorted({row.body_id for row in rows})
    level = level or (rows[0].body_level if len({row.body_level for row in rows}) == 1 else "")
    one = look.body(bodies[0]) if len(bodies) == 1 else None
    who = (
        words.joined([look.body(body).name for body in bodies])
        if len(bodies) <= (2 if why in (Why.OWED, Why.DECISION) else 1)
        else words.several(level, len(bodies))
    )
    things = sorted({found.missing for row in rows if (found := look.obstacles.get(row.obstacle_id or 0))})
    thing = ""
    if why is Why.OWED:
        several = ngettext("%(n)s matter", "%(n)s matters", len(things)) % {"n": formats.number(len(things))}
        thing = things[0] if len(things) == 1 else several
    body_level = level if why in (Why.NOT_SENT_ON, Why.OWN) else ""
    return AnswerPart(
        count=sum(row.pairs for row in rows),
        href=look.subject.rows(
            outcome="cold", why=str(why), body=one.code if one else "", on="" if one else body_level, **at
        ),
        why=why,
        who=who,
        thing=thing,
        many=len(bodies) > 1,
    )


# --- beside the answer --------------------------------------------------------------------------------------
RATE_KEYS = {
    "done_of_due": ("done_due", "met", "counted"),
    "on_time_of_due": ("on_time_due", "met-on-time", "counted"),
    "on_time_of_assigned": ("on_time_assigned", "met-on-time", "assigned"),
    "overdue_of_assigned": ("overdue_assigned", "overdue", "assigned"),
}


def rates(look: Look) -> tuple[Rate, ...]:
    if look.step not in DUTIES:
        return ()
    found = []
    for one in figures.four_rates(look.counts):
        key, part, whole = RATE_KEYS[one.figure.name]
        found.append(
            Rate(
                key,
                one.numerator,
                one.denominator,
                look.subject.rows(step=look.step, outcome=part),
                look.subject.rows(step=look.step, outcome=whole),
            )
        )
    return tuple(found)


def beside(look: Look) -> tuple[Beside, ...]:
    """What left the rates or never entered them, so that it cannot be used to look good."""
    of = look.counts
    step = look.step
    done = look.heat.total("done")
    undated = ngettext(
        "assignments of %(n)s task without a deadline", "assignments of %(n)s tasks without a deadline",
        look.tasks["undated"],
    ) % {"n": formats.number(look.tasks["undated"])}  # fmt: skip
    said = [
        (undated, done.undated, look.subject.rows(step="done", outcome="undated")),
        (_("paused"), of.paused, look.subject.rows(step=step, outcome="paused")),
        (_("expected, not told"), done.missing, look.subject.rows(step="done", outcome="missing")),
        (_("waiting for confirmation"), done.reported, look.subject.rows(step="done", outcome="reported")),
        (_("without a part in it"), done.excused, look.subject.rows(step="done", outcome="excused")),
        (_("withdrawn or returned"), done.withdrawn, look.subject.rows(step="done", outcome="withdrawn")),
    ]
    found = [Beside(sentence, n, href) for sentence, n, href in said if n]
    regular = look.tasks.get(Task.Kind.REGULAR, 0)
    if regular:
        found.append(Beside(ngettext("regular duty, not counted", "regular duties, not counted", regular), regular))
    return tuple(found)


def explain(look: Look) -> str:
    """Fair to those below: a unit's own share counts only what reached it in time to act."""
    of = look.counts
    if look.subject.focus is None or not of.fair_due or look.step not in DUTIES or of.fair_due == of.due:
        return ""
    return _("%(n)s of what was due had come in time to act; of those %(done)s were done on time") % {
        "n": formats.number(of.fair_due),
        "done": formats.number(of.fair_on_time),
    }


# --- the chain ----------------------------------------------------------------------------------------------
def ladder(look: Look, *, root: str, root_words: str) -> Ladder | None:
    """`root`: who gave the tasks. Where the page is about one unit, its own level is the first rung."""
    if look.step not in DUTIES:
        return None
    levels = _each_under_its_upper([one for one in look.heat.levels if one.units or one.duties[look.step].assigned])
    if not levels or (look.subject.focus and len(levels) < 2):
        return None
    first = [] if look.subject.focus else [Rung(root, root_words, None)]
    places: dict[str, int] = {}
    rungs = list(first)
    for one in levels:
        parent = places.get(one.upper_level, 0 if rungs else None)
        rungs.append(_rung(look, one, parent))
        places.setdefault(one.level, len(rungs) - 1)
    title = _("From the centre to the communes") if not look.subject.focus else _("From the province to its communes")
    if (look.subject.focus and levels[0].level != "province") or look.heat.levels[0].upper_level != "government":
        title = _("Down the chain")
    found = Ladder(title, tuple(rungs), _bottleneck(look, rungs, levels, len(first)))
    return found


def _each_under_its_upper(levels: Sequence[LevelHeat]) -> list[LevelHeat]:
    """Depth first, so that no line of the drawing passes a level that it does not lead to."""
    known = {one.level for one in levels}
    found: list[LevelHeat] = []

    def put(one: LevelHeat) -> None:
        if one in found:
            return
        found.append(one)
        for below in levels:
            if below.upper_level == one.level:
                put(below)

    for one in levels:
        if one.upper_level not in known or one.upper_level == one.level:
            put(one)
    return found + [one for one in levels if one not in found]


def _rung(look: Look, one: LevelHeat, parent: int | None) -> Rung:
    of = one.duties[look.step]
    place = {"step": look.step, **look.place(one.level, one.upper_level)}
    boundary = next((b for b in look.heat.boundaries if (b.upper, b.level) == (one.upper_level, one.level)), None)
    said = ngettext("%(n)s assignment due", "%(n)s assignments due", of.due) % {"n": formats.number(of.due)}
    if not of.due:
        said = ngettext("%(n)s assignment", "%(n)s assignments", of.assigned) % {"n": formats.number(of.assigned)}
    return Rung(
        name=_level_name(look, one),
        detail=said,
        counts=counts(of),
        parent=parent,
        href=look.subject.rows(outcome="due" if of.due else "assigned", **place),
        hrefs={outcome: look.subject.rows(outcome=str(outcome), **place) for outcome in RATED},
        conduction=boundary.conduction if boundary and parent is not None else None,
    )


RATED = (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE, Outcome.PAUSED)


def _level_name(look: Look, one: LevelHeat) -> str:
    """The level with its number of units; a single unit by its name."""
    alone = [unit for unit, level, _of in look.units if level == one.level]
    if one.units == 1 and len(alone) == 1:
        return look.body(alone[0]).name
    return words.units_of(one.level, one.units)


def _bottleneck(look: Look, rungs: Sequence[Rung], levels: Sequence[LevelHeat], offset: int) -> Bottleneck | None:
    line = look.heat.thermocline
    if line is None:
        return None
    below = next(
        (place for place, one in enumerate(levels, offset) if (one.upper_level, one.level) == (line.upper, line.level)),
        0,
    )
    if not below or rungs[below].parent is None:
        return None
    return Bottleneck(
        below=below,
        link=words.link(line.upper, line.level),
        rate=line.conduction,
        low=line.interval[0],
        high=line.interval[1],
    )


# --- who is waited for --------------------------------------------------------------------------------------
def breaks(look: Look, *, most: int | None = BREAKS_SHOWN, to_unit: Callable[[str], str]) -> tuple[BreakPoint, ...]:
    return tuple(_break(look, one, to_unit) for one in look.waits[:most])


def _break(look: Look, one: Wait, to_unit: Callable[[str], str]) -> BreakPoint:
    body = look.body(one.body_id)
    obstacle = look.obstacles.get(one.obstacle_id or 0)
    asked = {"step": look.step, "body": body.code}
    promised = obstacle.promised_on if obstacle else None
    outside = one.cause == "wait" or one.cause.startswith("decide")
    return BreakPoint(
        unit=body.name,
        unit_href=look.subject.rows("cold", **asked) if outside else to_unit(body.code),
        cause=words.cause(one.cause, units=one.units, missing=obstacle.missing if obstacle else ""),
        pairs=one.pairs,
        pairs_href=look.subject.rows("cold", **asked, cause=one.cause, obstacle=obstacle.code if obstacle else ""),
        days_beyond=(look.subject.day - one.since).days,
        promised=promised,
        promise=_promise(promised, look.subject.day),
    )


def _promise(promised: date | None, today: date) -> Promise | None:
    """What is delivered wakes its assignments, so a promise standing here is ahead or not kept yet."""
    if promised is None:
        return None
    return Promise.AHEAD if promised >= today else Promise.BROKEN


# --- how it came to be --------------------------------------------------------------------------------------
def curve(look: Look) -> Curve | None:
    issued = [document.issued_at for document in look.subject.documents if document.issued_at]
    if not issued or not look.heat.chains:
        return None
    first = min(local_day(one) for one in issued)
    last = max(look.subject.day, first + timedelta(days=1))
    line = look.heat.thermocline
    units: dict[str, int] = {}
    for one in look.heat.levels:
        units[one.level] = units.get(one.level, 0) + one.units
    series = []
    for level, n in units.items():
        pairs = look.heat.chains.get(level, (0, 0))[0]
        if pairs:
            series.append(
                Series(
                    words.several(level, n),
                    _running(look.taken_up.get(level, ()), pairs, first, last),
                    matters=line is not None and line.level == level,
                )
            )
    return Curve(_("Taken up by day"), tuple(series)) if series else None


def _running(days: Iterable[tuple[date, int]], pairs: int, first: date, last: date) -> tuple[tuple[date, float], ...]:
    by_day = dict(days)
    met = sum(n for day, n in by_day.items() if day < first)
    points = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        met += by_day.get(day, 0)
        points.append((day, min(1.0, met / pairs)))
    return tuple(points)


def held_level(look: Look) -> str:
    """Whose chains the days by holder are of: those at the bottleneck, else those that go furthest down."""
    line = look.heat.thermocline
    if line is not None:
        return line.level
    return next((one.level for one in reversed(look.heat.levels) if one.level in look.heat.chains), "")


def holding(look: Look) -> Holding | None:
    """Mean days of a chain by who held it: within and beyond what the holder was allowed. They add up to its length."""
    level = held_level(look)
    chains = look.heat.chains.get(level, (0, 0))[0]
    if not chains:
        return None
    rows = tuple(
        Held(
            name=words.holder(row.role, row.holder_level),
            within=row.within / chains / SECONDS_A_DAY,
            beyond=row.beyond / chains / SECONDS_A_DAY,
            chains=chains,
            href="",
        )
        for row in look.heat.holdings
        if row.level == level and row.within + row.beyond > 0
    )
    return Holding(_("Time at each body"), rows) if rows else None


def holding_note(look: Look) -> str:
    level = held_level(look)
    chains = look.heat.chains.get(level, (0, 0))[0]
    return ngettext(
        "Over %(n)s assignment in %(level)s.", "Over %(n)s assignments in %(level)s.", chains
    ) % {"n": formats.number(chains), "level": words.in_level(level)}  # fmt: skip


# --- the country beside it ----------------------------------------------------------------------------------
def tile_map(look: Look, *, to_unit: Callable[[str], str]) -> TileMap | None:
    if look.step not in DUTIES or len(look.provinces) < 2:
        return None
    grid = grid_of(country.folder())
    if not {look.body(unit).code.removeprefix("P-") for unit in look.provinces} <= {place.code for place in grid}:
        return None  # the grid is of the provinces as they are now
    apart = stands_apart({unit: (of.overdue, of.due) for unit, of in look.provinces.items()})
    tiles = {}
    for unit, of in look.provinces.items():
        code = look.body(unit).code
        tiles[code.removeprefix("P-")] = Tile(
            code.removeprefix("P-"), of.overdue, of.due, to_unit(code), stands_out=unit in apart
        )
    return TileMap(words.units_of("province", len(look.provinces)), grid, tiles)


def province_table(look: Look, *, to_unit: Callable[[str], str]) -> UnitTable | None:
    if look.step not in DUTIES or len(look.provinces) < 2:
        return None
    rows = _unit_rows(look, look.provinces, look.waiting_in_provinces, to_unit, below=True)
    return UnitTable(words.units_of("province", len(rows)), _("Province or city"), tuple(rows))


def unit_table(look: Look, *, page: object, to_unit: Callable[[str], str]) -> UnitTable | None:
    """The other units: all below the one that the page is about; beside the provinces, ministries and the like."""
    if look.step not in DUTIES:
        return None
    own = {unit: of for unit, _level, of in look.units if unit != look.subject.focus}
    if not own:
        return None
    levels = {level for unit, level, _of in look.units if unit in own}
    rows = _unit_rows(look, own, look.waiting_units, to_unit, below=False)
    title = words.units_of(next(iter(levels)) if len(levels) == 1 else "", len(rows))
    shown = Paginator(rows, UNITS_SHOWN).get_page(page)  # type: ignore[arg-type]
    return UnitTable(title, _("Body"), tuple(shown), shown if len(rows) > UNITS_SHOWN else None)


def strip(look: Look, *, to_unit: Callable[[str], str]) -> Strip | None:
    """The communes of the one province that the page is about."""
    if look.step not in DUTIES or len(look.provinces) > 1:
        return None
    communes = {unit: of for unit, level, of in look.units if level == "commune" and unit != look.subject.focus}
    if len(communes) < 2:
        return None
    apart = stands_apart({unit: (of.overdue, of.due) for unit, of in communes.items()})
    cells = [
        (body.short, Tile(body.code, of.overdue, of.due, to_unit(body.code), unit in apart))
        for unit, of in communes.items()
        for body in [look.body(unit)]
    ]
    cells.sort(key=lambda cell: (-(cell[1].share or 0), cell[0]))
    return Strip(words.units_of("commune", len(cells)), tuple(cells))


def _unit_rows(
    look: Look,
    of_units: Mapping[int, Figures],
    waiting: Mapping[int, Waiting],
    to_unit: Callable[[str], str],
    *,
    below: bool,
) -> list[UnitRow]:
    apart = stands_apart({unit: (of.overdue, of.due) for unit, of in of_units.items()})
    rows = []
    for unit, of in sorted(of_units.items(), key=lambda item: (-item[1].overdue, -item[1].due, item[0])):
        body, waited = look.body(unit), waiting.get(unit)
        asked = {"step": look.step, "unit": body.code, "alone": "" if below else "1"}
        rows.append(
            UnitRow(
                name=body.name,
                href=to_unit(body.code),
                counts=counts(of),
                overdue_href=look.subject.rows(outcome="overdue", **asked),
                due_href=look.subject.rows(outcome="due", **asked),
                waits_for=look.body(waited.body_id).short
                if waited and waited.stands_for_most and waited.body_id != unit
                else "",
                stands_out=unit in apart,
                few=below and 0 < of.due < FEW,
            )
        )
    return rows


# --- steps and tasks ----------------------------------------------------------------------------------------
def steps(look: Look, *, to_step: Callable[[str], str]) -> tuple[StepRow, ...]:
    """Every step on every level: due, met in time, met late, unmet, undated, paused."""
    found = []
    for one in look.heat.levels:
        for duty in ("take_up", "plan", "send_on", "report", "done"):
            of = one.duties[duty]
            if not of.assigned and not of.paused:
                continue
            place = {"step": duty, **look.place(one.level, one.upper_level)}
            kinds = ("on-time", "late", "overdue", "paused", "due", "undated")
            found.append(
                StepRow(
                    level=_level_name(look, one),
                    step=str(words.STEPS[duty]),
                    chosen=duty == look.step,
                    href=to_step(duty),
                    counts=counts(of),
                    undated=of.undated,
                    hrefs={kind: look.subject.rows(outcome=kind, **place) for kind in kinds},
                )
            )
    return tuple(found)


def tasks(look: Look, *, unit_code: str) -> tuple[TaskRow, ...]:
    return tuple(task_row(row, unit_code=unit_code, holder=look.body(row.body_id or 0).name) for row in look.own)


def task_row(row: Row, *, unit_code: str, holder: str) -> TaskRow:
    kind, said = state_of(row, holder=holder)
    return TaskRow(
        number=row.task_number,
        words=row.action,
        href=f"/tasks/{row.task_code}/{unit_code}/" if row.assignment_id else f"/tasks/{row.task_code}/",
        state=said,
        kind=kind,
        waits_for=holder if row.cold else "",
        due=row.due,
        document=row.symbol,
    )


MARKS = {"on_time": "on-time", "late": "late", "paused": "paused", "withdrawn": "unconnected", "excused": "unconnected"}


def state_of(row: Row, *, holder: str) -> tuple[str, str]:
    """The mark and the words of a pair's state; of a pair that nobody was told of, that it was not."""
    kind = MARKS.get(row.outcome) or ("overdue" if row.cold else "open")
    if row.outcome == "excused":
        return kind, _("Not within its duties")
    if row.assignment_id is None:
        return kind, _("Expected to carry it out, not told")
    paused = row.outcome == "paused"
    state = State.WORKING if paused else str(row.state)
    return kind, standing.words(state, holder=holder, promised_on=row.promised_on, paused=paused)


# --- the whole page -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the figures: the page's names and where its links lead."""

    title: str
    name: str
    root: str
    root_words: str
    to_unit: Callable[[str], str]
    to_step: Callable[[str], str]
    crumbs: tuple[tuple[str, str], ...] = ()
    chips: tuple[Chip, ...] = ()
    warnings: tuple[str, ...] = ()
    page: str | None = None
    whole_lists: bool = False  # everybody who is waited for, and the table behind the map
    units_inline: bool = True
    keeps: str = ""  # the query that the figures' own addresses carry


def compose(look: Look, frame: Frame) -> HeatPage:
    warnings = list(frame.warnings)
    if look.stale:
        warnings.append(stale_words())
    focus = look.body(look.subject.focus).code if look.subject.focus else ""
    if look.difference is not None:
        warnings.append(_reading_words(look))
    mapped = len(look.provinces) > 1
    drawn_map = tile_map(look, to_unit=frame.to_unit)
    return HeatPage(
        title=frame.title,
        name=frame.name,
        answer=answer(look),
        at=look.heat.data_at or look.subject.at,
        crumbs=frame.crumbs,
        chips=frame.chips,
        rates=rates(look),
        beside=beside(look),
        explain=explain(look),
        ladder=ladder(look, root=frame.root, root_words=frame.root_words),
        ladder_note=_ladder_note(look.step),
        breaks=breaks(look, most=None if frame.whole_lists else BREAKS_SHOWN, to_unit=frame.to_unit),
        breaks_total=len(look.waits),
        breaks_href=look.subject.waiting(step=look.step) if len(look.waits) > BREAKS_SHOWN else "",
        curve=curve(look),
        holding=holding(look),
        holding_note=holding_note(look),
        map=drawn_map,
        map_note=_map_note(look.step),
        strip=strip(look, to_unit=frame.to_unit),
        units=_first_table(look, frame, mapped=mapped, drawn=drawn_map is not None),
        others=unit_table(look, page=frame.page, to_unit=frame.to_unit) if mapped and frame.whole_lists else None,
        steps=steps(look, to_step=frame.to_step),
        tasks=tasks(look, unit_code=focus),
        tasks_total=look.own_count,
        tasks_href=look.subject.rows(step=look.step, unit=focus, alone="1") if focus else "",
        warnings=tuple(warnings),
        changes=changes(look, whole=frame.whole_lists),
        links=_links(_with_step(frame.keeps, look), units_inline=frame.units_inline),
    )


def changes(look: Look, *, whole: bool) -> Changes | None:
    """What lies between the bodies of the day and those of now."""
    if look.difference is None:
        return None
    every = look.difference.changes
    rows = tuple(
        ChangeRow(one.day, one.document, look.body(one.gone_id).name, look.body(one.heir_id).name, one.told, one.untold)
        for one in (every if whole else every[:CHANGES_SHOWN])
    )
    moved = ngettext(
        "%(n)s assignment or expected assignment moved to another body; the total stays the same.",
        "%(n)s assignments and expected assignments moved to other bodies; the total stays the same.",
        look.difference.pairs,
    ) % {"n": formats.number(look.difference.pairs)}
    return Changes(moved, rows, len(every))


def _reading_words(look: Look) -> str:
    said = _("Counted by bodies as they were on %(day)s. Whoever must act next is named as bodies are now.") % {
        "day": formats.day(look.subject.units_day)
    }
    if look.subject.scope.of_a_unit_then:
        said += " " + _("The main bottleneck and the time at each body are told of bodies as they are now only.")
    return said


def _first_table(look: Look, frame: Frame, *, mapped: bool, drawn: bool) -> UnitTable | None:
    """The table behind the map stands on a page of its own, and so does any where the page has another list."""
    if not frame.whole_lists and ((mapped and drawn) or not frame.units_inline):
        return None
    if mapped:
        return province_table(look, to_unit=frame.to_unit)
    return unit_table(look, page=frame.page, to_unit=frame.to_unit)


FIGURES = ("ladder", "breaks", "curve", "holding", "map", "strip", "units", "others", "steps", "changes")
DRAWN = ("ladder", "curve", "holding", "map", "strip")


def stale_words() -> str:
    return _("The figures are being computed anew after the latest acts; they are shown as of the data moment.")


def _with_step(keeps: str, look: Look) -> str:
    """A file or a table is of the step that the page showed, also where nobody had chosen it."""
    if "step=" in keeps:
        return keeps
    return f"{keeps or '?'}{'&' if keeps else ''}step={look.step}"


def _links(keeps: str, *, units_inline: bool) -> dict[str, FigureLinks]:
    """Addresses beside the page's own: "ladder.svg"."""
    tables = {"map": f"units{keeps}"} | ({} if units_inline else {"strip": f"units{keeps}"})
    return {
        name: FigureLinks(
            table=tables.get(name, ""), excel=f"{name}.xlsx{keeps}", svg=f"{name}.svg{keeps}" if name in DRAWN else ""
        )
        for name in FIGURES
    }


def _ladder_note(step: str) -> str:
    if step == "done":
        return _("Of the assignments due on each level; on time is counted once completion is confirmed.")
    return _("Of the assignments due for this step on each level.")


def _map_note(step: str) -> str:
    if step == "done":
        return _("Share of assignments due that are open and overdue, of the province and all below it.")
    return _("Share of assignments due for this step that are overdue, of the province and all below it.")
