"""Bodies for a field in which somebody chooses: what fits the letters typed, and what chosen values mean.

A value is a unit's code (`C-21952`), all units of a kind below one (`commune_committee@P-52`), a group of the country
package (`group:ministries`), or plain words, which count if they name one body.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection

from isotherm.units import phrases, queries
from isotherm.units.folding import fold
from isotherm.units.models import Kind, KindOfUnit, Unit
from isotherm.units.queries import Found
from isotherm.units.tree import subtree_ids
from isotherm.words import _, ngettext

# Kinds of which somebody wants all below one body.
WHOLE = (KindOfUnit.COMMUNE_COMMITTEE, KindOfUnit.PROVINCE_DEPARTMENT)
MOST = 5000
# How many values that are no plain names are looked at more closely, a query each.
LOOKED_AT = 40
# Words around the name of a place when all of its units are meant; the rest of what was typed names the place.
_LEADING = frozenset(
    fold("tất cả các toàn bộ mọi những xã phường đặc khu cấp sở ngành ban của thuộc tỉnh tp thành phố ở tại all every "
         "communes commune wards departments department of in the province city units đơn vị").split()
)  # fmt: skip
_PLURAL = frozenset(fold("tất các toàn mọi những all every communes wards departments ministries provinces").split())
_NEAR = re.compile(r"^(?P<name>[^(,]+?)\s*(?:\((?P<inside>[^)]*)\)|,\s*(?P<after>.+))\s*$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list. `words` are what a field of plain words takes for it; `many` is more than one unit."""

    value: str
    label: str
    note: str
    words: str
    many: int = 1


@dataclass(frozen=True, slots=True)
class Unread:
    """Words that name nobody, or several; `near` are those that may be meant."""

    words: str
    several: bool = False
    near: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the values of a field mean."""

    units: tuple[int, ...]
    unread: tuple[Unread, ...] = ()


def suggest(
    text: str,
    day: date,
    language: str,
    *,
    kinds: Sequence[str] | None = None,
    wholes: bool = False,
    words: bool = False,
    limit: int = 12,
) -> list[Suggestion]:
    """Bodies of the day, then those that answer for a body that is gone. A whole stands first only where the words ask
    for several: whoever types the name of a province and presses Enter means the province.
    `words`: only what can be said in words, in those of the register's own language."""
    asked = fold(text)[:200]
    if not asked:
        return []
    several = _wholes(asked, day, language, kinds)[:3] if wholes else []
    if words:
        several = [one for one in several if one.value.startswith("group:")]
    now = queries.find(text, day, kinds, limit, language=language, nearest=False)
    found = [_of(one, language) for one in now]
    place = 0 if _PLURAL & set(asked.split()) else 1
    found[place:place] = several
    if len(found) < limit:
        found += _former(asked, day, language, kinds, seen={one.value for one in found})
    if not found:
        found = [_of(one, language) for one in queries.find(text, day, kinds, limit, language=language)]
    found = found[:limit]
    return _in_words(found, day) if words else found


def choose(
    values: Iterable[str], day: date, language: str, *, kinds: Sequence[str] | None = None, near: bool = True
) -> Chosen:
    """Units in the order of the values, each once. Of words that several bodies share, the one in the only province
    that all the others name is meant: a pasted list is a list of one place."""
    asked = [" ".join(value.split()) for value in values if value.strip()]
    codes = dict(Unit.objects.filter(code__in=asked).values_list("code", "id"))
    standing = queries.kinds_of(codes.values(), day)
    codes = {code: unit for code, unit in codes.items() if unit in standing and (not kinds or standing[unit] in kinds)}
    plain = [one for one in asked if one not in codes and not _is_whole(one)]
    named = _named(plain, day, kinds)
    sure = {unit for units in named.values() if len(units) == 1 for unit in units} | set(codes.values())
    home = set(queries.provinces_above(sure, day).values()) if sure else set()
    below = set(subtree_ids(home.pop(), day)) if len(home) == 1 else set()
    units: list[int] = []
    unread: list[Unread] = []
    looks = LOOKED_AT
    for one in asked:
        if one in codes:
            meant: Sequence[int] = (codes[one],)
        elif _is_whole(one):
            meant = members(one, day)
        else:
            meant = named.get(one, ())
            if len(meant) > 1:
                meant = [unit for unit in meant if unit in below] or meant
            if len(meant) != 1 and looks:
                looks -= 1
                meant = _read(one, day, kinds) or meant
            if len(meant) != 1:
                beside = _near(one, meant, day, language, kinds) if near and looks else ()
                unread.append(Unread(one[:200], len(meant) > 1, beside))
                continue
        units.extend(meant)
    return Chosen(tuple(dict.fromkeys(units)), tuple(unread))


def members(value: str, day: date) -> list[int]:
    """The units of a whole: `kind@code` or `group:name`, in order."""
    if value.startswith("group:"):
        return queries.group_members(value.removeprefix("group:"), day)
    kind, _at, code = value.partition("@")
    unit = queries.unit_called(code)
    rows = Kind.objects.filter(
        kind=kind, valid__contains=day, voided_by__isnull=True, unit__in=subtree_ids(unit.pk, day)
    )
    return list(rows.order_by("unit_id").values_list("unit_id", flat=True)[:MOST])


def named(values: Sequence[str], day: date, language: str) -> list[Suggestion]:
    """Values as a field shows them again; words that name nobody stay what they are."""
    codes = {one for one in values if not _is_whole(one)}
    ids = dict(Unit.objects.filter(code__in=codes).values_list("code", "id"))
    known = {one.code: one for one in queries.found(list(ids.values()), day, language)}
    shown: list[Suggestion] = []
    for one in values:
        if _is_whole(one):
            shown.append(_whole(one, members(one, day), day, language))
        elif one in known:
            shown.append(_of(known[one], language))
        elif one in ids:
            name = queries.named_on([ids[one]], day, language).get(ids[one], one)
            shown.append(Suggestion(one, name, "", name))
        else:
            shown.append(Suggestion(one, one, "", one, many=0))
    return shown


# --- a body ------------------------------------------------------------------------------------------------
def _of(one: Found, language: str, note: str = "") -> Suggestion:
    kind = str(KindOfUnit(one.kind).label)
    return Suggestion(one.code, one.label, note or kind, one.label)


def _in_words(found: Sequence[Suggestion], day: date) -> list[Suggestion]:
    """Words of the register's own language that a directive could use: the name alone where it means this body, because
    "Sở Tài chính tỉnh Gia Lai (Gia Lai)" would name the province, too."""
    ids = dict(Unit.objects.filter(code__in=[one.value for one in found]).values_list("code", "id"))
    said = queries.found(list(ids.values()), day, "vi")
    read = queries.resolve([one.name for one in said], day) if said else []
    words = {
        one.code: one.name if meant.unit_id == one.unit_id else one.label
        for one, meant in zip(said, read, strict=True)
    }
    return [replace(one, words=words.get(one.value, one.words)) for one in found]


def _former(asked: str, day: date, language: str, kinds: Sequence[str] | None, *, seen: set[str]) -> list[Suggestion]:
    """Bodies of the day that answer for one which is gone, or was called otherwise: with its old name beside."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE old AS (
                SELECT name.unit_id, name.vi, name.search,
                       CASE WHEN name.search LIKE '%%|' || %(asked)s || '|%%' THEN 0
                            WHEN name.search LIKE '%%|' || %(asked)s || '%%' THEN 1 ELSE 2 END AS rank
                FROM units_name AS name
                WHERE upper(name.valid) <= %(day)s::date AND name.voided_by IS NULL
                  AND name.search LIKE '%%' || %(longest)s || '%%'
                  AND split_part(name.search, '|~', 1) ~ ('(^|[| ])' || %(first)s)
                  AND (SELECT bool_and(name.search LIKE '%%' || word || '%%') FROM unnest(%(words)s::text[]) AS word)
                ORDER BY rank, length(name.search), name.sort_key
                LIMIT 12
            ), way AS (
                SELECT unit_id AS old, unit_id AS unit, vi, rank, length(search) AS long, true AS main FROM old
                UNION
                SELECT way.old, heir.heir_id, way.vi, way.rank, way.long, way.main AND heir.main
                FROM way
                JOIN units_heir AS heir ON heir.gone_id = way.unit AND heir.heir_id <> way.unit
                JOIN units_succession AS event ON event.id = heir.succession_id AND event.voided_by IS NULL
                     AND event.day <= %(day)s::date
            )
            SELECT DISTINCT way.old, way.unit, way.vi, way.rank, way.long, way.main
            FROM way
            JOIN units_kind AS kind ON kind.unit_id = way.unit AND kind.valid @> %(day)s::date
                 AND kind.voided_by IS NULL
            WHERE (%(kinds)s::text[] IS NULL OR kind.kind = ANY(%(kinds)s::text[]))
            ORDER BY way.rank, way.long, way.old, way.main DESC, way.unit
            LIMIT 40
            """,
            {
                "asked": asked,
                "day": day,
                "words": asked.split(),
                "first": asked.split()[0],
                "longest": max(asked.split(), key=len),
                "kinds": list(kinds) if kinds else None,
            },
        )
        rows = cursor.fetchall()
    known = {one.unit_id: one for one in queries.found([row[1] for row in rows], day, language)}
    old = queries.named_on({row[0] for row in rows}, date.min, language)
    shown: dict[str, Suggestion] = {}
    for gone, unit, name, _rank, _long, _main in rows:
        one = known.get(unit)
        if one is not None and one.code not in seen and one.code not in shown:
            was = old.get(gone, name) if language == "en" else name
            shown[one.code] = _of(one, language, _("formerly %(name)s") % {"name": was})
    return list(shown.values())


# --- all of a kind -----------------------------------------------------------------------------------------
def _is_whole(value: str) -> bool:
    kind, at, code = value.partition("@")
    return value.startswith("group:") or bool(at and code and kind in KindOfUnit.values)


def _wholes(asked: str, day: date, language: str, kinds: Sequence[str] | None) -> list[Suggestion]:
    words = [word for word in asked.split() if word not in _LEADING]
    found: list[Suggestion] = []
    for code, group in phrases.groups().items():
        if ":" in code and not words:
            continue
        if kinds and not set(group.kinds) & set(kinds):
            continue
        names = f"{fold(group.vi)} {fold(group.en)}".split()
        if all(any(name.startswith(word) for name in names) for word in asked.split()):
            found.append(_whole(f"group:{code}", queries.group_members(code, day), day, language))
    if words:
        provinces = queries.find(
            " ".join(words), day, [KindOfUnit.PROVINCE_COMMITTEE], 2, language=language, nearest=False
        )
        for one in provinces:
            for kind in WHOLE if not kinds else [one for one in WHOLE if one in kinds]:
                value = f"{kind.value}@{one.code}"
                found.append(_whole(value, members(value, day), day, language))
    return [one for one in found if one.many > 1]


def _whole(value: str, units: Sequence[int], day: date, language: str) -> Suggestion:
    count = len(units)
    if value.startswith("group:"):
        name = value.removeprefix("group:")
        label = queries.group_name(name, language)
        return Suggestion(value, label, _counted(count), queries.group_name(name, "vi"), count)
    kind, _at, code = value.partition("@")
    unit = queries.unit_called(code).pk
    place = queries.named_on([unit], day, language, short=True).get(unit, code)
    if kind == KindOfUnit.COMMUNE_COMMITTEE:
        label = _("All communes, wards and special zones of %(place)s") % {"place": place}
    elif kind == KindOfUnit.PROVINCE_DEPARTMENT:
        label = _("All departments of %(place)s") % {"place": place}
    else:
        label = _("%(place)s: all of the kind “%(kind)s”") % {"place": place, "kind": KindOfUnit(kind).label}
    return Suggestion(value, label, _counted(count), label, count)


def _counted(count: int) -> str:
    return ngettext("%(n)s unit", "%(n)s units", count) % {"n": count}


# --- words -------------------------------------------------------------------------------------------------
def _named(values: Sequence[str], day: date, kinds: Sequence[str] | None) -> Mapping[str, tuple[int, ...]]:
    """Which bodies are called exactly so, short or in full; "Tân Tiến (Đồng Nai)" says of which place."""
    if not values:
        return {}
    split = {one: _place(one) for one in values}
    forms = {form for form, _above in split.values() if form}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT form, name.unit_id, split_part(name.search, '|~', 2)
            FROM units_name AS name
            JOIN units_kind AS kind ON kind.unit_id = name.unit_id AND kind.valid @> %(day)s::date
                 AND kind.voided_by IS NULL,
                 unnest(string_to_array(split_part(name.search, '|~', 1), '|')) AS form
            WHERE name.valid @> %(day)s::date AND name.voided_by IS NULL AND form = ANY(%(forms)s::text[])
              AND (%(kinds)s::text[] IS NULL OR kind.kind = ANY(%(kinds)s::text[]))
            ORDER BY name.unit_id
            """,
            {"day": day, "forms": list(forms), "kinds": list(kinds) if kinds else None},
        )
        called: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for form, unit, above in cursor.fetchall():
            called[form].append((unit, above))
    found = {}
    for one, (form, above) in split.items():
        hits = called.get(form, [])
        found[one] = tuple(unit for unit, place in hits if not above or above in place) if hits else ()
    return found


def _place(words: str) -> tuple[str, str]:
    """`Tân Tiến (Đồng Nai)` and `Tân Tiến, tỉnh Đồng Nai` are a name and a place."""
    parted = _NEAR.match(words)
    if parted is None:
        return fold(words), ""
    place = fold(parted["inside"] or parted["after"] or "")
    for head in ("tinh ", "thanh pho ", "tp "):
        place = place.removeprefix(head)
    return fold(parted["name"]), place.removesuffix(" province").removesuffix(" city")


def _read(words: str, day: date, kinds: Sequence[str] | None) -> tuple[int, ...]:
    """As a directive would say it, for what is called otherwise: "UBND phường Pleiku"."""
    reading = queries.resolve([words], day)[0]
    if reading.groups or not reading.unit_ids:
        return ()
    of_kind = queries.kinds_of(reading.unit_ids, day)
    return tuple(unit for unit in reading.unit_ids if not kinds or of_kind.get(unit) in kinds)


def _near(words: str, meant: Sequence[int], day: date, language: str, kinds: Sequence[str] | None) -> tuple[Found, ...]:
    if meant:
        return tuple(queries.found(list(meant)[:12], day, language))
    units = [one.value for one in suggest(words, day, language, kinds=kinds, limit=6)]
    ids = dict(Unit.objects.filter(code__in=units).values_list("code", "id"))
    return tuple(queries.found([ids[code] for code in units if code in ids], day, language))
