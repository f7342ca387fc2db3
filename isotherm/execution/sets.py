"""A verb over a set of assignments: one row is a set of one.

`run` does in one transaction, in a fixed number of statements whatever the size of the set:
  1. lock the rows in the order of their ids;
  2. change the rows whose state (rules.TRANSITIONS) and party permit it, close their spells, move their tally cells,
     write one ledger line per acting unit, document and moment, and name the members;
  3. list the refused rows, each with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from isotherm.actor import Actor
from isotherm.execution import rules
from isotherm.execution.models import State
from isotherm.execution.outcomes import changes_of_cells
from isotherm.execution.rules import Verb
from isotherm.records import ledger
from isotherm.refusals import NotYours, OutOfReach, Refusal
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Intents:
    """Who wants to do it to which rows: parallel columns. `extra` holds further columns: name → (SQL type, values)."""

    ids: Sequence[int]
    at: Sequence[datetime]
    units: Sequence[int]
    posts: Sequence[int | None]
    persons: Sequence[int | None]
    job: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, tuple[str, Sequence[Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor, ids: Sequence[int], *, unit_id: int, at: datetime, **extra: tuple[str, Any]) -> Intents:
        """One actor's wish for all rows; `extra` gives (SQL type, one value for all)."""
        n = len(ids)
        return cls(
            ids=list(ids),
            at=[at] * n,
            units=[unit_id] * n,
            posts=[actor.post_id] * n,
            persons=[actor.person_id] * n,
            job=actor.job,
            facts=actor.facts,
            extra={name: (kind, [value] * n) for name, (kind, value) in extra.items()},
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger line of a set act, with its members."""

    id: int
    unit_id: int
    post_id: int | None
    document_id: int
    at: datetime
    assignments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    assignment_id: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    lines: tuple[Line, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def done(self) -> int:
        return sum(len(line.assignments) for line in self.lines)

    @property
    def assignments(self) -> list[int]:
        return [one for line in self.lines for one in line.assignments]

    def beside(self, refused: Sequence[Refused]) -> Outcome:
        """With what was refused before the set was run."""
        return Outcome(self.lines, (*self.refused, *refused))

    def or_refuse(self) -> Outcome:
        """The outcome, or the first refusal where nothing at all could be done."""
        if not self.lines and self.refused:
            raise self.refused[0].refusal
        return self


# Who must act for the verb to be his: an expression over the assignment `a`, or true.
PARTY: Mapping[Verb, str] = {
    Verb.TAKE_UP: "a.carrier_id",
    Verb.PLAN: "a.carrier_id",
    Verb.SEND_ON: "a.carrier_id",
    Verb.ASK_RECONSIDER: "a.carrier_id",
    Verb.UPHOLD_RETURN: "a.giver_id",
    Verb.REFUSE_RETURN: "a.giver_id",
    Verb.REPORT: "a.carrier_id",
    Verb.REPORT_DONE: "a.carrier_id",
    Verb.TAKE_BACK: "a.carrier_id",
    Verb.CONFIRM: "a.confirmer_id",
    Verb.REDO: "a.confirmer_id",
    Verb.PAUSE: "",  # the assigning or the owing body: checked by the obstacle's own policy
    Verb.RESUME: "",
    Verb.WITHDRAW: "a.giver_id",
    Verb.URGE: "",
    Verb.HAND_TO: "a.carrier_id",
    Verb.CORRECT_DUE: "a.giver_id",
}

_SPELL = (
    "p.state is distinct from c.state or p.holder_id is distinct from c.holder_id "
    "or p.carrier_id is distinct from c.carrier_id or p.due_on is distinct from c.due_on "
    "or p.holder_due is distinct from c.holder_due or p.paused_at is distinct from c.paused_at"
)
# The line of a set of one stands at its assignment; a larger one at the document, with its members named.
_ONE = "count(*) = 1"


def run(
    verb: Verb,
    intents: Intents,
    *,
    changes: Mapping[str, str],
    facts: Mapping[str, Any] | None = None,
    paper: str | None = None,
    late_entry: bool = False,
    ledger_verb: str = "",
    where: str = "true",
) -> Outcome:
    """Do `verb` to the intents' rows. `changes` maps columns to SQL over the old row `p` (with the intent's columns
    `act_at`, `acting`, and the extras by name); `where` is a further condition over assignment `a` and intent `i`.

    Must run inside a transaction. SQL given here is code, never input.
    """
    if not intents.ids:
        return Outcome()
    extra_names = list(intents.extra)
    extra_columns = "".join(f", {name}" for name in extra_names)
    extra_arrays = "".join(f", %(x_{name})s::{intents.extra[name][0]}[]" for name in extra_names)
    extra_old = "".join(f", i.{name}" for name in extra_names)
    party = PARTY[verb]
    sets = {"state": "p.to_state", **changes}
    sets["state_since"] = f"case when {_changed(sets)} then greatest(p.state_since, p.act_at) else p.state_since end"
    sql = f"""
        with intent as (
            select * from unnest(%(ids)s::bigint[], %(at)s::timestamptz[], %(units)s::bigint[], %(posts)s::bigint[],
                                 %(persons)s::bigint[]{extra_arrays})
                     as i(id, at, unit_id, post_id, person_id{extra_columns})
        ),
        p as materialized (
            select a.*, t.to_state, i.at as act_at, i.unit_id as acting, i.post_id as act_post,
                   i.person_id as act_person{extra_old}
            from execution_assignment a
            join intent i using (id)
            join (values {rules.values(verb)}) t(from_state, to_state) on t.from_state = a.state
            where {f"i.unit_id = {party}" if party else "true"} and ({where})
        ),
        c as (
            update execution_assignment a set {", ".join(f"{name} = {value}" for name, value in sets.items())}
            from p where a.id = p.id
            returning a.*
        ),
        spell as (
            insert into execution_spell
                (assignment_id, document_id, from_at, to_at, state, carrier_id, holder_id, due_on, holder_due, paused)
            select p.id, p.document_id, p.state_since, greatest(p.state_since, p.act_at), p.state, p.carrier_id,
                   p.holder_id, p.due_on, p.holder_due, p.paused_at is not null
            from p join c using (id) where {_SPELL}
        ),
        {changes_of_cells(old="p", new="c")},
        line as (
            insert into records_ledgerline ({ledger.COLUMNS})
            select p.act_at, p.act_person, p.act_post, p.acting, %(job)s, %(verb)s,
                   case when {_ONE} then 'assignment' else 'document' end,
                   case when {_ONE} then min(p.id) else p.document_id end,
                   '', p.document_id, %(facts)s::jsonb, count(*),
                   'assignment', '', {ledger.members_digest("assignment", "p.id")}, %(paper)s, %(late)s
            from p
            group by p.act_at, p.act_person, p.act_post, p.acting, p.document_id
            returning id, at, person_id, post_id, unit_id, document_id
        ),
        member as (
            select line.id as line_id, p.id
            from p join line on line.at = p.act_at and line.unit_id = p.acting
                and line.post_id is not distinct from p.act_post
                and line.person_id is not distinct from p.act_person
                and line.document_id = p.document_id
        ),
        touched as (
            insert into records_touched (line_id, kind, record_id) select line_id, 'assignment', id from member
        )
        select line.id, line.unit_id, line.post_id, line.document_id, line.at, array_agg(member.id order by member.id)
        from line join member on member.line_id = line.id
        group by line.id, line.unit_id, line.post_id, line.document_id, line.at
        order by line.id
    """
    values: dict[str, Any] = {
        "ids": list(intents.ids),
        "at": list(intents.at),
        "units": list(intents.units),
        "posts": list(intents.posts),
        "persons": list(intents.persons),
        "job": intents.job,
        "verb": f"assignment.{ledger_verb or verb.value}",
        "facts": ledger.as_json({**(facts or {}), **intents.facts}),
        "paper": paper,
        "late": late_entry,
        **{f"x_{name}": list(intents.extra[name][1]) for name in extra_names},
    }
    with connection.cursor() as cursor:
        # Two desks may want the same rows: the second waits here and then sees what the first did.
        cursor.execute(
            "select id from execution_assignment where id = any(%s) order by id for no key update", [values["ids"]]
        )
        cursor.execute(sql, values)
        lines = tuple(
            Line(id=row[0], unit_id=row[1], post_id=row[2], document_id=row[3], at=row[4], assignments=tuple(row[5]))
            for row in cursor.fetchall()
        )
    done = {one for line in lines for one in line.assignments}
    left = [one for one in intents.ids if one not in done]
    return Outcome(lines=lines, refused=_reasons(verb, left, intents) if left else ())


def _changed(sets: Mapping[str, str]) -> str:
    watched = ("state", "holder_id", "carrier_id", "due_on", "holder_due", "paused_at")
    compared = [f"({sets[name]}) is distinct from p.{name}" for name in watched if name in sets]
    return "(" + " or ".join(compared) + ")"


def _reasons(verb: Verb, ids: Sequence[int], intents: Intents) -> tuple[Refused, ...]:
    acting = dict(zip(intents.ids, intents.units, strict=True))
    party = PARTY[verb] or "null::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select a.id, a.state, {party} from execution_assignment a where a.id = any(%s)",
            [list(ids)],
        )
        found = {row[0]: (State(row[1]), row[2]) for row in cursor.fetchall()}
    refused = []
    for one in dict.fromkeys(ids):
        if one not in found:
            refusal: Refusal = OutOfReach(lazy("There is no such assignment within your reach."))
        else:
            state, owner = found[one]
            if owner is not None and owner != acting[one]:
                refusal = NotYours(
                    lazy("Another body must do this."), remedy=lazy("The page names the body that must act next.")
                )
            else:
                refusal = rules.why_not(verb, state)
        refused.append(Refused(assignment_id=one, refusal=refusal))
    return tuple(refused)
