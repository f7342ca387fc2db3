"""How figures speak: levels, steps, links of the chain, causes and bodies in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from isotherm.doors.web import formats
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import _, lazy, ngettext

STEPS: Mapping[str, Promise] = {
    "take_up": lazy("Take up"),
    "plan": lazy("Plan"),
    "send_on": lazy("Pass on to subordinates"),
    "report": lazy("First report"),
    "done": lazy("Completion"),
    "any": lazy("Any step"),
}
NOUNS: Mapping[str, Promise] = {
    "government": lazy("the centre"),
    "ministry": lazy("ministry"),
    "province": lazy("province"),
    "department": lazy("department"),
    "district": lazy("district"),
    "commune": lazy("commune"),
    "other": lazy("other body"),
}
_HEADS: Mapping[str, Promise] = {
    "government": lazy("The centre"),
    "ministry": lazy("Ministries"),
    "province": lazy("Provinces"),
    "department": lazy("Departments"),
    "district": lazy("Districts"),
    "commune": lazy("Communes"),
    "other": lazy("Other bodies"),
}
# Assignments due for a step, in general and on a level.
DUE: Mapping[str, tuple[Promise, Promise]] = {
    "take_up": (lazy("assignments due to be taken up"), lazy("assignments due to be taken up in %(level)s")),
    "plan": (lazy("assignments due to be planned"), lazy("assignments due to be planned in %(level)s")),
    "send_on": (lazy("assignments due to be passed on"), lazy("assignments due to be passed on in %(level)s")),
    "report": (lazy("assignments due for a first report"), lazy("assignments due for a first report in %(level)s")),
    "done": (lazy("assignments due"), lazy("assignments due in %(level)s")),
    "any": (lazy("assignments"), lazy("assignments in %(level)s")),
}
_IN: Mapping[str, Promise] = {
    "government": lazy("the centre"),
    "ministry": lazy("ministries"),
    "province": lazy("provinces"),
    "department": lazy("departments"),
    "district": lazy("districts"),
    "commune": lazy("communes"),
    "other": lazy("other bodies"),
}


def due_words(step: str, level: str = "") -> str:
    general, there = DUE[step]
    return str(there) % {"level": _IN.get(level, level)} if level else str(general)


def in_level(level: str) -> str:
    return str(_IN.get(level, level))


def several(level: str, n: int) -> str:
    """ "6 provinces": inside a sentence, so without a comma."""
    said = {
        "ministry": ngettext("%(n)s central body", "%(n)s central bodies", n),
        "province": ngettext("%(n)s province", "%(n)s provinces", n),
        "department": ngettext("%(n)s department", "%(n)s departments", n),
        "district": ngettext("%(n)s district", "%(n)s districts", n),
        "commune": ngettext("%(n)s commune", "%(n)s communes", n),
    }.get(level, ngettext("%(n)s body", "%(n)s bodies", n))
    return said % {"n": formats.number(n)}


def units_of(level: str, n: int) -> str:
    """A level by all its kinds of unit, where it stands alone."""
    said = {
        "ministry": ngettext("%(n)s ministry or agency", "%(n)s ministries and agencies", n),
        "province": ngettext("%(n)s province or city", "%(n)s provinces and cities", n),
        "department": ngettext("%(n)s department or branch", "%(n)s departments and branches", n),
        "district": ngettext("%(n)s district", "%(n)s districts", n),
        "commune": ngettext("%(n)s commune, ward or zone", "%(n)s communes, wards and special zones", n),
    }.get(level, ngettext("%(n)s body", "%(n)s bodies", n))
    return said % {"n": formats.number(n)}


def link(upper: str, level: str) -> str:
    """A boundary by its name: "province to commune"."""
    return _("%(upper)s to %(level)s") % {"upper": NOUNS.get(upper, upper), "level": NOUNS.get(level, level)}


def holder(role: str, level: str) -> str:
    words = {
        "send_on": lazy("%(who)s: passing it on"),
        "own": lazy("%(who)s: carrying it out"),
        "decide": lazy("%(who)s: deciding, confirming"),
        "owe": lazy("%(who)s: issuing or answering"),
    }[role]
    return str(words) % {"who": _HEADS.get(level, _HEADS["other"])}


WHYS: Mapping[str, Promise] = {
    "not-sent-on": lazy("Not passed on"),
    "owed": lazy("Waiting for what another body owes"),
    "decision": lazy("Waiting for a decision"),
    "own": lazy("With the unit itself"),
}
CAUSES: Mapping[str, Promise] = {
    "upper_send_on": lazy("Not passed on from above"),
    "upper_take_up": lazy("Not taken up above"),
    "wait": lazy("Waiting for what another body owes"),
    "decide_return": lazy("Waiting for a decision on a request to reconsider"),
    "decide_completion": lazy("Waiting for confirmation of completion"),
    "take_up": lazy("Not taken up"),
    "plan": lazy("No plan made"),
    "send_on": lazy("Not passed on to subordinates"),
    "report": lazy("No first report"),
    "done": lazy("Not completed"),
}
OUTCOMES: Mapping[str, Promise] = {
    "on-time": lazy("Due, done on time"),
    "late": lazy("Due, done late"),
    "overdue": lazy("Due, open and overdue"),
    "due": lazy("Due"),
    "paused": lazy("Paused"),
    "cold": lazy("Overdue, or paused past the date"),
    "fallen": lazy("Due, or paused past the date"),
    "met-on-time": lazy("Done on time, due or not yet"),
    "counted": lazy("Done, or open and overdue"),
    "met": lazy("Done"),
    "assigned": lazy("Assigned, not paused"),
    "running": lazy("Open, in time"),
    "undated": lazy("Open, no deadline in the text"),
    "missing": lazy("Expected to carry it out, not told"),
    "reported": lazy("Waiting for confirmation of completion"),
    "fair": lazy("Due, and came in time to act"),
    "fair-on-time": lazy("Came in time to act and done on time"),
    "all": lazy("All that is expected"),
    "withdrawn": lazy("Withdrawn or returned"),
    "excused": lazy("Not within its duties"),
}


def cause(name: str, *, units: Mapping[str, int], missing: str = "") -> str:
    """Why cold pairs wait, as a clause about the body that must act. `units`: how many on which level wait."""
    if name in ("upper_send_on", "upper_take_up"):
        level, n = next(iter(units.items())) if len(units) == 1 else ("", sum(units.values()))
        told = {"units": several(level, n)}
        if name == "upper_take_up":
            return _("Not taken up, so not passed on to %(units)s") % told
        return _("Not passed on to %(units)s") % told
    if name == "wait":
        return _("To issue or answer: %(thing)s") % {"thing": missing} if missing else _("To issue or answer")
    return {
        "decide_return": _("To decide on a request to reconsider"),
        "decide_completion": _("To confirm completion"),
        "take_up": _("Not taken up"),
        "plan": _("No plan made"),
        "send_on": _("Not passed on to subordinates"),
        "report": _("No first report"),
        "done": _("Not completed"),
    }[name]


@dataclass(frozen=True, slots=True)
class Body:
    code: str
    name: str  # as a table and a sentence call it
    short: str


def bodies(ids: Iterable[int], *, day: date, language: str) -> dict[int, Body]:
    """Names and codes of some units, in a fixed number of statements; of one that is gone, its last name."""
    wanted = sorted(set(ids))
    standing = unit_queries.standing_on(wanted, day, language)
    found = {
        unit: Body(code=one.code, name=_label(one, language), short=one.short or one.name)
        for unit, one in standing.items()
    }
    gone = [unit for unit in wanted if unit not in found]
    codes = dict(Unit.objects.filter(pk__in=gone).values_list("pk", "code"))
    names = unit_queries.named_on(gone, day, language)
    return found | {unit: Body(codes.get(unit, ""), names.get(unit, ""), names.get(unit, "")) for unit in gone}


def _label(one: unit_queries.Standing, language: str) -> str:
    """ "UBND tỉnh Gia Lai", "Bộ Tài chính", "Sở Nội vụ": short enough for a table, whole enough for a sentence."""
    if one.kind in ("province_committee", "commune_committee"):
        return one.abbreviation if language == "vi" and one.abbreviation else one.short or one.name
    return one.name if one.kind != "province_department" else one.short or one.name


def joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else _("%(first)s and %(second)s") % {"first": names[0], "second": names[1]}
