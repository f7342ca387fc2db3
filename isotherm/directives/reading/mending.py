"""
What recognition garbled and the paper itself, or a table of the country package, tells for certain.

- The mark of a point that its neighbours give: "7," after "6." is "7.", "e)" between "b)" and "d)" is "c)".
- Accents of a badly read word that stands in a known phrase ("đữ liệu"): a phrase of the tables, the name of a body, or
  two words that stand elsewhere in the same paper and were read well there.

Only letters change, and of a word only its accents: no word, number or day is ever made of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from isotherm import country
from isotherm.directives.letters import bare, like

if TYPE_CHECKING:
    from isotherm.directives.reading.scan import Piece, ScannedLine, ScannedPage

UNSURE = 95.0
_MOST_WORDS = 8
_POINTS = "abcdđeghiklmnopqrstuvxy"
_CONFUSED = {
    "a": "aáàâ", "c": "ceoC¢€", "d": "dđ", "đ": "đd", "e": "eéèêc", "g": "gqø9", "h": "hn", "i": "iíìïỉ¡!1lj", "k": "k",
    "l": "l1Iiï!|í", "m": "m", "n": "nhñ", "o": "oóòôơ0", "p": "pP", "q": "qg9", "r": "r", "s": "s5", "t": "t",
    "u": "uúùư", "v": "v", "x": "x", "y": "yý", "b": "b6",
}  # fmt: skip
_ROMANS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_STROKES = str.maketrans({"l": "I", "1": "I", "L": "I", "Í": "I", "í": "I", "|": "I", "!": "I"})
_PART = re.compile(r"([IVXLl1Íí|!]{1,5})([.,-])")
_GLUED = re.compile(r"([IVXLl1Íí|!]{1,5}[.,])(\w+)")
_POINT = re.compile(r"(\S?)\)")
_SMALL_ROMAN = re.compile(r"\(([ivxlIíì1|!]{0,5})\)")
_NUMBER = re.compile(r"(\d{1,2})[.,:;]")
_EDGES = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)
_PLAIN = re.compile(r"[\w\s,-]+")


def mended(pages: Sequence[ScannedPage]) -> list[ScannedPage]:
    return _with_accents(_with_marks(pages))


# --- marks of points ----------------------------------------------------------------------------------------


def _with_marks(pages: Sequence[ScannedPage]) -> list[ScannedPage]:
    number, letter, part, roman_point = 0, "", 0, 0
    made = []
    for page in pages:
        lines = []
        for line in page.lines:
            line = _unglued(line)
            first = line.pieces[0]
            found = _NUMBER.fullmatch(first.words)
            if found and len(line.pieces) > 1 and line.pieces[1].words[:1].isupper():
                if int(found[1]) == number + 1 and not first.words.endswith("."):
                    first = replace(first, words=f"{found[1]}.")
                if first.words.endswith("."):
                    number, letter = int(found[1]), ""
            roman = _PART.fullmatch(first.words)
            if roman is None and len(line.pieces) > 1 and _is_loud(line.pieces[1].words):
                # A heading whose number lost its full stop, "L NÂNG CAO" also its form.
                due = not first.words.isdigit() and first.words.translate(_STROKES) == (*_ROMANS, "")[part + 1]
                roman = _PART.fullmatch(f"{first.words}.") if due else None
            if roman and len(line.pieces) > 1 and line.pieces[1].words[:1].isupper():
                place = _part_after(part, roman[1])
                if place:
                    part, number, letter = place, 0, ""
                    first = replace(first, words=f"{_ROMANS[place]}{'-' if roman[2] == '-' else '.'}")
            point = _POINT.fullmatch(first.words)
            if point and len(line.pieces) > 1:
                mark = _mark_after(letter, point[1], first.sure)
                first = replace(first, words=f"{mark})")
                letter = mark if mark in _POINTS else letter
            small = _SMALL_ROMAN.fullmatch(first.words)
            if small and len(line.pieces) > 1:
                roman_point = _small_after(roman_point, small[1], first.sure)
                first = replace(first, words=f"({_ROMANS[roman_point].lower() or small[1]})")
            elif first is not line.pieces[0] or found or roman or point:
                roman_point = 0
            lines.append(replace(line, pieces=(first, *line.pieces[1:])) if first is not line.pieces[0] else line)
        made.append(replace(page, lines=tuple(lines)))
    return made


def _unglued(line: ScannedLine) -> ScannedLine:
    """ "I.MỤC" is the number of a heading and its first word."""
    first = line.pieces[0]
    glued = _GLUED.fullmatch(first.words)
    if glued is None or not _is_loud(glued[2]):
        return line
    middle = first.left + (first.right - first.left) * len(glued[1]) / len(first.words)
    mark, word = replace(first, words=glued[1], right=middle), replace(first, words=glued[2], left=middle)
    return replace(line, pieces=(mark, word, *line.pieces[1:]))


def _is_loud(words: str) -> bool:
    return len(words) > 1 and words.isupper()


def _part_after(before: int, read: str) -> int:
    """The place of a part whose Roman number looks like that which is due: "IL." after "I." is II."""
    if read in _ROMANS[1:] and _ROMANS.index(read) in (1, before + 1):
        return _ROMANS.index(read)
    due = _ROMANS[before + 1] if before + 1 < len(_ROMANS) else ""
    alike = read.translate(_STROKES)
    if due and alike.replace("V", "").strip("I") == "" and due.replace("V", "").strip("I") == "":
        # Strokes run together; a V is never made of them. The part before is not said twice.
        near = len(alike) in (len(due), len(due) - 1) and ("V" in alike) == ("V" in due)
        return before + 1 if near and not read.isdigit() else 0
    return 0


def _small_after(before: int, read: str, sure: float) -> int:
    """The place of "(ii)" after "(i)", also where strokes ran together or were lost; 0 where nobody can tell."""
    due = _ROMANS[before + 1].lower() if before + 1 < len(_ROMANS) else ""
    if read == due or (read == "i" and sure >= UNSURE):
        return _ROMANS.index(read.upper())
    strokes = re.sub(r"[^vx]", "i", read)
    near = len(due) - 1 <= len(strokes) <= len(due) and strokes.replace("i", "") == due.replace("i", "")
    return before + 1 if due and near and read != "1" else 0


def _mark_after(before: str, read: str, sure: float) -> str:
    """The letter of the point that follows `before`, where what was read looks like it."""
    place = _POINTS.find(before) if before else -1
    due = _POINTS[place + 1 : place + 2]
    if read == due or not due:
        return read
    # Some papers leave out đ: what comes after it is as due.
    later = _POINTS[place + 2 : place + 3] if due == "đ" else ""
    if read and read == later:
        return read
    for one in (due, later):
        if one and (not read or read in _CONFUSED[one]):
            return one
    return read


# --- accents ------------------------------------------------------------------------------------------------


@cache
def _phrases() -> dict[tuple[str, ...], frozenset[str]]:
    """Known phrases of two words and more by their letters without accents."""
    found: dict[tuple[str, ...], set[str]] = {}
    for phrase in _all_phrases():
        words = tuple(bare(phrase).split())
        if 2 <= len(words) <= _MOST_WORDS:
            found.setdefault(words, set()).add(like(phrase))
    return {words: frozenset(forms) for words, forms in found.items()}


def _all_phrases() -> Iterator[str]:
    tables = {
        "spelling": "phrase", "verbs": "verb", "orders": "phrase", "predicates": "phrase", "products": "product",
        "openers": "phrase", "receivers": "phrase", "compounds": "phrase", "sections": "heading", "titles": "title",
    }  # fmt: skip
    for table, column in tables.items():
        for row in country.table(f"phrases/{table}"):
            if row.get("language") == "vi" and _PLAIN.fullmatch(row[column]):
                yield row[column].replace(",", "")
    for row in country.table("phrases/bodies"):
        yield row["name_vi"].replace(" - ", " ").replace(",", "")
    for row in country.table("phrases/types"):
        yield row["name_vi"]
    for row in country.table("phrases/provinces"):
        yield row["name_vi"]
    yield from ("cộng hòa xã hội chủ nghĩa việt nam", "độc lập", "hạnh phúc")


def _with_accents(pages: Sequence[ScannedPage]) -> list[ScannedPage]:
    own = _pairs_read_well(pages)
    made = []
    for page in pages:
        flat = [piece for line in page.lines for piece in line.pieces]
        words = [_core(piece.words) for piece in flat]
        known = [bare(word) for word in words]
        new = {
            at: form
            for at, piece in enumerate(flat)
            if piece.sure < UNSURE and words[at].isalpha() and (form := _form_of(at, words, known, flat, own))
        }
        if not new:
            made.append(page)
            continue
        pieces = iter(
            replace(piece, words=_dressed(piece.words, new[at])) if at in new else piece
            for at, piece in enumerate(flat)
        )
        lines = (replace(line, pieces=tuple(next(pieces) for _piece in line.pieces)) for line in page.lines)
        made.append(replace(page, lines=tuple(lines)))
    return made


def _core(words: str) -> str:
    found = _EDGES.match(words)
    return found[2] if found else words


def _pairs_read_well(pages: Sequence[ScannedPage]) -> dict[tuple[str, ...], set[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for page in pages:
        for line in page.lines:
            for one, other in zip(line.pieces, line.pieces[1:], strict=False):
                if min(one.sure, other.sure) >= UNSURE and one.words.isalpha() and _core(other.words).isalpha():
                    pair = like(f"{one.words} {_core(other.words)}")
                    found.setdefault(tuple(bare(pair).split()), set()).add(pair)
    return found


def _form_of(
    at: int, words: list[str], known: list[str], flat: Sequence[Piece], own: dict[tuple[str, ...], set[str]]
) -> str | None:
    """How the word is written in the longest known phrase that it stands in; its neighbours must be written so, too."""
    for length in range(_MOST_WORDS, 1, -1):
        forms: set[str] = set()
        for begin in range(max(0, at - length + 1), min(at, len(words) - length) + 1):
            key = tuple(known[begin : begin + length])
            for phrase in (*_phrases().get(key, ()), *(own.get(key, ()) if length == 2 else ())):
                spelled = phrase.split()
                others = (
                    like(words[begin + step]) == spelled[step] or flat[begin + step].sure < UNSURE
                    for step in range(length)
                    if begin + step != at
                )
                if len(spelled) == length and all(others):
                    forms.add(spelled[at - begin])
        if like(words[at]) in forms:
            return None
        if len(forms) == 1:
            return forms.pop()
    return None


def _dressed(words: str, form: str) -> str:
    """The form in the case and between the signs of what was read."""
    found = _EDGES.match(words)
    if found is None:
        return form
    core = found[2]
    if core.isupper() and len(core) > 1:
        form = form.upper()
    elif core[:1].isupper():
        form = form[:1].upper() + form[1:]
    return f"{found[1]}{form}{found[3]}"
