"""An official list of local units held against the register: what is new, gone, renamed, of another kind or place.

Columns are found by their head words, in either language. A row that cannot be read is named with its line and left out
of the comparison; nothing is guessed. Codes are the official ones.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from isotherm.refusals import NotAccepted
from isotherm.units.folding import fold, spelling
from isotherm.units.models import STATE, Kind, KindOfUnit, Name, TreeNode, Unit
from isotherm.units.tree import versions
from isotherm.words import lazy

# Head words of the columns, folded; the first that fits is taken.
HEADS = {
    "code": ("ma", "ma xa", "ma px", "ma don vi", "ma dvhc", "code", "commune code", "unit code", "province code"),
    "name": ("ten", "ten don vi", "ten dvhc", "ten xa", "name", "name vi", "full name vi", "ten don vi hanh chinh"),
    "kind": ("loai", "cap", "loai don vi", "type", "kind"),
    "parent": ("ma tinh", "ma tp", "ma cap tren", "ma don vi cap tren", "parent", "parent code"),
    "formed": ("hinh thanh tu", "sap xep tu", "nhap tu", "ma cu", "formed from", "merged from", "old codes"),
}
# How a kind is written, as the first words of a name or in a column of its own.
KINDS = {
    "tinh": "province", "province": "province",
    "thanh pho truc thuoc trung uong": "city", "thanh pho": "city", "tp": "city", "city": "city",
    "xa": "commune", "commune": "commune",
    "phuong": "ward", "ward": "ward",
    "dac khu": "special_zone", "dac_khu": "special_zone", "special zone": "special_zone",
    "special administrative region": "special_zone", "thi tran": "township", "township": "township",
}  # fmt: skip

PREFIXES = {
    "Tỉnh": "province", "Thành phố": "city", "Xã": "commune", "Phường": "ward", "Đặc khu": "special_zone",
    "Thị trấn": "township",
}  # fmt: skip


class What(StrEnum):
    NEW = "new"
    GONE = "gone"
    RENAMED = "renamed"
    OTHER_KIND = "other_kind"
    MOVED = "moved"
    OTHER_CODE = "other_code"


WORDS = {
    What.NEW: lazy("in the list, not in the register"),
    What.GONE: lazy("in the register, not in the list"),
    What.RENAMED: lazy("other name"),
    What.OTHER_KIND: lazy("other kind"),
    What.MOVED: lazy("other body above"),
    What.OTHER_CODE: lazy("other code"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list. `kind` is empty where the list does not say it; `formed` are the codes of what it was formed
    from, each with its share where the list states one: `06970; 06973=0.4`."""

    line: int
    code: str
    name: str
    kind: str
    parent: str
    formed: tuple[tuple[str, Decimal | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A unit of the register on the day, by its official code."""

    unit: str
    code: str
    name: str
    kind: str
    parent: str


@dataclass(frozen=True, slots=True)
class Difference:
    what: What
    code: str
    name: str
    line: int | None
    unit: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was left out, and why."""

    line: int
    why: str


@dataclass(slots=True)
class Comparison:
    """`same` rows agree in everything. `units`: which unit each row is about; `heirs`: of a code that is gone, the rows
    formed from it, with their shares."""

    day: date
    rows: int
    same: int = 0
    differences: list[Difference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    heirs: dict[str, list[tuple[str, Decimal | None]]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    def counts(self) -> dict[What, int]:
        found = Counter(one.what for one in self.differences)
        return {what: found[what] for what in What if found[what]}


def read(content: bytes) -> tuple[list[Listed], list[Fault]]:
    """The rows of a .csv (comma, semicolon or tab; UTF-8), and the lines that cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotAccepted(
            lazy("The list is not written in UTF-8."), remedy=lazy("Save it as CSV UTF-8 and try again.")
        ) from None
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    if len(rows) < 2:
        raise NotAccepted(lazy("The list has no rows."), remedy=lazy("The first line names the columns."))
    columns = _columns(rows[0])
    listed: list[Listed] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        value = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        kind, name = _kind(value.get("kind", "")), value.get("name", "")
        own_kind, own_name = _split(name)
        if not value.get("code") or not name:
            faults.append(Fault(line, str(lazy("the code or the name is missing"))))
        elif not value["code"].isdigit():
            faults.append(Fault(line, str(lazy("%(code)s is not a code")) % {"code": value["code"]}))
        elif value["code"] in first:
            words = lazy("the code %(code)s stands in line %(line)s already")
            faults.append(Fault(line, str(words) % {"code": value["code"], "line": first[value["code"]]}))
        elif value.get("kind") and not kind:
            faults.append(Fault(line, str(lazy("%(kind)s is not a kind of local unit")) % {"kind": value["kind"]}))
        elif (formed := _formed(value.get("formed", ""))) is None:
            words = lazy("what it is formed from, %(words)s, is no list of codes such as 06970; 06973=0.4")
            faults.append(Fault(line, str(words) % {"words": value["formed"][:60]}))
        else:
            first[value["code"]] = line
            listed.append(Listed(line, value["code"], own_name, kind or own_kind, value.get("parent", ""), formed))
    known = {one.code for one in listed}
    wide = {len(one.code) for one in listed}
    if len(wide) > 1:  # provinces and communes in one list: each place above must stand in it
        for one in [one for one in listed if one.parent and one.parent not in known]:
            listed.remove(one)
            words = lazy("the body above, %(parent)s, does not stand in the list")
            faults.append(Fault(one.line, str(words) % {"parent": one.parent}))
    circle = _circle({one.code: one.parent for one in listed if one.parent})
    for one in [one for one in listed if one.code in circle]:
        listed.remove(one)
        words = lazy("the bodies above it, %(codes)s, stand in a circle")
        faults.append(Fault(one.line, str(words) % {"codes": ", ".join(sorted(circle))}))
    return listed, sorted(faults, key=lambda one: one.line)


def held_on(day: date, kinds: Iterable[str]) -> dict[str, Held]:
    """Local units of the register by their official code."""
    wanted = list(kinds)
    rows = Kind.objects.filter(kind__in=wanted, valid__contains=day, voided_by__isnull=True)
    branches = dict(rows.values_list("unit_id", "branch"))
    names = {
        unit: (code, short)
        for unit, code, short in Name.objects.filter(
            unit__in=branches, valid__contains=day, voided_by__isnull=True
        ).values_list("unit_id", "official_code", "short_vi")
    }
    above = dict(
        TreeNode.objects.filter(version__in=versions(day, STATE), unit__in=branches).values_list("unit_id", "parent_id")
    )
    codes = dict(Unit.objects.filter(pk__in=branches).values_list("pk", "code"))
    official = dict(
        Name.objects.filter(unit__in=set(above.values()), valid__contains=day, voided_by__isnull=True).values_list(
            "unit_id", "official_code"
        )
    )
    return {
        code: Held(codes[unit], code, short, branches[unit], official.get(above.get(unit) or 0, ""))
        for unit, (code, short) in names.items()
        if code
    }


def compare(listed: Sequence[Listed], faults: Sequence[Fault], day: date) -> Comparison:
    """The list against the register of the day. Only levels that the list speaks of are compared."""
    provinces = any(len(one.code) == 2 for one in listed)
    communes = any(len(one.code) == 5 for one in listed)
    kinds = [
        kind
        for kind, spoken in (
            (KindOfUnit.PROVINCE_COMMITTEE, provinces),
            (KindOfUnit.COMMUNE_COMMITTEE, communes),
        )
        if spoken
    ]
    held = held_on(day, kinds)
    result = Comparison(day, len(listed), faults=list(faults))
    paired = _paired(listed, held)
    result.units = {code: one.unit for code, one in paired.items()}
    missing = {code: one for code, one in held.items() if one.unit not in {other.unit for other in paired.values()}}
    elsewhere = Counter(spelling(one.name) for one in missing.values())
    for row in listed:
        unit = paired.get(row.code)
        if unit is None:
            if not row.parent and elsewhere[spelling(row.name)]:
                words = lazy("%(count)s units of the register are called so: the list must say which body stands above")
                result.faults.append(Fault(row.line, str(words) % {"count": elsewhere[spelling(row.name)]}))
            else:
                result.differences.append(_differs(What.NEW, row, "", "", row.name))
            continue
        found = []
        if unit.code != row.code:
            found.append(_differs(What.OTHER_CODE, row, unit.unit, unit.code, row.code))
        if spelling(unit.name) != spelling(row.name):
            found.append(_differs(What.RENAMED, row, unit.unit, unit.name, row.name))
        if row.kind and row.kind != unit.kind:
            found.append(_differs(What.OTHER_KIND, row, unit.unit, unit.kind, row.kind))
        if row.parent and unit.parent and row.parent != unit.parent:
            found.append(_differs(What.MOVED, row, unit.unit, unit.parent, row.parent))
        result.differences.extend(found)
        result.same += not found
    result.differences.extend(
        Difference(What.GONE, one.code, one.name, None, one.unit, one.name, "")
        for one in sorted(missing.values(), key=lambda one: one.code)
    )
    _inherit(result, listed, held, missing)
    result.faults.sort(key=lambda one: one.line)
    return result


def _paired(listed: Sequence[Listed], held: Mapping[str, Held]) -> dict[str, Held]:
    """Which unit each row is about. Code and name agree; else a name that one row and one unit of a place have left
    goes before a code, because codes are given anew (Ba Chẽ was 06970 and is 06978) and names stay."""
    found = {row.code: held[row.code] for row in listed
             if row.code in held and spelling(held[row.code].name) == spelling(row.name)}  # fmt: skip
    rows: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    units: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for row in listed:
        if row.code not in found and row.parent:
            rows[(spelling(row.name), row.parent)].append(row)
    for code, one in held.items():
        if code not in found:
            units[(spelling(one.name), one.parent)].append(one)
    for place, own in rows.items():
        if len(own) == 1 and len(units.get(place, ())) == 1:
            found[own[0].code] = units[place][0]
    taken = {one.unit for one in found.values()}
    for row in listed:
        unit = held.get(row.code)
        if row.code not in found and unit is not None and unit.unit not in taken:
            found[row.code] = unit
    return found


def _inherit(
    result: Comparison, listed: Sequence[Listed], held: Mapping[str, Held], missing: Mapping[str, Held]
) -> None:
    """Who takes over what is gone, where the list says it; what cannot be is named with its row."""
    lines: dict[str, int] = {}
    for row in listed:
        for code, share in row.formed:
            lines.setdefault(code, row.line)
            if code not in held:
                words = lazy("it is formed from %(code)s, which no unit of the register has as its code")
                result.faults.append(Fault(row.line, str(words) % {"code": code}))
            elif code in missing:
                result.heirs.setdefault(code, []).append((row.code, share))
            elif code != row.code:
                words = lazy("it is formed from %(code)s, which the list still has as a unit of its own")
                result.faults.append(Fault(row.line, str(words) % {"code": code}))
    for code, heirs in list(result.heirs.items()):
        stated = [share for _heir, share in heirs if share is not None]
        if stated and (len(stated) != len(heirs) or sum(stated) != 1):
            words = lazy("the shares of %(code)s add up to %(sum)s, not to 1")
            total = f"{sum(stated, Decimal(0)).normalize():f}"
            result.faults.append(Fault(lines[code], str(words) % {"code": code, "sum": total}))
            del result.heirs[code]


def _formed(words: str) -> tuple[tuple[str, Decimal | None], ...] | None:
    found = []
    for piece in words.replace(";", " ").split():
        code, _is, share = piece.partition("=")
        try:
            part = Decimal(share.replace(",", ".")) if share else None
        except InvalidOperation:
            return None
        if not code.isdigit() or (part is not None and not 0 < part <= 1):
            return None
        found.append((code, part))
    return tuple(found)


def _circle(above: Mapping[str, str]) -> set[str]:
    """Codes that stand above themselves."""
    found = set()
    for code in above:
        at, seen = above.get(code, ""), set()
        while at and at not in seen:
            seen.add(at)
            at = above.get(at, "")
        if code in seen:
            found.add(code)
    return found


def _differs(what: What, row: Listed, unit: str, was: str, becomes: str) -> Difference:
    return Difference(what, row.code, row.name, row.line, unit, was, becomes)


def _columns(head: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    folded = [fold(cell) for cell in head]
    for name, words in HEADS.items():
        for word in words:
            if word in folded and folded.index(word) not in found.values():
                found.setdefault(name, folded.index(word))
                break
    # A list of communes calls its own code "Mã" and that of the province "Mã tỉnh"; "province code" above a commune's.
    if (
        "code" in found
        and "parent" not in found
        and "province code" in folded
        and folded[found["code"]] != "province code"
    ):
        found["parent"] = folded.index("province code")
    absent = [name for name in ("code", "name") if name not in found]
    if absent:
        raise NotAccepted(
            lazy("The first line of the list names no column for %(columns)s."),
            {"columns": ", ".join(absent)},
            remedy=lazy("Name the columns, for example: code, name, type, parent code (mã, tên, loại, mã tỉnh)."),
        )
    return found


def _kind(words: str) -> str:
    return KINDS.get(fold(words).strip(), "") or KINDS.get(words.strip(), "")


def _split(name: str) -> tuple[str, str]:
    """`Phường Ba Đình` is the ward Ba Đình; the commune Phượng Dực keeps both its words: tones count."""
    for words, kind in PREFIXES.items():
        count = len(words.split())
        if spelling(" ".join(name.split()[:count])) == spelling(words) and len(name.split()) > count:
            return kind, " ".join(name.split()[count:])
    return "", name
