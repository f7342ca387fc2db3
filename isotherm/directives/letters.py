"""How Vietnamese letters are compared: the same length as the source, so that every span still fits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

_ALIKE = {
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u3000": " ", "\t": " ", "\n": " ", "\r": " ", "\f": " ", "\v": " ",
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2011": "-", "\u2010": "-", "\uf0b7": "•",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"',
    "\u00d0": "đ", "\u00f0": "đ", "\u0189": "đ", "\u0256": "đ",
}  # fmt: skip
_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE_PLACE = re.compile("(?<!q)(?:" + "|".join(_TONES) + r")(?!\w)")
_MARKED = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")


@cache
def _alike(letter: str) -> str:
    if letter in _ALIKE:
        return _ALIKE[letter]
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def like(text: str) -> str:
    """Lower case, one tone placement (hoà = hòa, uỷ = ủy), plain blanks, quotes and dashes; never longer or shorter."""
    lower = "".join(map(_alike, text))
    return _TONE_PLACE.sub(lambda found: _TONES[found.group()], lower)


def bare(text: str) -> str:
    """Without accents, đ as d, lower case: for noisy text. The length may change."""
    parts = unicodedata.normalize("NFD", like(text).replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def one_line(text: str) -> str:
    return " ".join(text.split())


def is_vietnamese(text: str) -> bool:
    """By the share of letters that English does not have."""
    sample = like(text[:20000])
    letters = sum(letter.isalpha() for letter in sample)
    return letters > 0 and len(_MARKED.findall(sample)) / letters > 0.05


def any_of(phrases: Iterable[str]) -> str:
    """A regex of the phrases, longest first; a blank stands for any blanks, `...` for a few words."""
    alike = sorted({like(phrase) for phrase in phrases if phrase}, key=len, reverse=True)
    if not alike:
        return "(?!)"
    return (
        "(?:" + "|".join(phrase.replace(" ... ", "(?: [^;.:]{1,80}?)? ").replace(" ", r"\s+") for phrase in alike) + ")"
    )
