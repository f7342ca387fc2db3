"""A form's key: the same act handed in twice is done once and answered twice with the same words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from isotherm.actor import Actor
from isotherm.records.ledger import as_json
from isotherm.records.models import ActKey
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

T = TypeVar("T")
LONGEST = 100


def with_key(
    actor: Actor,
    key: str | None,
    *,
    at: datetime,
    act: Callable[[], T],
    to_answer: Callable[[T], Any],
    from_answer: Callable[[Any], T],
) -> T:
    """Do `act` once for this post and key. A refused act leaves no key: it may be tried again.

    `to_answer` makes what is kept as JSON, `from_answer` makes the same result of it for a repeat. Without a key the
    act is simply done.
    """
    if not key:
        return act()
    if len(key) > LONGEST:
        raise NotAccepted(lazy("The form's key is longer than %(most)s characters."), {"most": LONGEST})
    with transaction.atomic():
        # The product's role may not change rows, so the row is written last, with its answer; until then this lock
        # makes a second click wait for the first to commit or fail.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{actor.post_id}:{key}"])
        first = ActKey.objects.filter(post_id=actor.post_id, key=key).values_list("answer", flat=True)
        for answer in first:
            return from_answer(answer["is"])
        done = act()
        _keep(actor, key, at=at, answer=to_answer(done))
    return done


def _keep(actor: Actor, key: str, *, at: datetime, answer: Any) -> None:
    """Beside the answer stands the first ledger line of this transaction, if the act wrote one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_actkey (post_id, key, at, answer, line_id) "
            "SELECT %s, %s, %s, %s::jsonb, min(id) FROM records_ledgerline "
            "WHERE epoch = (SELECT coalesce(max(number), 1) FROM records_epoch) "
            "AND xid = pg_current_xact_id_if_assigned()::text::bigint",
            [actor.post_id, key, at, as_json({"is": answer})],
        )
