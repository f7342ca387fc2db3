"""Rights through time: whatever happens to people, posts and the State, the product says what a small model says."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from tests import conftest
from tests.accounts.play import make_small, play


@pytest.fixture(scope="module")
def small(django_db_setup: None, template: str, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own, with a country of twenty units: a reorganisation takes a moment in it."""
    before = connections["default"].settings_dict["NAME"]
    name = f"test_small_{os.getpid()}"
    with django_db_blocker.unblock(), conftest._maintenance() as server:
        conftest._drop(server, name)
        server.execute(f'create database "{name}" template "{template}"')
        conftest._point_to(name)
        make_small()
        yield
        conftest._point_to(before)
        conftest._drop(server, name)


def played(seeds: range, *, steps: int) -> Counter[str]:
    done: Counter[str] = Counter()
    for seed in seeds:
        done.update(play(seed, steps=steps))
    return done


@pytest.mark.slow
def test_a_few_sequences(small: None) -> None:
    assert played(range(3), steps=6).total() > 10


@pytest.mark.slow
def test_sequences_of_everything_that_changes_rights(small: None) -> None:
    done = played(range(100, 160), steps=10)
    # What is never done is not tested. The rest of the 21 kinds of steps is too rare here.
    often = {"appoint", "end", "rotate", "deactivate", "reactivate", "charge", "allow", "found", "close"}
    assert often | {"write", "submit", "send", "take_up", "reorganise", "undo"} <= set(done), done


@pytest.mark.long
@pytest.mark.parametrize("first", range(10_000, 12_000, 100))
def test_two_thousand_sequences(small: None, first: int) -> None:
    assert len(played(range(first, first + 100), steps=6)) > 15
