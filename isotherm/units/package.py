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
from isotherm.units.before import Before
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


class HeirRow(NamedTuple):
    """`share` is None where a unit was divided and nobody stated the parts."""

    gone: str
    heir: str
    share: Decimal | None = Decimal(1)
    main: bool = True


class SuccessionRow(NamedTuple):
    """One dated event. A changed name or kind has the unit as its own heir."""

    day: date
    kind: str
    document: str
    note: str
    heirs: tuple[HeirRow, ...]


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
    reader.before()
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
        self.past = Before(table, rules)
        self.changes: dict[str, list[tuple[int, Row]]] = {}
        for line, row in _numbered(table("changes")):
            self.changes.setdefault(row["code"], []).append((line, row))

    def centre(self) -> None:
        for line, row in _numbered(self.table("centre")):
            since = _day("centre", line, row["since"])
            kind = _kind("centre", line, row["kind"])
            self.unit(row["code"], since, file="centre", line=line)
            until = _day("centre", line, row["until"]) if row.get("until") else None
            span = _Span(since, until, row["branch"])
            self.kind(row["code"], kind, span, row["confidence"])
            if until is not None:
                self.made.successions.append(
                    SuccessionRow(
                        until,
                        Succession.Event.MERGER,
                        row["document"],
                        row["note"],
                        (HeirRow(row["code"], row["heir"]),),
                    )
                )
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

    def before(self) -> None:
        """The provinces, districts and communes that ended, and who took over from them."""
        past = self.past
        day = past.ended_on
        committee = self.rules["province_bodies"][0]
        formed: dict[str, list[HeirRow]] = {}
        for line, row in _numbered(self.table("vn-provinces-63")):
            if row["heir"] in past.unmerged:
                continue
            code = past.province_code(row["code"])
            self.unit(code, past.provinces_since, file="vn-provinces-63", line=line)
            span = _Span(past.provinces_since, day, row["type"])
            self.old_names(code, committee, span, past.place(row), {}, row, confidence=row["confidence"])
            self.kind(code, KindOfUnit.PROVINCE_COMMITTEE, span, row["confidence"])
            self.place(code, "state:CP", span, row["confidence"], file="vn-provinces-63", line=line)
            formed.setdefault(f"P-{row['heir']}", []).append(HeirRow(code, f"P-{row['heir']}"))
        document = self.rules["before"]["provinces_document"]
        for heirs in formed.values():
            self.made.successions.append(SuccessionRow(day, Succession.Event.MERGER, document, "", tuple(heirs)))
        self.old_districts()
        for line, row in _numbered(self.table("vn-communes-10035")):
            if row["code"] not in past.gone_on:
                code = past.commune_code(row["code"])
                self.unit(code, past.since, file="vn-communes-10035", line=line)
                self.old_commune(code, row, line=line)
        document = self.rules["before"]["communes_document"]
        for heir, olds in past.went_into.items():
            if heir in past.going_on:
                continue
            heirs = [self.heir(old, heir) for old in olds]
            self.made.successions.append(SuccessionRow(day, Succession.Event.MERGER, document, "", tuple(heirs)))

    def heir(self, old: str, heir: str) -> HeirRow:
        heirs = self.past.heirs[old]
        whole = Decimal(1) if len(heirs) == 1 else None
        return HeirRow(self.past.commune_code(old), f"C-{heir}", whole, (heir, True) in heirs)

    def old_districts(self) -> None:
        past, pattern = self.past, self.rules["old_district"]
        document = self.rules["before"]["districts_document"]
        below: dict[str, list[HeirRow]] = {}
        for line, row in _numbered(self.table("vn-districts-2025")):
            code = past.district_code(row["code"])
            span = _Span(past.since, past.ended_on, row["type"])
            self.unit(code, span.since, file="vn-districts-2025", line=line)
            above = past.place(past.provinces[row["province_code"]])
            self.old_names(code, pattern, span, past.place(row), above, row, confidence=row["confidence"])
            self.kind(code, pattern["kind"], span, row["confidence"])
            place = f"state:{past.province_code(row['province_code'])}"
            self.place(code, place, span, row["confidence"], file="vn-districts-2025", line=line)
            heir = f"C-{row['heir']}" if row["heir"] else f"P-{past.provinces[row['province_code']]['heir']}"
            below.setdefault(heir, []).append(HeirRow(code, heir))
        for heirs in below.values():
            self.made.successions.append(
                SuccessionRow(past.ended_on, Succession.Event.LEVEL_ABOLISHED, document, "", tuple(heirs))
            )

    def old_commune(self, code: str, row: Row, *, line: int) -> None:
        """Names, kind and place until the day, also of a commune that goes on."""
        past = self.past
        district = past.districts[row["district_code"]]
        span = _Span(past.since, past.ended_on, row["type"])
        self.old_names(code, self.rules["old_commune"], span, past.place(row), past.place(district), row)
        self.kind(code, KindOfUnit.COMMUNE_COMMITTEE, span, "R")
        place = f"state:{past.district_code(district['code'])}"
        self.place(code, place, span, "R", file="vn-communes-10035", line=line)

    def old_names(
        self,
        code: str,
        pattern: Mapping[str, Any],
        span: _Span,
        words: Mapping[str, str],
        above: Mapping[str, str],
        row: Row,
        *,
        confidence: str = "R",
    ) -> None:
        both = {**words, **{f"above_{key}": value for key, value in above.items()}}
        self.name(
            code,
            span,
            vi=pattern["vi"].format(**both),
            en=pattern["en"].format(**both),
            short_vi=words["vi"],
            short_en=words["en"],
            abbreviation=pattern["abbreviation"].format(**both),
            official_code=row["code"],
            keys=[key.format(**both) for key in (*pattern["keys_vi"], *pattern["keys_en"])],
            confidence=confidence,
            above=(above["vi"],) if above else (),
            order=words["vi"],
        )

    def places_before(self, code: str) -> Places:
        """The times of a province that goes on, before the present list begins."""
        old = self.past.unmerged.get(code)
        if old is None:
            return []
        found: Places = []
        begin = self.past.provinces_since
        if old["former_until"]:
            line = list(self.past.provinces).index(old["code"]) + 2
            until = _day("vn-provinces-63", line, old["former_until"])
            named = {**old, "name_vi": old["former_name"], "type": old["former_type"]}
            found.append((_Span(begin, until, named["type"]), self.past.place(named)))
            self.made.successions.append(
                SuccessionRow(
                    until,
                    Succession.Event.CHANGE_OF_KIND,
                    old["former_document"],
                    "",
                    (HeirRow(f"P-{code}", f"P-{code}"),),
                )
            )
            begin = until
        found.append((_Span(begin, self.past.ended_on, old["type"]), self.past.place(old)))
        return found

    def aliases(self) -> None:
        for line, row in _numbered(self.table("aliases")):
            if row["code"] not in self.begins:
                raise _wrong("aliases", line, lazy("there is no unit %(value)s"), row["code"])
            if row["what"] not in Alias.What.values:
                raise _wrong("aliases", line, lazy("%(value)s is not a kind of alias"), row["what"])
            since = _day("aliases", line, row["since"]) if row.get("since") else self.begins[row["code"]]
            self.made.aliases.append(
                AliasRow(
                    row["code"],
                    since,
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
        committee = pattern["kind"] == KindOfUnit.PROVINCE_COMMITTEE
        if committee:
            places = [*self.places_before(row["code"]), *places]
        self.unit(code, places[0][0].since, file="vn-provinces-34", line=line)
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
            if words["place_vi"] == later[1]["place_vi"]:
                continue
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
        old = self.past.going_on.get(row["code"])
        self.unit(code, self.past.since if old else since, file="vn-communes-3321", line=line)
        if old:
            self.old_commune(code, old, line=line)
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
            self.made.successions.append(
                SuccessionRow(day, row["event"], row["document"], row["note"], (HeirRow(code, code),))
            )
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
