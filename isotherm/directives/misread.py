"""
Words that a machine misread: Vietnamese loses its marks first ("phối hop với", "dé xuất", "Du lich").

Where two or more syllables of a text have the letters of a phrase that the tables know but other marks, they are taken
for that phrase; a verb only where what stands there is no syllable at all ("Chỉ huy Bộ đội" is not "hủy bỏ"). Only
scans and texts with the line breaks of their paper are mended so; the length of the text stays.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from isotherm import country
from isotherm.directives.letters import like

# Phrases of the grammar's own patterns, besides those of the tables.
_OWN = (
    "phối hợp với", "phối hợp các", "phối hợp cùng", "chủ trì", "báo cáo", "trước ngày", "trong tháng", "trong quý",
    "trong năm", "hằng năm", "hằng tháng", "hằng quý", "hàng năm", "hàng tháng", "định kỳ", "thủ tướng", "chính phủ",
    "ủy ban nhân dân", "liên quan", "các bộ", "các sở", "các tỉnh", "thành phố", "địa phương", "cơ quan", "đơn vị",
    "thời hạn", "hoàn thành", "chậm nhất", "thẩm quyền", "đề nghị", "yêu cầu", "các xã", "chủ tịch", "bộ trưởng",
    "giám đốc", "thủ trưởng", "dự án", "kế hoạch", "quý một", "tổng giám đốc", "tổng công ty", "tập đoàn",
)  # fmt: skip
# "31 thang 3 năm 2025"
_DAY = re.compile(
    r"(?<!\w)(?:(?P<day>ngay) +)?\d{1,2} +(?P<month>thang) +\d{1,2}(?: +(?P<year>nam)(?= +20\d\d))?(?!\w)"
)
_MARK = re.compile(r"[\u0300-\u036f]")


def mended(alike: str) -> str:
    """`alike` (see `letters.like`) with the marks of the phrases that it means."""
    plain = _plain(alike)
    if len(plain) != len(alike):
        return alike
    pattern, phrases = _phrases()
    letters = list(alike)
    for day in _DAY.finditer(plain):
        for part, word_meant in (("day", "ngày"), ("month", "tháng"), ("year", "năm")):
            if day.group(part):
                letters[day.start(part) : day.end(part)] = word_meant
    for found in pattern.finditer(plain):
        said = alike[found.start() : found.end()]
        meant = phrases[" ".join(found.group().split())]
        spelled = " ".join(said.split())
        if spelled in meant.spellings or (not meant.sure and all(one in meant.syllables for one in said.split())):
            continue
        words = iter(meant.spellings[0].split(" "))
        for word in re.finditer(r"\S+", found.group()):
            letters[found.start() + word.start() : found.start() + word.end()] = next(words)
    return "".join(letters)


def _plain(words: str) -> str:
    """Without marks, letter for letter."""
    return _MARK.sub("", unicodedata.normalize("NFD", words)).replace("đ", "d")


@dataclass(slots=True)
class _Meant:
    """The spellings that share their plain letters: neither is put for another. `sure`: no verb."""

    spellings: list[str]
    sure: bool
    syllables: frozenset[str]


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, _Meant]]:
    names, verbs = _names(), _column("verbs", "verb")
    syllables = frozenset(word for phrase in (*names, *verbs) for word in like(phrase).split())
    known: dict[str, _Meant] = {}
    for phrases, sure in ((names, True), (verbs, False)):
        for phrase in phrases:
            words = " ".join(like(phrase).split())
            if " " not in words or not re.fullmatch(r"[\w ,-]+", words):
                continue
            meant = known.setdefault(_plain(words), _Meant([], sure, syllables))
            if words not in meant.spellings:
                meant.spellings.append(words)
    ordered = sorted(known, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(one.replace(" ", r"\s+") for one in ordered) + r")(?!\w)"), known


def _names() -> list[str]:
    found = list(_OWN)
    for row in country.table("phrases/bodies"):
        found += [row["name_vi"], row["short_vi"], *row["also"].split(";")]
    for table in ("orders", "openers", "predicates"):
        found += _column(table, "phrase")
    return found + _column("titles", "title")


def _column(table: str, column: str) -> list[str]:
    return [row[column] for row in country.table(f"phrases/{table}") if row["language"] == "vi"]
