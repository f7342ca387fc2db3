from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.records.keys import with_key
from isotherm.records.models import ActKey, LedgerLine
from isotherm.refusals import NotAccepted, NotNow

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
CLERK = Actor(person_id=7, post_id=70, unit_id=700, name="Clerk")
OTHER = Actor(person_id=8, post_id=80, unit_id=700, name="Other")


def act(actor: Actor, key: str | None, *, before: Callable[[], object] = lambda: None) -> int:
    def register() -> int:
        before()
        return ledger.write(actor, "file.registered", at=NOON)

    return with_key(actor, key, at=NOON, act=register, to_answer=int, from_answer=int)


def test_a_repeat_returns_the_first_answer_and_does_nothing(records: None) -> None:
    first = act(CLERK, "k")
    assert act(CLERK, "k") == first
    assert LedgerLine.objects.count() == 1
    assert ActKey.objects.get().line_id == first


def test_another_post_may_use_the_same_key(records: None) -> None:
    assert act(CLERK, "k") != act(OTHER, "k")


def test_a_job_without_a_post_has_keys_too(records: None) -> None:
    assert act(Actor.system("seal"), "k") == act(Actor.system("seal"), "k")


def test_an_act_without_a_key_is_simply_done(records: None) -> None:
    assert act(CLERK, None) != act(CLERK, "")


def test_a_refused_act_may_be_tried_again_with_its_key(records: None) -> None:
    def refuse() -> None:
        raise NotNow("not yet")

    with pytest.raises(NotNow):
        act(CLERK, "k", before=refuse)
    assert act(CLERK, "k")
    assert LedgerLine.objects.count() == 1


def test_a_key_longer_than_any_form_makes_is_refused(records: None) -> None:
    with pytest.raises(NotAccepted):
        act(CLERK, "k" * 101)


def test_two_clicks_at_once_are_one_act_with_equal_answers(records: None) -> None:
    answers: list[int] = []
    inside = threading.Event()

    def slowly() -> None:
        inside.set()
        time.sleep(0.2)

    def click(before: Callable[[], object]) -> None:
        try:
            answers.append(act(CLERK, "k", before=before))
        finally:
            connection.close()

    first = threading.Thread(target=click, args=(slowly,))
    first.start()
    inside.wait(5)
    second = threading.Thread(target=click, args=(lambda: None,))
    second.start()
    first.join()
    second.join()
    assert len(answers) == 2 and len(set(answers)) == 1
    assert LedgerLine.objects.count() == 1
