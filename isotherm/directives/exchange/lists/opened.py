"""A list as a person looks at it before it is brought in: its sheet, its columns, its rows and their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from isotherm.actor import Actor
from isotherm.directives import queries
from isotherm.directives.exchange.lists.heads import FIELDS, Head, best_of, head_of, without_head
from isotherm.directives.exchange.lists.plan import Plan, plan
from isotherm.directives.exchange.lists.rows import Read, rows_of
from isotherm.directives.exchange.lists.sheets import Sheet, sheets_of
from isotherm.directives.models import Document
from isotherm.refusals import NotAccepted
from isotherm.units import tree
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Opened:
    """`columns`: field -> column. `remembered`: so said somebody of this office before."""

    names: tuple[str, ...]
    sheet: Sheet
    head: Head
    columns: Mapping[str, int]
    remembered: bool
    plan: Plan


def open_list(
    document: Document,
    content: bytes,
    name: str,
    *,
    actor: Actor,
    sheet: str = "",
    columns: Mapping[str, int] | None = None,
    said: Mapping[int, str] | None = None,
) -> Opened:
    """`columns`: as the person says now; else as her office said before; else as the words of the head propose."""
    sheets = sheets_of(content, name)
    at = next((place for place, one in enumerate(sheets) if sheet and one.name == sheet), None)
    chosen = sheets[at if at is not None else best_of(sheets)]
    head = head_of(chosen) or without_head(chosen)
    known = queries.list_columns(actor, head.fingerprint) if columns is None else None
    holds = _checked(columns if columns is not None else known if known is not None else head.columns, chosen)
    centre = tree.parent(document.issuer_id, document.signed_on) is None
    within = None if centre else document.issuer_id
    read = (
        rows_of(chosen, head, holds, issued=document.signed_on, language=document.language, within=within)
        if "task" in holds
        else Read((), ())
    )
    return Opened(
        names=tuple(one.name for one in sheets),
        sheet=chosen,
        head=head,
        columns=holds,
        remembered=known is not None,
        plan=plan(document, read, said=said or {}),
    )


def _checked(columns: Mapping[str, int], sheet: Sheet) -> dict[str, int]:
    """Fields that there are, columns that there are, each column for one field."""
    found: dict[str, int] = {}
    for field, place in columns.items():
        if field not in FIELDS or not 0 <= place < len(sheet.columns):
            raise NotAccepted(lazy("There is no such column in this list."), field="columns")
        if place in found.values():
            raise NotAccepted(
                lazy("Column %(column)s is named for two things."), {"column": sheet.columns[place]}, field="columns"
            )
        found[field] = place
    return found
