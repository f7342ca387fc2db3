"""A reorganisation through all the rooms: what must be settled before, carrying it out in stages, undoing it.

Each stage commits with the row that says it is done, so that a job that was cut off goes on after the last one.

1. The register: ranges closed, rows added, trees and successors made.
2. Posts end, or go over. Papers that wait change offices.
3. Expected pairs that nobody was told follow; so do requests, debts and drafts.
4. Divided units, one by one. Then every other open duty, in chunks.

Undoing goes the same way back, within the day on which it was carried out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from isotherm.accounts import inherit as posts
from isotherm.actor import Actor
from isotherm.database import statistics
from isotherm.directives import inherit as papers
from isotherm.directives.models import Document
from isotherm.execution import inherit as duties
from isotherm.execution.clocks import local_day
from isotherm.execution.inherit import OPEN_SQL, Moving, Part
from isotherm.execution.models import OPEN, Assignment
from isotherm.refusals import NotAccepted, NotNow, Refusal, refuse_unless
from isotherm.tallies.fold import CELLS_SQL
from isotherm.units.models import Reorganisation, ReorganisationStage, Unit
from isotherm.units.reorganisation import acts, checks, policy, rows, successors
from isotherm.units.reorganisation.plan import Finding, Plan
from isotherm.words import lazy

log = logging.getLogger("isotherm.reorganise")
State = Reorganisation.State
STAGES = ("register", "posts", "papers", "expected", "rest", "divided", "duties")
# Read from end to end below; a cascade of the same evening may have filled them. And what is filled here.
READ_WHOLE = ("directives_task", "directives_member", "directives_planneddue", "execution_assignment")
FILLED = ("execution_assignment", "execution_carriage", "execution_spell", "tallies_delta")
Say = Callable[[str, int, int], None]  # stage, rows done, of


@dataclass(frozen=True, slots=True)
class Burden:
    """What one ended or divided unit leaves behind."""

    code: str
    heir: str | None  # the main one
    carried: int
    given: int
    owed: int
    untold: int


def check(made: Reorganisation, *, today: date) -> tuple[Plan, list[Finding]]:
    """Everything that is to be settled, of every room; what stops comes first."""
    plan = checks.plan_of(made)
    found = [*checks.findings(made, plan, today=today), *rest(made, plan)]
    return plan, sorted(found, key=lambda one: (not one.stops, one.step or 0, one.unit))


def rest(made: Reorganisation, plan: Plan) -> list[Finding]:
    """What the rooms above the register say."""
    return [*posts.findings(made, plan), *papers.findings(plan), *_undecided(plan)]


def _undecided(plan: Plan) -> list[Finding]:
    found = []
    unshared = [code for code, shares in plan.divided.items() if any(one.share is None for one in shares)]
    codes = dict(Unit.objects.filter(code__in=unshared).values_list("id", "code"))
    open_duties = Assignment.objects.filter(carrier_id__in=list(codes), state__in=OPEN)
    carried = open_duties.values("carrier_id").annotate(n=Count("id")).values_list("carrier_id", "n")
    counts = {codes[unit]: n for unit, n in carried}
    for code in unshared:
        if count := counts.get(code, 0):
            found.append(
                Finding(
                    lazy("Open duties of %(unit)s that wait until their givers say which heir has them: %(count)s."),
                    {"count": count, "unit": code},
                    lazy("State the shares if the decision states them."),
                    unit=code,
                    stops=False,
                    rows=count,
                )
            )
    return found


def burdens(plan: Plan) -> list[Burden]:
    """How many open duties move with each unit that ends or is divided, most first."""
    codes = sorted({*plan.ended, *plan.divided})
    ids = dict(Unit.objects.filter(code__in=codes).values_list("id", "code"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select u.id,
                   (select count(*) from execution_assignment a
                        where a.carrier_id = u.id and a.state in {OPEN_SQL}),
                   (select count(*) from execution_assignment a where a.holder_id = u.id and a.carrier_id <> u.id),
                   (select count(*) from execution_obstacle o where o.owing_id = u.id
                        and o.state in ('raised', 'accepted')),
                   coalesce((select sum(n) from {CELLS_SQL} c where c.unit_id = u.id and c.duty = 'take_up'
                        and c.outcome = 'missing'), 0)
            from unnest(%s::bigint[]) u(id)
            """,
            [list(ids)],
        )
        found = [Burden(ids[row[0]], plan.main_heir(ids[row[0]]), *map(int, row[1:])) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.carried - one.given - one.owed - one.untold, one.code))


@transaction.atomic
def sign(code: str, *, actor: Actor, at: datetime) -> Reorganisation:
    made = acts.reorganisation_for(actor, code, lock=True)
    plan = checks.plan_of(made)
    return acts.sign(code, actor=actor, at=at, today=local_day(at), rest=rest(made, plan))


# --- carrying out -----------------------------------------------------------------------------------------
def carry_out(
    code: str, *, actor: Actor, at: datetime, say: Say = lambda _stage, _rows, _total: None, chunk: int = duties.CHUNK
) -> Reorganisation:
    """Do it, or go on where it was cut off. Each stage is a transaction of its own."""
    with _alone(code):
        made, plan = _begin(code, actor=actor, at=at)
        with _stage(made, "register", say=say) as stage:
            if stage is not None:
                stage.kept = rows.apply(made, plan, actor=actor, at=at, today=local_day(at))
                stage.rows = len(plan.touched)
        moving = _moving(made, plan, actor=actor, at=at)
        with _stage(made, "posts", say=say) as stage:
            if stage is not None:
                stage.kept = posts.take_over(made, moving.heirs, founded=bool(plan.founded), actor=actor, at=at)
                stage.rows = len(stage.kept["closed"]["Post"])
        with _stage(made, "papers", say=say) as stage:
            if stage is not None:
                stage.kept = papers.take_over(made, moving.heirs, actor=actor, at=at)
                stage.rows = sum(len(one) for one in stage.kept.values())
        with _stage(made, "expected", say=say) as stage:
            if stage is not None:
                statistics.renew(READ_WHOLE)
                was = successors.absorbed(moving.heirs)
                stage.rows = duties.follow_expected(was, {unit: moving.heirs[top] for unit, top in was.items()})
                stage.kept = {"was": [[unit, top] for unit, top in was.items()]}
        with _stage(made, "rest", say=say) as stage:
            if stage is not None:
                stage.kept = duties.take_over_rest(moving)
                stage.rows = sum(len(one) for one in stage.kept.values())
        divided = _parts(plan)
        with _stage(made, "divided", say=say) as stage:
            if stage is not None:
                stage.rows = duties.divide(moving, divided)
        _in_chunks(
            made,
            "duties",
            find=lambda: duties.waiting(list(moving.heirs), divided=list(divided)),
            work=lambda ids, progress: duties.take_over(moving, ids, progress=progress, chunk=chunk),
            say=say,
        )
        statistics.renew(FILLED)
        return _end(made, State.CARRYING, State.CARRIED, "reorganisation.carried_out", actor=actor, at=at)


@transaction.atomic
def ask(code: str, *, actor: Actor, at: datetime) -> Reorganisation:
    """Have the job begin now: everything that could refuse it is asked first."""
    made, _plan = _begin(code, actor=actor, at=at)
    return made


@transaction.atomic
def ask_undo(code: str, *, actor: Actor, at: datetime) -> Reorganisation:
    """Have the job undo it: whoever asked stands in the ledger."""
    made = _begin_undoing(code, actor=actor, at=at)
    acts.write(actor, "reorganisation.undoing", made, at=at)
    return made


def carry_out_due(now: datetime) -> int:
    """The job: whatever is signed and due, and whatever was cut off. How many were finished."""
    today = local_day(now)
    actor = Actor.system("reorganise")
    waiting = Reorganisation.objects.filter(state__in=(State.SIGNED, State.CARRYING), day__lte=today)
    done = 0
    for code in waiting.order_by("day", "id").values_list("code", flat=True):
        try:
            carry_out(code, actor=actor, at=now)
        except Refusal as refused:
            # What no longer fits waits for people, and holds up no other.
            log.warning("Reorganisation %s was not carried out: %s", code, refused)
            continue
        done += 1
    for code in Reorganisation.objects.filter(state=State.UNDOING).values_list("code", flat=True):
        undo(code, actor=actor, at=now)
        done += 1
    return done


@transaction.atomic
def _begin(code: str, *, actor: Actor, at: datetime) -> tuple[Reorganisation, Plan]:
    made = acts.reorganisation_for(actor, code, lock=True)
    refuse_unless(policy.may_carry_out(actor, made))
    if made.state == State.CARRYING:
        return made, checks.plan_of(made)
    if made.state != State.SIGNED:
        raise NotNow(
            lazy("It is carried out once two persons have signed it; its state is “%(state)s”."),
            {"state": State(made.state).label},
        )
    today = local_day(at)
    if made.day > today:
        raise NotNow(
            lazy("It holds from %(day)s: it is carried out on that day, not before."),
            {"day": f"{made.day:%d/%m/%Y}"},
            remedy=lazy("A job does it by itself when the day begins."),
        )
    plan, found = check(made, today=today)
    stopping = [one for one in found if one.stops]
    if stopping:
        raise NotAccepted(
            lazy("It no longer fits what stands: %(first)s"),
            {"first": str(stopping[0])},
            remedy=lazy("Set it aside, correct the draft and have it signed anew."),
        )
    made.state, made.carried_at = State.CARRYING, at
    made.save(update_fields=["state", "carried_at"])
    acts.write(actor, "reorganisation.begun", made, at=at)
    return made, plan


def _moving(made: Reorganisation, plan: Plan, *, actor: Actor, at: datetime) -> Moving:
    ids = _ids(plan)
    heirs = {ids[code]: ids[heir] for code in plan.ended if (heir := plan.main_heir(code)) is not None}
    return Moving(made, heirs, actor, at)


def _parts(plan: Plan) -> dict[int, list[Part]]:
    ids = _ids(plan)
    found: dict[int, list[Part]] = {}
    for code, shares in plan.divided.items():
        # The heir of a share may itself be gone by a later step: whoever answers for it takes the part.
        parts = [Part(ids[heir], one.share) for one in shares if (heir := plan.main_heir(one.unit)) is not None]
        found[ids[code]] = parts
    return found


def _ids(plan: Plan) -> dict[str, int]:
    codes = {*plan.ended, *plan.divided, *(heir for code in plan.ended if (heir := plan.main_heir(code)))}
    codes |= {one.unit for shares in plan.divided.values() for one in shares}
    return dict(Unit.objects.filter(code__in=codes).values_list("code", "id"))


# --- undoing ----------------------------------------------------------------------------------------------
def depends(made: Reorganisation, plan: Plan) -> list[Finding]:
    """What was done since and would be left without a body: then it cannot be undone any more."""
    founded = dict(Unit.objects.filter(code__in=plan.founded).values_list("id", "code"))
    since = made.carried_at or made.drafted_at
    found = []
    for unit, code in founded.items():
        given = Assignment.objects.filter(unit_id=unit, sent_at__gte=since).count()
        issued = Document.objects.filter(issuer_id=unit, registered_at__gte=since).count()
        if given or issued:
            found.append(
                Finding(
                    lazy("%(unit)s, founded by it, has been given %(given)s assignments and has issued %(issued)s."),
                    {"unit": code, "given": given, "issued": issued},
                    lazy("Make another reorganisation instead, with an heir for them."),
                    unit=code,
                )
            )
    later = Reorganisation.objects.filter(state__in=(State.CARRYING, State.CARRIED), carried_at__gt=since)
    for other in later.exclude(pk=made.pk):
        if common := sorted(plan.touched & checks.plan_of(other).touched):
            found.append(
                Finding(
                    lazy("%(other)s, carried out after it, changed %(unit)s again."),
                    {"other": other.code, "unit": common[0]},
                    lazy("Undo that one first."),
                    unit=common[0],
                )
            )
    return found


def undo(
    code: str, *, actor: Actor, at: datetime, say: Say = lambda _stage, _rows, _total: None, chunk: int = duties.CHUNK
) -> Reorganisation:
    """Within the day: what it changed goes back, the heirs' acts stay, and every line says so."""
    with _alone(code):
        made = _begin_undoing(code, actor=actor, at=at)
        plan = checks.plan_of(made)
        kept = dict(made.stages.filter(back=False).values_list("name", "kept"))
        moving = _moving(made, plan, actor=actor, at=at)
        with _stage(made, "rest", say=say, back=True) as stage:
            if stage is not None:
                duties.give_back_rest(moving, kept["rest"])
        _in_chunks(
            made,
            "duties",
            find=lambda: duties.carried(made),
            work=lambda ids, progress: duties.give_back(moving, ids, progress=progress, chunk=chunk),
            say=say,
            back=True,
        )
        statistics.renew(FILLED)
        with _stage(made, "expected", say=say, back=True) as stage:
            if stage is not None:
                was = dict(kept["expected"]["was"])
                now = {unit: moving.heirs[top] for unit, top in was.items()}
                stage.rows = duties.follow_expected(now, was)
        with _stage(made, "papers", say=say, back=True) as stage:
            if stage is not None:
                papers.give_back(made, kept["papers"], actor=actor, at=at)
        with _stage(made, "posts", say=say, back=True) as stage:
            if stage is not None:
                posts.give_back(made, kept["posts"], actor=actor, at=at)
        with _stage(made, "register", say=say, back=True) as stage:
            if stage is not None:
                line = acts.write(actor, "reorganisation.undone", made, at=at)
                rows.take_back(made, plan, kept["register"], line_id=line, actor=actor, at=at, today=local_day(at))
        with transaction.atomic():
            made.state, made.undone_at = State.UNDONE, at
            made.save(update_fields=["state", "undone_at"])
        return made


@transaction.atomic
def _begin_undoing(code: str, *, actor: Actor, at: datetime) -> Reorganisation:
    made = acts.reorganisation_for(actor, code, lock=True)
    refuse_unless(policy.may_carry_out(actor, made))
    if made.state == State.UNDOING:
        return made
    if made.state != State.CARRIED or made.carried_at is None:
        raise NotNow(lazy("Only what has been carried out can be undone."))
    if local_day(made.carried_at) != local_day(at):
        raise NotNow(
            lazy("It was carried out on %(day)s and can be undone on that day only."),
            {"day": f"{timezone.localtime(made.carried_at):%d/%m/%Y}"},
            remedy=lazy("Make another reorganisation that changes it again."),
        )
    if found := depends(made, checks.plan_of(made)):
        raise NotNow(lazy("It cannot be undone any more: %(first)s"), {"first": str(found[0])}, remedy=found[0].remedy)
    made.state = State.UNDOING
    made.save(update_fields=["state"])
    return made


# --- stages -----------------------------------------------------------------------------------------------
@contextmanager
def _stage(made: Reorganisation, name: str, *, say: Say, back: bool = False) -> Iterator[ReorganisationStage | None]:
    """The stage to be filled in, in its own transaction; none if it is done."""
    with transaction.atomic():
        if made.stages.filter(name=name, back=back, finished_at__isnull=False).exists():
            yield None
            return
        began = timezone.now()
        stage = ReorganisationStage(reorganisation=made, name=name, back=back, at=began)
        yield stage
        stage.finished_at = timezone.now()
        stage.total = stage.rows
        stage.save()
    say(name, stage.rows, stage.total)


def _in_chunks(
    made: Reorganisation,
    name: str,
    *,
    find: Callable[[], list[int]],
    work: Callable[[list[int], Callable[[int], None]], int],
    say: Say,
    back: bool = False,
) -> None:
    """A stage of many transactions, with its progress in its row. What was done before a cut is counted in."""
    stage, new = ReorganisationStage.objects.get_or_create(
        reorganisation=made, name=name, back=back, defaults={"at": timezone.now()}
    )
    if stage.finished_at is not None:
        return
    before, ids = 0 if new else stage.rows, find()
    stage.total = before + len(ids)
    stage.save(update_fields=["total"])

    def progress(done: int) -> None:
        stage.rows = before + done
        stage.save(update_fields=["rows"])
        say(name, stage.rows, stage.total)

    stage.rows = before + work(ids, progress)
    stage.total = max(stage.total, stage.rows)
    stage.finished_at = timezone.now()
    stage.save(update_fields=["rows", "total", "finished_at"])


@transaction.atomic
def _end(made: Reorganisation, before: str, after: str, verb: str, *, actor: Actor, at: datetime) -> Reorganisation:
    if Reorganisation.objects.filter(pk=made.pk, state=before).update(state=after):
        made.state = after
        counts: Mapping[str, Any] = dict(made.stages.filter(back=False).values_list("name", "rows"))
        acts.write(actor, verb, made, at=at, facts={"day": made.day, "stages": dict(counts)})
    return made


@contextmanager
def _alone(code: str) -> Iterator[None]:
    """The job and a person never do it at once. The lock is the connection's: it dies with a killed process."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [f"isotherm.reorganise.{code}"])
        if not cursor.fetchone()[0]:
            raise NotNow(
                lazy("It is being carried out at this moment."), remedy=lazy("Reload the page to see how far it is.")
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [f"isotherm.reorganise.{code}"])
