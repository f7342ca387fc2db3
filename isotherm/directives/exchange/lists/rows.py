"""Each row of a list as a task, with what is wrong in it: the row, the column, what, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from isotherm.directives.exchange.lists.days import When, when
from isotherm.directives.exchange.lists.heads import Head, is_count
from isotherm.directives.exchange.lists.sheets import COVERED, COVERED_ABOVE, COVERED_LEFT, Sheet
from isotherm.directives.letters import like, one_line
from isotherm.units import queries as unit_queries
from isotherm.words import _

FEWEST_WORDS = 3
MOST_LETTERS = 4_000
_AS_ABOVE = re.compile(r"[\"”“″〃]+$|-?\s*(?:nt|như trên|as above|ditto)\s*-?$|//$")
_FILLED_DOWN = ("lead", "coordinate", "deadline", "symbol", "clause")
_RECURRENCES = {
    "daily": r"(?:hằng|hàng) ngày|daily", "weekly": r"(?:hằng|hàng) tuần|weekly",
    "monthly": r"(?:hằng|hàng) tháng|monthly", "quarterly": r"(?:hằng|hàng) quý|quarterly",
    "semiannual": r"(?:6|06|sáu) tháng|twice a year|semi", "yearly": r"(?:hằng|hàng) năm|yearly|annual",
    "ongoing": r"thường xuyên|all the time|regular", "periodic": r"định kỳ|periodic",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """`stops`: the row cannot be brought in with it; else it is told, and the task is doubtful."""

    row: int
    column: str  # "C", or empty where it is about the whole row
    head: str
    what: str
    mend: str
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of the list says. Empty where it says nothing."""

    number: int  # of the sheet
    own: str  # the list's own number: "1.2"
    work: str
    lead: tuple[str, ...]
    coordinate: tuple[str, ...]
    day: date | None
    deadline_text: str
    deadline_kind: str
    recurrence: str
    product: str
    clause: str
    symbol: str
    responsible: str
    authority: str
    problems: tuple[Problem, ...]

    @property
    def stopped(self) -> bool:
        return any(problem.stops for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Read:
    """`headings`: rows that head others and give no work themselves, by their number in the sheet."""

    rows: tuple[Row, ...]
    headings: tuple[tuple[int, str], ...]


def rows_of(
    sheet: Sheet, head: Head, columns: Mapping[str, int], *, issued: date, language: str, within: int | None
) -> Read:
    """`columns`: field -> column, as a person left it. `within`: a body whose own subordinates are meant first."""
    return _Reader(sheet, head, columns, issued=issued, language=language, within=within).read()


class _Reader:
    def __init__(
        self,
        sheet: Sheet,
        head: Head,
        columns: Mapping[str, int],
        *,
        issued: date,
        language: str,
        within: int | None,
    ) -> None:
        self.sheet, self.head, self.columns = sheet, head, columns
        self.issued, self.language, self.within = issued, language, within
        self.resolved: dict[str, unit_queries.Resolution] = {}

    def read(self) -> Read:
        rows: list[Row] = []
        headings: list[tuple[int, str]] = []
        above: dict[str, str] = {}
        for at in range(self.head.last + 1, len(self.sheet.rows)):
            cells, number = self.sheet.rows[at], self.sheet.numbers[at]
            if is_count(cells) or self._repeats_head(cells):
                continue
            values = self._values(cells, above)
            if self._heads_others(cells, values):
                headings.append((number, one_line(" ".join(cell for cell in cells if cell not in COVERED))))
                continue
            above = {**above, **values}
            rows.append(self._row(number, values))
        return Read(tuple(rows), tuple(headings))

    def _repeats_head(self, cells: Sequence[str]) -> bool:
        """The head printed again on a later page."""
        told = [like(one_line(cell)) for cell in cells if cell not in COVERED and cell.strip()]
        own = {like(word) for word in self.head.words if word}
        return len(told) > 1 and all(word in own for word in told)

    def _heads_others(self, cells: Sequence[str], values: Mapping[str, str]) -> bool:
        """A part of the list ("I. Nhiệm vụ về thể chế"): its own cells are a number and a title, and nobody acts."""
        own = [cell for cell in cells if cell.strip() and cell not in COVERED]
        if values.get("lead") or values.get("deadline") or len(own) > 2:
            return False
        number = one_line(values.get("number", ""))
        roman = bool(re.match(r"(?:[IVXLC]+|[A-H])[.)]?$", number))
        merged = COVERED_LEFT in cells
        return not values.get("task") or roman or merged

    def _values(self, cells: Sequence[str], above: Mapping[str, str]) -> dict[str, str]:
        """The cells by their field. A cell that the one above covers, or that says "như trên", says the same."""
        values: dict[str, str] = {}
        for field, place in self.columns.items():
            cell = cells[place] if place < len(cells) else ""
            as_above = cell == COVERED_ABOVE or bool(_AS_ABOVE.match(like(one_line(cell))))
            if as_above and field in _FILLED_DOWN:
                values[field] = above.get(field, "")
            else:
                values[field] = "" if cell in COVERED else cell.strip()
        return values

    def _row(self, number: int, values: Mapping[str, str]) -> Row:
        problems: list[Problem] = []

        def wrong(field: str, what: str, mend: str, *, stops: bool = False) -> None:
            place = self.columns.get(field)
            column = self.sheet.columns[place] if place is not None and place < len(self.sheet.columns) else ""
            words = self.head.words[place] if place is not None and place < len(self.head.words) else ""
            problems.append(Problem(number, column, words, what, mend, stops))

        work = one_line(values.get("task", ""))[:MOST_LETTERS]
        if len(work.split()) < FEWEST_WORDS:
            what = _("The work is missing.") if not work else _("“%(words)s” says no work.") % {"words": work}
            wrong("task", what, _("Write what is to be done, in the words of the document."), stops=True)
        lead = self._bodies(values.get("lead", ""), "lead", wrong)
        if not lead:
            wrong("lead", _("No lead is named."), _("Choose it when the task is confirmed."))
        coordinate = self._bodies(values.get("coordinate", ""), "coordinate", wrong)
        time = self._time(values, wrong)
        return Row(
            number=number,
            own=one_line(values.get("number", ""))[:40],
            work=work,
            lead=lead,
            coordinate=coordinate,
            day=time.day,
            deadline_text=one_line(values.get("deadline_text", "")) or time.text,
            deadline_kind=time.kind,
            recurrence=_recurrence(values.get("recurrence", "")) or time.recurrence,
            product=one_line(values.get("product", ""))[:500],
            clause=one_line(values.get("clause", ""))[:200],
            symbol=one_line(values.get("symbol", ""))[:120],
            responsible=one_line(values.get("responsible", ""))[:500],
            authority=one_line(values.get("authority", ""))[:500],
            problems=tuple(problems),
        )

    def _time(self, values: Mapping[str, str], wrong: _Wrong) -> When:
        found = when(values.get("deadline", ""), issued=self.issued, language=self.language)
        if found.why:
            wrong("deadline", str(found.why), str(found.mend))
        if found.day is not None and found.day < self.issued:
            what = _("The deadline %(due)s lies before the document was issued, %(signed)s.")
            wrong(
                "deadline",
                what % {"due": f"{found.day:%d/%m/%Y}", "signed": f"{self.issued:%d/%m/%Y}"},
                _("Correct the deadline, or leave it empty if the text sets none."),
            )
        return found

    def _bodies(self, cell: str, field: str, wrong: _Wrong) -> tuple[str, ...]:
        """The bodies a cell names, each as it is written there; what the register does not know is told."""
        names: list[str] = []
        for line in re.split(r"[;\n]+", cell):
            names += self._parted(one_line(line).strip(" -–•+.,"))
        for name in names if field == "lead" else ():
            found = self._resolve(name)
            if not found.resolved and not found.vague:
                near = "; ".join(one.name for one in found.near[:3])
                mend = _("Did you mean: %(names)s?") % {"names": near} if near else _("Choose it when it is confirmed.")
                wrong(field, _("“%(name)s” is no body of the register.") % {"name": name}, mend)
        return tuple(dict.fromkeys(names))

    def _parted(self, words: str) -> list[str]:
        """One body, or several parted by commas where each is known: "Bộ Văn hóa, Thể thao và Du lịch" is one."""
        if not words:
            return []
        pieces = [piece.strip() for piece in re.split(r",|\s+và\s+(?=[A-ZĐÀ-Ỹ])", words) if piece.strip()]
        whole = self._resolve(words)
        if whole.unit_id is None and len(pieces) > 1 and all(self._resolve(piece).unit_id for piece in pieces):
            return pieces
        return [words[:300]]

    def _resolve(self, name: str) -> unit_queries.Resolution:
        if name not in self.resolved:
            self.resolved[name] = unit_queries.resolve([name], self.issued, within=self.within)[0]
        return self.resolved[name]


class _Wrong(Protocol):
    """How a cell's reader tells what is wrong: field, what, how to mend it."""

    def __call__(self, field: str, what: str, mend: str, *, stops: bool = False) -> None: ...


def _recurrence(cell: str) -> str:
    words = like(one_line(cell))
    return next((name for name, pattern in _RECURRENCES.items() if re.search(pattern, words)), "")
