"""What is owed: the reads of obstacles, each beginning at what the actor reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from isotherm.accounts import reach
from isotherm.actor import Actor

ORDERS = {"waiting": "n", "since": "raised_at", "promised": "promised_on"}
STATES = ("raised", "accepted", "refused", "delivered")


@dataclass(frozen=True, slots=True)
class Debt:
    id: int
    code: str
    document_id: int
    document_code: str
    symbol: str
    kind: str
    missing: str
    owing_id: int
    owing_code: str
    state: str
    raised_at: datetime
    promised_on: date | None
    delivered_at: datetime | None
    delivered_symbol: str
    assignments: int
    units: int

    def late(self, today: date) -> bool:
        return self.state == "accepted" and self.promised_on is not None and self.promised_on < today


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's filters, as they stand in the address."""

    state: str = "open"  # open, or one of STATES
    kind: str = ""
    owing: str = ""  # unit code
    whose: str = ""  # "ours": owed by the actor's own bodies
    sort: str = ""


def _seen(actor: Actor) -> tuple[str, dict[str, Any]]:
    """The units within reach as SQL with named parameters."""
    sql, params = reach.seen_units_sql(actor)
    for place in range(len(params)):
        sql = sql.replace("%s", f"%(seen_{place})s", 1)
    return sql, {f"seen_{place}": value for place, value in enumerate(params)}


def debts(actor: Actor, asked: Asked, *, code: str = "") -> list[Debt]:
    """Obstacles of assignments within reach, and those of the actor's own bodies; one statement."""
    if reach.sees_no_work(actor):
        return []
    sql, params = _seen(actor)
    column = ORDERS.get(asked.sort.lstrip("-"), "n")
    direction = "asc" if asked.sort in ("waiting", "since", "promised") else "desc"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with seen as materialized (select id from ({sql}) s(id))
            select o.id, o.code, o.document_id, d.code, d.symbol, o.kind, o.missing, o.owing_id, u.code, o.state,
                   o.raised_at, o.promised_on, o.delivered_at, o.delivered_symbol, c.n, c.units
            from execution_obstacle o
            cross join lateral (
                select count(*)::int as n, count(distinct a.carrier_id)::int as units,
                       bool_or(a.carrier_id in (select id from seen) or a.giver_id = any(%(own)s)) as seen
                from execution_hindrance h join execution_assignment a on a.id = h.assignment_id
                where h.obstacle_id = o.id
            ) c
            join directives_document d on d.id = o.document_id
            join units_unit u on u.id = o.owing_id
            where (c.seen or o.owing_id = any(%(own)s))
              and (%(code)s = '' or o.code = %(code)s)
              and (%(state)s = '' or o.state = %(state)s or (%(state)s = 'open' and o.state in ('raised', 'accepted')))
              and (%(kind)s = '' or o.kind = %(kind)s)
              and (%(owing)s = '' or u.code = %(owing)s)
              and (%(whose)s <> 'ours' or o.owing_id = any(%(own)s))
            order by {column} {direction} nulls last, o.id
            """,
            {
                **params,
                "own": sorted(actor.units),
                "code": code,
                "state": ""
                if code
                else asked.state
                if asked.state in STATES
                else "open"
                if asked.state == "open"
                else "",
                "kind": "" if code else asked.kind,
                "owing": "" if code else asked.owing,
                "whose": "" if code else asked.whose,
            },
        )
        return [Debt(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit whose tasks wait for an obstacle."""

    unit_id: int
    unit_code: str
    tasks: int
    since: datetime
    paused: int


def waiting(actor: Actor, obstacle_id: int) -> list[Waiting]:
    """Who waits for it: within reach, or all where one's own body owes it."""
    sql, params = _seen(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select a.carrier_id, u.code, count(*)::int, min(h.raised_at),
                   count(*) filter (where a.paused_at is not null)::int
            from execution_hindrance h
            join execution_assignment a on a.id = h.assignment_id
            join execution_obstacle o on o.id = h.obstacle_id
            join units_unit u on u.id = a.carrier_id
            where h.obstacle_id = %(obstacle)s
              and (o.owing_id = any(%(own)s) or a.giver_id = any(%(own)s) or a.carrier_id in ({sql}))
            group by 1, 2 order by 4, 2
            """,
            {
                **params,
                "own": sorted(actor.units),
                "obstacle": obstacle_id,
            },
        )
        return [Waiting(*row) for row in cursor.fetchall()]
