"""Entering powers that were given, ending them, and saying whether they can be carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils import translation

from isotherm.accounts import policy, powers, rules
from isotherm.accounts.models import Power, PowerAnswer
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, Refusal, refuse_unless
from isotherm.units import queries as unit_queries
from isotherm.units.folding import fold
from isotherm.units.models import KindOfUnit, Unit
from isotherm.words import _, lazy

MEANS = ("people", "money", "system")


@dataclass(frozen=True, slots=True)
class Given:
    """A power as a decision gives it."""

    matter: str
    way: str
    from_unit: Unit
    ground: str
    start: date
    to_unit: Unit | None = None
    to_kind: str = ""
    end: date | None = None
    phrases: str = ""
    people: str = ""
    money: str = ""
    system: str = ""


@transaction.atomic
def record_power(given: Given, *, actor: Actor, at: datetime) -> Power:
    """The power of `matter` goes from a body to another, or to a level below it, by a decision."""
    refuse_unless(policy.may_give_power(actor, given.from_unit.pk))
    if not given.matter.strip():
        raise NotAccepted(lazy("Say which power it is."), field="matter")
    if given.way not in Power.Way.values:
        raise NotAccepted(lazy("Say whether it is divided by law, decentralised or delegated."), field="way")
    refuse_unless(rules.wrong_ground(given.ground))
    refuse_unless(rules.wrong_days(given.start, given.end))
    if (given.to_unit is None) == (not given.to_kind):
        raise NotAccepted(lazy("Name the body that receives it, or the level, not both."), field="to")
    if given.to_kind and given.to_kind not in KindOfUnit.values:
        raise NotAccepted(lazy("Choose a level of the list."), field="to")
    if given.to_unit is not None and given.to_unit.pk == given.from_unit.pk:
        raise NotAccepted(lazy("A body gives no power to itself."), field="to")
    Unit.objects.select_for_update().get(pk=given.from_unit.pk)
    days = DateRange(given.start, given.end)
    same = Power.objects.filter(
        matter=given.matter.strip(), from_unit=given.from_unit, ground=given.ground.strip(), valid__overlap=days
    )
    if same.filter(Q(to_unit=given.to_unit) if given.to_unit else Q(to_kind=given.to_kind)).exists():
        raise NotNow(lazy("The register has this power by this decision already."), field="matter")
    power = Power.objects.create(
        matter=given.matter.strip()[:1000],
        phrases=given.phrases.strip()[:4000],
        way=given.way,
        from_unit=given.from_unit,
        to_unit=given.to_unit,
        to_kind=given.to_kind,
        ground=given.ground.strip()[:200],
        valid=days,
        **{name: getattr(given, name).strip()[:1000] for name in MEANS},
    )
    _line(power, "power.recorded", actor=actor, at=at, to=power.to_unit_id or power.to_kind, start=given.start)
    return power


@transaction.atomic
def end_power(number: int, *, on: date, ground: str, actor: Actor, at: datetime) -> Power:
    """From `on` it is back where it was, or where another entry says."""
    power = Power.objects.select_for_update(of=("self",)).get(pk=powers.power_for(number).pk)
    refuse_unless(policy.may_give_power(actor, power.from_unit_id))
    refuse_unless(rules.wrong_ground(ground))
    if power.valid.upper is not None and power.valid.upper <= on:
        raise NotNow(lazy("It has already ended by that day."))
    if on <= power.valid.lower:
        raise NotAccepted(lazy("It would end before it begins."), field="on")
    power.valid = DateRange(power.valid.lower, on)
    power.save(update_fields=["valid"])
    _line(power, "power.ended", actor=actor, at=at, on=on, by=ground.strip())
    return power


@transaction.atomic
def answer_power(number: int, unit: Unit, *, answer: str, words: str = "", actor: Actor, at: datetime) -> PowerAnswer:
    """Whether `unit` can carry the power out with the means it has. The latest answer counts."""
    power = powers.power_for(number)
    refuse_unless(policy.may_answer_power(actor, unit.pk))
    kind = unit_queries.kinds_of([unit.pk], actor.day).get(unit.pk, "")
    if power.from_unit_id == unit.pk or not powers.holds(power, unit.pk, kind, actor.day):
        raise NotNow(lazy("Your body does not receive this power."))
    if not (power.valid.upper is None or power.valid.upper > actor.day):
        raise NotNow(lazy("The power has ended."))
    if answer not in PowerAnswer.Answer.values:
        raise NotAccepted(lazy("Choose one of the answers."), field="answer")
    if answer != PowerAnswer.Answer.YES and len(words.strip()) < 5:
        raise NotAccepted(lazy("Say what is missing: people, money, a system, a rule."), field="words")
    made = PowerAnswer.objects.create(
        power=power, unit=unit, answer=answer, words=words.strip()[:2000], at=at, post_id=actor.post_id
    )
    ledger.write(
        actor,
        "power.answered",
        at=at,
        subject_kind="power",
        subject_id=power.pk,
        unit_id=unit.pk,
        facts={"answer": answer, "words": made.words},
    )
    return made


@transaction.atomic
def take_in(rows: Sequence[tuple[int, Mapping[str, str]]], *, actor: Actor, at: datetime) -> list[Power]:
    """A list of powers, all or none; each fault is named by its row. `rows`: the row's number and its cells."""
    wrong, made = [], []
    for number, row in rows:
        try:
            with transaction.atomic():
                made.append(record_power(read_row(row), actor=actor, at=at))
        except Refusal as no:
            wrong.append(_("Row %(row)s: %(why)s") % {"row": number, "why": no})
    if wrong:
        more = _(" … and %(n)s more") % {"n": len(wrong) - 10} if len(wrong) > 10 else ""
        raise NotAccepted(
            lazy("Nothing was taken in: %(faults)s"),
            {"faults": " ".join(wrong[:10]) + more},
            remedy=lazy("Correct these rows and hand the list in again."),
            field="file",
        )
    if not made:
        raise NotAccepted(lazy("The list has no rows."), field="file")
    return made


def read_row(row: Mapping[str, str]) -> Given:
    """Cells in words as a `Given`; bodies by code, days as d/m/y or ISO."""
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    ways, kinds = _values(Power.Way.choices), _values(KindOfUnit.choices)
    to, kind = _unit(cells["to"], required=False), kinds.get(fold(cells["to"]), "")
    if cells["to"] and to is None and not kind:
        raise NotAccepted(lazy("“%(words)s” is neither a body's code nor a level."), {"words": cells["to"]})
    giver = _unit(cells["from"], required=True)
    assert giver is not None
    start = _day(cells["start"], required=True)
    assert start is not None
    return Given(
        matter=cells["matter"],
        way=ways.get(fold(cells["way"]), cells["way"]),
        from_unit=giver,
        to_unit=to,
        to_kind="" if to is not None else kind,
        ground=cells["ground"],
        start=start,
        end=_day(cells["end"], required=False),
        phrases="\n".join(part.strip() for part in cells["phrases"].split(";")),
        **{name: cells[name] for name in MEANS},
    )


COLUMNS = ("matter", "way", "from", "to", "ground", "start", "end", *MEANS, "phrases")


def _values(choices: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """A choice by its value and by its words in every language: the list's language is not the reader's."""
    found: dict[str, str] = {}
    for tongue, _name in settings.LANGUAGES:
        with translation.override(tongue):
            found |= {fold(words): value for value, label in choices for words in (value, str(label))}
    return found


def _unit(code: str, *, required: bool) -> Unit | None:
    found = Unit.objects.filter(code=code).first() if code else None
    if found is None and required:
        raise NotAccepted(lazy("There is no unit with the code %(code)s."), {"code": code})
    return found


def _day(words: str, *, required: bool) -> date | None:
    if not words and not required:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(words, form).date()
        except ValueError:
            continue
    raise NotAccepted(lazy("“%(words)s” is no day."), {"words": words})


def _line(power: Power, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="power",
        subject_id=power.pk,
        unit_id=power.from_unit_id,
        facts={"matter": power.matter, "way": power.way, "ground": power.ground, **facts},
    )
