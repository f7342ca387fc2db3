"""Vietnamese names made comparable: accents, both placements of the tone mark, đ, apostrophes, alphabetical order."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The five written tones in the order of the dictionary; the level tone has no mark.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_MARKS = {"\u0306": "1", "\u0302": "1", "\u031b": "2"}  # ă â ô ê: first variant of the letter; ơ ư: after ô
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ´`ʻ"), None)
_NOT_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")
# Where tradition writes Hòa, Khỏe, Thủy and the newer school Hoà, Khoẻ, Thuỷ: open syllables in oa, oe, uy.
_OPEN = re.compile(r"(?P<head>.*?)(?P<first>[ou])(?P<second>[aey])$", re.IGNORECASE)


@lru_cache(maxsize=20_000)  # the syllables of Vietnamese are few, and a country's names are made of them
def fold(text: str) -> str:
    """`Ủy ban nhân dân xã M'Drắk` becomes `uy ban nhan dan xa mdrak`; both tone placements fold to one text."""
    plain = unicodedata.normalize("NFD", text.translate(_APOSTROPHES).casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("đ", "d")
    return _NOT_WORD.sub(" ", plain).strip()


def spelling(text: str) -> str:
    """Accents kept, tone placement not: `Hòa` and `Hoà` are one, `Hoa` another. To prefer what was typed exactly."""
    return " ".join("".join(_letters(word)) + _tone(word) for word in _words(text))


def sort_key(text: str) -> str:
    """Plain bytes in Vietnamese alphabetical order (a ă â b c d đ e ê …), syllable by syllable, then by tone."""
    return " ".join(
        # Phường 2 stands before Phường 10.
        word.zfill(6) if word.isdecimal() else "".join(_place(letter) for letter in _letters(word)) + "!" + _tone(word)
        for word in _words(text)
    )


def other_placement(text: str) -> str:
    """The same text with the tone marks of open oa, oe, uy on the other vowel; `` if nothing changes."""
    changed = _WORD.sub(lambda word: _moved(word[0]), unicodedata.normalize("NFC", text))
    return "" if changed == unicodedata.normalize("NFC", text) else changed


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFC", text.translate(_APOSTROPHES).casefold())
    return [unicodedata.normalize("NFD", word) for word in _WORD.findall(plain)]


def _tone(word: str) -> str:
    return next((_TONES[c] for c in word if c in _TONES), "0")


def _letters(word: str) -> list[str]:
    """Letters with what makes them other letters (â, ơ, đ), without the tone."""
    letters: list[str] = []
    for c in word:
        if c in _TONES:
            continue
        if unicodedata.combining(c) and letters:
            letters[-1] = letters[-1] + c
            continue
        letters.append(c)
    return letters


def _place(letter: str) -> str:
    if letter == "đ":
        return "d1"
    if letter.isdigit():
        return letter + "0"
    return letter[0] + _variant(letter)


def _variant(letter: str) -> str:
    if len(letter) == 1:
        return "0"
    if letter[0] == "a" and letter[1] == "\u0302":
        return "2"  # a ă â
    return _MARKS.get(letter[1], "0") if letter[0] != "u" else "1"


def _moved(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    tones = [c for c in parts if c in _TONES]
    if len(tones) != 1:
        return word
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    found = _OPEN.match(bare)
    if found is None or (found["first"] + found["second"]).lower() not in {"oa", "oe", "uy"}:
        return word
    if found["head"].lower().endswith("q"):
        return word
    on_first = unicodedata.normalize("NFC", found["first"] + tones[0])
    on_second = unicodedata.normalize("NFC", found["second"] + tones[0])
    traditional = found["head"] + on_first + found["second"]
    newer = found["head"] + found["first"] + on_second
    return newer if unicodedata.normalize("NFC", word) == traditional else traditional
