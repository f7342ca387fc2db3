"""Who may manage people and posts."""

from __future__ import annotations

from isotherm.actor import Actor, Hand
from isotherm.refusals import NotYours, Refusal
from isotherm.words import lazy


def may_manage_people(actor: Actor) -> Refusal | None:
    if actor.is_system or actor.has(Hand.ADMINISTRATOR):
        return None
    return NotYours(
        lazy("Only an administrator of people and posts may do this."),
        remedy=lazy("Ask the administrator of your body."),
    )
