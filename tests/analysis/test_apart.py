"""Which units are drawn as well apart from the rest."""

from __future__ import annotations

from random import Random

from isotherm.analysis.apart import stands_apart


def test_two_cold_units_among_many_alike_stand_apart():
    shares = {f"P{n}": (20 + n % 5, 100) for n in range(32)} | {"A": (90, 100), "B": (95, 100)}
    assert stands_apart(shares) == {"A", "B"}


def test_where_all_are_alike_nobody_stands_apart():
    random = Random(7)
    for _draw in range(20):
        alike = {n: (sum(random.random() < 0.3 for _ in range(200)), 200) for n in range(34)}
        assert not stands_apart(alike)


def test_a_few_cases_alone_do_not_make_a_unit_stand_apart():
    shares = dict.fromkeys(range(33), (20, 100)) | {"small": (1, 1)}
    assert not stands_apart(shares)


def test_under_eight_units_are_not_compared():
    assert not stands_apart(dict.fromkeys(range(6), (0, 50)) | {"A": (50, 50)})


def test_a_unit_with_nothing_due_is_left_out():
    assert stands_apart(dict.fromkeys(range(10), (0, 100)) | {"A": (100, 100), "none": (0, 0)}) == {"A"}
