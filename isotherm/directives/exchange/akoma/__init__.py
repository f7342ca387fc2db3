"""
A read document as Akoma Ntoso 3.0 (OASIS LegalDocML), to be taken up by parliaments' and archives' tools.

1. `paper.py`: what is exported, read just now or registered.
2. `identity.py`: its address as work, expression and manifestation, and the addresses of what it cites.
3. `text.py`: every word of the text at its place: preface, preamble, body, conclusions, attachments.
4. `meta.py`: who, when, what it refers to; and the tasks, anchored to the places they stand at.

`docs/decisions/0009-akoma-ntoso.md` says what is mapped to what.
"""

from __future__ import annotations

from datetime import date

from lxml import etree

from isotherm.directives.exchange.akoma import identity, meta, text
from isotherm.directives.exchange.akoma.maker import E, tag
from isotherm.directives.exchange.akoma.paper import Paper

_WORDS = {tag(name) for name in ("p", "num", "heading")}


def export(paper: Paper, *, made_on: date) -> bytes:
    main, attachments = text.of(paper)
    work = identity.work_of(paper.listing)
    head = meta.of(paper, work, made_on=made_on, found=[main, *attachments])
    act = E.act(head, *main.parts("body"), name=work.subtype)
    if attachments:
        act.append(E.attachments(*[_attachment(one, paper, work, made_on=made_on) for one in attachments]))
    root = E.akomaNtoso(act)
    etree.cleanup_namespaces(root)
    _indent(root, "\n")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _indent(element: etree._Element, line: str) -> None:
    """For a reader's eyes; never inside words, where a blank would be one of the text's."""
    if element.tag in _WORDS or not len(element):
        return
    element.text = line + "  "
    for child in element:
        _indent(child, line + "  ")
        child.tail = line + "  "
    element[-1].tail = line


def _attachment(one: text.Zones, paper: Paper, work: identity.Work, *, made_on: date) -> etree._Element:
    head = meta.identification(work, paper.listing, made_on=made_on, component=one.eid)
    return E.attachment(E.doc(E.meta(head), *one.parts("mainBody"), name="attachment"), eId=one.eid)
