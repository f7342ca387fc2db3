"""A page whose buttons post to its own address and say in `do` what they do: so a refusal stands on the page it came
from, with the filters and what was entered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from isotherm.doors.web.page import DeskRequest, key_of, now
from isotherm.records.keys import with_key

# What a form of such a page may carry beside its button: one key of an act serves all buttons of the page.
_FIELDS = ("start", "quote", "position", "seen", "reason", "what")


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answers with: the sentence that says it, and the number to go on with."""

    words: str
    number: int | None = None


def pressed(request: HttpRequest) -> tuple[str, int | None]:
    """The button: `accept` for what is selected, `accept-12` for one."""
    verb, _dash, number = request.POST.get("do", "").partition("-")
    return verb, id_of(number)


def chosen(request: HttpRequest, name: str = "number") -> list[int]:
    """The number in the button, or those that were selected."""
    one = pressed(request)[1]
    if one is not None:
        return [one]
    return sorted({found for value in request.POST.getlist(name) if (found := whole(value)) is not None})


def whole(value: str | None, *, digits: int = 9) -> int | None:
    return int(value) if value and re.fullmatch(rf"\d{{1,{digits}}}", value, re.ASCII) else None


def id_of(value: str | None) -> int | None:
    """Ids are long: they carry the installation's number in their high bits."""
    return whole(value, digits=19)


def once(request: DeskRequest, act: Callable[[], Done], *, selected: Iterable[int] = ()) -> Done:
    """Do it once, however often this button with this selection is pressed."""
    given = [request.POST.get(name, "") for name in ("do", *_FIELDS)]
    said = "|".join([*given, *map(str, selected)])
    key = key_of(request)
    return with_key(
        request.actor,
        f"{key[:40]}:{hashlib.sha256(said.encode()).hexdigest()[:40]}" if key else None,
        at=now(),
        act=act,
        to_answer=lambda done: [done.words, done.number],
        from_answer=lambda kept: Done(*kept),
    )
