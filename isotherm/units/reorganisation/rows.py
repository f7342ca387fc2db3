"""What a reorganisation does to the register, in one transaction: it adds rows and moves none.

The only updates are a range that is closed on the day and, when undone, a row that is voided; a closed range that must
open again is voided and its row added anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.units import phrases, tree
from isotherm.units.folding import fold, other_placement, sort_key
from isotherm.units.models import (
    STATE,
    Alias,
    Heir,
    Kind,
    Name,
    Placement,
    Register,
    Reorganisation,
    ReorganisationStep,
    Succession,
    Unit,
)
from isotherm.units.register import UNIQUE
from isotherm.units.reorganisation import successors
from isotherm.units.reorganisation.plan import Plan
from isotherm.units.reorganisation.steps import Called

DATED: tuple[type[Any], ...] = (Name, Kind, Placement, Alias)
VERBS = {
    ReorganisationStep.Kind.MERGE: "unit.merged",
    ReorganisationStep.Kind.SPLIT: "unit.split",
    ReorganisationStep.Kind.TRANSFER: "unit.transferred",
    ReorganisationStep.Kind.RENAME: "unit.renamed",
    ReorganisationStep.Kind.CHANGE_OF_KIND: "unit.kind_changed",
    ReorganisationStep.Kind.DISSOLVE: "unit.dissolved",
    ReorganisationStep.Kind.ABOLISH_LEVEL: "unit.level_abolished",
    ReorganisationStep.Kind.FOUND: "unit.founded",
}


@transaction.atomic
def apply(made: Reorganisation, plan: Plan, *, actor: Actor, at: datetime, today: date) -> dict[str, Any]:
    """What undoing needs to know: the ranges that were closed, and the successions."""
    Register.objects.get_or_create(id=1)
    Register.objects.select_for_update().get(id=1)
    ids = _found(made, plan)
    closed: dict[str, list[list[Any]]] = {model.__name__: [] for model in DATED}
    ended = [ids[code] for code in plan.ended]
    for model in DATED:
        _close(model, model.objects.filter(unit__in=ended), made.day, closed)
    _close(Name, Name.objects.filter(unit__in=[ids[code] for code in plan.named]), made.day, closed)
    _close(Kind, Kind.objects.filter(unit__in=[ids[code] for code in plan.made]), made.day, closed)
    for line in sorted({line for _code, line in plan.moved}):
        moved = [ids[code] for code, of in plan.moved if of == line and code not in plan.ended]
        _close(Placement, Placement.objects.filter(unit__in=moved, line=line), made.day, closed)
    _add(made, plan, ids)
    events = _succeed(made, plan, ids)
    _say(made, plan, ids, actor=actor, at=at)
    _derive(plan, today=today)
    return {"closed": closed, "events": events}


@transaction.atomic
def take_back(
    made: Reorganisation, plan: Plan, kept: dict[str, Any], *, line_id: int, actor: Actor, at: datetime, today: date
) -> None:
    """Void what was added, and let what was closed hold again."""
    Register.objects.select_for_update().get(id=1)
    for model in DATED:
        model.objects.filter(source=made.source, voided_by__isnull=True).update(voided_by=line_id)
        was = dict(kept["closed"].get(model.__name__, ()))
        old = list(model.objects.filter(pk__in=was, voided_by__isnull=True))
        model.objects.filter(pk__in=was).update(voided_by=line_id)
        for row in old:
            until = was[row.pk]
            row.valid = DateRange(row.valid.lower, date.fromisoformat(until) if until else None, "[)")
        _put(model, old)
    Succession.objects.filter(pk__in=kept["events"], voided_by__isnull=True).update(voided_by=line_id)
    ids = dict(Unit.objects.filter(code__in=plan.touched).values_list("code", "id"))
    _lines([("unit.reorganisation_undone", code, {}) for code in sorted(ids)], made, ids, actor=actor, at=at)
    _derive(plan, today=today)


def _found(made: Reorganisation, plan: Plan) -> dict[str, int]:
    """The ids of all units of the plan; a code freed by an undone founding keeps its id."""
    known = set(Unit.objects.filter(code__in=plan.founded).values_list("code", flat=True))
    Unit.objects.bulk_create(Unit(code=code, founded_on=made.day) for code in plan.founded if code not in known)
    Unit.objects.filter(code__in=known).update(founded_on=made.day)
    codes = (
        plan.touched
        | {above for above in plan.placed.values() if above}
        | {share.unit for event in plan.events for _gone, share in event.heirs}
    )
    return dict(Unit.objects.filter(code__in=codes).values_list("code", "id"))


def _close(model: type[Any], rows: Any, day: date, closed: dict[str, list[list[Any]]]) -> None:
    holding = list(rows.filter(voided_by__isnull=True, valid__contains=day).values_list("id", "valid"))
    for number, valid in holding:
        closed[model.__name__].append([number, valid.upper.isoformat() if valid.upper else None])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} SET valid = daterange(lower(valid), %s) WHERE id = ANY(%s)",
            [day, [number for number, _valid in holding]],
        )


def _put(model: type[Any], rows: Iterable[Any]) -> None:
    """Tens of thousands of rows at once, without a place for each value in a statement."""
    fields = [one for one in model._meta.concrete_fields if not one.primary_key and not one.generated]
    names = ", ".join(one.column for one in fields)
    made = [[getattr(row, one.attname) for one in fields] for row in rows]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy,
    ):
        for values in made:
            copy.write_row(values)


def _add(made: Reorganisation, plan: Plan, ids: dict[str, int]) -> None:
    valid = DateRange(made.day, None, "[)")
    names = {code: called for code, (called, _step) in plan.named.items() if code not in plan.ended}
    names |= {code: one.called for code, one in plan.founded.items() if code not in plan.ended}
    parents = _names(made, {plan.placed.get((code, STATE)) for code in names})
    old = {
        row.unit.code: row
        for row in Name.objects.filter(
            unit__code__in=names, valid__endswith=made.day, voided_by__isnull=True
        ).select_related("unit")
    }
    _put(
        Name,
        (
            _name(
                made,
                code,
                called,
                unit=ids[code],
                above=parents.get(plan.placed.get((code, STATE)) or "", ""),
                old=old.get(code),
            )
            for code, called in names.items()
        ),
    )
    kinds = {code: (kind, branch) for code, (kind, branch, _step) in plan.made.items()}
    kinds |= {code: plan.kind_of(code) for code in plan.founded}
    _put(
        Kind,
        (
            Kind(unit_id=ids[code], valid=valid, kind=kind, branch=branch, source=made.source)
            for code, (kind, branch) in kinds.items()
            if code not in plan.ended
        ),
    )
    places = {key for key in plan.moved if key[0] not in plan.ended}
    places |= {key for key in plan.placed if key[0] in plan.founded}
    _put(
        Placement,
        (
            Placement(
                unit_id=ids[code],
                valid=valid,
                parent_id=ids[above] if (above := plan.placed[code, line]) else None,
                line=line,
                source=made.source,
            )
            for code, line in sorted(places)
        ),
    )
    _put(Alias, _formerly(made, plan, ids))


def _formerly(made: Reorganisation, plan: Plan, ids: dict[str, int]) -> Iterable[Alias]:
    """What ended or was renamed is still found under its former name, at whoever answers for it now."""
    gone = {code: plan.main_heir(code) for code in (*plan.ended, *plan.named)}
    rows = Name.objects.filter(unit__code__in=gone, valid__endswith=made.day, voided_by__isnull=True)
    said: set[tuple[str, str]] = set()
    for code, vi, en in rows.values_list("unit__code", "vi", "en"):
        heir = gone[code]
        for text in (vi, en):
            if heir and text and (heir, text) not in said:
                said.add((heir, text))
                yield Alias(
                    unit_id=ids[heir],
                    text=text,
                    folded=phrases.key(text),
                    valid=DateRange(made.day, None, "[)"),
                    what=Alias.What.FORMER,
                    source=made.source,
                )


def _names(made: Reorganisation, codes: set[str | None]) -> dict[str, str]:
    """Short names of parents, which a search for a unit may name, too."""
    rows = Name.objects.filter(unit__code__in=codes - {None}, voided_by__isnull=True, valid__contains=made.day)
    return dict(rows.values_list("unit__code", "short_vi"))


def _name(made: Reorganisation, code: str, called: Called, *, unit: int, above: str, old: Name | None) -> Name:
    """What the decision does not say stays as it was: a renamed body keeps its official code."""
    short_vi, short_en = called.short_vi or called.vi, called.short_en or called.en
    abbreviation = called.abbreviation or (old.abbreviation if old else "")
    folded = dict.fromkeys(fold(text) for text in (short_vi, called.vi, short_en, called.en, abbreviation, code))
    forms = (called.vi, called.en, abbreviation, *called.also)
    return Name(
        unit_id=unit,
        valid=DateRange(made.day, None, "[)"),
        vi=called.vi,
        en=called.en,
        vi_other=other_placement(called.vi),
        short_vi=short_vi,
        short_en=short_en,
        abbreviation=abbreviation,
        official_code=called.official_code or (old.official_code if old else ""),
        search=f"|{'|'.join(text for text in folded if text)}|~{fold(above)}",
        keys=list(dict.fromkeys(key for key in map(phrases.key, forms) if key)),
        sort_key=sort_key(short_vi),
        source=made.source,
    )


def _succeed(made: Reorganisation, plan: Plan, ids: dict[str, int]) -> list[int]:
    events = [event for event in plan.events if event.heirs]
    rows = Succession.objects.bulk_create(
        (
            Succession(day=made.day, kind=event.kind, document=made.document, note=f"{made.code}, {event.step}")
            for event in events
        ),
        batch_size=2000,
    )
    Heir.objects.bulk_create(
        (
            Heir(succession=row, gone_id=ids[gone], heir_id=ids[share.unit], share=share.share, main=share.main)
            for row, event in zip(rows, events, strict=True)
            for gone, share in event.heirs
        ),
        batch_size=2000,
    )
    return [row.pk for row in rows]


def _say(made: Reorganisation, plan: Plan, ids: dict[str, int], *, actor: Actor, at: datetime) -> None:
    """A ledger line for each unit and step."""
    kinds = dict(made.steps.values_list("number", "kind"))
    told: list[tuple[str, int, dict[str, object]]] = []
    heirs: dict[tuple[str, int], list[dict[str, object]]] = {}
    for event in plan.events:
        for gone, share in event.heirs:
            heirs.setdefault((gone, event.step), []).append(
                {"unit": share.unit, "share": _plain(share.share), "main": share.main}
            )
    told += [(code, step, {"heirs": shares}) for (code, step), shares in heirs.items()]
    told += [(one.code, one.step, {"name": one.called.vi}) for one in plan.founded.values()]
    named = {(code, step) for code, step, _facts in told}
    followed = Counter(code for (code, _line), step in plan.moved.items() if (code, step) not in named)
    told += [
        (code, step, {"below": plan.placed[code, line]})
        for (code, line), step in plan.moved.items()
        if code in followed and code not in plan.ended
    ]
    verbs = {step: VERBS[ReorganisationStep.Kind(kind)] for step, kind in kinds.items()}
    _lines(
        [
            ("unit.transferred" if "below" in facts else verbs[step], code, {"step": step, "day": made.day, **facts})
            for code, step, facts in sorted(told, key=lambda one: (one[1], one[0]))
        ],
        made,
        ids,
        actor=actor,
        at=at,
    )


def _lines(
    told: Sequence[tuple[str, str, Mapping[str, object]]],
    made: Reorganisation,
    ids: Mapping[str, int],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """(verb, unit, facts), each a line of its own; thousands of them in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO records_ledgerline ({ledger.COLUMNS})
            SELECT %s, %s, %s, told.unit, %s, told.verb, 'unit', told.unit, told.code, NULL, told.facts::jsonb, 1,
                   '', '', NULL, %s, false
            FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[]) AS told(verb, unit, code, facts)
            """,
            [
                at,
                actor.person_id,
                actor.post_id,
                actor.job,
                made.document,
                [verb for verb, _code, _facts in told],
                [ids[code] for _verb, code, _facts in told],
                [code for _verb, code, _facts in told],
                [ledger.as_json({"reorganisation": made.code, **facts}) for _verb, _code, facts in told],
            ],
        )


def _plain(share: Decimal | None) -> str | None:
    return None if share is None else str(share.normalize())


def _derive(plan: Plan, *, today: date) -> None:
    """The trees of the lines that changed, and who answers for whom."""
    lines = {line for _code, line in plan.moved} | {line for code, line in plan.was if code in plan.ended}
    lines |= {line for code, line in plan.placed if code in plan.founded}
    for line in sorted(lines):
        tree.rebuild(line)
    successors.rebuild(max(today, plan.day))
    Register.objects.filter(id=1).update(version=UNIQUE)
