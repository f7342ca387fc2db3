"""
Rows of tables of tasks: the head says which column holds the work, the lead, the coordinators, the time.

`candidates.py` asks `row` for each row in the order of the text and calls `close` where a table ends.

1. A head may stand in two rows; the lower one parts what the upper one holds together.
2. A row that heads the rows below it may name their lead; one below it of a lower order keeps that lead.
3. A cell that the cell above covers, or a sign for "as above", says what the cell above says.
4. An empty cell of the lead takes the lead of the group; without one, that of the row above, which is told as a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from isotherm.directives import rows
from isotherm.directives.columns import columns_of, field_of
from isotherm.directives.deadlines import Deadline
from isotherm.directives.letters import like, one_line
from isotherm.directives.names import Body
from isotherm.directives.source import Source
from isotherm.directives.structure import Passage

_AS_ABOVE = re.compile(r"[\"”“″〃]+|-?\s*(?:nt|như trên|as above|ditto|idem)\s*-?|\.?//\.?")
_NOTHING = re.compile(r"[-–—/x.\s]*|không(?: có)?|none|n/?a")
_NUMBER = re.compile(r"\(?\s*((?:\d{1,3}|[IVX]{1,5}|[A-Za-zĐđ])(?:[.\-]\d{1,3}){0,3})\s*[.)/]?\s*")
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])\s*[/.-]\s*20\d{2}")
_YEAR = re.compile(r"20\d{2}")
_OF_BODIES = re.compile(
    r"(?:[\s,;:.+/()-]|(?:và|của|nhiệm vụ|các|những|giao|phân công|đối với|trách nhiệm|chủ trì|thực hiện|cho|cơ quan"
    r"|khối|and|the|of|for|tasks?|assigned to|lead)(?!\w))*"
)
_SHARES = re.compile(r"phối hợp|coordinat|cooperat|in collaboration")
_LONGEST_NAME = 120
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class RowTask:
    """
    The work of one row at `start:end`, and what its other cells say; `values` are the cells by their field. `said` is
    where its words stand when the cell above covers this one, too.
    """

    start: int
    end: int
    lead: tuple[Body, ...]
    coordinate: tuple[Body, ...]
    deadlines: tuple[Deadline, ...]
    values: dict[str, str]
    said: tuple[int, int] | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    order: int
    lead: tuple[Body, ...]


class Tables:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.close()

    def close(self) -> None:
        """What follows is not a row of this table."""
        self.columns: dict[str, int] | None = None
        self.head: list[str] = []
        self.groups: list[_Group] = []
        self.above: list[str] = []
        self.said: tuple[int, int] | None = None
        self.last_lead: tuple[Body, ...] = ()

    def row(self, passage: Passage) -> RowTask | None:
        """None where the row gives no work: a head, a row that names the lead of those below, an empty one."""
        line = self.source.text[passage.start : passage.end]
        if rows.is_rule(line):
            return None
        cells = rows.cells_of(line)
        if self._is_head(cells):
            return None
        if self.columns is None:
            return None
        if line.startswith(f"{rows.GROUP} ") or self._heads(cells):
            self._group(cells)
            return None
        return self._task(passage, cells, self._resolved(cells))

    # --- the head -------------------------------------------------------------------------------------------

    def _is_head(self, cells: list[str]) -> bool:
        first = self.head
        words = _beside(cells)
        columns = columns_of(words)
        below = self._below(first, cells) if first and not self.above and not self.groups else None
        if below:
            self.columns, self.head = below, []
            return True
        self.head = words
        if columns:
            self.close()
            self.columns, self.head = columns, words
            return True
        return False

    def _below(self, first: list[str], cells: list[str]) -> dict[str, int] | None:
        """The second row of a head: it names what the first leaves together, the rest is covered or empty."""
        own = ["" if cell in {rows.ABOVE, rows.LEFT} else cell for cell in cells]
        filled = [cell for cell in own if cell]
        if len(own) != len(first) or not 0 < len(filled) < len(own):
            return None
        if sum(field_of(cell) is not None for cell in filled) < len(filled) / 2:
            return None
        return columns_of([lower or upper for upper, lower in zip(first, own, strict=True)])

    # --- rows that head other rows --------------------------------------------------------------------------

    def _heads(self, cells: list[str]) -> bool:
        """A row with words in the column of the work (or before it) only; whether it is work is told by its number."""
        assert self.columns is not None
        filled = _filled(cells)
        if len(cells) < _FEWEST_WORDS or not filled or len(filled) > 2 or filled[-1] > self.columns["task"]:
            return False
        words = cells[filled[-1]]
        if words in {rows.ABOVE, rows.LEFT}:
            return False
        number = cells[filled[0]] if len(filled) == 2 else ""
        if self._all_bodies(words):
            return True
        if not number or not _NUMBER.fullmatch(number):
            return len(filled) == 1 or words.isupper()
        return _order_of(number) < _ARABIC or words.isupper() or words.endswith(":")

    def _group(self, cells: list[str]) -> None:
        filled = [cells[place] for place in _filled(cells)]
        words = filled[-1] if filled else ""
        number = filled[0] if len(filled) > 1 else words
        order = _order_of(number)
        self.groups = [one for one in self.groups if one.order < order]
        self.groups.append(_Group(order, self._all_bodies(words)))
        self.above, self.said, self.last_lead = [], None, ()

    def _all_bodies(self, words: str) -> tuple[Body, ...]:
        """The bodies, when the words name bodies and nothing else."""
        clean = one_line(words)
        start = _NUMBER.match(clean)
        if start and start.end() < len(clean) and re.match(r"[.)/]", clean[start.end(1) :]):
            clean = clean[start.end() :]
        if clean.isupper():
            clean = clean.capitalize()
        bodies = self.source.listed(clean)
        if not bodies:
            return ()
        rest = like(clean)
        for body in sorted(bodies, key=lambda one: -one.start):
            rest = rest[: body.start] + "," + rest[body.end :]
        return bodies if _OF_BODIES.fullmatch(rest) else ()

    # --- rows of work ---------------------------------------------------------------------------------------

    def _resolved(self, cells: list[str]) -> list[str]:
        """Each cell with the words that cover it."""
        assert self.columns is not None
        words: list[str] = []
        work = self.columns["task"]
        for place, cell in enumerate(cells):
            above = self.above[place] if place < len(self.above) else ""
            as_above = cell == rows.ABOVE or (place != work and bool(_AS_ABOVE.fullmatch(like(cell))))
            if cell == rows.LEFT:
                words.append(words[-1] if words else "")
            else:
                words.append(above if as_above else cell)
        self.above = words
        return words

    def _task(self, passage: Passage, cells: list[str], words: list[str]) -> RowTask | None:
        assert self.columns is not None
        values = {
            name: words[at].strip()
            for name, at in self.columns.items()
            if at < len(words) and not _NOTHING.fullmatch(like(words[at]))
        }
        task = values.get("task", "")
        if len(task.split()) < _FEWEST_WORDS:
            self.said = None
            return None
        covered = cells[self.columns["task"]] == rows.ABOVE
        start, end = self._place(passage, self.columns["task"])
        if not covered:
            self.said = (start, end)
        said = self.said if covered else None
        lead, coordinate, named = self._bodies(values)
        doubts = ("lead_unsure",) if any(body.kind == "unknown" for body in lead) else ()
        if not lead:
            lead = next((group.lead for group in reversed(self.groups) if group.lead), ())
            if not lead and not named and "lead" in self.columns and self.last_lead:
                lead, doubts = self.last_lead, ("lead_from_above",)
        if named:
            self.last_lead = lead
        return RowTask(
            start=passage.start if covered else start,
            end=passage.end if covered else end,
            lead=lead,
            coordinate=coordinate,
            deadlines=self._times(values.get("deadline", "")) or self.source.deadlines(*(said or (start, end))),
            values=values,
            said=said,
            doubts=doubts,
        )

    def _place(self, passage: Passage, column: int) -> tuple[int, int]:
        """Where the words of a column stand in the text."""
        line = self.source.text[passage.start : passage.end]
        strokes = [found.start() for found in re.finditer(r"\|", line)]
        if line.startswith("|") and line.endswith("|"):
            strokes = strokes[1:]
        begin = strokes[column - 1] + 1 if column else len(line) - len(line.lstrip("| "))
        end = strokes[column] if column < len(strokes) else len(line)
        piece = line[begin:end]
        start = passage.start + begin + len(piece) - len(piece.lstrip())
        return start, start + len(piece.strip())

    def _bodies(self, values: dict[str, str]) -> tuple[tuple[Body, ...], tuple[Body, ...], bool]:
        """Lead and coordinators, and whether the lead's cell says anything; one cell may hold both."""
        cell = values.get("lead", "")
        lead, partners = self._parted(cell)
        if cell and not lead and not partners and len(cell) <= _LONGEST_NAME:
            # A body that no table of names knows: as the paper writes it, for a person to find in the register.
            lead = (Body(one_line(cell), 0, len(cell), "unknown"),)
        others = self.source.listed(values.get("coordinate", ""))
        names = {body.name for body in lead}
        both = {body.name: body for body in (*partners, *others) if body.name not in names}
        return lead, tuple(both.values()), bool(cell)

    def _parted(self, cell: str) -> tuple[tuple[Body, ...], tuple[Body, ...]]:
        """ "Bộ A chủ trì, phối hợp với Bộ B", "Bộ A (chủ trì), Bộ B (phối hợp)"."""
        bodies = self.source.listed(cell)
        alike = like(one_line(cell))
        if not _SHARES.search(alike):
            return bodies, ()
        lead: list[Body] = []
        partners: list[Body] = []
        shares = bool(bodies) and bool(_SHARES.search(alike[: bodies[0].start]))
        for place, body in enumerate(bodies):
            after = alike[body.end : bodies[place + 1].start if place + 1 < len(bodies) else len(alike)]
            in_brackets = re.match(r"\s*\([^)]*(?:phối hợp|coordinat|cooperat)", after)
            (partners if shares or in_brackets else lead).append(body)
            if not in_brackets and _SHARES.search(after):
                shares = True
            elif re.search(r"chủ trì ?:|lead(?:ing)? ?:", after):
                shares = False
        return tuple(lead), tuple(partners)

    def _times(self, cell: str) -> tuple[Deadline, ...]:
        words = one_line(cell)
        found = self.source.times(words)
        if found or not words:
            return found
        # A cell that holds nothing but a time says "06/2026", "2026", "30 June 2026" without "in" or "before".
        if self.source.language == "en":
            said = [f"by {words}", f"in {words}"]
        elif _MONTH.fullmatch(words):
            said = ["tháng " + "/".join(re.split(r"\s*[/.-]\s*", words))]
        else:
            said = [f"năm {words}"] if _YEAR.fullmatch(words) else []
        for saying in said:
            if found := self.source.times(saying):
                return tuple(replace(one, text=words) for one in found)
        return ()


_LETTER, _ROMAN, _ARABIC, _SMALL = 1, 2, 3, 5


def _order_of(number: str) -> int:
    """A before I before 1 before 1.1 before a; words without a number stand between I and 1."""
    found = _NUMBER.match(number)
    if not found or (found.end() < len(number) and not re.match(r"[.)/\s]", number[found.end(1) :])):
        return _ARABIC - 1
    sign = found.group(1)
    if re.fullmatch(r"[IVX]+", sign):
        return _ROMAN
    if sign[0].isdigit():
        return _ARABIC + len(re.findall(r"[.\-]", sign))
    return _LETTER if sign.isupper() else _SMALL + 2


def _filled(cells: Sequence[str]) -> list[int]:
    """The places of the cells that say something: a dash in the last beside an empty first one only ends the row."""
    ended = len(cells) > 1 and not cells[0] and cells[-1] == rows.NOTHING
    return [place for place, cell in enumerate(cells) if cell and not (ended and place == len(cells) - 1)]


def _beside(cells: Sequence[str]) -> list[str]:
    words: list[str] = []
    for cell in cells:
        words.append(words[-1] if cell == rows.LEFT and words else "" if cell == rows.ABOVE else cell)
    return words
