"""What must be settled before a reorganisation is signed, as far as the register and the ledger know."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import connection
from django.utils import timezone

from isotherm.units.folding import spelling
from isotherm.units.models import STATE, Alias, Kind, Name, Placement, Reorganisation, ReorganisationStep, Unit
from isotherm.units.reorganisation import steps
from isotherm.units.reorganisation.plan import Finding, Plan, work_out
from isotherm.words import lazy

STANDING = ("draft", "submitted", "signed", "carrying")


def read(reorganisation: Reorganisation) -> tuple[steps.Step, ...]:
    rows = reorganisation.steps.order_by("number").values_list("kind", "what")
    return steps.read([{**what, "kind": kind} for kind, what in rows])


def plan_of(reorganisation: Reorganisation) -> Plan:
    return work_out(read(reorganisation), day=reorganisation.day)


def findings(reorganisation: Reorganisation, plan: Plan, *, today: date) -> list[Finding]:
    """The plan's own findings, then what the register and the ledger say against it."""
    ids = dict(Unit.objects.filter(code__in=plan.touched).values_list("code", "id"))
    found = list(plan.findings)
    found += _later_rows(plan, ids)
    found += _acts_after(plan, ids, today=today)
    found += _codes_taken(plan)
    found += _names_taken(plan)
    found += _others(reorganisation, plan)
    return found


def _later_rows(plan: Plan, ids: dict[str, int]) -> list[Finding]:
    """Nothing may begin on the day or after it in what is changed: a later act would be undone by an earlier one."""
    codes = {unit: code for code, unit in ids.items() if code in plan.before}
    found: dict[str, date] = {}
    for model in (Name, Kind, Placement, Alias):
        for unit, since in model.objects.filter(
            unit__in=codes, voided_by__isnull=True, valid__startswith__gte=plan.day
        ).values_list("unit_id", "valid__startswith"):
            found[codes[unit]] = max(since, found.get(codes[unit], since))
    return [
        Finding(
            lazy("Of %(unit)s something is known to begin on %(since)s, not before %(day)s."),
            {"unit": code, "since": f"{since:%d/%m/%Y}", "day": f"{plan.day:%d/%m/%Y}"},
            lazy("Choose a later day, or undo the later change first."),
            unit=code,
        )
        for code, since in sorted(found.items())
    ]


def _acts_after(plan: Plan, ids: dict[str, int], *, today: date) -> list[Finding]:
    """A merger must not be dated before acts of the units that it ends. On its own day they act until it is done."""
    if plan.day >= today:
        return []
    codes = {ids[code]: code for code in plan.ended if code in ids}
    began = timezone.make_aware(datetime.combine(plan.day, time.min))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit_id, count(*), max(at) FROM records_ledgerline WHERE unit_id = ANY(%s) AND at >= %s GROUP BY 1",
            [list(codes), began],
        )
        rows = cursor.fetchall()
    return [
        Finding(
            lazy("%(unit)s acted after %(day)s: %(count)s times, last on %(last)s."),
            {
                "unit": codes[unit],
                "day": f"{plan.day:%d/%m/%Y}",
                "count": count,
                "last": f"{timezone.localtime(last):%d/%m/%Y}",
            },
            lazy("Choose a day after its last act."),
            unit=codes[unit],
            rows=count,
        )
        for unit, count, last in sorted(rows, key=lambda row: codes[row[0]])
    ]


def _codes_taken(plan: Plan) -> list[Finding]:
    """A code of a unit that ended stays its own for ever; only a founding that was undone frees it."""
    taken = Unit.objects.filter(code__in=plan.founded, kinds__voided_by__isnull=True).values_list("code", flat=True)
    return [
        Finding(
            lazy("The code %(unit)s belongs to another unit, or to one that ended."),
            {"unit": code},
            lazy("Choose another code: a code is never used twice."),
            plan.founded[code].step,
            code,
        )
        for code in sorted(set(taken))
        if code not in plan.before
    ]


def _names_taken(plan: Plan) -> list[Finding]:
    """Below one parent, no two units of one name. The same name elsewhere is common, and allowed."""
    new = {code: called.vi for code, (called, _step) in plan.named.items()}
    new |= {code: one.called.vi for code, one in plan.founded.items()}
    if not new:
        return []
    above = {plan.placed.get((code, STATE)) for code in new} - {None}
    siblings = {code: parent for (code, line), parent in plan.placed.items() if line == STATE and parent in above}
    names = dict(
        Name.objects.filter(
            unit__code__in=siblings.keys() - new.keys(), valid__contains=plan.eve, voided_by__isnull=True
        ).values_list("unit__code", "vi")
    )
    held: dict[tuple[str | None, str], str] = {}
    for code, name in names.items():
        held[siblings[code], spelling(name)] = code
    found = []
    for code, name in new.items():
        key = plan.placed.get((code, STATE)), spelling(name)
        if key in held and held[key] != code:
            step = plan.named[code][1] if code in plan.named else plan.founded[code].step
            found.append(
                Finding(
                    lazy("%(other)s, below the same parent, is called “%(name)s”, too."),
                    {"other": held[key], "name": name},
                    lazy("Choose another name, or end that unit in this reorganisation."),
                    step,
                    code,
                )
            )
        held[key] = code
    return found


def _others(reorganisation: Reorganisation, plan: Plan) -> list[Finding]:
    """Another one that is signed or being carried out and names the same unit."""
    found = []
    rows = ReorganisationStep.objects.filter(
        reorganisation__state__in=("submitted", "signed", "carrying", "undoing")
    ).exclude(reorganisation=reorganisation)
    for step in rows.select_related("reorganisation"):
        row = step.what
        named = {str(row.get("unit", "")), *map(str, row.get("gone") or ())}
        for code in sorted(named & plan.touched):
            found.append(
                Finding(
                    lazy("%(unit)s is changed by another reorganisation that waits to be carried out: %(other)s."),
                    {"unit": code, "other": step.reorganisation.code},
                    lazy("Carry that one out first, or set it aside."),
                    unit=code,
                )
            )
    return found
