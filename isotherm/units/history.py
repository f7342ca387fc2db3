"""One unit, or the whole State, told through time: what pages and commands show."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import translation

from isotherm.units import kinds
from isotherm.units.models import (
    STATE,
    Alias,
    Heir,
    Kind,
    KindOfUnit,
    Name,
    Placement,
    Succession,
    TreeAncestor,
    TreeNode,
    Unit,
)
from isotherm.units.queries import kinds_on, named_on, standing_on
from isotherm.units.tree import subtree_ids, versions
from isotherm.words import _


@dataclass(frozen=True, slots=True)
class Row:
    """Something that held from `since` until the day before `until`."""

    since: date | None
    until: date | None
    text: str


@dataclass(frozen=True, slots=True)
class History:
    code: str
    name: str
    day: date
    names: tuple[Row, ...]
    kinds: tuple[Row, ...]
    placements: tuple[Row, ...]
    aliases: tuple[Row, ...]
    events: tuple[Row, ...]
    below: int


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str
    communes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Organisation:
    """The State on a day: counts by kind, and the provinces with the forms of their communes."""

    day: date
    counts: dict[str, int]
    provinces: tuple[Province, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    unit_id: int
    code: str
    name: str
    depth: int


def of(unit_id: int, day: date, language: str) -> History:
    unit = Unit.objects.get(pk=unit_id)
    placed = list(Placement.objects.filter(unit=unit, voided_by__isnull=True).order_by("line", "valid"))
    above = named_on([place.parent_id for place in placed if place.parent_id], day, language)
    with translation.override(language):
        return History(
            code=unit.code,
            name=named_on([unit_id], day, language).get(unit_id, unit.code),
            day=day,
            names=tuple(
                Row(name.valid.lower, name.valid.upper, name.en if language == "en" and name.en else name.vi)
                for name in Name.objects.filter(unit=unit, voided_by__isnull=True).order_by("valid")
            ),
            kinds=tuple(
                Row(kind.valid.lower, kind.valid.upper, kind_label(kind.kind, kind.branch))
                for kind in Kind.objects.filter(unit=unit, voided_by__isnull=True).order_by("valid")
            ),
            placements=tuple(
                Row(
                    place.valid.lower,
                    place.valid.upper,
                    f"{above.get(place.parent_id or 0, '—')} ({kinds.line_name(place.line, language)})",
                )
                for place in placed
            ),
            aliases=tuple(
                Row(alias.valid.lower, alias.valid.upper, f"{alias.text} ({Alias.What(alias.what).label})")
                for alias in Alias.objects.filter(unit=unit, voided_by__isnull=True).order_by("what", "text")
            ),
            events=tuple(_events(unit_id, language)),
            below=subtree_ids(unit_id, day).exclude(descendant=unit_id).count(),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One unit taking over from another. `share` is unknown where a divided unit's parts were never stated."""

    day: date
    event: str
    document: str
    gone: str
    gone_name: str
    heir: str
    heir_name: str
    share: float | None
    main: bool


def lineage(unit_id: int, language: str) -> tuple[Step, ...]:
    """All that went into the unit and all that it went into, over any number of events, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE
            before(unit) AS (
                SELECT %(unit)s::bigint
                UNION
                SELECT heir.gone_id FROM before JOIN units_heir heir ON heir.heir_id = before.unit
                JOIN units_succession event ON event.id = heir.succession_id AND event.voided_by IS NULL
            ),
            after(unit) AS (
                SELECT %(unit)s::bigint
                UNION
                SELECT heir.heir_id FROM after JOIN units_heir heir ON heir.gone_id = after.unit
                JOIN units_succession event ON event.id = heir.succession_id AND event.voided_by IS NULL
            )
            SELECT heir.id FROM units_heir heir
            JOIN units_succession event ON event.id = heir.succession_id AND event.voided_by IS NULL
            WHERE heir.heir_id IN (SELECT unit FROM before) OR heir.gone_id IN (SELECT unit FROM after)
            """,
            {"unit": unit_id},
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = list(
        Heir.objects.filter(pk__in=ids)
        .select_related("succession", "gone", "heir")
        .order_by("-succession__day", "heir__code", "gone__code")
    )
    names: dict[date, dict[int, str]] = {}
    for row in rows:
        if row.succession.day not in names:
            same = [one for one in rows if one.succession.day == row.succession.day]
            eve = row.succession.day - timedelta(days=1)
            names[row.succession.day] = {
                **named_on({one.heir_id for one in same}, row.succession.day, language),
                **{-unit: name for unit, name in named_on({one.gone_id for one in same}, eve, language).items()},
            }
    with translation.override(language):
        return tuple(
            Step(
                day=row.succession.day,
                event=str(Succession.Event(row.succession.kind).label),
                document=row.succession.document,
                gone=row.gone.code,
                gone_name=names[row.succession.day].get(-row.gone_id, row.gone.code),
                heir=row.heir.code,
                heir_name=names[row.succession.day].get(row.heir_id, row.heir.code),
                share=None if row.share is None else float(row.share),
                main=row.main,
            )
            for row in rows
        )


def as_of(day: date, language: str) -> Organisation:
    counts: dict[str, int] = defaultdict(int)
    branches: dict[int, str] = {}
    rows = Kind.objects.filter(valid__contains=day, voided_by__isnull=True).values_list("unit_id", "kind", "branch")
    with translation.override(language):
        for unit_id, kind, branch in rows:
            counts[kind] += 1
            if kind == KindOfUnit.COMMUNE_COMMITTEE:
                branches[unit_id] = branch_label(branch)
        provinces = [unit_id for unit_id, kind in kinds_on(day).items() if kind == KindOfUnit.PROVINCE_COMMITTEE]
        standing = standing_on(provinces, day, language)
        below: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for above, unit_id in TreeAncestor.objects.filter(
            version__in=versions(day, STATE), ancestor__in=provinces, descendant__in=list(branches)
        ).values_list("ancestor_id", "descendant_id"):
            below[above][branches[unit_id]] += 1
        return Organisation(
            day=day,
            counts={str(KindOfUnit(kind).label): counts[kind] for kind in KindOfUnit.values if counts.get(kind)},
            provinces=tuple(
                Province(standing[unit_id].code, standing[unit_id].name, dict(sorted(below[unit_id].items())))
                for unit_id in sorted(provinces, key=lambda number: standing[number].code)
            ),
        )


def below(unit_id: int, day: date, language: str, *, line: str = STATE, depth: int = 1) -> list[Branch]:
    """Depth first, the unit itself at depth 0."""
    top = TreeNode.objects.filter(version__in=versions(day, line), unit=unit_id).first()
    if top is None:
        return []
    rows = list(
        TreeNode.objects.filter(
            version=top.version_id, lft__gte=top.lft, lft__lte=top.rgt, depth__lte=top.depth + depth
        )
        .order_by("lft")
        .values_list("unit_id", "unit__code", "depth")
    )
    names = named_on([row[0] for row in rows], day, language)
    return [Branch(number, code, names.get(number, code), deep - top.depth) for number, code, deep in rows]


def kind_label(kind: str, branch: str = "") -> str:
    label = str(KindOfUnit(kind).label)
    named = branch_label(branch)
    return f"{label}: {named}" if named else label


def branch_label(branch: str) -> str:
    """Of places only; a department's branch is in its name."""
    return {
        "province": _("province"),
        "city": _("centrally run city"),
        "commune": _("commune"),
        "ward": _("ward"),
        "special_zone": _("special zone"),
    }.get(branch, "")


def _events(unit_id: int, language: str) -> list[Row]:
    rows = (
        Heir.objects.filter(Q(gone=unit_id) | Q(heir=unit_id), succession__voided_by__isnull=True)
        .select_related("succession", "gone", "heir")
        .order_by("succession__day")
    )
    told = []
    for row in rows:
        event = row.succession
        label = str(Succession.Event(event.kind).label)
        other = "" if row.gone_id == row.heir_id else f": {row.gone.code} → {row.heir.code}"
        told.append(Row(event.day, None, f"{label} ({event.document}){other}"))
    return told
