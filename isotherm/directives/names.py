"""What names of bodies in either language share: the body itself, the tables of groups, how lists are joined."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from isotherm import country
from isotherm.directives.letters import like

PEOPLES_COMMITTEE = "Ủy ban nhân dân"
SEPARATOR = re.compile(r"\s?(?:, (?:và |and )?|; ?(?:và |and )?| và | and | cùng với | cùng )(?:the (?=\w))?")
_RELEVANT = re.compile(
    r"(?: (?:có )?liên quan(?: khác)?| khác có liên quan| trung ương| chức năng"
    r"| (?:nêu )?trên(?= |,|;|:|$)| concerned| involved)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body named at `start:end`. `group` is the set it stands for, `title` the head of the body if he was named."""

    name: str
    start: int
    end: int
    kind: str
    group: str | None = None
    title: str | None = None

    @property
    def relevant(self) -> bool:
        """ "Các cơ quan có liên quan": the text leaves open who they are."""
        return bool(re.search(r"liên quan|relevant|concerned|related|involved", self.name))


def squeeze(words: str) -> str:
    return " ".join(words.split())


def alternation(names: dict[str, object] | dict[str, str] | dict[str, tuple[str, str]]) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    return re.compile("(?:" + "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in ordered) + r")(?!\w)")


def groups_of(language: str) -> tuple[tuple[re.Pattern[str], str | None], ...]:
    return tuple(
        (
            re.compile(like(row["phrase"]).replace(" ", r"\s+").replace(r"\s+)?", r"\s+)?") + r"(?!\w)"),
            row["group"] or None,
        )
        for row in country.table("phrases/groups")
        if row["language"] == language
    )


def longest_group(
    groups: tuple[tuple[re.Pattern[str], str | None], ...],
    text: str,
    alike: str,
    at: int,
    *,
    tidy: Callable[[str], str],
) -> tuple[list[Body], int] | None:
    adjective = re.compile(r"(?:relevant|concerned|related|other|competent) ").match(alike, at)
    here = adjective.end() if adjective else at
    best, best_group = None, None
    for pattern, group in groups:
        found = pattern.match(alike, here)
        if found and (best is None or found.end() > best):
            best, best_group = found.end(), group
    if best is None:
        return None
    more = _RELEVANT.match(alike, best)
    end = more.end() if more else best
    if (more and re.search(r"liên quan|chức năng|concerned|involved", more.group())) or adjective:
        best_group = None
    return [Body(tidy(text[at:end]), at, end, "group", group=best_group)], end


def capitalised(text: str, at: int) -> int:
    end = at
    while True:
        word = re.compile(r"\s?[^\W\d_][^\s,;:.()\0]*").match(text, end)
        if not word or not word.group().strip()[0].isupper():
            return end
        end = word.end()


@cache
def stop_words(language: str) -> tuple[str, ...]:
    verbs = [row["verb"] for row in country.table("phrases/verbs") if row["language"] == language]
    words = [row["phrase"] for row in country.table("phrases/predicates") if row["language"] == language]
    return tuple(verbs + words)
