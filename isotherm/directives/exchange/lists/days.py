"""A cell that says when: a date in the forms offices write and programs store, a quarter, a period, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from isotherm.directives.deadlines import deadlines_in, main_deadline, main_recurrence
from isotherm.directives.letters import one_line
from isotherm.directives.source import TIMED
from isotherm.words import _

if TYPE_CHECKING:
    from django.utils.functional import Promise

_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?$")
_MONTH = re.compile(r"(?:[Tt]\.?\s*)?(0?[1-9]|1[0-2])\s*[/.\-]\s*(20\d{2})$")
_YEAR = re.compile(r"20\d{2}$")
_SERIAL = re.compile(r"[345]\d{4}(?:\.0+)?$")  # 1982 to 2064, as Excel counts days
_QUARTER = re.compile(r"q\s?([1-4])\s*[/.\-]?\s*(20\d{2})$", re.IGNORECASE)
_NOTHING = re.compile(r"[-–—/x.\s]*$|(?:không(?: có)?|none|n/?a)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class When:
    """`text`: the cell's own words where they are more than figures; `why`: a sentence where they give no time, `mend`:
    what to write instead."""

    day: date | None = None
    text: str = ""
    kind: str = ""
    recurrence: str = ""
    why: str | Promise = ""
    mend: str | Promise = ""


def when(cell: str, *, issued: date, language: str) -> When:
    words = one_line(cell)
    if not words or _NOTHING.match(words):
        return When()
    try:
        day = _day(words)
    except ValueError:
        return _no_such_day(words)
    if day is not None:
        return When(day=day, kind="absolute")
    found = deadlines_in(TIMED[language] + words, issued=issued, language=language)
    main = main_deadline(found)
    if main is None:
        return When(
            text=words,
            why=_("“%(words)s” is no time that can be read; the words are kept.") % {"words": words},
            mend=_("Write a day as 31/12/2026, a quarter as “Quý IV/2026”, or leave the cell empty."),
        )
    return When(day=main.day, text=words, kind=main.kind, recurrence=main_recurrence(found) or "")


def _day(words: str) -> date | None:
    """The day of plain figures; ValueError where there is no such day."""
    if found := _DAY.match(words):
        day, month, year = (int(one) for one in found.groups())
        return date(year + 2000 if year < 100 else year, month, day)
    if found := _ISO.match(words):
        return date(*(int(one) for one in found.groups()))
    if found := _MONTH.match(words):
        return _last_of(int(found.group(2)), int(found.group(1)))
    if found := _QUARTER.match(words):
        return _last_of(int(found.group(2)), int(found.group(1)) * 3)
    if _YEAR.match(words):
        return date(int(words), 12, 31)
    if _SERIAL.match(words):
        return date(1899, 12, 30) + timedelta(days=int(float(words)))
    return None


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _no_such_day(words: str) -> When:
    found = _DAY.match(words)
    if found and int(found.group(2)) > 12 >= int(found.group(1)):
        mend = _("It looks like month before day: write %(day)s.") % {
            "day": f"{int(found.group(2)):02}/{int(found.group(1)):02}/{found.group(3)}"
        }
    else:
        mend = _("Look the day up and write it as 31/12/2026.")
    return When(text=words, why=_("There is no day %(words)s.") % {"words": words}, mend=mend)
