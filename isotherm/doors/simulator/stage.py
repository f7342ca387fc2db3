"""A simulated country stands where nobody works. What was begun and not finished is cleared."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from isotherm.actor import Actor
from isotherm.database.backup import EMPTY_SCHEMA
from isotherm.database.roles import EXTENSIONS
from isotherm.directives.models import Document
from isotherm.records import ledger
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotNow
from isotherm.words import _, lazy

BEGUN = "simulation.begun"
FINISHED = "simulation.finished"
ACTOR = Actor.system("simulation")


def finished() -> Mapping[str, Any] | None:
    """The facts of the last finished simulation, if one stands here."""
    line = LedgerLine.objects.filter(verb=FINISHED).order_by("-id").first()
    return line.facts if line else None


def half_done() -> bool:
    """Whether the last simulation was cut off."""
    last = LedgerLine.objects.filter(verb__in=[BEGUN, FINISHED]).order_by("-id").first()
    return last is not None and last.verb == BEGUN


def refuse_among_real_work() -> None:
    """Simulated acts never mix with those of people who work here."""
    if Document.objects.exists() and not LedgerLine.objects.filter(verb=BEGUN).exists():
        raise NotNow(
            lazy("This database holds documents that people work on: nothing is simulated among them."),
            remedy=lazy("Give the simulation a database of its own: ISOTHERM_DATA=/another/folder isotherm …"),
        )


def begin(facts: Mapping[str, Any], *, at: datetime) -> None:
    ledger.write(ACTOR, BEGUN, at=at, facts=facts)


def finish(facts: Mapping[str, Any], *, at: datetime) -> None:
    ledger.write(ACTOR, FINISHED, at=at, facts=facts)


def clear(say: Callable[[str], None]) -> None:
    """Everything that a cut-off simulation left is taken away, with the seals over it: the country begins anew."""
    from isotherm.doors.cli.setup import load_country, prepare_schema

    say(_("Loading was cut off last time: what it left is cleared away, and it begins again."))
    connections["default"].close()
    with connections["owner"].cursor() as cursor:
        cursor.execute(EMPTY_SCHEMA)
        for extension in EXTENSIONS:
            cursor.execute(f"create extension if not exists {extension}")
    connections["owner"].close()
    shutil.rmtree(Path(settings.SEALS_FOLDER), ignore_errors=True)
    prepare_schema(lambda _sentence: None)
    load_country(lambda _sentence: None)


def statistics() -> None:
    """Tell the planner what the tables hold; only their owner may."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze")


def hurry() -> None:
    """A simulation that a power cut takes with it is simply begun again: its commits need not wait for the disk."""
    with connections["default"].cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
