"""Why a proposal may be wrong: doubts, in words for the person who decides, and signs for the confidence."""

from __future__ import annotations

import re

from isotherm.directives.clauses import Draft
from isotherm.directives.deadlines import Deadline
from isotherm.directives.names import Body
from isotherm.words import lazy

DOUBTS = {
    "lead_from_opening": lazy("The lead is taken from the opening sentence, not from the clause itself."),
    "lead_unsure": lazy("Where the name of the lead ends is not certain."),
    "lead_from_above": lazy("The cell of the lead is empty; the lead of the row above was taken."),
    "several_leads": lazy("Several bodies are named; each task has one lead."),
    "lead_open": lazy("The text says “relevant bodies” without naming them."),
    "work_vague": lazy("The work has no result that could be checked."),
    "further_sentence": lazy("This is a further sentence of the clause; it may only explain the first."),
    "no_year": lazy("The text gives no year; the next such date was taken."),
    "lead_badly_read": lazy("The name of the lead was badly recognised in the scan; compare it with the page."),
    "day_badly_read": lazy("The words of the time were badly recognised in the scan; compare them with the page."),
    "badly_read": lazy("Several words of the clause were badly recognised in the scan; compare them with the page."),
    "event_time": lazy("The time depends on an event; the text gives no date."),
    "list_clause": lazy("Brought in from a list: its words do not stand in the text, the clause it names does."),
    "list_near": lazy("Brought in from a list: a person took the place most like its words."),
    "list_person": lazy("Brought in from a list: a person marked its place in the text."),
    "second_reader": lazy("Proposed by the language model; the grammar did not find it."),
    "second_lead": lazy("The language model reads another lead."),
    "second_body": lazy("The language model named a body that the text does not; it was left out."),
    "second_day": lazy("The language model named a date that the words do not give; it was left out."),
}


def doubts_of(draft: Draft, *, lead: tuple[Body, ...], deadline: Deadline | None, opening: bool) -> tuple[str, ...]:
    found: list[str] = []
    if opening:
        found.append("lead_from_opening")
    if draft.order.unsure:
        found.append("lead_unsure")
    found.extend(draft.doubts)
    named = {body.name for body in lead if body.kind != "group"}
    if len(named) > 1 and not all(body.kind in {"province", "commune"} for body in lead):
        found.append("several_leads")
    if lead and all(body.relevant for body in lead):
        found.append("lead_open")
    if not draft.order.strong:
        found.append("work_vague")
    if draft.further and not draft.order.lead:
        found.append("further_sentence")
    if deadline and deadline.day and not re.search(r"20\d{2}", deadline.text):
        found.append("no_year")
    if deadline and deadline.kind in {"event", "relative"}:
        found.append("event_time")
    return tuple(found)


def signs_of(
    draft: Draft, doubts: tuple[str, ...], *, kind: str, lead: tuple[Body, ...], language: str
) -> tuple[str, ...]:
    """What tells how far a proposal can be trusted: its doubts, and signs that are no reason to give to anyone."""
    found = list(doubts)
    if kind in {"paragraph", "preamble", "table_row"}:
        found.append(f"in_{kind}")
    if draft.labels and kind != "table_row":
        found.append("in_block")
    if draft.order.lead and not draft.labels:
        found.append("own_lead")
    if any(body.kind in {"group", "unit", "corporation"} and not body.group for body in lead):
        found.append("name_unlisted")
    if language == "en":
        found.append("in_english")
    return tuple(found)
