"""
Papers marked Mật, Tối mật, Tuyệt mật or for internal circulation must not enter the system: they are refused before
anything is stored, queued, logged or shown. The refusal says nothing of the paper.

A mark is a line of its own, a cell beside the national name, a stamp in a scan, or a sign in the document's own
number. The same words inside a sentence ("bí mật nhà nước") are no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from isotherm import country
from isotherm.directives.letters import bare, like
from isotherm.refusals import Secret
from isotherm.words import lazy

HEAD_LINES = 30
_EDGE = " \t*[](){}|.:;,!-_=~'\"“”‘’<>/\\#•·«»"
_COPY = re.compile(r"(?:bản số|bản chính|bản sao|copy(?: no)?|số bản)[ .:]*[\d./]*$")
_LEVEL_FIELD = re.compile(
    r"(?:mức )?độ mật ?[:.] ?(?:tuyệt mật|tối mật|mật)"
    r"|(?:security )?classification ?: ?(?:top secret|secret|confidential)"
)
_NUMBER = re.compile(
    r"(?:số|no\.?) ?: ?\d{0,5}\S{0,30}?(?:[-/](?:m|mật|tối mật|tuyệt mật)| ?\((?:m|mật|tm|tối mật|tuyệt mật)\))(?=\s|$)"
)
_BESIDE = re.compile(r"cộng hòa xã hội|độc lập ?- ?tự do|đảng cộng sản|socialist republic|independence")


@cache
def _marks() -> dict[str, str]:
    return {like(row["mark"]): row["kind"] for row in country.table("phrases/secrecy")}


@cache
def _noisy_marks() -> dict[str, str]:
    return {_letters(mark): mark for mark in _marks()}


def refusal() -> Secret:
    return Secret(
        lazy(
            "This paper carries a secrecy mark or is for internal circulation, so it must not "
            "enter this system. Nothing of it was kept."
        ),
        remedy=lazy(
            "Handle it by the rules for protecting state secrets, on paper or in the system set apart for them."
        ),
    )


def refuse_if_marked(text: str, *, margins: Iterable[str] = ()) -> None:
    """`margins`: text of page headers, text boxes and notes, where a mark may stand anywhere."""
    lines = [line for line in text.split("\n") if line.strip()]
    if any(_is_marked(line, head=number < HEAD_LINES) for number, line in enumerate(lines)):
        raise refusal()
    if any(_is_marked(line, head=True) for margin in margins for line in margin.split("\n")):
        raise refusal()


def refuse_if_stamped(recognised: str, *, head_lines: int = 25) -> None:
    """Text recognised in a picture: accents and gaps are unreliable, a boxed word near the top counts."""
    lines = [line for line in recognised.split("\n") if line.strip()]
    for number, line in enumerate(lines):
        head = number < head_lines
        if _is_marked(line, head=head) or (head and _is_noisy_mark(line)):
            raise refusal()


def _is_marked(line: str, *, head: bool) -> bool:
    alike = like(line).strip(_EDGE)
    if not alike or len(line) > 400:
        return False
    if _LEVEL_FIELD.match(alike) or (head and _NUMBER.match(like(line).strip())):
        return True
    whole = _COPY.sub("", _closed(alike)).strip(_EDGE)
    if whole in _marks():
        return head or _shouts(line) or _marks()[whole] == "circulation"
    if not head:
        return False
    cells = [cell.strip(_EDGE) for cell in re.split(r"\||\t|\s{3,}", like(line))]
    if len(cells) > 1 and any(_closed(cell) in _marks() for cell in cells):
        return True
    return _stands_beside_head(line)


def _stands_beside_head(line: str) -> bool:
    """ "MẬT  CỘNG HÒA XÃ HỘI ...": a stamp on the same line as the head of the paper."""
    alike = like(line)
    if not _BESIDE.search(alike):
        return False
    level = [mark for mark, kind in _marks().items() if kind == "level"]
    before = alike[: _BESIDE.search(alike).start()].strip(_EDGE)  # type: ignore[union-attr]
    return any(before == mark or (before.endswith(" " + mark) and not before.endswith("bí " + mark)) for mark in level)


def _is_noisy_mark(line: str) -> bool:
    letters = _letters(line)
    if not letters or len(letters) > 32:
        return False
    if letters in _noisy_marks():
        short = len(letters) <= 6
        return not short or _shouts(line) or len(line.strip(_EDGE)) <= 12
    close = [mark for mark in _noisy_marks() if len(mark) >= 7 and abs(len(mark) - len(letters)) <= 2]
    if any(_distance(letters, mark) <= (1 if len(mark) < 9 else 2) for mark in close):
        return True
    words = [word.strip(_EDGE) for word in line.split()]
    edges = [word for word in (words[:1] + words[-1:]) if len(words) > 1]
    return any(word in {"MẬT", "MÂT", "MẠT", "MẶT"} and not _said(words, word) for word in edges)


def _said(words: list[str], word: str) -> bool:
    position = words.index(word)
    if like(" ".join(words[position + 1 : position + 2])) in {"nhà", "mã", "độ", "vụ", "khẩu"}:
        return True
    return position > 0 and like(words[position - 1]) in {"bí", "bảo", "cơ", "thân", "bề", "có", "gặp"}


def _closed(words: str) -> str:
    """ "M Ậ T" as "mật"."""
    pieces = words.split()
    if len(pieces) >= 3 and all(len(piece) == 1 for piece in pieces):
        joined = "".join(pieces)
        return next((mark for mark in _marks() if mark.replace(" ", "") == joined), joined)
    return " ".join(pieces)


def _letters(words: str) -> str:
    return re.sub(r"[^a-z]", "", bare(words))


def _shouts(line: str) -> bool:
    letters = [letter for letter in line if letter.isalpha()]
    return bool(letters) and all(letter.isupper() for letter in letters)


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]
