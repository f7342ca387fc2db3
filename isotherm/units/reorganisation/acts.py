"""Drafting and signing. What a draft does to duties and posts is checked by the rooms above, before it is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.units import tree
from isotherm.units.models import STATE, Reorganisation, ReorganisationStep, TreeAncestor, Unit
from isotherm.units.queries import unit_called
from isotherm.units.reorganisation import checks, policy, steps
from isotherm.units.reorganisation.plan import Finding, Plan, work_out
from isotherm.words import lazy

State = Reorganisation.State


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form or a file says of a reorganisation."""

    title: str
    document: str
    issuer: str  # unit code
    signed_on: date
    day: date
    steps: Sequence[Mapping[str, Any]]
    posts: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def draft(said: Draft, *, actor: Actor, at: datetime) -> Reorganisation:
    read, plan = _read(said, at=at)
    authority = unit_called(policy.authority_of(plan))
    refuse_unless(policy.may_draft(actor, authority.pk))
    made = Reorganisation.objects.create(
        code=_next_code(),
        authority=authority,
        drafted_by_post=actor.post_id,
        drafted_by_person=actor.person_id,
        drafted_at=at,
        **_fields(said),
    )
    _keep_steps(made, said, read)
    write(actor, "reorganisation.drafted", made, at=at, facts={"steps": len(read), "day": said.day})
    return made


@transaction.atomic
def edit(code: str, said: Draft, *, actor: Actor, at: datetime) -> Reorganisation:
    """Replace a draft that nobody has signed yet; whoever edits it is its drafter."""
    made = reorganisation_for(actor, code, lock=True)
    refuse_unless(policy.may_draft(actor, made.authority_id))
    _refuse_unless_in(made, State.DRAFT)
    read, plan = _read(said, at=at)
    authority = unit_called(policy.authority_of(plan))
    refuse_unless(policy.may_draft(actor, authority.pk))
    fields = _fields(said) | {
        "authority": authority,
        "drafted_by_post": actor.post_id,
        "drafted_by_person": actor.person_id,
        "drafted_at": at,
    }
    for name, value in fields.items():
        setattr(made, name, value)
    made.save(update_fields=list(fields))
    made.steps.all().delete()
    _keep_steps(made, said, read)
    write(actor, "reorganisation.edited", made, at=at, facts={"steps": len(read), "day": said.day})
    return made


@transaction.atomic
def withdraw(code: str, *, actor: Actor, at: datetime) -> Reorganisation:
    """Set a draft aside, or take back what is signed and not yet carried out."""
    made = reorganisation_for(actor, code, lock=True)
    refuse_unless(policy.may_draft(actor, made.authority_id))
    _refuse_unless_in(made, State.DRAFT, State.SUBMITTED, State.SIGNED)
    made.state = State.WITHDRAWN
    made.save(update_fields=["state"])
    write(actor, "reorganisation.withdrawn", made, at=at)
    return made


def reorganisation_for(actor: Actor, code: str, *, lock: bool = False) -> Reorganisation:
    rows = Reorganisation.objects.select_related("authority", "issuer")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(code=code).first()
    if found is None or not policy.sees(actor, found, concerned(found)):
        raise OutOfReach(lazy("There is no such reorganisation within your reach."))
    return found


def concerned(reorganisation: Reorganisation) -> set[int]:
    """The units that its steps name, and those they stand below, on the eve or on the day."""
    codes: set[str] = set()
    for what in (step.what for step in reorganisation.steps.all()):
        codes |= {str(what.get(name, "")) for name in ("unit", "parent", "heir")} | set(
            map(str, what.get("gone") or ())
        )
        codes |= {str(one.get("unit", "")) for one in what.get("heirs") or ()}
    units = set(Unit.objects.filter(code__in=codes - {""}).values_list("id", flat=True))
    days = (reorganisation.day - timedelta(days=1), reorganisation.day)
    versions = {version for day in days for version in tree.versions(day, STATE)}
    above = TreeAncestor.objects.filter(version__in=versions, descendant__in=units)
    return units | set(above.values_list("ancestor_id", flat=True))


@transaction.atomic
def sign(code: str, *, actor: Actor, at: datetime, today: date, rest: Sequence[Finding] = ()) -> Reorganisation:
    """The first signature hands it to the second person, the second settles it. `rest`: what the rooms above found."""
    made = reorganisation_for(actor, code, lock=True)
    refuse_unless(policy.may_sign(actor, made))
    _refuse_unless_in(made, State.DRAFT, State.SUBMITTED)
    plan = checks.plan_of(made)
    stopping = [one for one in (*checks.findings(made, plan, today=today), *rest) if one.stops]
    if stopping:
        raise NotAccepted(
            lazy("%(count)s things must be settled before it is signed; the first: %(first)s"),
            {"count": len(stopping), "first": str(stopping[0])},
            remedy=stopping[0].remedy,
        )
    first = made.first_at is None
    values: dict[str, Any] = (
        {"state": State.SUBMITTED, "first_post": actor.post_id, "first_person": actor.person_id, "first_at": at}
        if first
        else {"state": State.SIGNED, "second_post": actor.post_id, "second_person": actor.person_id, "second_at": at}
    )
    for name, value in values.items():
        setattr(made, name, value)
    made.save(update_fields=list(values))
    write(actor, "reorganisation.signed_first" if first else "reorganisation.signed", made, at=at)
    return made


def write(
    actor: Actor,
    verb: str,
    made: Reorganisation,
    *,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    count: int = 1,
) -> int:
    return ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="reorganisation",
        subject_id=made.pk,
        subject_code=made.code,
        unit_id=made.authority_id,
        facts={"document": made.document, **(facts or {})},
        count=count,
        paper=made.document,
    )


def _read(said: Draft, *, at: datetime) -> tuple[tuple[steps.Step, ...], Plan]:
    for field_name, value in (("title", said.title), ("document", said.document)):
        if not value.strip():
            raise NotAccepted(
                lazy("A reorganisation has a title and the symbol of the decision that orders it."), field=field_name
            )
    if said.signed_on > said.day:
        raise NotAccepted(
            lazy("The decision is signed on %(signed)s, after the day from which it holds, %(day)s."),
            {"signed": f"{said.signed_on:%d/%m/%Y}", "day": f"{said.day:%d/%m/%Y}"},
            field="day",
        )
    if said.day > at.date() + timedelta(days=3660):
        raise NotAccepted(lazy("The day lies more than ten years ahead."), field="day")
    read = steps.read(said.steps)
    return read, work_out(read, day=said.day)


def _fields(said: Draft) -> dict[str, Any]:
    return {
        "title": " ".join(said.title.split()),
        "document": said.document.strip(),
        "issuer": unit_called(said.issuer),
        "signed_on": said.signed_on,
        "day": said.day,
        "posts": dict(said.posts),
    }


def _keep_steps(made: Reorganisation, said: Draft, read: Sequence[steps.Step]) -> None:
    ReorganisationStep.objects.bulk_create(
        ReorganisationStep(
            reorganisation=made,
            number=step.number,
            kind=step.kind,
            what={
                name: value if isinstance(value, (str, int, float, bool, list)) else _plain(value)
                for name, value in row.items()
                if name != "kind"
            },
        )
        for step, row in zip(read, said.steps, strict=True)
    )


def _plain(value: object) -> Any:
    return list(value) if isinstance(value, tuple) else str(value)


def _next_code() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('units_reorganisation', 'id'))")
        return f"SX-{int(cursor.fetchone()[0]) % 2**40}"


def _refuse_unless_in(made: Reorganisation, *states: str) -> None:
    if made.state not in states:
        raise NotNow(
            lazy("This is not possible now: the reorganisation's state is “%(state)s”."),
            {"state": State(made.state).label},
            remedy=lazy("Reload the page to see how it stands now."),
        )
