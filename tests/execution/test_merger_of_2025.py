"""The night of 1 July 2025 on the real lists: random open duties, none lost, none doubled, and undoing puts it back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.before_2025 import CARRIED, LOCAL, NIGHT, give_duties, sign, stand_before
from isotherm.actor import Actor
from isotherm.analysis.heat import Scope, counts_by
from isotherm.directives.models import Document
from isotherm.execution import reorganise, then
from isotherm.execution.models import OPEN, Assignment, Carriage, Division
from isotherm.records import verification
from isotherm.records.models import LedgerLine
from isotherm.units import queries
from isotherm.units.models import Heir
from tests.execution.test_inherit import cells, from_rows, state


def totals() -> Counter[tuple[object, ...]]:
    """What any page adds up: never told by who carries it."""
    counted: Counter[tuple[object, ...]] = Counter()
    for *key, counts in counts_by("document_id, level, duty", None, scope=Scope.whole(), at=CARRIED):
        for name in counts.__slots__:
            counted[*key, name] = getattr(counts, name)
    return counted


def as_was(document: Document) -> Counter[tuple[object, ...]]:
    """The cells by the bodies of the eve."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select unit_id, via_id, level, duty, due_on, outcome, fair, sum(n) from ({then.cells_sql()}) c "
            "group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0",
            then.params([document.pk], NIGHT - timedelta(days=1)),
        )
        return Counter({row[:-1]: row[-1] for row in cursor.fetchall()})


def heirs_of_the_lists() -> dict[int, set[int]]:
    """As the country package tells them, not as the reorganisation did."""
    found: dict[int, set[int]] = {}
    for gone, heir in Heir.objects.filter(succession__day=NIGHT, succession__voided_by=0).values_list(
        "gone_id", "heir_id"
    ):
        found.setdefault(gone, set()).add(heir)
    return found


def carried_over(tasks: int, *, told: float, seed: float, chunk: int = 50_000) -> int:
    """One night, checked on every row; how many duties were open."""
    steps = stand_before()
    give_duties(tasks, told=told, seed=seed)
    documents = list(Document.objects.all())
    before, sums = state(), totals()
    held = {document.pk: cells(document) for document in documents}
    was_open = Assignment.objects.filter(state__in=OPEN).count()
    made = reorganise.carry_out(sign(steps), actor=Actor.system("reorganise"), at=CARRIED, chunk=chunk)
    counts: Counter[str] = Counter()
    for (kind, _branch), n in queries.counts_on(NIGHT).items():
        counts[kind] += n
    assert [counts[kind] for kind in LOCAL] == [34, 0, 3321]

    after = state()
    ids, pairs = [row[0] for row in before], [row[1] for row in before]
    assert ([row[0] for row in after], [row[1] for row in after]) == (ids, pairs)  # none lost, none doubled
    assert totals() == sums
    for document in documents:
        assert cells(document) == from_rows(document)
    listed = heirs_of_the_lists()
    waiting = set(Division.objects.values_list("assignment_id", flat=True))
    standing = set(queries.kinds_on(NIGHT))
    for one in Assignment.objects.filter(state__in=OPEN).values_list("id", "unit_id", "carrier_id", "giver_id"):
        number, unit, carrier, giver = one
        assert giver in standing
        if number in waiting:
            assert carrier == unit
        elif unit in listed:
            assert carrier in listed[unit]
        else:
            assert carrier == unit
    # As it was on the eve, body by body: exactly what stood before.
    for document in documents:
        assert as_was(document) == held[document.pk]
    closed = Assignment.objects.exclude(state__in=OPEN)
    assert not Carriage.objects.filter(assignment_id__in=closed.values("id")).exists()

    reorganise.undo(made.code, actor=Actor.system("reorganise"), at=CARRIED, chunk=chunk)
    assert state() == before
    assert totals() == sums
    for document in documents:
        assert cells(document) == held[document.pk] == from_rows(document)
    told_over = LedgerLine.objects.filter(verb="assignment.inherited").count()
    assert told_over and LedgerLine.objects.filter(verb="assignment.returned_after_undo").count() >= told_over / 2
    assert verification.verify().is_clean
    return was_open


@pytest.mark.slow
@pytest.mark.usefixtures("own_heads")
def test_a_few_thousand_duties_of_that_night(db: None) -> None:
    # Chunks for which the table is locked, and one for which its rows are.
    assert carried_over(1, told=0.3, seed=0.25, chunk=1_100) > 2_000


@pytest.mark.long
@settings(max_examples=3)
@given(st.floats(-1, 1, width=16), st.floats(0.9, 1.0))
def test_a_hundred_thousand_duties_of_that_night(django_db_setup: None, django_db_blocker, seed, told) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        assert carried_over(13, told=told, seed=seed) > 100_000
        transaction.set_rollback(True)
    connection.close()
