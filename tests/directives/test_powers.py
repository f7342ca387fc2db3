"""A task that needs a power its lead does not hold is told before it is given; a person may overrule, with a reason."""

from __future__ import annotations

import pytest

from isotherm.accounts.acts.powers import Given, answer_power, record_power
from isotherm.accounts.models import Power
from isotherm.actor import Actor
from isotherm.directives import powers
from isotherm.directives.acts import review
from isotherm.directives.acts.powers import overrule
from isotherm.directives.models import Document, PowerOverrule
from isotherm.directives.reading import read_text
from isotherm.execution.acts.issue import issue
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from isotherm.units.models import Unit
from tests.world import MONDAY, Wanted, World

JOB = Actor.system("test")
DAY = MONDAY.date()
NEEDS = "Thực hiện cấp giấy phép xây dựng cho các hộ dân trong vùng dự án"
OTHER = "Báo cáo kết quả rà soát"


@pytest.fixture
def power(world: World) -> Power:
    """The province gave building permits to its communes."""
    return given()


def given(source: str = "P-52", way: str = "decentralised") -> Power:
    return record_power(
        Given(
            "Cấp giấy phép xây dựng",
            way,
            Unit.objects.get(code=source),
            "20/QĐ-UBND",
            DAY,
            to_kind="commune_committee",
        ),
        actor=JOB,
        at=MONDAY,
    )


def paper(world: World, *leads: str, communes: bool = False, symbol: str = "5/CT-UBND") -> Document:
    wanted = [Wanted(leads, action=NEEDS, communes=communes), Wanted(leads, action=OTHER)]
    return world.written(symbol, wanted, issuer="P-52")


def doubts(document: Document) -> list[tuple[int, str]]:
    return [(one.number, one.why) for one in powers.of_document(document)]


def test_a_lead_without_the_power_is_doubted_and_one_who_holds_it_is_not(world: World, power: Power) -> None:
    commune = world.communes("P-52")[0]
    assert doubts(paper(world, "P-52.SXD")) == [(1, "elsewhere")]
    assert doubts(paper(world, commune, symbol="6/CT-UBND")) == []
    assert doubts(paper(world, "P-52.SXD", communes=True, symbol="7/CT-UBND")) == []


def test_accents_and_case_do_not_matter_but_whole_words_do(world: World, power: Power) -> None:
    said = [
        Wanted(["P-52.SXD"], action="CAP GIAY PHEP XAY DUNG nhà ở"),
        Wanted(["P-52.SXD"], action="Cấp giấy phép xây dựngs"),
    ]
    assert doubts(world.written("8/CT-UBND", said, issuer="P-52")) == [(1, "elsewhere")]


def test_a_power_counts_on_the_day_of_signing(world: World, power: Power) -> None:
    document = paper(world, "P-52.SXD")
    Document.objects.filter(pk=document.pk).update(signed_on=DAY.replace(day=1, month=5))
    document.refresh_from_db()
    assert doubts(document) == []


def test_a_body_that_says_it_cannot_is_doubted_too(world: World, power: Power) -> None:
    commune = world.communes("P-52")[0]
    document = paper(world, commune)
    answer_power(
        power.pk,
        Unit.objects.get(code=commune),
        answer="no",
        words="Không có người thẩm định",
        actor=world.chair(commune),
        at=MONDAY,
    )
    assert doubts(document) == [(1, "infeasible")]


def submitted(world: World, document: Document) -> None:
    review.submit(document.code, actor=world.officer("P-52"), at=MONDAY)


def test_nobody_gives_the_tasks_before_a_person_settled_the_doubt(world: World, power: Power) -> None:
    document = paper(world, "P-52.SXD")
    submitted(world, document)
    with pytest.raises(NotNow, match="20/QĐ-UBND"):
        issue(document.code, actor=world.chair("P-52"), at=MONDAY)
    overrule(
        document.code, 1, power.pk, reason="Sở hướng dẫn, xã cấp phép", actor=world.officer("P-52"), at=MONDAY
    )
    assert [(one.number, one.reason) for one in powers.of_document(document)] == [(1, "Sở hướng dẫn, xã cấp phép")]
    assert issue(document.code, actor=world.chair("P-52"), at=MONDAY).state == Document.State.ISSUED


def test_another_lead_settles_it_as_well(world: World, power: Power) -> None:
    document = paper(world, "P-52.SXD")
    submitted(world, document)
    review.take_submission_back(document.code, actor=world.officer("P-52"), at=MONDAY)
    commune = world.unit(world.communes("P-52")[0])
    document.tasks.get(number=1).leads.update(unit_id=commune)
    submitted(world, document)
    assert issue(document.code, actor=world.chair("P-52"), at=MONDAY).state == Document.State.ISSUED


def test_overruling_wants_a_reason_a_doubt_and_happens_once(world: World, power: Power) -> None:
    document, officer = paper(world, "P-52.SXD"), world.officer("P-52")
    with pytest.raises(NotAccepted):
        overrule(document.code, 1, power.pk, reason=" ", actor=officer, at=MONDAY)
    with pytest.raises(OutOfReach):
        overrule(document.code, 2, power.pk, reason="Không có gì nghi ngờ", actor=officer, at=MONDAY)
    overrule(document.code, 1, power.pk, reason="Sở hướng dẫn, xã cấp phép", actor=officer, at=MONDAY)
    with pytest.raises(NotNow):
        overrule(document.code, 1, power.pk, reason="Sở hướng dẫn, xã cấp phép", actor=officer, at=MONDAY)
    assert PowerOverrule.objects.count() == 1


def test_neither_a_neighbour_nor_the_lead_nor_the_clerk_overrules(world: World, power: Power) -> None:
    document = paper(world, "P-52.SXD")
    for actor in (world.chair("P-66"), world.chair("P-52.SXD"), world.actor("P-52:quan-tri")):
        with pytest.raises(OutOfReach):
            overrule(document.code, 1, power.pk, reason="Vẫn giao như vậy", actor=actor, at=MONDAY)
    with pytest.raises(NotYours):
        overrule(document.code, 1, power.pk, reason="Vẫn giao như vậy", actor=world.clerk("P-52"), at=MONDAY)
    assert not PowerOverrule.objects.exists()


def test_a_draft_is_doubted_without_being_kept(world: World, power: Power) -> None:
    text = (
        "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI\nSố: 9/CT-UBND\nGia Lai, ngày 10 tháng 6 năm 2026\nCHỈ THỊ\nVề việc xây dựng\n"
        "1. Sở Xây dựng chủ trì cấp giấy phép xây dựng cho các hộ dân trước ngày 31 tháng 12 năm 2026.\n"
    )
    reading = read_text(text)
    found = powers.of_reading(reading, issuer_id=world.unit("P-52"), day=DAY)
    assert [(one.why, one.unit_id) for one in found] == [("elsewhere", world.unit("P-52.SXD"))]
    assert not Document.objects.exists()
