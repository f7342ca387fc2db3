"""Open duties follow the heir of a unit that ends: the row stays, another body carries it, and its clock runs on.

An assignment keeps `unit_id` for ever. What names a body that must still act is answered by the heir: carrier, holder,
giver, confirmer, the unit through which it came, requests asked of it, what it owes, its drafts. Closed ones stay where
they are; "as now" counts them at the main heir. Sets of thousands are carried in chunks, each a transaction of its own:
what was carried no longer names an ended unit, so a job that was cut off simply goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from isotherm.actor import Actor
from isotherm.execution.models import Carriage
from isotherm.execution.outcomes import counted
from isotherm.execution.untold import JOIN_SUCCESSOR, STOOD, UNIT_NOW
from isotherm.records import ledger
from isotherm.tallies.models import KEYS
from isotherm.units.models import Reorganisation

CHUNK = 50_000
# Above this many, the table is locked for the few seconds of a chunk: marking each row as locked writes it once more.
LOCKED_ONE_BY_ONE = 1_000
_CELL = ", ".join(KEYS)
OPEN_SQL = "('sent', 'working', 'reconsider', 'reported')"
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Moving:
    """What carries open duties: whose, to whom, by which reorganisation."""

    made: Reorganisation
    heirs: Mapping[int, int]  # ended unit -> the main heir that stands
    actor: Actor
    at: datetime

    @property
    def arrays(self) -> dict[str, list[int]]:
        return {"gone": list(self.heirs), "heirs": list(self.heirs.values())}


def waiting(gone: Sequence[int], *, divided: Sequence[int] = ()) -> list[int]:
    """Open assignments that name one of these units; those carried by a `divided` one wait for their own decision.
    Those above come before those below them, and what one body carries of a document stands together."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select a.id from execution_assignment a
            where a.state in {OPEN_SQL} and not (a.carrier_id = any(%(divided)s))
              and (a.carrier_id = any(%(gone)s) or a.giver_id = any(%(gone)s) or a.confirmer_id = any(%(gone)s)
                   or a.via_id = any(%(gone)s) or a.holder_id = any(%(gone)s))
            order by a.depth, a.document_id, a.carrier_id, a.id
            """,
            {"gone": list(gone), "divided": list(divided)},
        )
        return [row[0] for row in cursor.fetchall()]


def take_over(
    moving: Moving, ids: Sequence[int], *, progress: Progress = lambda _done: None, chunk: int = CHUNK
) -> int:
    """Carry over what waits, a chunk at a time. After a cut, what waits then."""
    done = 0
    for start in range(0, len(ids), chunk):
        done += carry(moving, ids[start : start + chunk], ground=Carriage.Ground.WHOLE)
        progress(done)
    return done


@transaction.atomic
def carry(
    moving: Moving,
    ids: Sequence[int],
    *,
    ground: str,
    to: Mapping[int, int] | None = None,
    held_by_giver: bool = False,
    verb: str = "assignment.inherited",
) -> int:
    """Let the heirs answer for these assignments. `to`: which heir, where it is not the main one. `held_by_giver`: the
    giver must act next, because it has to say who carries it on. Returns how many were changed."""
    to = to or {}
    rows = f"""
        chosen(id, heir) as (select * from unnest(%(chosen)s::bigint[], %(chosen_heirs)s::bigint[])),
        -- Of a giver that was divided, whoever got the assignment above goes on as the giver.
        upper as materialized (
            select distinct parent_id as id from execution_assignment
            where id = any(%(ids)s) and parent_id is not null
        ),
        above as materialized (
            select up.id, coalesce(ch.heir, hc.heir, up.carrier_id) as carrier
            from upper join execution_assignment up on up.id = upper.id
            left join chosen ch on ch.id = up.id
            left join heir hc on hc.gone = up.carrier_id
        ),
        named as (
            select a.*, coalesce(ch.heir, hc.heir, a.carrier_id) as new_carrier,
                   coalesce(case when hg.gone is not null then u.carrier end, hg.heir, a.giver_id) as new_giver,
                   coalesce(case when hf.gone is not null and a.confirmer_id = a.giver_id then u.carrier end,
                            hf.heir, a.confirmer_id) as new_confirmer,
                   coalesce(case when hv.gone is not null then u.carrier end, hv.heir, a.via_id) as new_via,
                   coalesce(hh.heir, a.holder_id) as holder_heir, null::bigint as desk_again, %(ground)s as ground
            from execution_assignment a
            left join chosen ch on ch.id = a.id
            left join heir hc on hc.gone = a.carrier_id
            left join heir hg on hg.gone = a.giver_id
            left join heir hf on hf.gone = a.confirmer_id
            left join heir hv on hv.gone = a.via_id
            left join heir hh on hh.gone = a.holder_id
            left join above u on u.id = a.parent_id
            where a.id = any(%(ids)s) and a.state in {OPEN_SQL}
        )"""
    further = {
        "ground": ground,
        "chosen": list(to),
        "chosen_heirs": list(to.values()),
        "held_by_giver": held_by_giver,
    }
    return _change(moving, rows, ids, verb=verb, further=further)


# What the statements below read of an assignment.
_KEPT = (
    "id, document_id, task_id, unit_id, carrier_id, holder_id, desk_id, giver_id, confirmer_id, via_id, level, "
    "upper_level, expected, below, state, state_since, holder_due, take_up_due, taken_up_at, plan_due, planned_at, "
    "send_on_due, sent_on_at, report_due, first_reported_at, due_on, reported_done_at, fair, paused_at"
)


def _change(moving: Moving, rows: str, ids: Sequence[int], *, verb: str, further: Mapping[str, Any]) -> int:
    """The few statements behind carrying and returning, over one set of rows. `rows` ends with the CTE `named`:
    assignments with the new bodies beside the old ones; it may join `heir`, the units that ended with their heirs.

    The rows to be changed stand in a table of the transaction's own, with statistics: the planner then knows how many
    there are, which it cannot see through a chain of `with`.
    """
    made, actor = moving.made, moving.actor
    given = {
        **further,
        **moving.arrays,
        "ids": list(ids),
        "at": moving.at,
        "day": made.day,
        "reorganisation": made.pk,
        "person": actor.person_id,
        "post": actor.post_id,
        "job": actor.job,
        "verb": verb,
        "paper": made.document,
        "code": made.code,
    }
    with connection.cursor() as cursor:
        # What is changed was just read and locked: it lies in memory, and going to a row costs no more than passing it.
        # Without this the planner reads the whole table for each chunk. Sums over a chunk fit into memory, too.
        cursor.execute("set local work_mem = '128MB'; set local random_page_cost = 0.05")
        # As in `sets.run`: an act that is on its way is finished first, and then carried. Pages go on reading.
        if len(ids) > LOCKED_ONE_BY_ONE:
            cursor.execute("lock table execution_assignment in exclusive mode")
        else:
            cursor.execute(
                "select count(*) from (select id from execution_assignment where id = any(%(ids)s) order by id "
                "for no key update) locked",
                given,
            )
        cursor.execute(
            """
            create temporary table heir on commit drop as
            select * from unnest(%(gone)s::bigint[], %(heirs)s::bigint[]) h(gone, heir)
            """,
            given,
        )
        cursor.execute("analyze heir")
        cursor.execute(
            f"""
            create temporary table moved on commit drop as
            with {rows}
            select {_KEPT}, new_carrier, new_giver, new_confirmer, new_via, desk_again, ground,
                   nextval('execution_carriage_id_seq'::regclass) as carriage_id,
                   case when holder_id is null then null
                        when state in ('sent', 'working') and paused_at is null then
                            case when %(held_by_giver)s then new_giver else new_carrier end
                        when state = 'reconsider' then new_giver
                        when state = 'reported' then new_confirmer
                        else holder_heir end as new_holder
            from (select * from named order by document_id, carrier_id, id) n
            """,
            given,
        )
        cursor.execute("analyze moved (id, document_id, carrier_id, new_carrier, giver_id, via_id)")
        cursor.execute(
            """
            update execution_assignment a
            set carrier_id = p.new_carrier, giver_id = p.new_giver, confirmer_id = p.new_confirmer,
                via_id = p.new_via, holder_id = p.new_holder,
                desk_id = case when p.new_carrier = p.carrier_id then a.desk_id else p.desk_again end,
                state_since = case when p.holder_id is not null and (p.new_carrier <> p.carrier_id
                                        or p.new_holder <> p.holder_id)
                                   then greatest(p.state_since, %(at)s) else p.state_since end
            from moved p where a.id = p.id
            """,
            given,
        )
        changed = cursor.rowcount
        cursor.execute(
            """
            insert into execution_spell
                (assignment_id, document_id, from_at, to_at, state, carrier_id, holder_id, due_on, holder_due, paused)
            select id, document_id, state_since, greatest(state_since, %(at)s), state, carrier_id, holder_id, due_on,
                   holder_due, paused_at is not null
            from moved where holder_id is not null and (new_carrier <> carrier_id or new_holder <> holder_id)
            """,
            given,
        )
        bodies = "document_id, carrier_id, new_carrier, via_id, new_via, level, upper_level"
        differs = "r.expected and (r.carrier_id <> r.new_carrier or r.via_id <> r.new_via)"
        cursor.execute(
            # An outcome depends on the row alone: only the bodies of a cell change.
            f"""
            insert into tallies_delta ({_CELL}, n)
            select c.document_id, case when x.sign < 0 then c.carrier_id else c.new_carrier end,
                   case when x.sign < 0 then c.via_id else c.new_via end, c.level, c.upper_level, c.duty, c.due_on,
                   c.outcome, c.fair, sum(x.sign * c.n)::int
            from ({counted("moved", bodies, where=differs)}) c
            cross join (values (-1), (1)) x(sign)
            group by 1, 2, 3, 4, 5, 6, 7, 8, 9 having sum(x.sign * c.n) <> 0
            """
        )
        cursor.execute(
            # One line for each document and pair of bodies; its members are the carriages, which keep its id.
            f"""
            with line as (
                insert into records_ledgerline ({ledger.COLUMNS})
                select %(at)s, %(person)s, %(post)s, new_carrier, %(job)s, %(verb)s, 'document', document_id, '',
                       document_id, jsonb_build_object('reorganisation', %(code)s::text, 'from', carrier_id,
                                                       'to', new_carrier),
                       count(*), 'carriage', 'execution_carriage.line_id',
                       {ledger.members_digest("carriage", "carriage_id")}, %(paper)s, false
                from moved group by document_id, carrier_id, new_carrier
                returning id, unit_id, document_id, (facts->>'from')::bigint as gone
            )
            insert into execution_carriage (id, assignment_id, document_id, reorganisation_id, gone_id, carrier_id,
                giver_was, confirmer_was, via_was, desk_was, since, at, ground, line_id)
            select p.carriage_id, p.id, p.document_id, %(reorganisation)s, p.carrier_id, p.new_carrier, p.giver_id,
                   p.confirmer_id, p.via_id, p.desk_id, %(day)s::date, %(at)s,
                   case when p.carrier_id = p.new_carrier and p.ground <> 'returned' then 'party' else p.ground end,
                   l.id
            from moved p join line l on l.document_id = p.document_id and l.gone = p.carrier_id
                and l.unit_id = p.new_carrier
            """,
            given,
        )
        _move_untold_below(cursor)
        # Another set may be carried in the same transaction.
        cursor.execute("drop table heir; drop table moved")
    return int(changed)


_SPREAD = """
    cross join lateral (values
        ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report), ('done', pd.done)
    ) d(duty, due)
"""


def _move_untold_below(cursor: Any) -> None:
    """Pairs that nobody below has told are reached through whoever carries the assignment above them."""
    cursor.execute("select exists (select from moved where below > 0 and new_carrier <> carrier_id)")
    if not cursor.fetchone()[0]:
        return
    cursor.execute(
        f"""
        with pair as materialized (
            select p.task_id, p.document_id, p.carrier_id, p.new_carrier, m.unit_id as member_id,
                   {UNIT_NOW} as unit_id, m.depth, m.level, m.upper_level,
                   case when e.id is not null then 'excused'
                        when t.state = 'recalled' or p.state in ('returned', 'withdrawn') then 'withdrawn'
                        when p.paused_at is not null then 'paused' else 'missing' end as outcome
            from moved p
            join directives_task t on t.id = p.task_id and t.kind = 'task'
            join directives_member m on m.unit_set_id = t.expected_id and m.upper_id = p.unit_id and m.depth > 1
            {JOIN_SUCCESSOR}
            left join execution_excuse e on e.task_id = p.task_id and e.unit_id = m.unit_id
            where p.below > 0 and p.new_carrier <> p.carrier_id
        ),
        untold as materialized (
            select * from pair q
            where not exists (select from execution_assignment a
                              where a.task_id = q.task_id and a.unit_id = q.member_id)
        )
        insert into tallies_delta ({_CELL}, n)
        select q.document_id, q.unit_id, x.via_id, q.level, q.upper_level, d.duty, d.due, q.outcome, false,
               sum(x.sign)::int
        from untold q
        join directives_planneddue pd on pd.task_id = q.task_id and pd.depth = q.depth
        {_SPREAD}
        cross join lateral (values (q.carrier_id, -1), (q.new_carrier, 1)) x(via_id, sign)
        group by 1, 2, 3, 4, 5, 6, 7, 8
        """
    )


@transaction.atomic
def follow_expected(was: Mapping[int, int], now: Mapping[int, int]) -> int:
    """Expected pairs that nobody told follow, too. For each unit of a frozen set: whose cells hold its pairs, and whose
    shall. The frozen sets stay as they are. Returns how many cells changed."""
    units = list(was)
    with connection.cursor() as cursor:
        # Every pair of every task is looked at once: in memory.
        cursor.execute("set local work_mem = '256MB'")
        cursor.execute(
            f"""
            with untold as materialized (
                select t.id as task_id, t.document_id, m.unit_id, m.upper_id, m.depth, m.level, m.upper_level,
                       f.was, f.now
                from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) f(unit_id, was, now)
                join directives_member m on m.unit_id = f.unit_id and m.depth > 1
                join directives_task t on t.expected_id = m.unit_set_id and t.kind = 'task'
                    and t.state in ('issued', 'recalled')
                where not exists (select from execution_assignment a
                                  where a.task_id = t.id and a.unit_id = m.unit_id)
            )
            insert into tallies_delta ({_CELL}, n)
            select m.document_id, x.unit_id, coalesce(p.carrier_id, m.upper_id), m.level, m.upper_level, d.duty, d.due,
                   o.outcome, false, sum(x.sign)::int
            from untold m
            join directives_task t on t.id = m.task_id
            join directives_planneddue pd on pd.task_id = m.task_id and pd.depth = m.depth
            left join execution_assignment p on p.task_id = m.task_id and p.unit_id = m.upper_id
            left join execution_excuse e on e.task_id = m.task_id and e.unit_id = m.unit_id
            {_SPREAD}
            cross join lateral (select {STOOD} as outcome) o
            cross join lateral (values (m.was, -1), (m.now, 1)) x(unit_id, sign)
            group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(x.sign) <> 0
            """,
            [units, [was[unit] for unit in units], [now[unit] for unit in units]],
        )
        return int(cursor.rowcount)


@transaction.atomic
def take_over_rest(moving: Moving) -> dict[str, Any]:
    """What is asked of an ended unit, what it owes, what is drafted in it. Returns what undoing needs."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update execution_request r set asked_of_id = h.heir
            from unnest(%(gone)s::bigint[], %(heirs)s::bigint[]) h(gone, heir)
            where r.asked_of_id = h.gone and r.decided_at is null
            """,
            moving.arrays,
        )
        # Two bodies that owed the same thing and become one keep two debts, each with its own promise.
        cursor.execute(
            """
            with moved as (
                select o.id, h.gone, h.heir, row_number() over (
                    partition by o.document_id, h.heir, o.missing_key order by o.id) > 1 or exists (
                        select 1 from execution_obstacle other
                        where other.document_id = o.document_id and other.owing_id = h.heir
                          and other.missing_key = o.missing_key and other.state in ('raised', 'accepted')) as twice
                from execution_obstacle o
                join unnest(%(gone)s::bigint[], %(heirs)s::bigint[]) h(gone, heir) on h.gone = o.owing_id
                where o.state in ('raised', 'accepted')
            )
            update execution_obstacle o
            set owing_id = m.heir, missing_key = o.missing_key || case when m.twice then ' #' || o.id else '' end
            from moved m where o.id = m.id returning o.id, m.gone, m.heir
            """,
            moving.arrays,
        )
        debts = [list(row) for row in cursor.fetchall()]
        cursor.execute(
            """
            with moved as (
                select r.id, h.gone, h.heir from execution_draft r
                join unnest(%(gone)s::bigint[], %(heirs)s::bigint[]) h(gone, heir) on h.gone = r.unit_id
                where r.state = 'waiting'
            )
            update execution_draft r set unit_id = m.heir from moved m where r.id = m.id
            returning r.id, m.gone, m.heir
            """,
            moving.arrays,
        )
        drafts = [list(row) for row in cursor.fetchall()]
    _rest_lines(moving, "obstacle.inherited", "obstacle", debts)
    _rest_lines(moving, "draft.inherited", "draft", drafts)
    return {"debts": debts, "drafts": drafts}


@transaction.atomic
def give_back_rest(moving: Moving, kept: Mapping[str, Any]) -> None:
    """Debts and drafts that still wait go back to the body that had them."""
    with connection.cursor() as cursor:
        for table, rows, further in (
            (
                "execution_obstacle",
                kept["debts"],
                ("owing_id = m.gone, missing_key = regexp_replace(o.missing_key, ' #[0-9]+$', '')", "owing_id"),
            ),
            ("execution_draft", kept["drafts"], ("unit_id = m.gone", "unit_id")),
        ):
            sets, column = further
            cursor.execute(
                f"update {table} o set {sets} from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) m(id, gone, heir) "
                f"where o.id = m.id and o.{column} = m.heir and o.state in ('raised', 'accepted', 'waiting')",
                [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]],
            )
    _rest_lines(moving, "obstacle.returned", "obstacle", [[row[0], row[2], row[1]] for row in kept["debts"]])
    _rest_lines(moving, "draft.returned", "draft", [[row[0], row[2], row[1]] for row in kept["drafts"]])


def _rest_lines(moving: Moving, verb: str, kind: str, rows: Sequence[Sequence[int]]) -> None:
    for row_id, gone, heir in rows:
        ledger.write(
            moving.actor,
            verb,
            at=moving.at,
            subject_kind=kind,
            subject_id=row_id,
            unit_id=heir,
            facts={"reorganisation": moving.made.code, "from": gone, "to": heir},
            paper=moving.made.document,
        )


# --- a unit that is divided -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Part:
    """An heir of a divided unit, which may be the unit itself; no share: people decide."""

    unit_id: int
    share: Decimal | None


@transaction.atomic
def divide(moving: Moving, divided: Mapping[int, Sequence[Part]]) -> int:
    """The open duties that divided units carry: by the stated shares, or listed until their givers decide."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select carrier_id, array_agg(id order by document_id, task_id, id) from execution_assignment "
            f"where carrier_id = any(%s) and state in {OPEN_SQL} group by 1 order by 1",
            [list(divided)],
        )
        found: dict[int, list[int]] = dict(cursor.fetchall())
    shared: dict[int, int] = {}
    listed: dict[int, int] = {}
    for unit, ids in found.items():
        if any(part.share is None for part in divided[unit]):
            listed.update(dict.fromkeys(ids, unit))
        else:
            shared.update({one: heir for one, heir in by_share(ids, divided[unit]).items() if heir != unit})
    done = len(listed)
    if shared:
        done += carry(moving, list(shared), ground=Carriage.Ground.SHARE, to=shared)
    if listed:
        _list_until_decided(moving, listed)
    return done


def by_share(ids: Sequence[int], parts: Sequence[Part]) -> dict[int, int]:
    """In the order given, so that the n-th part of the row goes to the n-th heir; rounded to the nearest whole."""
    found: dict[int, int] = {}
    passed, start = Decimal(0), 0
    for part in parts:
        passed += part.share or Decimal(0)
        end = int(passed * len(ids) + Decimal("0.5"))
        found.update(dict.fromkeys(ids[start:end], part.unit_id))
        start = end
    return found


def _list_until_decided(moving: Moving, listed: Mapping[int, int]) -> None:
    """`listed`: assignment -> the divided unit. Where that ends, the giver must act, by saying who goes on."""
    ending = {one: unit for one, unit in listed.items() if unit in moving.heirs}
    if ending:
        carry(moving, list(ending), ground=Carriage.Ground.PARTY, to=ending, held_by_giver=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into execution_division (assignment_id, document_id, reorganisation_id, unit_id, giver_id, since)
            select a.id, a.document_id, %s, a.carrier_id, a.giver_id, %s from execution_assignment a
            where a.id = any(%s) on conflict do nothing
            """,
            [moving.made.pk, moving.made.day, list(listed)],
        )


# --- undoing ----------------------------------------------------------------------------------------------
def carried(made: Reorganisation) -> list[int]:
    """The assignments that it carried over and has not given back yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select distinct k.assignment_id from execution_carriage k
            where k.reorganisation_id = %s and not exists (
                select 1 from execution_carriage r
                where r.assignment_id = k.assignment_id and r.reorganisation_id = k.reorganisation_id
                  and r.ground = 'returned')
            order by 1
            """,
            [made.pk],
        )
        return [row[0] for row in cursor.fetchall()]


def give_back(
    moving: Moving, ids: Sequence[int], *, progress: Progress = lambda _done: None, chunk: int = CHUNK
) -> int:
    """Every assignment that was carried over is its former body's again, whatever the heir did with it meanwhile: those
    acts stay. What came down through the heir since goes with what it came from."""
    done = 0
    for start in range(0, len(ids), chunk):
        done += _return(moving, ids[start : start + chunk])
        progress(done)
    done += _return_given_since(moving)
    _ask_former(moving)
    return done


@transaction.atomic
def _return(moving: Moving, ids: Sequence[int]) -> int:
    rows = """
        was as (
            select distinct on (k.assignment_id) k.* from execution_carriage k
            where k.reorganisation_id = %(reorganisation)s and k.assignment_id = any(%(ids)s)
            order by k.assignment_id, k.id
        ),
        named as (
            select a.*, w.gone_id as new_carrier, w.giver_was as new_giver, w.confirmer_was as new_confirmer,
                   w.via_was as new_via, coalesce(o.owing_id, a.holder_id) as holder_heir, w.desk_was as desk_again,
                   'returned' as ground
            from execution_assignment a join was w on w.assignment_id = a.id
            left join execution_obstacle o on o.id = a.pause_obstacle_id
        )"""
    changed = _change(moving, rows, ids, verb="assignment.returned_after_undo", further={"held_by_giver": False})
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from execution_division where reorganisation_id = %s and assignment_id = any(%s) "
            "and decided_at is null",
            [moving.made.pk, list(ids)],
        )
    return changed


@transaction.atomic
def _return_given_since(moving: Moving) -> int:
    """Given by an heir below a duty that went back, or to it in the name of a unit that stands again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select a.id from execution_assignment a
            left join execution_assignment up on up.id = a.parent_id
            where a.sent_at >= %(since)s
              and ((a.unit_id = any(%(gone)s) and a.carrier_id = any(%(heirs)s))
                   or (up.carrier_id = any(%(gone)s) and a.giver_id <> up.carrier_id))
              and not exists (select 1 from execution_carriage k
                              where k.assignment_id = a.id and k.reorganisation_id = %(reorganisation)s)
            order by a.id
            """,
            {**moving.arrays, "since": moving.made.carried_at, "reorganisation": moving.made.pk},
        )
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return 0
    rows = """
        named as (
            select a.*, case when a.unit_id = any(%(gone)s) then a.unit_id else a.carrier_id end as new_carrier,
                   coalesce(up.carrier_id, a.giver_id) as new_giver,
                   case when a.confirmer_id = a.giver_id then coalesce(up.carrier_id, a.giver_id)
                        else a.confirmer_id end as new_confirmer,
                   coalesce(up.carrier_id, a.via_id) as new_via,
                   coalesce(o.owing_id, a.holder_id) as holder_heir, null::bigint as desk_again, 'returned' as ground
            from execution_assignment a
            left join execution_assignment up on up.id = a.parent_id
            left join execution_obstacle o on o.id = a.pause_obstacle_id
            where a.id = any(%(ids)s)
        )"""
    return _change(moving, rows, ids, verb="assignment.returned_after_undo", further={"held_by_giver": False})


def _ask_former(moving: Moving) -> None:
    """What waits for a decision is asked of the body that has to decide on it now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update execution_request r
            set asked_of_id = case r.what when 'reconsider' then a.giver_id when 'completion' then a.confirmer_id
                              else (select o.owing_id from execution_obstacle o where o.id = r.obstacle_id) end
            from execution_assignment a
            join execution_carriage k on k.assignment_id = a.id and k.reorganisation_id = %s
            where r.assignment_id = a.id and r.decided_at is null
            """,
            [moving.made.pk],
        )


@dataclass(frozen=True, slots=True)
class Left:
    """Open duties that still name a body that ended."""

    unit_id: int
    heir_id: int
    duties: int


def left_behind() -> list[Left]:
    """What no reorganisation carried over: a newer country package ended a body, say. What waits for a division, and
    what is being carried at this moment, is not among it."""
    if Reorganisation.objects.filter(state=Reorganisation.State.CARRYING).exists():
        return []
    columns = ("carrier_id", "giver_id", "confirmer_id", "holder_id")
    named = " union all ".join(
        f"select id, {column} as unit_id from execution_assignment where state in {OPEN_SQL}" for column in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select x.unit_id, su.heir_id, count(distinct x.id)::int
            from ({named}) x join units_successor su on su.unit_id = x.unit_id
            where not exists (
                select from execution_division v where v.assignment_id = x.id and v.decided_at is null)
            group by 1, 2 order by 3 desc, 1
            """
        )
        return [Left(*row) for row in cursor.fetchall()]
