"""Fields of expertise: what a post requires, what its holder has. The fields are the country's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from isotherm import country
from isotherm.accounts.models import Expertise


def known() -> tuple[str, ...]:
    return tuple(country.rules("expertise")["expertise"])


def named(what: str, language: str) -> str:
    words: dict[str, str] = country.rules("expertise")["expertise"].get(what, {})
    return words.get(language) or words.get("en", what)


def of_people(people: Iterable[int], day: date) -> dict[int, set[str]]:
    """What each person has on the day."""
    found: dict[int, set[str]] = defaultdict(set)
    for person, what in Expertise.objects.filter(person__in=list(people), valid__contains=day).values_list(
        "person_id", "what"
    ):
        found[person].add(what)
    return found
