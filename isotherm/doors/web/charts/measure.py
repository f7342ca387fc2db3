"""How wide words are in Be Vietnam Pro, so that a label is placed, wrapped or left out on the server."""

from __future__ import annotations

import unicodedata
from functools import cache

# Advance widths in thousandths of the type size, semi-bold: the widest weight drawn, so that it errs on the safe side.
_GROUPS = {
    230: " ", 277: "lI|", 285: "iìíị", 288: "·", 292: "j", 319: ".:'", 332: ",;", 401: "f", 415: "1", 416: "r",
    434: "t", 449: "()[]", 514: "z", 527: "s", 581: "u", 584: "k", 590: "nvxyưh", 596: "7", 607: "-+", 614: "ce",
    652: "aoăâơ", 656: "8S2bdpqgEFđ", 674: "35TJLP", 693: "0469ZR–", 716: "B", 735: "ADNHUVƯXKY", 830: "COGQƠĐ",
    863: "%", 885: "mMw", 1039: "W",
}  # fmt: skip
_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}
_UNKNOWN = 680


@cache
def _letter(letter: str) -> int:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTHS.get(base, _UNKNOWN)


def width(words: str, size: float) -> float:
    return sum(_letter(letter) for letter in unicodedata.normalize("NFC", words)) * size / 1000


def wrap(words: str, room: float, size: float, lines: int = 2) -> list[str]:
    """Whole words on at most `lines` lines, as even as they come; what is still too wide is the caller's to see."""
    pieces = words.split()
    if width(words, size) <= room or len(pieces) < 2 or lines < 2:
        return [words]
    cuts = range(1, len(pieces))
    halves = min(
        ([" ".join(pieces[:cut]), " ".join(pieces[cut:])] for cut in cuts),
        key=lambda pair: max(width(pair[0], size), width(pair[1], size)),
    )
    if lines == 2 or max(width(half, size) for half in halves) <= room:
        return halves
    best: list[str] = []
    for word in pieces:
        if best and (width(f"{best[-1]} {word}", size) <= room or len(best) == lines):
            best[-1] += f" {word}"
        else:
            best.append(word)
    return best


def fits(words: str, room: float, size: float) -> bool:
    return width(words, size) <= room
