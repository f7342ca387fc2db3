"""
Lists of bodies in the words of a directive.

A list is spelled out ("các Bộ: Công Thương, Xây dựng" gives two bodies; "UBND các tỉnh: A, B" gives two), a title
gives its body ("Bộ trưởng Bộ Y tế" gives Bộ Y tế), a group stays a group ("các bộ, cơ quan ngang bộ"). One name is
read by `names_vietnamese.py` and `names_english.py`. Whether it is a unit of the register is for the register to say.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

from isotherm.directives.letters import is_vietnamese, like, one_line
from isotherm.directives.names import PEOPLES_COMMITTEE, SEPARATOR, Body
from isotherm.directives.names_english import English
from isotherm.directives.names_vietnamese import Vietnamese, tidy_group

Names = Vietnamese | English
_CAPITAL = re.compile(r"[A-ZĐÀ-Ỹ][^\W\d_]*(?: (?!và |and )[^\s,;:.()\0]+){1,8}?(?=,| và | and |;)")
_MOST_UNKNOWN_WORDS = 8


def bodies_at(text: str, alike: str, at: int, *, names: Names, loose: bool = False) -> tuple[tuple[Body, ...], int]:
    """The list of bodies that begins at `at` and where it ends; empty when none begins there."""
    found = names.element(text, alike, at, first=not loose)
    if found is None:
        return (), at
    bodies, end = list(found[0]), found[1]
    end = _past_apposition(text, alike, end, names)
    while True:
        here = _skip_brackets(alike, end)
        gap = SEPARATOR.match(alike, here)
        if not gap and loose and here == end and bodies[-1].kind == "group":
            narrowed = names.narrowed(text, alike, end)
            if narrowed > end:
                name = tidy_group(text[bodies[-1].start : narrowed])
                bodies[-1] = replace(bodies[-1], name=name, end=narrowed, group=None)
                here = _skip_brackets(alike, narrowed)
                gap = SEPARATOR.match(alike, here)
        if not gap:
            return tuple(bodies), here
        more = names.element(text, alike, gap.end(), first=False)
        if more is None and loose:
            more = _unknown_between(text, alike, gap.end(), names)
        if more is None or more[0][0].kind == "government":
            return tuple(bodies), here
        bodies.extend(_with_head(bodies[-1], more[0]))
        end = more[1]


def _unknown_between(text: str, alike: str, at: int, names: Names) -> tuple[list[Body], int] | None:
    """ "phối hợp với Công an tỉnh, Khu Quản lý đường bộ I và UBND các xã": a name that no table knows among others."""
    found = _CAPITAL.match(text, at)
    if not found or len(found.group().split()) > _MOST_UNKNOWN_WORDS:
        return None
    gap = SEPARATOR.match(alike, found.end())
    if not gap or names.element(text, alike, gap.end(), first=False) is None:
        return None
    return [Body(one_line(found.group()), at, found.end(), "unknown")], found.end()


def _with_head(last: Body, more: list[Body]) -> list[Body]:
    """ "UBND xã A, phường B": the second is a People's Committee too."""
    if not last.name.startswith(PEOPLES_COMMITTEE):
        return more
    places = ("tỉnh ", "thành phố ", "xã ", "phường ", "đặc khu ", "huyện ", "quận ", "thị xã ", "thị trấn ")
    return [
        replace(body, name=f"{PEOPLES_COMMITTEE} {body.name}") if body.name.startswith(places) else body
        for body in more
    ]


@cache
def names_for(language: str, issued: date | None = None) -> Names:
    return English(issued) if language == "en" else Vietnamese(issued)


def body_names(text: str, *, issued: date | None = None, language: str = "") -> tuple[str, ...]:
    """The bodies that a cell or a line names ("Bộ Y tế; các Bộ: Công an, Tư pháp"), spelled out, each once."""
    clean = one_line(text)
    names = names_for(language or ("vi" if is_vietnamese(clean) else "en"), issued)
    alike = like(clean)
    found: dict[str, None] = {}
    at = 0
    while at < len(clean):
        bodies, end = bodies_at(clean, alike, at, names=names, loose=True)
        for body in bodies:
            found.setdefault(body.name)
        if bodies:
            at = end
        gap = re.compile(r"[\s,;.•+/|-]*(?:(?:và|and|the)\s+)?").match(alike, at)
        step = gap.end() if gap and gap.end() > at else None
        if step is None:
            word = re.compile(r"\S+\s*").match(clean, at)
            step = word.end() if word else len(clean)
        at = step
    return tuple(found)


def group_of(name: str) -> str | None:
    """The set that a group's name stands for: provinces, ministries, communes, provinces_communes."""
    alike = like(name)
    for language in ("vi", "en"):
        bodies, end = bodies_at(name, alike, 0, names=names_for(language))
        if bodies and end >= len(name.rstrip(" .")) and not bodies[0].relevant:
            kinds = {body.group for body in bodies}
            return kinds.pop() if len(kinds) == 1 else None
    return None


def _past_apposition(text: str, alike: str, at: int, names: Names) -> int:
    """ "Công an tỉnh - Cơ quan thường trực Tổ công tác theo dõi ...": what the body is, not another body."""
    said = re.compile(r"(?: -|,) (?=cơ quan (?:thường trực|chủ trì|đầu mối|chủ quản|soạn thảo)(?!\w))").match(alike, at)
    what = names.element(text, alike, said.end(), first=False) if said else None
    return what[1] if what else at


def _skip_brackets(alike: str, at: int) -> int:
    """ "Bộ Tài chính (Cục Thuế) chủ trì": what stands in brackets is not another body of the list."""
    found = re.compile(r"\s?\([^()]{0,160}\)").match(alike, at)
    return found.end() if found and not re.search(r"chủ trì|hoàn thành|trước ngày", found.group()) else at
