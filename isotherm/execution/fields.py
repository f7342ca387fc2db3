"""A leader with fields in charge sees and decides the matters of her fields, and what belongs to no field.

A matter belongs to the field of the body that carries it, else to that of the body that issued its document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from isotherm.accounts import fields
from isotherm.actor import Actor
from isotherm.execution.sets import Refused
from isotherm.refusals import NotYours

_BRANCH = (
    "(select k.branch from units_kind k where k.unit_id = {unit} and k.voided_by is null "
    "and k.valid @> %(field_day)s::date and k.branch = any(%(fielded)s))"
)


def matter(carrier: str, issuer: str) -> str:
    """SQL of a matter's branch, null where it belongs to no field; the arguments are SQL, never input."""
    return f"coalesce({_BRANCH.format(unit=carrier)}, {_BRANCH.format(unit=issuer)})"


def within(carrier: str, issuer: str) -> str:
    """SQL: whether a matter is in the actor's fields or in none; true for whoever has no field."""
    branch = matter(carrier, issuer)
    return f"(not %(limited)s or {branch} is null or {branch} = any(%(in_field)s))"


def params(actor: Actor, *, every: bool = False) -> dict[str, Any]:
    """`every`: the reader wants to see all fields of the body."""
    return {
        "limited": bool(actor.fields) and not every,
        "in_field": sorted(branch for field in actor.fields for branch in fields.branches(field)),
        "fielded": sorted(fields.fielded()),
        "field_day": actor.day,
    }


def split(actor: Actor, ids: Sequence[int]) -> tuple[list[int], tuple[Refused, ...]]:
    """Which of these assignments the actor's fields let her decide; the others with who has them in charge."""
    if not actor.fields:
        return list(ids), ()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select a.id, {matter("a.carrier_id", "d.issuer_id")}
            from execution_assignment a join directives_document d on d.id = a.document_id
            where a.id = any(%(ids)s)
            """,
            {**params(actor), "ids": list(ids)},
        )
        branch_of = dict(cursor.fetchall())
    mine = set(params(actor)["in_field"])
    kept = [one for one in ids if branch_of.get(one) is None or branch_of[one] in mine]
    left = [one for one in ids if one not in set(kept)]
    return kept, tuple(Refused(assignment_id=one, refusal=fields.not_in_charge(actor, branch_of[one])) for one in left)


def outside(actor: Actor, unit_id: int, document_id: int | None) -> NotYours | None:
    """The refusal, if a document's matters at a unit are in another's charge."""
    if not actor.fields or document_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {matter('%(unit)s::bigint', 'd.issuer_id')} from directives_document d where d.id = %(document)s",
            {**params(actor), "unit": unit_id, "document": document_id},
        )
        (branch,) = cursor.fetchone()
    return None if branch is None or branch in params(actor)["in_field"] else fields.not_in_charge(actor, branch)


def outside_all(actor: Actor, ids: Sequence[int]) -> NotYours | None:
    """The refusal, if all of these assignments are in another's charge."""
    kept, others = split(actor, ids)
    refused = others[0].refusal if others and not kept else None
    return refused if isinstance(refused, NotYours) else None
