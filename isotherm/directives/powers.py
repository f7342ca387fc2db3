"""Tasks that need a power which their lead does not hold, or holds and says it cannot use: told before they are given.

A doubt, not a ban: a person changes the lead, or overrules with a reason; until then the tasks are not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from isotherm.accounts import powers
from isotherm.accounts.models import Power
from isotherm.directives.acts.proposing import resolve_leads
from isotherm.directives.models import Document, PowerOverrule, Task
from isotherm.directives.reading import Reading
from isotherm.units import queries as unit_queries
from isotherm.units.models import KindOfUnit


@dataclass(frozen=True, slots=True)
class Doubt:
    """Task `number` at `unit_id` needs a power. `why`: "elsewhere" or "infeasible"; `reason`: why it was overruled."""

    number: int
    power: Power
    unit_id: int
    why: str
    reason: str = ""

    @property
    def overruled(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class _Needing:
    number: int
    words: str
    units: tuple[int, ...]
    communes: bool = False  # the communes below the lead carry it out, too


def of_document(document: Document) -> list[Doubt]:
    """Of the tasks that stand, on the day of signing; those that were overruled with their reason."""
    known = powers.on_day(document.signed_on)
    if not known:
        return []
    tasks = list(
        document.tasks.exclude(state=Task.State.REJECTED)
        .exclude(kind=Task.Kind.STANDING)
        .prefetch_related("leads")
        .order_by("number")
    )
    needing = [
        _Needing(
            one.number,
            f"{one.action} {one.quote}",
            tuple(lead.unit_id for lead in one.leads.all()),
            one.expects_communes,
        )
        for one in tasks
    ]
    numbers = {one.pk: one.number for one in tasks}
    reasons = {
        (numbers[task], power): reason
        for task, power, reason in PowerOverrule.objects.filter(task__in=numbers).values_list(
            "task_id", "power_id", "reason"
        )
    }
    return _doubts(needing, known, document.signed_on, reasons)


def of_reading(reading: Reading, *, issuer_id: int, day: date) -> list[Doubt]:
    """Of a draft that is kept nowhere: its leads are looked up as they would be."""
    known = powers.on_day(day)
    needing = []
    for number, one in enumerate(reading.candidates, start=1):
        words = f"{one.action} {one.quote}"
        if powers.spoken_of(words, known):
            leads = resolve_leads(one.lead, issuer_id=issuer_id, day=day)
            needing.append(_Needing(number, words, leads.units, leads.communes))
    return _doubts(needing, known, day, {})


def _doubts(
    needing: Sequence[_Needing], known: Sequence[Power], day: date, reasons: Mapping[tuple[int, int], str]
) -> list[Doubt]:
    wanted = [(one, found) for one in needing if (found := powers.spoken_of(one.words, known))]
    units = {unit for one, _found in wanted for unit in one.units}
    kinds = unit_queries.kinds_of(list(units), day)
    unable = powers.refused_by({power.pk for _one, found in wanted for power in found}, units)
    doubts = []
    for one, found in wanted:
        for unit in one.units:
            held = [
                power
                for power in found
                if powers.holds(power, unit, kinds.get(unit, ""), day)
                or (one.communes and power.to_kind == KindOfUnit.COMMUNE_COMMITTEE)
            ]
            wrong = _unable(held, unit, unable) if held else [(found[0], "elsewhere")]
            doubts += [
                Doubt(one.number, power, unit, why, reasons.get((one.number, power.pk), "")) for power, why in wrong
            ]
    return doubts


def _unable(held: Iterable[Power], unit: int, unable: set[tuple[int, int]]) -> list[tuple[Power, str]]:
    return [(power, "infeasible") for power in held if (power.pk, unit) in unable]
