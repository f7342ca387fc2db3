"""The forms in which a read document is given out: each a name, the ending of its file and how it is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from isotherm.directives.exchange import akoma, excel, listing, word
from isotherm.directives.exchange.akoma import paper
from isotherm.directives.reading import WARNINGS, Reading, to_json
from isotherm.words import _


@dataclass(frozen=True, slots=True)
class Form:
    ending: str
    made: Callable[[Reading], bytes]
    is_text: bool


def _json(reading: Reading) -> bytes:
    return (json.dumps(to_json(reading), ensure_ascii=False, indent=1) + "\n").encode()


def _table(reading: Reading) -> bytes:
    """For a terminal."""
    header = reading.header
    signed = header.signed_on.strftime("%d/%m/%Y") if header.signed_on else None
    lines = [
        " · ".join(part for part in (header.type_name, header.symbol, signed, header.issuer) if part),
        header.subject or "",
        "",
    ]
    for number, task in enumerate(reading.candidates, start=1):
        lines.append(f"{number:3}. [{task.clause}] {'; '.join(task.lead)}")
        lines.append(f"     {task.action[:160]}")
        if task.coordinate:
            lines.append(f"     {_('with')}: {'; '.join(task.coordinate)}")
        when = task.deadline.strftime("%d/%m/%Y") if task.deadline else task.deadline_text
        if when or task.recurrence:
            lines.append(f"     {_('deadline')}: {when or ''} {task.recurrence or ''}".rstrip())
    lines.append("")
    lines.append(_("%(count)s candidate tasks") % {"count": len(reading.candidates)})
    lines.extend(f"! {WARNINGS[key]}" for key in reading.warnings)
    return ("\n".join(lines) + "\n").encode()


def _akoma(reading: Reading) -> bytes:
    return akoma.export(paper.of_reading(reading), made_on=timezone.localdate())


FORMS = {
    "table": Form("txt", _table, is_text=True),
    "json": Form("json", _json, is_text=True),
    "akn": Form("akn", _akoma, is_text=True),
    "docx": Form("docx", lambda reading: word.document(listing.of_reading(reading)), is_text=False),
    "xlsx": Form("xlsx", lambda reading: excel.workbook(listing.of_reading(reading)), is_text=False),
}
