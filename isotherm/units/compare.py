"""An official list of local units held against the register: what is new, gone, renamed, of another kind or place.

Columns are found by their head words, in either language. A row that cannot be read is named with its line and left out
of the comparison; nothing is guessed. Codes are the official ones.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
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
    """A row of the list. `kind` is empty where the list does not say it."""

    line: int
    code: str
    name: str
    kind: str
    parent: str


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
    """`same` rows agree in everything; `twins` are names that several rows of one province carry."""

    day: date
    rows: int
    same: int = 0
    differences: list[Difference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

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
        else:
            first[value["code"]] = line
            listed.append(Listed(line, value["code"], own_name, kind or own_kind, value.get("parent", "")))
    known = {one.code for one in listed}
    wide = {len(one.code) for one in listed}
    if len(wide) > 1:  # provinces and communes in one list: each place above must stand in it
        for one in [one for one in listed if one.parent and one.parent not in known]:
            listed.remove(one)
            words = lazy("the body above, %(parent)s, does not stand in the list")
            faults.append(Fault(one.line, str(words) % {"parent": one.parent}))
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
    missing = {code: one for code, one in held.items() if code not in {row.code for row in listed}}
    # A code that changed: the same name, kind and place under another code. Names repeat, so all three must agree.
    by_place: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for one in missing.values():
        by_place[(spelling(one.name), one.parent)].append(one)
    for row in listed:
        unit = held.get(row.code)
        if unit is None:
            same = by_place.get((spelling(row.name), row.parent), [])
            if len(same) == 1 and row.parent:
                other = same[0]
                missing.pop(other.code, None)
                result.differences.append(_differs(What.OTHER_CODE, row, other.unit, other.code, row.code))
            else:
                result.differences.append(_differs(What.NEW, row, "", "", row.name))
            continue
        found = []
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
    return result


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
