"""In whose name a document gives its tasks: what the signature says, and which body that is on the signing day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from isotherm import country
from isotherm.directives.letters import any_of, like
from isotherm.units import kinds, tree
from isotherm.units import queries as unit_queries


@dataclass(frozen=True, slots=True)
class Signing:
    """`how`: own, by_order, by_delegation. `head`: the title of the head for whom it was signed, as compared."""

    how: str = "own"
    head: str = ""


@cache
def _marks() -> tuple[tuple[re.Pattern[str], str], ...]:
    marks: dict[str, list[str]] = country.rules("signing")["marks"]
    return tuple((re.compile(any_of(words) + r"(?!\w)[. ]*(?:the )?"), how) for how, words in marks.items())


def signing_of(lines: list[str]) -> Signing:
    """From the lines of the signature: "TL. CHỦ TỊCH" above "GIÁM ĐỐC SỞ Y TẾ"."""
    for place, line in enumerate(lines):
        alike = like(line).strip("[]() /")
        for pattern, how in _marks():
            found = pattern.match(alike)
            if found:
                head = alike[found.end() :].strip(" .")
                after = like(lines[place + 1]).strip() if not head and place + 1 < len(lines) else ""
                return Signing(how, head or after)
    return Signing()


def giver_of(issuer_id: int, signing: Signing, *, day: date) -> int:
    """The body in whose name it gives: the nearest at or above the issuer whose head has that title. Where the title is
    not known, the nearest that commands more than what stands below it."""
    if signing.how == "own":
        return issuer_id
    line = [issuer_id, *tree.ancestors(issuer_id, day)]
    kind_of = unit_queries.kinds_of(line, day)
    heads: dict[str, list[str]] = country.rules("signing")["heads"]
    if signing.head:
        for one in line:
            if any(signing.head.startswith(title) for title in heads.get(kind_of.get(one, ""), ())):
                return one
    return next((one for one in line if one in kind_of and not kinds.commands_only_below(kind_of[one])), issuer_id)
