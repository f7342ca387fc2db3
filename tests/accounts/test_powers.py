"""Powers are given by decisions, with means named or not; receiving bodies answer; lists come in whole or not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from isotherm.accounts import powers
from isotherm.accounts.acts.powers import Given, answer_power, end_power, record_power, take_in
from isotherm.accounts.models import Power, PowerAnswer
from isotherm.accounts.powers import Asked
from isotherm.actor import Actor
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from isotherm.units.models import Unit
from isotherm.units.queries import kinds_of
from tests.world import MONDAY, World

JOB = Actor.system("test")
DAY = MONDAY.date()
WEEK = timedelta(days=7)
LAND = "Cấp giấy chứng nhận quyền sử dụng đất lần đầu"


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def give(
    source: str = "P-52", *, to: str = "", kind: str = "", actor: Actor = JOB, way: str = "decentralised", **more: Any
) -> Power:
    given = Given(
        **{
            "matter": LAND,
            "way": way,
            "from_unit": unit(source),
            "ground": "151/2025/NĐ-CP",
            "start": DAY,
            "to_unit": unit(to) if to else None,
            "to_kind": kind or ("" if to else "commune_committee"),
            **more,
        }
    )
    return record_power(given, actor=actor, at=MONDAY)


def holds(power: Power, code: str, day: date = DAY) -> bool:
    body = unit(code)
    return powers.holds(power, body.pk, kinds_of([body.pk], day).get(body.pk, ""), day)


def test_a_power_of_a_level_is_held_by_every_body_of_it_below_the_giver(world: World) -> None:
    power = give()
    assert holds(power, world.communes("P-52")[0]) and holds(power, world.communes("P-52")[-1])
    assert not holds(power, world.communes("P-66")[0]) and not holds(power, "P-52.SYT")


def test_who_decentralises_gives_it_away_and_who_delegates_keeps_it(world: World) -> None:
    assert not holds(give(to="P-52.SYT"), "P-52")
    assert not holds(give("CP", kind="province_committee", way="division"), "CP")
    delegated = give(to="P-52.SNV", way="delegated")
    assert holds(delegated, "P-52") and holds(delegated, "P-52.SNV") and not holds(delegated, "P-66")


def test_the_register_of_a_body_has_what_it_gave_and_what_it_holds(world: World) -> None:
    commune = world.communes("P-52")[0]
    own, other = give(), give("P-66")
    from_above = give("CP", kind="province_committee")
    gone = give("P-52", to="P-52.SYT", start=DAY - 2 * WEEK, end=DAY - WEEK)

    def seen(code: str, **more: Any) -> set[Power]:
        return set(powers.register(Asked(unit=world.unit(code), **more), DAY))

    assert seen(commune) == {own}
    assert seen("P-52") == {own, from_above}
    assert seen("P-52", ended=True) == {own, from_above, gone}
    assert seen("P-66") == {other, from_above}
    assert set(powers.register(Asked(text="chung nhan dat"), DAY)) == {own, other, from_above}
    assert not powers.register(Asked(text="chung nhan rung"), DAY).exists()


def test_it_is_ended_once_by_a_decision(world: World) -> None:
    power = give()
    with pytest.raises(NotAccepted):
        end_power(power.pk, on=DAY, ground="9/QĐ", actor=JOB, at=MONDAY)
    end_power(power.pk, on=DAY + WEEK, ground="9/QĐ", actor=JOB, at=MONDAY)
    assert [power in powers.on_day(day) for day in (DAY, DAY + WEEK)] == [True, False]
    with pytest.raises(NotNow):
        end_power(power.pk, on=DAY + WEEK, ground="9/QĐ", actor=JOB, at=MONDAY)


def test_what_cannot_be_meant_is_refused(world: World) -> None:
    for more in (
        {"matter": " "},
        {"way": "lent"},
        {"ground": ""},
        {"end": DAY},
        {"to_kind": ""},
        {"to_unit": unit("P-52.SYT")},
        {"to_kind": "kingdom"},
        {"to_unit": unit("P-52"), "to_kind": ""},
    ):
        with pytest.raises(NotAccepted):
            give(**more)
    give()
    with pytest.raises(NotNow):
        give(start=DAY + WEEK)
    with pytest.raises(IntegrityError, match="a_power_goes_to_a_body_or_to_a_level"), transaction.atomic():
        Power.objects.update(to_kind="")


def test_only_the_giver_enters_and_ends_it(world: World) -> None:
    for post in ("P-66:lanh-dao", "P-52:chuyen-vien", "P-52:quan-tri", "P-52.SYT:lanh-dao", "VPCP:lanh-dao"):
        with pytest.raises(NotYours):
            give(actor=world.actor(post))
    power = give(actor=world.clerk("P-52"))
    with pytest.raises(NotYours):
        end_power(power.pk, on=DAY + WEEK, ground="9/QĐ", actor=world.chair("P-66"), at=MONDAY)
    with pytest.raises(OutOfReach):
        end_power(4040404, on=DAY + WEEK, ground="9/QĐ", actor=world.chair("P-52"), at=MONDAY)
    assert give("CP", kind="province_committee", actor=world.actor("VPCP:lanh-dao")).way == "decentralised"


def test_the_receiving_body_answers_and_its_latest_word_counts(world: World) -> None:
    power, commune = give(), world.communes("P-52")[0]
    chair = world.chair(commune)
    with pytest.raises(NotAccepted):
        answer_power(power.pk, unit(commune), answer="no", actor=chair, at=MONDAY)
    answer_power(power.pk, unit(commune), answer="no", words="Không có người đo đạc", actor=chair, at=MONDAY)
    assert powers.refused_by([power.pk], [world.unit(commune)]) == {(power.pk, world.unit(commune))}
    answer_power(power.pk, unit(commune), answer="yes", actor=chair, at=MONDAY + WEEK)
    assert powers.refused_by([power.pk], [world.unit(commune)]) == set()
    assert powers.answered([power.pk]) == {power.pk: {"yes": 1}}
    assert PowerAnswer.objects.count() == LedgerLine.objects.filter(verb="power.answered").count() == 2


def test_nobody_answers_for_another_body_nor_for_a_power_it_does_not_get(world: World) -> None:
    power, commune = give(), world.communes("P-52")[0]
    for actor in (world.clerk(commune), world.chair("P-52"), world.chair(world.communes("P-66")[0])):
        with pytest.raises(NotYours):
            answer_power(power.pk, unit(commune), answer="yes", actor=actor, at=MONDAY)
    elsewhere = world.communes("P-66")[0]
    with pytest.raises(NotNow):
        answer_power(power.pk, unit(elsewhere), answer="yes", actor=world.chair(elsewhere), at=MONDAY)
    with pytest.raises(NotNow):
        answer_power(power.pk, unit("P-52"), answer="yes", actor=world.chair("P-52"), at=MONDAY)


def test_answers_are_read_by_the_giver_and_by_those_who_read_the_body(world: World) -> None:
    power = give()
    first, second = world.communes("P-52")[:2]
    for code in (first, second):
        answer_power(power.pk, unit(code), answer="yes", actor=world.chair(code), at=MONDAY)

    def seen(actor: Actor) -> set[str]:
        return {one.unit.code for one in powers.latest_answers(power, actor)}

    assert seen(world.chair("P-52")) == {first, second}
    assert seen(world.chair(first)) == {first}
    assert seen(world.chair("P-66")) == set()


def row(**more: str) -> dict[str, str]:
    return {
        "matter": LAND,
        "way": "Phân cấp",
        "from": "P-52",
        "to": "Ủy ban nhân dân cấp xã",
        "ground": "20/QĐ-UBND",
        "start": "01/06/2026",
        **more,
    }


def test_a_list_is_taken_in_whole_or_not_at_all(world: World) -> None:
    good = row(to="commune_committee", way="decentralised")
    made = take_in([(2, good), (3, {**good, "matter": "Khác", "to": "P-52.SYT"})], actor=JOB, at=MONDAY)
    assert [(one.to_kind, one.to_unit.code if one.to_unit else "") for one in made] == [
        ("commune_committee", ""),
        ("", "P-52.SYT"),
    ]
    wrong = [
        (2, {**good, "matter": "Mới"}),
        (3, {**good, "matter": "M", "from": "P-99"}),
        (4, {**good, "start": "hôm nay"}),
    ]
    with pytest.raises(NotAccepted) as no:
        take_in(wrong, actor=JOB, at=MONDAY)
    assert "3" in str(no.value) and "P-99" in str(no.value) and "hôm nay" in str(no.value)
    assert Power.objects.count() == 2


def test_a_list_gives_no_power_of_another_body(world: World) -> None:
    with pytest.raises(NotAccepted):
        take_in([(2, row(to="commune_committee", way="decentralised"))], actor=world.clerk("P-66"), at=MONDAY)
    assert not Power.objects.exists()
