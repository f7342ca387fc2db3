"""
Tables that lost their lines when they were copied into plain text: cells parted by tabs, or one cell a line.

1. A line (or as many lines as there are columns) whose cells are the heads of a table of tasks opens one.
2. Cells parted by tabs become a row as `rows.py` writes it; a line with a number and one cell heads those below it.
3. Where a whole row stands on one line without marks ("1 Xây dựng ... Bộ A Bộ B Quý II Đề án"), its words are laid into
   the columns: the lead is where the first name begins that is followed by names up to the time.
4. Where each cell has a line, a number alone begins a row. If a row has more lines than columns, some cell was broken
   into lines: they are laid into the columns in their order, as fits best what each column holds (`_fit_of`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from isotherm.directives import rows
from isotherm.directives.columns import columns_of, field_of, is_head
from isotherm.directives.deadlines import deadlines_in
from isotherm.directives.leads import bodies_at, names_for
from isotherm.directives.letters import is_vietnamese, like, one_line

_FEWEST, _MOST = 4, 9
_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[A-H])[.)]?")
_COUNTS = re.compile(r"\(?\d{1,3}(?:\.\d{1,3})*[.)]?")
_BREAKS = re.compile(r"(?:phụ lục|appendix|annex|nơi nhận|recipients?|ghi chú|notes?)(?!\w)", re.IGNORECASE)
_LONGEST_TIME = 80
_LONGEST_RUN_ON_HEAD = 160
_COUNTED_ROW = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)[.)]? (?=\S)")
_GROUP_ROW = re.compile(r"(?:[IVX]{1,5}|[A-H])[.)]? (?=\S)")
_TIME_IN_ROW = re.compile(
    r"(?:trước |trong |hết |đến )?(?:ngày )?(?:\d{1,2}/\d{1,2}/20\d{2}|(?:tháng )?\d{1,2}(?:-\d{1,2})?/20\d{2}"
    r"|quý [ivx1-4]+(?:[/, -]+(?:năm )?20\d{2})?|tháng \d{1,2}(?: năm 20\d{2})?"
    r"|(?:giai đoạn |năm )?20\d{2}(?: ?[-–] ?20\d{2})?|thường xuyên|hằng năm|hàng năm|hằng quý|hằng tháng"
    r"|quarter [iv1-4]+(?:[/, ]+20\d{2})?|(?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december) 20\d{2}|annually|regularly)(?![\w/])",
    re.IGNORECASE,
)
_LONGEST_HEAD = 30
_MOST_LINES = 40
_MANY_WORDS = 16
_SMALL_SHARE = 0.25
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
        if run_on := _run_on_head(lines, at):
            at = _run_on_rows(lines, at, run_on, done)
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


# --- one row a line, its cells run together ----------------------------------------------------------------------


def _run_on_head(lines: list[str], at: int) -> list[str]:
    """The heads of the columns, when they stand one behind the other on this line and rows follow."""
    line = lines[at].strip()
    if not line or len(line) > _LONGEST_RUN_ON_HEAD or field_of(line.split(" ", 1)[0]) != "number":
        return []
    heads = _heads_in(line.split())
    if not _FEWEST <= len(heads) <= _MOST or columns_of(heads) is None:
        return []
    below = [words.strip() for words in lines[at + 1 : at + 6] if words.strip()]
    return heads if any(_COUNTED_ROW.match(words) for words in below[:3]) else []


def _heads_in(words: list[str]) -> list[str]:
    """ "TT Nhiệm vụ Cơ quan chủ trì Thời gian" cut where a word with a capital begins another field."""
    heads: list[str] = []
    fields: list[str | None] = []
    for word in words:
        field = field_of(word) if not heads else None
        begins = word[:1].isupper() and not (heads and fields[-1] is None)
        if not heads or begins:
            heads.append(word)
            fields.append(field or field_of(word))
        else:
            heads[-1] += f" {word}"
            fields[-1] = field_of(heads[-1]) or fields[-1]
    return heads if all(field_of(head) for head in heads) else []


def _run_on_rows(lines: list[str], at: int, heads: list[str], done: list[str]) -> int:
    done.append(rows.row(heads))
    at += 1
    while at < len(lines):
        line = lines[at].strip()
        if not line:
            at += 1
            continue
        counted = _COUNTED_ROW.match(line)
        cells = _cells_of_run(line[counted.end() :], heads[1:]) if counted else None
        if counted and cells:
            done.append(rows.row([counted.group(1), *cells]))
        elif _GROUP_ROW.match(line) and not _BREAKS.match(line):
            done.append(rows.group(line.split(" ", 1)))
        else:
            return at
        at += 1
    return at


def _cells_of_run(line: str, heads: list[str]) -> list[str] | None:
    """The cells of a row whose words run on: the task, names, the time, the rest; None when they cannot be told."""
    fields = [field_of(head) for head in heads]
    if fields[0] != "task" or "lead" not in fields:
        return None
    names = names_for("vi" if is_vietnamese(line) else "en")
    alike = like(line)
    time_from, time_to = _time_at_end(line)
    for start in re.finditer(r"(?<= )(?=[A-ZĐÀ-Ỹ])", line):
        lists: list[str] = []
        here = start.start()
        while here < time_from:
            bodies, end = bodies_at(line, alike, here, names=names, loose=True)
            if not bodies or end > time_from:
                break
            lists.append(line[here:end])
            here = end + len(line[end:]) - len(line[end:].lstrip(" ,;"))
        if lists and here >= time_from:
            cells = {"task": line[: start.start()], "lead": lists[0], "coordinate": "; ".join(lists[1:])}
            cells |= {"deadline": line[time_from:time_to], "product": line[time_to:]}
            return [cells.get(field or "", "").strip(" ,;") for field in fields]
    return None


def _time_at_end(line: str) -> tuple[int, int]:
    """Where the last time of the row stands, or its end."""
    found = [match.span() for match in _TIME_IN_ROW.finditer(line)]
    return found[-1] if found else (len(line), len(line))


# --- one cell a line --------------------------------------------------------------------------------------------


def _stacked_head(lines: list[str], at: int) -> list[list[str]]:
    """The heads of the columns, when they stand one below the other from here on."""
    heads: list[list[str]] = []
    if not lines[at].strip() or field_of(lines[at].strip()) != "number":
        return []
    for line in lines[at : at + _MOST * 2]:
        words = line.strip()
        if heads and words[:1].islower() and len(words) <= _LONGEST_HEAD:
            # "Cơ quan" and "chủ trì" below it are one head.
            heads[-1].append(words)
            continue
        if not words or field_of(words) is None:
            break
        heads.append([words])
    whole = [" ".join(parts) for parts in heads]
    if not _FEWEST <= len(heads) <= _MOST or columns_of(whole) is None:
        return []
    below = next((line.strip() for line in lines[at + sum(map(len, heads)) :] if line.strip()), "")
    return heads if _NUMBER.fullmatch(below) else []


def _stacked_rows(lines: list[str], at: int, parts: list[list[str]], done: list[str]) -> int:
    heads = [" ".join(words) for words in parts]
    done.append(rows.row(heads))
    at += sum(map(len, parts))
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


def _fitted(lines: list[str], heads: list[str]) -> list[str]:
    """One cell a column: each takes the lines that fit it, in their order; a cell may be empty."""
    if len(lines) == len(heads) and not any(line[:1].islower() for line in lines[1:]):
        return lines
    fields = [field_of(head) for head in heads]
    if len(lines) > _MOST_LINES:
        return [*lines[: len(heads) - 1], "; ".join(lines[len(heads) - 1 :])]
    # best[i]: how well the first i lines fill the columns so far, and where each column began.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for column, field in enumerate(fields):
        last = column == len(fields) - 1
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for begin, (worth, places) in best.items():
            for end in [len(lines)] if last else range(begin, len(lines) + 1):
                fit = worth + _fit_of(field, lines, begin, end)
                if end not in found or fit > found[end][0]:
                    found[end] = (fit, (*places, begin))
        best = found
    places = (*best[len(lines)][1], len(lines))
    return [_joined(lines[begin:end], field) for begin, end, field in zip(places, places[1:], fields, strict=False)]


def _fit_of(field: str | None, lines: list[str], begin: int, end: int) -> float:
    """How well the lines fit a column of this kind."""
    if begin == end:
        return -3.0 if field == "task" else -1.0
    words = " ".join(lines[begin:end])
    broken = lines[begin][:1].islower() or (begin > 0 and lines[begin - 1].endswith((",", ";", " và")))
    fit = -2.0 if broken else 0.0
    if field in {"lead", "coordinate"}:
        return fit + (3.0 if _names_bodies(words) else -3.0)
    if field == "deadline":
        return fit + (4.0 if _is_time(words) else -4.0)
    if field == "task":
        return fit + 1.0 - (2.5 if _is_time(words) or _names_bodies(words) else 0.0)
    return fit - (2.0 if _is_time(words) else 0.5 if len(words.split()) > _MANY_WORDS else 0.0)


@lru_cache(maxsize=4096)
def _names_bodies(words: str) -> bool:
    """The words name bodies and hardly anything else."""
    clean = one_line(words)
    alike = like(clean)
    _bodies, end = bodies_at(clean, alike, 0, names=names_for("vi" if is_vietnamese(clean) else "en"), loose=True)
    rest = re.sub(r"^[\s,;.]*(?:(?:có )?liên quan|và các đơn vị|khác)?[\s,;.]*", "", alike[end:])
    return end > 0 and len(rest) <= len(clean) * _SMALL_SHARE


def _joined(lines: list[str], field: str | None) -> str:
    """A broken cell is one; names on lines of their own are a list."""
    words = ""
    for line in lines:
        apart = field in {"lead", "coordinate"} and _names_bodies(line) and words and _names_bodies(words)
        between = "; " if apart and not words.endswith((",", ";", " và")) and not line[:1].islower() else " "
        words = f"{words}{between}{line}" if words else line
    return words


def _is_time(cell: str) -> bool:
    words = cell.strip(" .;")
    if _SPAN_OF_YEARS.fullmatch(words) or _BARE_MONTH.fullmatch(words):
        return True
    found = deadlines_in(f"thời gian: {words}", language="vi") or deadlines_in(f"time: {words}", language="en")
    return bool(found) and len(words) <= _LONGEST_TIME
