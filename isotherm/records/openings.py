"""Who opened a record: written when it was read, kept for a time, taken away by age alone.

The product's role may add lines and read them. What is older than the limit goes by a function of the tables' owner,
which takes nothing younger than thirty days, whoever calls it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from isotherm.actor import Actor, Hand
from isotherm.records.models import Opening
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

LEAST_DAYS = 30
LETTERS = 200  # of the words of a search


def keep(actor: Actor, what: Opening.What, *, page: str, code: str = "", about: str = "", sign_in: str = "") -> None:
    """One line, written at once and by itself: before what was opened is handed out, in no act's transaction."""
    if actor.post_id is None or actor.unit_id is None:
        raise NotAccepted(lazy("Only somebody who holds a post opens a record."))
    Opening.objects.create(
        person_id=actor.person_id,
        post_id=actor.post_id,
        unit_id=actor.unit_id,
        stands_in_for=actor.stands_in_for,
        support=actor.has(Hand.SUPPORT),
        what=what,
        page=page,
        code=code,
        about=about[:LETTERS],
        sign_in=sign_in,
    )


def kept_days() -> int:
    return int(settings.OPENINGS_DAYS)


def forget(now: datetime) -> int:
    """The job: lines older than the setting are gone for good."""
    with connection.cursor() as cursor:
        cursor.execute("select isotherm_forget_openings(%s)", [now - timedelta(days=settings.OPENINGS_DAYS)])
        return int(cursor.fetchone()[0])
