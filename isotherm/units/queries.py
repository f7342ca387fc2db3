"""What others ask of the register: names on a day, a search, which body a text means, who belongs to a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from isotherm.refusals import NotAccepted
from isotherm.units import kinds as kinds_of_unit
from isotherm.units import phrases
from isotherm.units.folding import fold, spelling
from isotherm.units.models import STATE, Kind, KindOfUnit, TreeAncestor, TreeNode, Unit
from isotherm.units.tree import subtree_ids, versions
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Found:
    """A unit as a list shows it: with what stands above it, because names repeat across provinces."""

    unit_id: int
    code: str
    name: str
    short: str
    kind: str
    branch: str
    above: str

    @property
    def label(self) -> str:
        return f"{self.name} ({self.above})" if self.above else self.name


@dataclass(frozen=True, slots=True)
class Standing:
    """What a unit is on a day."""

    unit_id: int
    code: str
    name: str
    short: str
    abbreviation: str
    official_code: str
    kind: str
    branch: str
    level: int
    in_chain: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a phrase names: units, groups, or neither with near suggestions.

    `relevant`: the text narrows a group to those concerned, so people must say which. `vague`: nobody in particular.
    `former`: named as it was called before.
    """

    text: str
    unit_ids: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    relevant: bool = False
    vague: bool = False
    former: bool = False
    near: tuple[Found, ...] = ()

    @property
    def resolved(self) -> bool:
        return bool(self.unit_ids or self.groups)

    @property
    def unit_id(self) -> int | None:
        """The one unit, if the phrase names one and no group."""
        return self.unit_ids[0] if len(self.unit_ids) == 1 and not self.groups else None

    @property
    def group(self) -> str | None:
        """The group's code, joined by `+` if several, if the phrase names no single unit."""
        return "+".join(self.groups) if self.groups and not self.unit_ids else None


def named_on(unit_ids: Iterable[int], day: date, language: str, *, short: bool = False) -> dict[int, str]:
    """The names on the day; of a unit that had none then, the nearest in time."""
    column = ("short_" if short else "") + ("en" if language == "en" else "vi")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT ON (unit_id) unit_id, coalesce(nullif({column}, ''), vi)
            FROM units_name
            WHERE unit_id = ANY(%(ids)s) AND voided_by IS NULL
            ORDER BY unit_id, valid @> %(day)s::date DESC, lower(valid) > %(day)s::date,
                     abs(lower(valid) - %(day)s::date)
            """,
            {"ids": list(unit_ids), "day": day},
        )
        return dict(cursor.fetchall())


def standing_on(unit_ids: Iterable[int], day: date, language: str) -> dict[int, Standing]:
    """Code, names and kind of each unit that exists on the day."""
    english = language == "en"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unit.id, unit.code, name.vi, name.en, name.short_vi, name.short_en, name.abbreviation,
                   name.official_code, kind.kind, kind.branch
            FROM units_unit AS unit
            JOIN units_name AS name ON name.unit_id = unit.id AND name.valid @> %(day)s::date
                 AND name.voided_by IS NULL
            JOIN units_kind AS kind ON kind.unit_id = unit.id AND kind.valid @> %(day)s::date
                 AND kind.voided_by IS NULL
            WHERE unit.id = ANY(%(ids)s)
            """,
            {"day": day, "ids": list(unit_ids)},
        )
        return {
            row[0]: Standing(
                unit_id=row[0],
                code=row[1],
                name=(row[3] or row[2]) if english else row[2],
                short=(row[5] or row[4]) if english else row[4],
                abbreviation=row[6],
                official_code=row[7],
                kind=row[8],
                branch=row[9],
                level=kinds_of_unit.level(row[8]),
                in_chain=kinds_of_unit.in_chain(row[8]),
            )
            for row in cursor.fetchall()
        }


def unit_called(code: str) -> Unit:
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise NotAccepted(
            lazy("There is no unit with the code %(code)s."), {"code": code}, remedy=lazy("Search for it by name.")
        )
    return found


def code_of(unit_id: int | None) -> str:
    """Empty where there is none."""
    return Unit.objects.filter(pk=unit_id or 0).values_list("code", flat=True).first() or ""


def ended_on(unit_id: int, day: date) -> date | None:
    """The first day on which it stood no more; none of what stands on `day`, or will."""
    last = Kind.objects.filter(unit_id=unit_id, voided_by__isnull=True).order_by("-valid").first()
    ended: date | None = last.valid.upper if last is not None else None
    return ended if ended is not None and ended <= day else None


def find(
    text: str,
    day: date,
    kinds: Sequence[str] | None = None,
    limit: int = 20,
    *,
    language: str = "vi",
    nearest: bool = True,
) -> list[Found]:
    """Units by name, abbreviation, code or alias. Accents, tone placement, case, đ and apostrophes do not matter,
    but what was typed with its accents comes first; a slip of the finger finds the `nearest` names.
    """
    asked = fold(text)
    if not asked:
        return []
    rows = _matching(asked, phrases.key(text), day, kinds)
    if not rows and nearest:
        rows = _similar(asked, day, kinds)
    typed = spelling(text)
    ranked = sorted(rows, key=lambda row: (row.rank, typed not in spelling(row.vi), *row.order))
    return found([row.unit_id for row in ranked[:limit]], day, language)


def resolve(names: Sequence[str], day: date, *, language: str = "vi", within: int | None = None) -> list[Resolution]:
    """Which units or groups the phrases of a directive mean. One query for all phrases, one more for suggestions each.

    `within`: the issuer, where it is a province: "Sở Tài chính" is then its own.
    """
    asked = [phrases.keys_to_look_up(phrases.tokens(name)) for name in names]
    hits = _hits(set().union(*asked), day) if asked else {}
    below = set(subtree_ids(within, day)) if within is not None else None
    result = []
    for name in names:
        reading = phrases.read(name, hits, within=below.__contains__ if below is not None else None)
        near: list[Found] = []
        if reading.unsure:
            near = found(reading.unsure[:20], day, language)
        elif not reading.unit_ids and not reading.groups and not reading.vague:
            near = find(name, day, limit=5, language=language)
        result.append(
            Resolution(
                text=name,
                unit_ids=reading.unit_ids,
                groups=reading.groups,
                relevant=reading.relevant,
                vague=reading.vague,
                former=reading.former,
                near=tuple(near),
            )
        )
    return result


def group_members(code: str, day: date, *, within: int | None = None) -> list[int]:
    """The units of a group (or several joined by `+`) on the day, in order; `within`: only below that unit."""
    members: list[int] = []
    for one in code.split("+"):
        group = phrases.groups().get(one)
        if group is None:
            raise NotAccepted(lazy("There is no group called %(code)s."), {"code": one})
        rows = Kind.objects.filter(kind__in=group.kinds, valid__contains=day, voided_by__isnull=True)
        if group.branches:
            rows = rows.filter(branch__in=group.branches)
        if within is not None:
            rows = rows.filter(unit__in=subtree_ids(within, day))
        members.extend(rows.order_by("unit_id").values_list("unit_id", flat=True))
    return list(dict.fromkeys(members))


def group_name(code: str, language: str) -> str:
    named = [phrases.groups()[one] for one in code.split("+") if one in phrases.groups()]
    return "; ".join(group.en if language == "en" else group.vi for group in named)


def kinds_on(day: date) -> dict[int, str]:
    """Unit → kind, of all units that exist on the day."""
    rows = Kind.objects.filter(valid__contains=day, voided_by__isnull=True)
    return dict(rows.values_list("unit_id", "kind"))


def kinds_of(unit_ids: Iterable[int], day: date) -> dict[int, str]:
    rows = Kind.objects.filter(unit__in=list(unit_ids), valid__contains=day, voided_by__isnull=True)
    return dict(rows.values_list("unit_id", "kind"))


def counts_on(day: date) -> dict[tuple[str, str], int]:
    """How many units of each kind and branch exist on the day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, branch, count(*) FROM units_kind WHERE valid @> %s::date AND voided_by IS NULL GROUP BY 1, 2",
            [day],
        )
        return {(kind, branch): count for kind, branch, count in cursor.fetchall()}


def provinces_above(unit_ids: Iterable[int], day: date) -> dict[int, int]:
    """Unit → the provincial committee at or above it in the state line."""
    return dict(
        TreeAncestor.objects.filter(
            descendant__in=list(unit_ids),
            version__in=versions(day, STATE),
            ancestor__kinds__kind=KindOfUnit.PROVINCE_COMMITTEE,
            ancestor__kinds__valid__contains=day,
            ancestor__kinds__voided_by__isnull=True,
        ).values_list("descendant_id", "ancestor_id")
    )


# --- the search -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Match:
    unit_id: int
    vi: str
    rank: int
    kind: str

    @property
    def order(self) -> tuple[int, bool]:
        """The chain of command first, from the top."""
        return kinds_of_unit.level(self.kind), not kinds_of_unit.in_chain(self.kind)


_EXISTING = """
    FROM units_name AS name
    JOIN units_kind AS kind ON kind.unit_id = name.unit_id AND kind.valid @> %(day)s::date AND kind.voided_by IS NULL
    WHERE name.valid @> %(day)s::date AND name.voided_by IS NULL
      AND (%(kinds)s::text[] IS NULL OR kind.kind = ANY(%(kinds)s::text[]))
"""


def _matching(asked: str, key: str, day: date, kinds: Sequence[str] | None) -> list[_Match]:
    """Every word asked for stands in the names, or the whole in an alias. Rank 0: exactly a name; then its beginning;
    the beginning of a word; anything else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH named AS (
                SELECT unit_id, min(CASE WHEN folded = %(key)s THEN 0 ELSE 2 END) AS rank
                FROM units_alias
                WHERE valid @> %(day)s::date AND voided_by IS NULL AND folded LIKE '%%' || %(key)s || '%%'
                GROUP BY unit_id
            )
            SELECT name.unit_id, name.vi, kind.kind,
                   least(
                       CASE WHEN name.official_code = %(asked)s OR name.search LIKE '%%|' || %(asked)s || '|%%' THEN 0
                            WHEN name.search LIKE '%%|' || %(asked)s || '%%' THEN 1
                            WHEN name.search LIKE '%% ' || %(asked)s || '%%' THEN 2
                            ELSE 3 END,
                       (SELECT rank FROM named WHERE named.unit_id = name.unit_id)
                   )
            {_EXISTING}
              AND ((SELECT bool_and(name.search LIKE '%%' || word || '%%') FROM unnest(%(words)s::text[]) AS word)
                   AND name.search LIKE '%%' || %(longest)s || '%%'
                   OR name.official_code = %(asked)s
                   OR name.unit_id IN (SELECT unit_id FROM named))
            ORDER BY 4, length(name.search), name.sort_key
            LIMIT 500
            """,
            {
                "day": day,
                "kinds": list(kinds) if kinds else None,
                "asked": asked,
                "key": key or asked,
                "words": asked.split(),
                "longest": max(asked.split(), key=len),
            },
        )
        return [_Match(row[0], row[1], row[3], row[2]) for row in cursor.fetchall()]


def _similar(asked: str, day: date, kinds: Sequence[str] | None) -> list[_Match]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT name.unit_id, name.vi, kind.kind, rank() OVER (ORDER BY name.search <->> %(asked)s)
            {_EXISTING}
              AND name.search %%> %(asked)s
            ORDER BY name.search <->> %(asked)s, name.sort_key
            LIMIT 500
            """,
            {"day": day, "kinds": list(kinds) if kinds else None, "asked": asked},
        )
        return [_Match(row[0], row[1], row[3], row[2]) for row in cursor.fetchall()]


def found(unit_ids: Sequence[int], day: date, language: str) -> list[Found]:
    """In the order given, with the body above each, except the Government."""
    standing = standing_on(unit_ids, day, language)
    above = dict(
        TreeNode.objects.filter(version__in=versions(day, STATE), unit__in=unit_ids, depth__gt=1).values_list(
            "unit_id", "parent_id"
        )
    )
    names = named_on(set(above.values()), day, language, short=True)
    return [
        Found(
            unit_id=unit_id,
            code=unit.code,
            name=unit.name,
            short=unit.short,
            kind=unit.kind,
            branch=unit.branch,
            above=names.get(above.get(unit_id, 0), ""),
        )
        for unit_id in unit_ids
        if (unit := standing.get(unit_id)) is not None
    ]


def _hits(keys: Iterable[str], day: date) -> Mapping[str, list[phrases.Hit]]:
    """Which units existing on the day are named by which key."""
    found: dict[str, list[phrases.Hit]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH named AS (
                SELECT name.unit_id, key, 'name' AS what
                FROM units_name AS name, unnest(name.keys) AS key
                WHERE name.valid @> %(day)s::date AND name.voided_by IS NULL AND key = ANY(%(keys)s::text[])
                UNION ALL
                SELECT unit_id, folded, what
                FROM units_alias
                WHERE folded = ANY(%(keys)s::text[]) AND valid @> %(day)s::date AND voided_by IS NULL
            )
            SELECT named.key, named.unit_id, kind.kind, named.what, node.parent_id
            FROM named
            JOIN units_kind AS kind ON kind.unit_id = named.unit_id AND kind.valid @> %(day)s::date
                 AND kind.voided_by IS NULL
            LEFT JOIN units_treeversion AS version ON version.line = %(state)s AND version.valid @> %(day)s::date
            LEFT JOIN units_treenode AS node ON node.version_id = version.id AND node.unit_id = named.unit_id
            ORDER BY named.unit_id
            """,
            {"keys": list(keys), "day": day, "state": STATE},
        )
        for key, *hit in cursor.fetchall():
            found[key].append(phrases.Hit(*hit))
    return found
