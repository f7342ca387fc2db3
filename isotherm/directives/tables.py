"""
Rows of tables of tasks: the head says which column holds the work, the lead, the coordinators, the time.

`candidates.py` asks `row` for each row in the order of the text and calls `close` where a table ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from isotherm.directives.deadlines import Deadline
from isotherm.directives.leads import Body
from isotherm.directives.letters import like, one_line
from isotherm.directives.source import Source
from isotherm.directives.structure import Passage


@dataclass(frozen=True, slots=True)
class RowTask:
    """The work of one row at `start:end`, and what its other cells say; `values` are the cells by their field."""

    start: int
    end: int
    lead: tuple[Body, ...]
    coordinate: tuple[Body, ...]
    deadlines: tuple[Deadline, ...]
    values: dict[str, str]


class Tables:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.columns: dict[str, int] | None = None
        self.row_lead: tuple[Body, ...] = ()

    def close(self) -> None:
        """What follows is not a row of this table."""
        self.columns, self.row_lead = None, ()

    def row(self, passage: Passage) -> RowTask | None:
        """None where the row gives no work: a head, a row that names the lead of those below, an empty one."""
        words = self.source.text[passage.start : passage.end]
        cells = re.split(r"\s*\|\s*", words)
        columns = self._columns(cells)
        if columns:
            self.columns, self.row_lead = columns, ()
            return None
        filled = [cell.strip() for cell in cells if cell.strip()]
        if self.columns is None:
            return None
        if len(filled) <= 2 and len(cells) >= 3:
            self.row_lead = self.source.listed(filled[-1]) if filled else ()
            return None
        values = {name: cells[at].strip() for name, at in self.columns.items() if at < len(cells)}
        task = values.get("task", "")
        if len(task.split()) < 3:
            return None
        start = passage.start + words.index(task)
        end = start + len(task)
        return RowTask(
            start=start,
            end=end,
            lead=self.source.listed(values.get("lead", "")) or self.row_lead,
            coordinate=self.source.listed(values.get("coordinate", "")),
            deadlines=self.source.times(values.get("deadline", "")) or self.source.deadlines(start, end),
            values=values,
        )

    def _columns(self, cells: list[str]) -> dict[str, int] | None:
        found: dict[str, int] = {}
        for position, cell in enumerate(cells):
            words = one_line(like(cell))
            for pattern, name in self.source.grammar.labels:
                if words and pattern.fullmatch(words):
                    found.setdefault(name, position)
                    break
        return found if "task" in found and ({"lead", "deadline", "coordinate"} & set(found)) else None
