"""Fields in charge: which bodies belong to a field, and whose post has it on a day. The fields are the country's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from isotherm import country
from isotherm.accounts.models import Charge
from isotherm.actor import Actor
from isotherm.refusals import NotYours
from isotherm.units.models import Kind
from isotherm.words import lazy


@cache
def branches(field: str) -> frozenset[str]:
    return frozenset(country.rules("fields")["fields"][field]["branches"])


@cache
def fielded() -> frozenset[str]:
    """The branches that some field covers."""
    return frozenset(branch for field in fields() for branch in branches(field))


def fields() -> tuple[str, ...]:
    return tuple(country.rules("fields")["fields"])


def field_name(field: str, language: str) -> str:
    words: dict[str, str] = country.rules("fields")["fields"].get(field, {})
    return words.get(language) or words.get("en", field)


def field_of(branch: str) -> str | None:
    return next((field for field in fields() if branch in branches(field)), None)


def in_charge(units: Iterable[int], field: str, day: date) -> Charge | None:
    """Whose post of these bodies has the field on the day."""
    return (
        Charge.objects.filter(unit__in=list(units), field=field, valid__contains=day, post__valid__contains=day)
        .select_related("post")
        .first()
    )


def outside(actor: Actor, unit_id: int) -> NotYours | None:
    """The refusal, if a body's matters are in another's charge."""
    if not actor.fields:
        return None
    of_unit = Kind.objects.filter(unit_id=unit_id, voided_by__isnull=True, valid__contains=actor.day)
    branch = of_unit.filter(branch__in=fielded()).values_list("branch", flat=True).first()
    mine = {one for field in actor.fields for one in branches(field)}
    return None if branch is None or branch in mine else not_in_charge(actor, branch)


def not_in_charge(actor: Actor, branch: str) -> NotYours:
    field = field_of(branch) or ""
    other = in_charge(actor.units, field, actor.day)
    if other is None:
        return NotYours(
            lazy("This belongs to the field “%(field)s”, which is not in the charge of your post."),
            {"field": field_name(field, "vi")},
            remedy=lazy("The head of your body decides it."),
        )
    return NotYours(
        lazy("This belongs to the field “%(field)s”, in the charge of %(post)s."),
        {"field": field_name(field, "vi"), "post": other.post.title_vi},
        remedy=lazy("That post or the head of your body decides it."),
    )
