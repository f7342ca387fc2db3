"""The demo's documents carry no dates of their own: a placeholder says how many days after the issue day one lies.

`{{ngày D+30}}` and its four siblings (`ngắn`, `tháng`, `quý`, `năm`) become the words a signed document would have.
The tables beside the texts give a deadline as `D+30` or, for the end of a period, `tháng D+30`, `quý D+30`, `năm D+30`.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

PLACEHOLDER = re.compile(r"\{\{(ngày|ngắn|tháng|quý|năm) D([+-]\d+)\}\}")
DEADLINE = re.compile(r"(?:(tháng|quý|năm) )?D([+-]\d+)")
QUARTERS = ("I", "II", "III", "IV")


def render(text: str, issued_on: date) -> str:
    """The text as signed on that day."""
    rendered = PLACEHOLDER.sub(lambda found: _in_words(found[1], _days_after(issued_on, found[2])), text)
    if (left := rendered.find("{{")) >= 0:
        raise ValueError(f"not a date placeholder: {rendered[left : left + 40]}")
    return rendered


def due_on(deadline: str, issued_on: date) -> date | None:
    """The last good day that a table's deadline means; nothing where the text sets no date."""
    if not deadline:
        return None
    found = DEADLINE.fullmatch(deadline)
    if not found:
        raise ValueError(f"not a deadline of the demo's tables: {deadline}")
    day = _days_after(issued_on, found[2])
    if found[1] is None:
        return day
    last_month = {"tháng": day.month, "quý": (day.month + 2) // 3 * 3, "năm": 12}[found[1]]
    return date(day.year, last_month, calendar.monthrange(day.year, last_month)[1])


def _days_after(issued_on: date, days: str) -> date:
    # Calendar days, as the document's own author counts when he writes a date; nothing here is a legal term.
    return issued_on + timedelta(days=int(days))


def _in_words(form: str, day: date) -> str:
    # Decree 30/2020, App. I: days below 10 and the months 1 and 2 are written with a leading zero.
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    if form == "ngày":
        return f"ngày {day.day:02} tháng {month} năm {day.year}"
    if form == "ngắn":
        return f"{day.day:02}/{month}/{day.year}"
    if form == "tháng":
        return f"tháng {month} năm {day.year}"
    if form == "quý":
        return f"quý {QUARTERS[(day.month - 1) // 3]} năm {day.year}"
    return str(day.year)
