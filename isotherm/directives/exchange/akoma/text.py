"""
Every word of the text at its place. A part of the text becomes an element with an eId, its mark ("1.", "a)") the
element's number; the words stand in it letter by letter, a hard line break as `<eol/>`. Taken out again part by part
they are the text that was read.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lxml import etree

from isotherm.directives.exchange.akoma.identity import cited_address
from isotherm.directives.exchange.akoma.maker import E, tag
from isotherm.directives.exchange.akoma.paper import Paper, Part
from isotherm.directives.exchange.listing import writable
from isotherm.directives.letters import like
from isotherm.directives.structure import Passage, mark_end

# A part by the last step of its path: the element, and how its eId begins.
ELEMENTS = {
    "part": ("part", "part"),
    "ch": ("chapter", "chp"),
    "sec": ("section", "sec"),
    "let": ("division", "dvs"),
    "rom": ("subdivision", "subdvs"),
    "art": ("article", "art"),
    "cl": ("clause", "cl"),
    "sub": ("subclause", "subcl"),
    "pt": ("point", "point"),
    "par": ("point", "point"),
    "dash": ("indent", "indent"),
    "plus": ("indent", "indent"),
    "para": ("paragraph", "para"),
}
# "Nhiệm vụ 1", and what a later reader may find: a part without an element of its own.
OTHER = ("hcontainer", "hcontainer")
_ORDER = ("preface", "preamble", "body", "conclusions")
_BEFORE_BODY = {"title": "preface", "basis": "preamble", "recipients": "preamble", "preamble": "preamble"}
_LAST = {"recipients", "signature"}


@dataclass(slots=True)
class Anchor:
    """An element with an eId, and the span of the text that it holds without its children."""

    eid: str
    start: int
    end: int


@dataclass(slots=True)
class Zones:
    """The main text, or one attachment (`eid`)."""

    eid: str = ""
    preface: list[etree._Element] = field(default_factory=list)
    preamble: list[etree._Element] = field(default_factory=list)
    body: list[etree._Element] = field(default_factory=list)
    conclusions: list[etree._Element] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)

    def parts(self, body: str) -> list[etree._Element]:
        """The zones that hold something, in order; a body stands in any case."""
        found = []
        for zone in _ORDER:
            elements: list[etree._Element] = getattr(self, zone)
            if zone == "body":
                found.append(E(body, *(elements or [_empty(self.eid)])))
            elif elements:
                found.append(E(zone, *elements))
        return found


def of(paper: Paper) -> tuple[Zones, list[Zones]]:
    """The main text and its attachments."""
    groups: dict[str, list[Part]] = {"": []}
    for part in paper.parts:
        step = part.path.partition(";")[0]
        groups.setdefault(step if step.startswith("att=") else "", []).append(part)
    marks = list(_marks(paper))
    eids: Counter[str] = Counter()
    zones = [_Writer(paper, marks, eids, _attachment(step)).written(parts) for step, parts in groups.items()]
    return zones[0], zones[1:]


def _attachment(step: str) -> str:
    return f"att_{step.partition('=')[2]}" if step else ""


def _empty(eid: str) -> etree._Element:
    """A body must hold something, also where the text or its attachment (`eid`) has none."""
    return E.hcontainer(E.content(E.p()), name="empty", eId=f"{eid}__empty" if eid else "empty")


# --- what stands inside the words -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """Words with a meaning of their own: the document's number and date, what it cites, who signed."""

    start: int
    end: int
    element: str
    attributes: tuple[tuple[str, str], ...] = ()


def _marks(paper: Paper) -> Iterator[Mark]:
    known = paper.listing
    heads = [part for part in paper.parts if part.kind == "title" and not part.path.startswith("att=")]
    ends = [part for part in paper.parts if part.kind == "signature" and not part.path.startswith("att=")]
    yield from _first(paper.text, heads, known.symbol, "docNumber")
    yield from _first(paper.text, heads, known.type_name, "docType")
    yield from _date(paper.text, heads, known.signed_on)
    yield from _first(paper.text, heads, known.subject, "docTitle")
    yield from _first(paper.text, reversed(ends), known.signer, "person", (("refersTo", "#signer"),))
    for number, one in enumerate(paper.cited, start=1):
        address = cited_address(one.symbol, paper.text, one.end) or f"#cited_{number}"
        yield Mark(one.start, one.end, "ref", (("href", address),))


def _first(
    text: str,
    parts: Iterator[Part] | Sequence[Part],
    words: str,
    element: str,
    attributes: tuple[tuple[str, str], ...] = (),
) -> Iterator[Mark]:
    """Where these words first stand in these parts, however they are spaced and written large or small."""
    pieces = [re.escape(piece) for piece in like(words).split()]
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(pieces) + r"(?!\w)") if pieces else None
    for part in parts:
        found = pattern.search(like(text[part.start : part.end])) if pattern else None
        if found:
            yield Mark(part.start + found.start(), part.start + found.end(), element, attributes)
            return


def _date(text: str, parts: Sequence[Part], day: date | None) -> Iterator[Mark]:
    if day is None:
        return
    month = calendar.month_name[day.month].lower()
    said = re.compile(
        rf"(?<!\d)(?:ngày 0?{day.day} tháng 0?{day.month} năm {day.year}"
        rf"|0?{day.day} {month},? {day.year}|{month} 0?{day.day},? {day.year})(?!\d)"
    )
    for part in parts:
        found = said.search(like(text[part.start : part.end]))
        if found:
            start, end = part.start + found.start(), part.start + found.end()
            yield Mark(start, end, "docDate", (("date", f"{day:%Y-%m-%d}"),))
            return


# --- elements ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    path: str
    eid: str
    element: etree._Element


class _Writer:
    def __init__(self, paper: Paper, marks: list[Mark], eids: Counter[str], attachment: str) -> None:
        self.paper, self.text, self.eids = paper, paper.text, eids
        self.marks = sorted(marks, key=lambda one: (one.start, -one.end))
        self.zones = Zones(eid=attachment)
        self.root = attachment.replace("att_", "att=")
        self.open: list[_Open] = []
        self.table: etree._Element | None = None

    def written(self, parts: Sequence[Part]) -> Zones:
        places = self._places(parts)
        with_children = {
            one.path.rpartition(";")[0] for one, place in zip(parts, places, strict=True) if place == "body"
        }
        for part, place in zip(parts, places, strict=True):
            if place != "body":
                self._plain(part, place)
            elif part.kind == "table_row":
                self._row(part)
            else:
                self._table_ends()
                self._part(part, has_children=part.path in with_children)
        return self.zones

    def _places(self, parts: Sequence[Part]) -> list[str]:
        """Zones follow one another: a title after the first clause belongs to the body, what ends the text does not."""
        last = len(parts)
        while last and parts[last - 1].kind in _LAST:
            last -= 1
        own = [one for one in parts[:last] if one.kind not in _BEFORE_BODY]
        found, reached = [], 0
        for part in parts[:last]:
            place = _BEFORE_BODY.get(part.kind, "body")
            # A telegram without any mark is all preamble to the reader; here it is the text itself.
            place = "body" if part.kind == "preamble" and not own else place
            reached = max(reached, _ORDER.index(place))
            found.append(_ORDER[reached])
        return found + ["conclusions"] * (len(parts) - last)

    def _plain(self, part: Part, place: str) -> None:
        elements: list[etree._Element] = getattr(self.zones, place)
        above = "__".join(step for step in (self.zones.eid, place) if step)
        if part.kind == "basis" and place == "preamble":
            if not elements or elements[-1].tag != tag("citations"):
                elements.append(E.citations(eId=self._eid(above, "cits", None)))
            eid = self._eid(elements[-1].get("eId") or "", "cit", None)
            element = _below(_below(elements[-1], "citation"), "p")
            elements[-1][-1].set("eId", eid)
        else:
            eid = self._eid(above, "p", None)
            element = E.p(eId=eid)
            elements.append(element)
            if part.kind == "signature" and place == "conclusions":
                element = _below(element, "signature")
        self._fill(element, part.start, part.end)
        self.zones.anchors.append(Anchor(eid, part.start, part.end))

    def _part(self, part: Part, *, has_children: bool) -> None:
        parent = self._parent(part.path)
        step, _equals, number = part.path.rpartition(";")[2].partition("=")
        name, prefix = ELEMENTS.get(step, OTHER)
        eid = self._eid(parent.eid if parent else self.zones.eid, prefix, number)
        element = E(name, eId=eid, **({"name": step or "part"} if name == "hcontainer" else {}))
        words = mark_end(self.text, _passage(part))
        if words > part.start:
            self._fill(_below(element, "num"), part.start, words)
        if words < part.end:
            heading = part.kind in {"heading", "article"} and has_children
            above = ["intro", "p"] if has_children else ["content", "p"]
            self._fill(_below(element, *(["heading"] if heading else above)), words, part.end)
        self._place(parent, element)
        self.open.append(_Open(part.path, eid, element))
        self.zones.anchors.append(Anchor(eid, part.start, part.end))

    def _row(self, part: Part) -> None:
        parent = self._parent(part.path)
        if self.table is None:
            eid = self._eid(parent.eid if parent else self.zones.eid, "hcontainer", None)
            holder = E.hcontainer(name="table", eId=eid)
            self.table = _below(holder, "content", "table")
            self.table.set("eId", f"{eid}__table_1")
            self._place(parent, holder)
        row = etree.SubElement(self.table, tag("tr"), eId=self._eid(self.table.get("eId") or "", "tr", None))
        at = part.start
        for cell in self.text[part.start : part.end].split(" | "):
            self._fill(_below(row, "td", "p"), at, at + len(cell))
            at += len(cell) + 3
        self.zones.anchors.append(Anchor(row.get("eId") or "", part.start, part.end))

    def _table_ends(self) -> None:
        self.table = None

    def _parent(self, path: str) -> _Open | None:
        """The part this one belongs to, if it is still open: the order of the text is never changed."""
        above = path.rpartition(";")[0]
        if above in {"", self.root}:
            self.open.clear()
        while self.open and self.open[-1].path != above:
            self.open.pop()
        return self.open[-1] if self.open else None

    def _place(self, parent: _Open | None, element: etree._Element) -> None:
        if parent is None:
            self.zones.body.append(element)
            return
        content = parent.element.find(tag("content"))
        if content is not None:  # the reader's path named no child, a table below it does
            content.tag = tag("intro")
        parent.element.append(element)

    def _eid(self, above: str, prefix: str, number: str | None) -> str:
        """By the naming convention; where numbers begin again, the second one says so. None is given twice."""
        base = f"{above}__{prefix}" if above else prefix
        if number is not None:
            said = re.sub(r"[^\w-]+", "-", number).strip("-").lower()
            base = f"{base}_{said or 'nn'}"
            if base not in self.eids:
                self.eids[base] = 1
                return base
        eid = base
        while eid == base or eid in self.eids:
            self.eids[base] += 1
            eid = f"{base}_{self.eids[base]}"
        self.eids[eid] = 1
        return eid

    @cached_property
    def _starts(self) -> list[int]:
        return [mark.start for mark in self.marks]

    def _fill(self, element: etree._Element, start: int, end: int) -> None:
        """The words from `start` to `end`, with what has a meaning of its own marked."""
        at = start
        for mark in self.marks[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            if mark.start >= at and mark.end <= end:
                _say(element, self.text[at : mark.start])
                inside = etree.SubElement(element, tag(mark.element), dict(mark.attributes))
                _say(inside, self.text[mark.start : mark.end])
                at = mark.end
        _say(element, self.text[at:end])


def _passage(part: Part) -> Passage:
    return Passage(part.path, "", part.kind, part.start, part.end, None)


def _below(element: etree._Element, *names: str) -> etree._Element:
    for name in names:
        element = etree.SubElement(element, tag(name))
    return element


def _say(element: etree._Element, words: str) -> None:
    """Add words, each hard line break as an element."""
    first, *further = re.split(r"[\n\f]", words)
    _add(element, writable(first))
    for line in further:
        etree.SubElement(element, tag("eol"))
        _add(element, writable(line))


def _add(element: etree._Element, words: str) -> None:
    if not words:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + words
    else:
        element.text = (element.text or "") + words
