"""The country package's bodies as dated rows: read, checked, and named by the patterns of `kinds.toml`. No database.

A wrong file is refused with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from isotherm import country
from isotherm.refusals import NotAccepted
from isotherm.units import phrases
from isotherm.units.folding import fold, other_placement, sort_key
from isotherm.units.models import Alias, KindOfUnit, Succession
from isotherm.words import lazy

Row = Mapping[str, str]


class NameRow(NamedTuple):
    code: str
    since: date
    until: date | None
    vi: str
    en: str
    vi_other: str
    short_vi: str
    short_en: str
    abbreviation: str
    official_code: str
    search: str
    keys: tuple[str, ...]
    sort_key: str
    confidence: str


class KindRow(NamedTuple):
    code: str
    since: date
    until: date | None
    kind: str
    branch: str
    confidence: str


class PlacementRow(NamedTuple):
    code: str
    since: date
    until: date | None
    line: str
    parent: str
    confidence: str


class AliasRow(NamedTuple):
    code: str
    since: date
    until: date | None
    text: str
    folded: str
    what: str
    confidence: str


class SuccessionRow(NamedTuple):
    code: str
    day: date
    kind: str
    document: str
    note: str
    share: Decimal = Decimal(1)


@dataclass
class Bodies:
    """Everything a country package says, by code. `codes` in the order in which units are to be made."""

    codes: list[str] = field(default_factory=list)
    names: list[NameRow] = field(default_factory=list)
    kinds: list[KindRow] = field(default_factory=list)
    placements: list[PlacementRow] = field(default_factory=list)
    aliases: list[AliasRow] = field(default_factory=list)
    successions: list[SuccessionRow] = field(default_factory=list)


@dataclass(frozen=True)
class _Span:
    """A time in which a place has one type."""

    since: date
    until: date | None
    branch: str


def bodies() -> Bodies:
    """All of the installed country package."""
    return read(country.table, country.rules("kinds"))


def read(table: Callable[[str], tuple[Row, ...]], rules: Mapping[str, Any]) -> Bodies:
    reader = _Reader(table, rules)
    reader.centre()
    reader.provinces()
    reader.aliases()
    reader.check()
    return reader.made


# The types a province had, one after the other, with the words of the patterns for each.
Places = list[tuple[_Span, dict[str, str]]]


class _Reader:
    def __init__(self, table: Callable[[str], tuple[Row, ...]], rules: Mapping[str, Any]) -> None:
        self.table = table
        self.rules = rules
        self.made = Bodies()
        self.begins: dict[str, date] = {}
        self.changes: dict[str, list[tuple[int, Row]]] = {}
        for line, row in _numbered(table("changes")):
            self.changes.setdefault(row["code"], []).append((line, row))

    def centre(self) -> None:
        for line, row in _numbered(self.table("centre")):
            since = _day("centre", line, row["since"])
            kind = _kind("centre", line, row["kind"])
            self.unit(row["code"], since, file="centre", line=line)
            span = _Span(since, None, row["branch"])
            self.kind(row["code"], kind, span, row["confidence"])
            for place in row["places"].split():
                self.place(row["code"], place, span, row["confidence"], file="centre", line=line)
            self.name(
                row["code"],
                span,
                vi=row["name_vi"],
                en=row["name_en"],
                abbreviation=row["abbreviation"],
                confidence=row["confidence"],
            )

    def provinces(self) -> None:
        since = self.rules["since"]
        places: dict[str, Places] = {}
        for line, row in _numbered(self.table("vn-provinces-34")):
            spans = self.spans(f"P-{row['code']}", row["type"], since)
            places[row["code"]] = [(span, self.words(row, span)) for span in spans]
            for pattern in self.rules["province_bodies"]:
                self.local(pattern, places[row["code"]], row, line=line)
            for department in self.table("departments"):
                self.department(department, places[row["code"]], row, line=line)
        for line, row in _numbered(self.table("vn-communes-3321")):
            province = places.get(row["province_code"])
            if province is None:
                raise _wrong("vn-communes-3321", line, lazy("there is no province %(value)s"), row["province_code"])
            self.commune(row, province, since, line=line)

    def aliases(self) -> None:
        for line, row in _numbered(self.table("aliases")):
            if row["code"] not in self.begins:
                raise _wrong("aliases", line, lazy("there is no unit %(value)s"), row["code"])
            if row["what"] not in Alias.What.values:
                raise _wrong("aliases", line, lazy("%(value)s is not a kind of alias"), row["what"])
            self.made.aliases.append(
                AliasRow(
                    row["code"],
                    self.begins[row["code"]],
                    None,
                    row["text"],
                    phrases.key(row["text"]),
                    row["what"],
                    row["confidence"],
                )
            )

    def check(self) -> None:
        """Parents and changes that name no unit."""
        for placement in self.made.placements:
            if placement.parent and placement.parent not in self.begins:
                raise NotAccepted(
                    lazy("The country package places %(unit)s below %(parent)s, which it does not have."),
                    {"unit": placement.code, "parent": placement.parent},
                )
        for code, rows in self.changes.items():
            if code not in self.begins:
                raise _wrong("changes", rows[0][0], lazy("there is no unit %(value)s"), code)

    # --- one body -----------------------------------------------------------------------------------------
    def local(self, pattern: Mapping[str, Any], places: Places, row: Row, line: int) -> None:
        code = pattern["code"].format(**places[0][1])
        self.unit(code, places[0][0].since, file="vn-provinces-34", line=line)
        committee = pattern["kind"] == KindOfUnit.PROVINCE_COMMITTEE
        for span, words in places:
            own = span if committee or "branch" in pattern else _Span(span.since, span.until, "")
            self.kind(code, pattern["kind"], own, row["confidence"])
            self.name(
                code,
                span,
                vi=_pattern(pattern["vi"], span).format(**words),
                en=_pattern(pattern["en"], span).format(**words),
                short_vi=pattern.get("short_vi", "").format(**words),
                short_en=pattern.get("short_en", "").format(**words),
                abbreviation=pattern.get("abbreviation", "").format(**words),
                official_code=row["code"] if committee else "",
                keys=[key.format(**words) for key in (*pattern.get("keys_vi", ()), *pattern.get("keys_en", ()))],
                confidence=row["confidence"],
                above=() if committee else (words["vi"],),
                order=words["vi"],
            )
        whole = _Span(places[0][0].since, places[-1][0].until, "")
        for place in pattern["places"]:
            self.place(code, place, whole, row["confidence"], file="vn-provinces-34", line=line)
        if committee:
            self.former(code, places, row, pattern)

    def former(self, code: str, places: Places, row: Row, pattern: Mapping[str, Any]) -> None:
        """A text of yesterday, or one by habit, still says `tỉnh Đồng Nai`."""
        for earlier, later in pairwise(places):
            words = earlier[1]
            for text in (pattern["vi"].format(**words), words["place_vi"], pattern["en"].format(**words)):
                self.made.aliases.append(
                    AliasRow(code, later[0].since, None, text, phrases.key(text), Alias.What.FORMER, row["confidence"])
                )

    def department(self, department: Row, places: Places, row: Row, line: int) -> None:
        pattern = self.rules["department"]
        code = pattern["code"].format(department=department["code"], **places[0][1])
        self.unit(code, places[0][0].since, file="departments", line=line)
        whole = _Span(places[0][0].since, places[-1][0].until, department["branch"])
        self.kind(code, pattern["kind"], whole, department["confidence"])
        for place in (f"state:P-{row['code']}", f"sector:{department['ministry']}"):
            self.place(code, place, whole, department["confidence"], file="departments", line=line)
        for span, place_words in places:
            own = {key: department[key] for key in ("name_vi", "name_en", "abbreviation")}
            words = {**place_words, **own}
            self.name(
                code,
                span,
                vi=pattern["vi"].format(**words),
                en=pattern["en"].format(**words),
                short_vi=pattern["short_vi"].format(**words),
                short_en=pattern["short_en"].format(**words),
                abbreviation=pattern["abbreviation"].format(**words),
                keys=[key.format(**words) for key in (*pattern["keys_vi"], *pattern["keys_en"])],
                bare=True,
                above=(place_words["vi"],),
                confidence=department["confidence"],
                order=department["name_vi"],
            )

    def commune(self, row: Row, province: Places, since: date, line: int) -> None:
        pattern = self.rules["commune"]
        code = pattern["code"].format(code=row["code"])
        spans = self.spans(code, row["type"], since)
        self.unit(code, since, file="vn-communes-3321", line=line)
        self.place(
            code, f"state:P-{row['province_code']}", _Span(since, None, ""), "R", file="vn-communes-3321", line=line
        )
        for span in spans:
            self.kind(code, pattern["kind"], span, "R")
        # The province's own change of type changes the keys that name both.
        for span in _cut(spans, [place[0].since for place in province]):
            words = self.words(row, span)
            beyond = next(place for own, place in reversed(province) if own.since <= span.since)
            both = {
                **words,
                "province_vi": beyond["vi"],
                "province_en": beyond["en"],
                "province_place_vi": beyond["place_vi"],
                "province_place_en": beyond["place_en"],
            }
            vi = pattern["vi"].format(**both)
            self.name(
                code,
                span,
                vi=vi,
                en=pattern["en"].format(**both),
                short_vi=words["vi"],
                short_en=words["en"],
                vi_other=pattern["vi"].format(place_vi=self.place_words(row["name_vi_other"], "", span)["place_vi"])
                if row["name_vi_other"]
                else other_placement(vi),
                abbreviation=pattern["abbreviation"].format(**both),
                official_code=row["code"],
                keys=[key.format(**both) for key in (*pattern["keys_vi"], *pattern["keys_en"])],
                confidence="R",
                above=(beyond["vi"],),
                order=words["vi"],
            )

    # --- rows ---------------------------------------------------------------------------------------------
    def unit(self, code: str, since: date, *, file: str, line: int) -> None:
        if code in self.begins:
            raise _wrong(file, line, lazy("the unit %(value)s is there twice"), code)
        self.begins[code] = since
        self.made.codes.append(code)

    def kind(self, code: str, kind: str, span: _Span, confidence: str) -> None:
        last = self.made.kinds[-1] if self.made.kinds else None
        if last is not None and (last.code, last.kind, last.branch, last.until) == (
            code,
            kind,
            span.branch,
            span.since,
        ):
            self.made.kinds[-1] = last._replace(until=span.until)
            return
        self.made.kinds.append(KindRow(code, span.since, span.until, kind, span.branch, confidence))

    def place(self, code: str, place: str, span: _Span, confidence: str, *, file: str, line: int) -> None:
        in_line, _, parent = place.partition(":")
        if in_line not in self.rules["lines"]:
            raise _wrong(file, line, lazy("%(value)s is not a line of the tree"), in_line)
        self.made.placements.append(PlacementRow(code, span.since, span.until, in_line, parent, confidence))

    def name(
        self,
        code: str,
        span: _Span,
        *,
        vi: str,
        en: str,
        confidence: str,
        short_vi: str = "",
        short_en: str = "",
        vi_other: str = "",
        abbreviation: str = "",
        official_code: str = "",
        keys: list[str] | None = None,
        bare: bool = False,
        above: tuple[str, ...] = (),
        order: str = "",
    ) -> None:
        forms = [vi, en, abbreviation, *(keys or ()), *((short_vi, short_en) if bare else ())]
        folded = dict.fromkeys(fold(text) for text in (short_vi or vi, vi, short_en, en, abbreviation, code))
        row = NameRow(
            code=code,
            since=span.since,
            until=span.until,
            vi=vi,
            en=en,
            vi_other=vi_other or other_placement(vi),
            short_vi=short_vi or vi,
            short_en=short_en or en,
            abbreviation=abbreviation,
            official_code=official_code,
            # Between bars its own names, after the tilde the place above it: found by both, ranked by the first.
            search=f"|{'|'.join(text for text in folded if text)}|~{'~'.join(map(fold, above))}",
            keys=tuple(dict.fromkeys(key for key in map(phrases.key, forms) if key)),
            sort_key=sort_key(order or vi),
            confidence=confidence,
        )
        self.made.names.append(row)

    # --- places through time ------------------------------------------------------------------------------
    def spans(self, code: str, branch_now: str, since: date) -> list[_Span]:
        changes = self.changes.get(code, [])
        spans: list[_Span] = []
        begin = since
        for line, row in changes:
            day = _day("changes", line, row["day"])
            if row["event"] not in Succession.Event.values:
                raise _wrong("changes", line, lazy("%(value)s is not a kind of event"), row["event"])
            spans.append(_Span(begin, day, row["branch_before"]))
            self.made.successions.append(SuccessionRow(code, day, row["event"], row["document"], row["note"]))
            begin = day
            if row is changes[-1][1] and row["branch_after"] != branch_now:
                raise _wrong("changes", line, lazy("the list of today does not say %(value)s"), row["branch_after"])
        spans.append(_Span(begin, None, branch_now))
        return spans

    def words(self, row: Row, span: _Span) -> dict[str, str]:
        return {
            "code": row["code"],
            "branch": span.branch,
            "short_en": row.get("short_en") or row["name_en"],
            **self.place_words(row["name_vi"], row["name_en"], span),
        }

    def place_words(self, vi: str, en: str, span: _Span) -> dict[str, str]:
        pattern = self.rules["places"][span.branch]
        return {
            "vi": vi,
            "en": en,
            "place_vi": pattern["vi"].format(vi=vi),
            "place_en": pattern["en"].format(en=en),
        }


def _cut(spans: list[_Span], days: list[date]) -> Iterator[_Span]:
    for span in spans:
        begin = span.since
        for day in sorted(days):
            if begin < day and (span.until is None or day < span.until):
                yield _Span(begin, day, span.branch)
                begin = day
        yield _Span(begin, span.until, span.branch)


def _pattern(pattern: str | Mapping[str, str], span: _Span) -> str:
    return pattern if isinstance(pattern, str) else pattern[span.branch]


def _numbered(rows: tuple[Row, ...]) -> Iterator[tuple[int, Row]]:
    """With line numbers of the file, whose first line is the heading."""
    yield from enumerate(rows, start=2)


def _day(file: str, line: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong(file, line, lazy("%(value)s is not a date"), text) from None


def _kind(file: str, line: int, text: str) -> str:
    if text not in KindOfUnit.values:
        raise _wrong(file, line, lazy("%(value)s is not a kind of unit"), text)
    return text


def _wrong(file: str, line: int, why: Any, value: str) -> NotAccepted:
    return NotAccepted(
        lazy("File %(file)s.csv of the country package, line %(line)s: %(why)s."),
        {"file": file, "line": line, "why": why % {"value": value}},
    )
