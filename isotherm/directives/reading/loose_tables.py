"""
Tables that lost their lines when they were copied into plain text: cells parted by tabs, or one cell a line.

1. A line (or as many lines as there are columns) whose cells are the heads of a table of tasks opens one.
2. Cells parted by tabs become a row as `rows.py` writes it; a line with a number and one cell heads those below it.
3. Where each cell has a line, a number alone begins a row. If a row has more lines than columns, its time tells which
   lines are the coordinators: those between the lead and the time.
"""

from __future__ import annotations

import re

from isotherm.directives import rows
from isotherm.directives.columns import columns_of, field_of, is_head
from isotherm.directives.deadlines import deadlines_in

_FEWEST, _MOST = 4, 9
_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[A-H])[.)]?")
_COUNTS = re.compile(r"\(?\d{1,3}(?:\.\d{1,3})*[.)]?")
_BREAKS = re.compile(r"(?:phụ lục|appendix|annex|nơi nhận|recipients?|ghi chú|notes?)(?!\w)", re.IGNORECASE)
_LONGEST_TIME = 80
_SPAN_OF_YEARS = re.compile(r"(?:năm |giai đoạn )?20\d{2}(?: ?[-–] ?20\d{2})?")
_BARE_MONTH = re.compile(r"\d{1,2}/20\d{2}")


def with_rows(text: str) -> str:
    """The text with such tables as rows; anything else stays letter by letter."""
    if "\t" not in text and text.count("\n") < _MOST * 2:
        return text
    lines = text.split("\n")
    done: list[str] = []
    at = 0
    while at < len(lines):
        if "\t" in lines[at] and is_head(_tabbed(lines[at])):
            at = _tab_rows(lines, at, done)
            continue
        columns = _stacked_head(lines, at)
        if columns:
            at = _stacked_rows(lines, at, columns, done)
            continue
        done.append(lines[at])
        at += 1
    return "\n".join(done)


# --- cells parted by tabs ---------------------------------------------------------------------------------------


def _tabbed(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("\t")]


def _tab_rows(lines: list[str], at: int, done: list[str]) -> int:
    width = len(_tabbed(lines[at]))
    while at < len(lines) and "\t" in lines[at]:
        cells = _tabbed(lines[at])
        filled = [cell for cell in cells if cell]
        if len(filled) == 2 and _NUMBER.fullmatch(filled[0]) and not _COUNTS.fullmatch(filled[0]):
            done.append(rows.group(filled))
        else:
            done.append(rows.row([*cells, *[""] * (width - len(cells))]))
        at += 1
    return at


# --- one cell a line --------------------------------------------------------------------------------------------


def _stacked_head(lines: list[str], at: int) -> list[str]:
    """The heads of the columns, when they stand one below the other from here on."""
    heads: list[str] = []
    for line in lines[at : at + _MOST]:
        words = line.strip()
        if not words or field_of(words) is None:
            break
        heads.append(words)
    if len(heads) < _FEWEST or columns_of(heads) is None or field_of(heads[0]) != "number":
        return []
    below = next((line.strip() for line in lines[at + len(heads) :] if line.strip()), "")
    return heads if _NUMBER.fullmatch(below) else []


def _stacked_rows(lines: list[str], at: int, heads: list[str], done: list[str]) -> int:
    done.append(rows.row(heads))
    at += len(heads)
    while at < len(lines):
        number = lines[at].strip()
        if not number:
            at += 1
            continue
        if not _NUMBER.fullmatch(number):
            return at
        end = at + 1
        while end < len(lines) and lines[end].strip() and not _begins(lines, end, number):
            if _BREAKS.match(lines[end].strip()):
                break
            end += 1
        cells = [line.strip() for line in lines[at + 1 : end]]
        if len(cells) == 1 and not _COUNTS.fullmatch(number):
            done.append(rows.group([number, *cells]))
        elif cells:
            done.append(rows.row([number, *_fitted(cells, heads[1:])]))
        at = end
    return at


def _begins(lines: list[str], at: int, number: str) -> bool:
    """The line holds the number of the next row: it counts on, or it heads a group."""
    words = lines[at].strip()
    if not _NUMBER.fullmatch(words):
        return False
    following = next((line.strip() for line in lines[at + 1 : at + 2]), "")
    return bool(following) and not _NUMBER.fullmatch(following)


def _fitted(cells: list[str], heads: list[str]) -> list[str]:
    """One cell a column: more lines than columns make a list in one of them, fewer leave the last ones empty."""
    if len(cells) <= len(heads):
        return [*cells, *[""] * (len(heads) - len(cells))]
    fields = [field_of(head) for head in heads]
    if "deadline" not in fields:
        return [*cells[: len(heads) - 1], "; ".join(cells[len(heads) - 1 :])]
    place = fields.index("deadline")
    times = [index for index, cell in enumerate(cells) if _is_time(cell) and index >= place]
    if not times:
        return [*cells[: len(heads) - 1], "; ".join(cells[len(heads) - 1 :])]
    time = times[0]
    before, after = cells[:time], cells[time + 1 :]
    head = [*before[: place - 1], "; ".join(before[place - 1 :])] if place else []
    tail = after[: len(heads) - place - 1]
    if len(after) > len(tail) and tail:
        tail[-1] = "; ".join(after[len(tail) - 1 :])
    return [*head, cells[time], *tail, *[""] * (len(heads) - len(head) - 1 - len(tail))]


def _is_time(cell: str) -> bool:
    words = cell.strip(" .;")
    if _SPAN_OF_YEARS.fullmatch(words) or _BARE_MONTH.fullmatch(words):
        return True
    found = deadlines_in(f"thời gian: {words}", language="vi") or deadlines_in(f"time: {words}", language="en")
    return bool(found) and len(words) <= _LONGEST_TIME
