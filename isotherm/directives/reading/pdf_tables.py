"""
Tables on the pages of a PDF.

1. Lines that meet make a ruled table; where the line between two places is missing, they are one merged cell.
2. A table without lines is found by its head, which names the columns; its rows by their numbers and the gaps between.
3. A table goes on where the next page begins with the same columns: its repeated head is dropped, a row that the page
   break cut is joined, a merged cell that goes on keeps its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from isotherm.directives.columns import MOST_COLUMNS, columns_of
from isotherm.directives.letters import like
from isotherm.directives.reading.grid import COVERED_ABOVE, COVERED_LEFT, in_one_line
from isotherm.directives.reading.pdf_page import Letter, Rule, Rulings, joined

_MEETS = 2.6
_SAME_COLUMN = 6.0
_MOST_MEETINGS = 400_000
_MOST_PLACES = 20_000
_CUT_DATE = (
    (re.compile(r"(?<!\d)(\d{1,2}[/.-]\d{1,2}[/.-]) (\d{2,4})(?!\d)"), r"\1\2"),
    (re.compile(r"(?<!\d)(\d{1,2}[/.-]) (\d{1,2}[/.-]\d{2,4})(?!\d)"), r"\1\2"),
    (re.compile(r"(?<!\d)(\d{1,2}[/.-]\d{1,2}[/.-]\d{1,3}) (\d{1,3})(?!\d)"), r"\1\2"),
    (re.compile(r"(?<=[\dIVX]/) (20\d{2})(?!\d)"), r"\1"),
)


@dataclass(slots=True)
class Cell:
    """A cell over the rows `first` to `last`, between two edges of columns."""

    first: int
    last: int
    left: float
    right: float
    words: str = ""


@dataclass(slots=True)
class PageTable:
    """
    What one page shows of a table. `places` are those of its letters in the order of the page's text. Columns without
    lines are known by their order (`edges` counts them), and their `strips` on the page by where its words leave off.
    """

    rows: int
    cells: list[Cell]
    places: set[int]
    edges: list[float]
    ruled: bool = True
    page: int = 0
    number: int = -1
    strips: list[float] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    numbers_first: bool = False


# --- ruled tables -------------------------------------------------------------------------------------------


def ruled_tables(letters: Sequence[Letter], rulings: Rulings) -> list[PageTable]:
    if len(rulings.lying) * len(rulings.standing) > _MOST_MEETINGS:
        return []
    found = []
    for lying, standing in _nets(rulings):
        table = _ruled(lying, standing, letters)
        if table is not None:
            found.append(table)
    return found


def nets_of(rulings: Rulings) -> list[list[tuple[float, float, float, float]]]:
    """The cells of each ruled table by their edges: left, low, right, high. For a page whose letters are not known."""
    if len(rulings.lying) * len(rulings.standing) > _MOST_MEETINGS:
        return []
    found = []
    for lying, standing in _nets(rulings):
        across, down = _edges(lying, standing)
        if not _is_table(across, down):
            continue
        cells = _cells(across, down, lying, standing)
        boxes = {id(cell): (cell.left, down[cell.last + 1], cell.right, down[cell.first]) for cell in cells.values()}
        if len(boxes) > 1:
            found.append(list(boxes.values()))
    return found


def _nets(rulings: Rulings) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Rules that meet, directly or through others."""
    count = len(rulings.lying)
    owner = list(range(count + len(rulings.standing)))

    def root(one: int) -> int:
        while owner[one] != one:
            owner[one] = owner[owner[one]]
            one = owner[one]
        return one

    for there, standing in enumerate(rulings.standing):
        for here, lying in enumerate(rulings.lying):
            if (
                lying.begin - _MEETS <= standing.at <= lying.end + _MEETS
                and standing.begin - _MEETS <= lying.at <= standing.end + _MEETS
            ):
                owner[root(here)] = root(count + there)
    nets: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for here, rule in enumerate(rulings.lying):
        nets.setdefault(root(here), ([], []))[0].append(rule)
    for there, rule in enumerate(rulings.standing):
        nets.setdefault(root(count + there), ([], []))[1].append(rule)
    yield from (net for net in nets.values() if len(net[0]) > 1 and net[1])


def _edges(lying: list[Rule], standing: list[Rule]) -> tuple[list[float], list[float]]:
    across = _clusters(rule.at for rule in standing)
    down = _clusters(rule.at for rule in lying)[::-1]
    # Some tables are open at their sides.
    begin, end = sorted(rule.begin for rule in lying), sorted(rule.end for rule in lying)
    if begin[len(begin) // 2] < across[0] - _SAME_COLUMN:
        across.insert(0, begin[len(begin) // 2])
    if end[len(end) // 2] > across[-1] + _SAME_COLUMN:
        across.append(end[len(end) // 2])
    return across, down


def _is_table(across: list[float], down: list[float]) -> bool:
    wide, tall = len(across) - 1, len(down) - 1
    return wide >= 1 and tall >= 1 and wide <= MOST_COLUMNS and wide * tall <= _MOST_PLACES


def _ruled(lying: list[Rule], standing: list[Rule], letters: Sequence[Letter]) -> PageTable | None:
    across, down = _edges(lying, standing)
    if not _is_table(across, down):
        return None
    tall = len(down) - 1
    cells = _cells(across, down, lying, standing)
    if len(set(map(id, cells.values()))) < 2:
        return None
    inside: dict[int, list[Letter]] = {}
    places: set[int] = set()
    rising = down[::-1]
    for letter in letters:
        column = bisect_right(across, letter.middle) - 1
        row = tall - bisect_right(rising, letter.level)
        cell = cells.get((row, column))
        if cell is not None:
            inside.setdefault(id(cell), []).append(letter)
            places.add(letter.at)
    if not places:
        return None
    own = list({id(cell): cell for cell in cells.values()}.values())
    for cell in own:
        cell.words = words_of(inside.get(id(cell), []))
    return PageTable(tall, own, places, across)


def _clusters(values: Iterable[float]) -> list[float]:
    out: list[list[float]] = []
    for value in sorted(values):
        if out and value - out[-1][-1] <= _MEETS:
            out[-1].append(value)
        else:
            out.append([value])
    return [sum(one) / len(one) for one in out]


def _cells(
    across: list[float], down: list[float], lying: list[Rule], standing: list[Rule]
) -> dict[tuple[int, int], Cell]:
    wide, tall = len(across) - 1, len(down) - 1
    upright = [[rule for rule in standing if abs(rule.at - edge) <= _MEETS] for edge in across]
    level = [[rule for rule in lying if abs(rule.at - edge) <= _MEETS] for edge in down]
    owner = {(row, column): (row, column) for row in range(tall) for column in range(wide)}

    def root(one: tuple[int, int]) -> tuple[int, int]:
        while owner[one] != one:
            owner[one] = owner[owner[one]]
            one = owner[one]
        return one

    for row in range(tall):
        y = (down[row] + down[row + 1]) / 2
        for column in range(wide):
            x = (across[column] + across[column + 1]) / 2
            if column + 1 < wide and not any(rule.begin <= y <= rule.end for rule in upright[column + 1]):
                owner[root((row, column + 1))] = root((row, column))
            if row + 1 < tall and not any(rule.begin <= x <= rule.end for rule in level[row + 1]):
                owner[root((row + 1, column))] = root((row, column))
    extents: dict[tuple[int, int], list[int]] = {}
    for row, column in owner:
        extent = extents.setdefault(root((row, column)), [row, row, column, column])
        extent[:] = [
            min(extent[0], row), max(extent[1], row), min(extent[2], column), max(extent[3], column)
        ]  # fmt: skip
    made = {
        key: Cell(first, last, across[left], across[right + 1]) for key, (first, last, left, right) in extents.items()
    }
    return {place: made[root(place)] for place in owner}


@dataclass(slots=True)
class _Run:
    """Letters that follow each other on one level."""

    last: Letter
    left: float
    right: float
    words: str

    @property
    def tall(self) -> float:
        return max(self.last.high - self.last.low, 1.0)


def words_of(letters: Iterable[Letter]) -> str:
    """The words of a cell line by line, joined; a day that the narrow cell cut is whole again."""
    runs: list[_Run] = []
    for letter in sorted(letters, key=attrgetter("at")):
        run = runs[-1] if runs else None
        if run is None or abs(letter.level - run.last.level) > run.tall * 0.4 or letter.left < run.right - run.tall:
            runs.append(_Run(letter, letter.left, letter.right, letter.sign))
            continue
        gap = letter.left - run.right
        # Where the text itself has a blank a narrow gap is one, too.
        blank = gap > run.tall * (0.05 if letter.at - run.last.at > 1 else 0.3)
        run.words += f"{' ' * blank}{letter.sign}"
        run.last, run.right = letter, max(run.right, letter.right)
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda one: -one.last.level):
        if lines and lines[-1][0].last.level - run.last.level <= run.tall * 0.4:
            lines[-1].append(run)
        else:
            lines.append([run])
    words = joined(" ".join(run.words for run in sorted(line, key=attrgetter("left"))) for line in lines)
    for pattern, whole in _CUT_DATE:
        words = pattern.sub(whole, words)
    return words


# --- a table over several pages -----------------------------------------------------------------------------


def goes_on(before: PageTable, after: PageTable) -> bool:
    """Whether the columns of the next page's first table are those of this page's last."""
    if after.ruled is not before.ruled:
        return False
    few, many = sorted((before.edges, after.edges), key=len)
    return after.page == before.page + 1 and all(any(abs(x - y) <= _SAME_COLUMN for y in many) for x in few)


def rows_of(pages: Sequence[PageTable]) -> list[list[str]]:
    """The rows of a table that stands on these pages, as `grid.lines_of` takes them."""
    edges = _clusters_of_edges([x for table in pages for cell in table.cells for x in (cell.left, cell.right)])
    rows: list[list[str]] = []
    heads: list[str] = []
    for table in pages:
        own = _matrix(table, edges)
        if not rows:
            heads = [_alike(row) for row in own[:3]]
            rows.extend(own)
            continue
        first = 0
        while first < len(own) and _alike(own[first]) in heads:
            first += 1
        _go_on(rows, own[first:])
    return rows


def _clusters_of_edges(values: list[float]) -> list[float]:
    out: list[list[float]] = []
    for value in sorted(values):
        if out and value - out[-1][0] <= _SAME_COLUMN:
            out[-1].append(value)
        else:
            out.append([value])
    return [sum(one) / len(one) for one in out]


def _matrix(table: PageTable, edges: list[float]) -> list[list[str]]:
    rows = [[""] * (len(edges) - 1) for _row in range(table.rows)]
    for cell in table.cells:
        left, right = _nearest(edges, cell.left), max(_nearest(edges, cell.right), _nearest(edges, cell.left) + 1)
        for row in range(cell.first, cell.last + 1):
            for column in range(left, min(right, len(edges) - 1)):
                here = row == cell.first and column == left
                rows[row][column] = cell.words if here else COVERED_LEFT if column > left else COVERED_ABOVE
    return rows


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda place: abs(edges[place] - value))


def _alike(row: Sequence[str]) -> str:
    return " ".join(
        like(in_one_line(cell)) for cell in row if cell.strip() and cell not in {COVERED_ABOVE, COVERED_LEFT}
    )


def _go_on(rows: list[list[str]], own: list[list[str]]) -> None:
    if not own:
        return
    first, last = own[0], rows[-1]
    columns = _columns(rows)
    number, work = columns.get("number", -1), columns.get("task", -1)
    below = own[1] if len(own) > 1 else None
    if number >= 0 and _is_cut(first, last, number):
        lead = columns.get("lead", -1)
        if work >= 0 and not first[work] and lead >= 0 and first[lead][:1].isupper() and _said(rows, lead):
            # Another body for the work of the row before the page break.
            first[number] = first[work] = COVERED_ABOVE
        else:
            for column, words in enumerate(first):
                if words.strip() and words not in {COVERED_ABOVE, COVERED_LEFT}:
                    _add(rows, column, words)
            own = own[1:]
            rows.extend(own)
            return
    always = _always(rows, columns.get("lead", -1))
    for column, words in enumerate(first):
        spanned = always == column or (below is not None and below[column] == COVERED_ABOVE)
        if not words and column != work and (spanned or last[column] == COVERED_ABOVE) and _said(rows, column):
            first[column] = COVERED_ABOVE
    _fill_before(rows, first, columns.get("lead", -1))
    rows.extend(own)


def _columns(rows: list[list[str]]) -> dict[str, int]:
    for row in rows[:6]:
        words: list[str] = []
        for cell in row:
            covered = cell in {COVERED_ABOVE, COVERED_LEFT}
            words.append((words[-1] if words else "") if cell == COVERED_LEFT else "" if covered else in_one_line(cell))
        found = columns_of(words)
        if found:
            return found
    return {}


def _is_cut(first: list[str], last: list[str], number: int) -> bool:
    """The next page goes on with the row: it has no number, though rows here have one, and is no row over others."""
    return (
        first[number] == ""
        and COVERED_LEFT not in first
        and COVERED_LEFT not in last
        and last[number] not in {"", COVERED_LEFT}
        and any(words.strip() and words != COVERED_ABOVE for words in first)
    )


def _said(rows: list[list[str]], column: int) -> bool:
    """Whether the cell that ends this column says anything."""
    for row in reversed(rows):
        if row[column] != COVERED_ABOVE:
            return bool(row[column].strip()) and row[column] != COVERED_LEFT
    return False


def _always(rows: list[list[str]], column: int) -> int:
    """The column, when no row so far leaves it empty: on a new page it is empty because its cell goes on."""
    empty = any(row[column] == "" and COVERED_LEFT not in row for row in rows) if column >= 0 else True
    return -1 if empty else column


def _add(rows: list[list[str]], column: int, words: str) -> None:
    for row in reversed(rows):
        if row[column] != COVERED_ABOVE:
            row[column] = f"{row[column]} {words}".strip()
            return


def _fill_before(rows: list[list[str]], first: list[str], lead: int) -> None:
    """A merged cell whose words stand in the middle of it may have them on the second page only."""
    if lead < 0 or not first[lead] or first[lead] in {COVERED_ABOVE, COVERED_LEFT}:
        return
    if rows[-1][lead] != COVERED_ABOVE or _said(rows, lead):
        return
    for row in reversed(rows):
        if row[lead] != COVERED_ABOVE:
            row[lead], first[lead] = first[lead], COVERED_ABOVE
            return
