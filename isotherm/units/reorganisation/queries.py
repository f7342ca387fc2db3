"""Reads of reorganisations, each beginning at what the actor may see."""

from __future__ import annotations

from isotherm.actor import Actor
from isotherm.units.models import Reorganisation
from isotherm.units.reorganisation import policy
from isotherm.units.reorganisation.acts import concerned


def visible(actor: Actor) -> list[Reorganisation]:
    """The newest day first. There are a few a year: each is looked at."""
    rows = (
        Reorganisation.objects.select_related("authority", "issuer").prefetch_related("steps").order_by("-day", "-id")
    )
    return [one for one in rows if policy.sees(actor, one, concerned(one))]
