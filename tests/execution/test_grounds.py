"""Tasks whose ground a later document took away are listed for their office: kept, recalled, or left to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotherm.directives import policy
from isotherm.directives.acts import relations
from isotherm.directives.models import Document, GroundDecision, Relation, Task
from isotherm.directives.queries import symbol_key
from isotherm.execution import desk, grounds
from isotherm.execution.acts import confirm, report, take_up
from isotherm.execution.acts.ground import decide
from isotherm.execution.acts.issue import issue
from isotherm.execution.models import State
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from tests.directives.test_register import PAPER, taken
from tests.world import MONDAY, Wanted, World

LATER = MONDAY + timedelta(days=10)
WHY = "Đã có văn bản thay thế"


def related(document: Document, what: str, other: Document) -> Relation:
    return Relation.objects.create(
        document=document,
        what=what,
        symbol=other.symbol,
        symbol_key=symbol_key(other.symbol),
        other=other,
        start=0,
        end=5,
    )


@pytest.fixture
def old(world: World) -> Document:
    return world.issued("5/QĐ-TTg", [Wanted(["P-52"]), Wanted(["BTC"])])


def repeals(world: World, old: Document, symbol: str = "12/QĐ-TTg", *, sent: bool = True) -> Document:
    make = world.issued if sent else world.written
    new = make(symbol, [Wanted(["P-52"], action="Việc mới thay việc cũ")], at=LATER)
    related(new, "repeals", old)
    return new


def settled(world: World, old: Document, numbers: list[int], what: str, **more: object) -> list[GroundDecision]:
    given = {"by": "12-QD-TTg", "reason": WHY, "actor": world.chair("VPCP"), "at": LATER} | more
    return decide(old.code, numbers, what=what, **given)  # type: ignore[arg-type]


def test_open_tasks_of_a_repealed_document_are_listed_for_its_office(world: World, old: Document) -> None:
    new = repeals(world, old)
    (lost,) = grounds.lost(world.chair("VPCP"), document=old)
    assert (lost.by_symbol, lost.undecided, lost.direct) == (new.symbol, 2, True)
    assert Task.objects.filter(document=old, state=Task.State.ISSUED).count() == 2


def test_a_repeal_is_found_in_the_text_of_the_later_document(world: World, old: Document) -> None:
    text = PAPER.replace("91/CĐ-TTg", "12/QĐ-TTg").replace("25 tháng 5", "01 tháng 6")
    words = "Thủ tướng Chính phủ yêu cầu:\n1. Bãi bỏ Quyết định số 5/QĐ-TTg ngày 01 tháng 6 năm 2026.\n"
    taken(world, text.replace("Thủ tướng Chính phủ yêu cầu:\n1.", f"{words}2.").replace("\n2. Ủy ban", "\n3. Ủy ban"))
    assert [one.by_symbol for one in grounds.lost(world.chair("VPCP"), document=old)] == ["12/QĐ-TTg"]


def test_what_carries_out_a_repealed_document_loses_its_ground_too(world: World, old: Document) -> None:
    plan = world.issued("7/KH-BNV", [Wanted(["P-52"])], issuer="BNV")
    provincial = world.issued("9/KH-UBND", [Wanted([world.communes("P-52")[0]])], issuer="P-52")
    related(plan, "implements", old)
    related(provincial, "implements", plan)
    repeals(world, old)
    for chair, document in (("BNV", plan), ("P-52", provincial)):
        (lost,) = grounds.lost(world.chair(chair), document=document)
        assert (lost.by_symbol, lost.direct, lost.undecided) == ("12/QĐ-TTg", False, 1)


def test_what_was_issued_after_the_repeal_does_not_lose_by_it(world: World, old: Document) -> None:
    repeals(world, old)
    plan = world.issued("7/KH-BNV", [Wanted(["P-52"])], issuer="BNV", at=LATER + timedelta(days=1))
    related(plan, "implements", old)
    assert grounds.lost(world.chair("BNV"), document=plan) == []


def test_documents_that_carry_out_each_other_are_no_endless_way(world: World, old: Document) -> None:
    plan = world.issued("7/KH-BNV", [Wanted(["P-52"])], issuer="BNV")
    related(plan, "implements", old)
    related(old, "implements", plan)
    repeals(world, old)
    assert len(grounds.lost(world.chair("BNV"), document=plan)) == 1


def test_another_office_hears_of_a_repeal_once_it_was_sent_or_confirmed(world: World, old: Document) -> None:
    plan = world.issued("7/KH-BNV", [Wanted(["P-52"])], issuer="BNV")
    related(plan, "implements", old)
    new = repeals(world, old, sent=False)
    ministry = world.chair("BNV")
    assert grounds.lost(ministry, document=plan) == []
    relation = new.relations.get()
    relations.judge(new.code, relation.pk, "right", actor=world.officer("VPCP"), at=LATER)
    assert [one.by_symbol for one in grounds.lost(ministry, document=plan)] == ["12/QĐ-TTg"]


def test_a_committee_settles_what_its_department_gave_in_its_name(world: World, old: Document) -> None:
    plan = world.written("7/KH-SYT", [Wanted([world.communes("P-52")[0]])], issuer="P-52.SYT")
    plan.signed_how, plan.in_name_of_id = "by_order", world.unit("P-52")
    plan.state, plan.submitted_at = Document.State.SUBMITTED, MONDAY
    plan.save()
    issue(plan.code, actor=world.chair("P-52"), at=MONDAY)
    related(plan, "implements", old)
    repeals(world, old)
    for chair in ("P-52", "P-52.SYT"):
        actor = world.chair(chair)
        assert policy.may_see_grounds(actor, plan) is None
        assert [one.document_id for one in grounds.lost(actor)] == [plan.pk]
        assert [one.document_id for one in desk.decisions(actor, at=LATER) if one.what == "ground"] == [plan.pk]
    assert policy.may_see_grounds(world.chair("P-66"), plan) is not None
    decide(plan.code, [1], by="12-QD-TTg", what="keep", reason=WHY, actor=world.chair("P-52"), at=LATER)


def test_a_repeal_that_was_misread_takes_nothing_away(world: World, old: Document) -> None:
    new = repeals(world, old)
    relations.judge(new.code, new.relations.get().pk, "wrong", actor=world.officer("VPCP"), at=LATER)
    assert grounds.lost(world.chair("VPCP"), document=old) == []


def test_another_body_does_not_say_what_a_document_repeals(world: World, old: Document) -> None:
    new = repeals(world, old)
    with pytest.raises(NotYours):
        relations.judge(new.code, new.relations.get().pk, "wrong", actor=world.officer("P-52"), at=LATER)


def test_a_kept_task_goes_on_and_its_decision_stands_in_the_ledger(world: World, old: Document) -> None:
    repeals(world, old)
    settled(world, old, [1], "keep")
    assert world.assignment(old, "P-52").state == State.SENT
    line = LedgerLine.objects.get(verb="task.kept")
    assert (line.facts["reason"], line.paper, line.subject_code) == (WHY, "12/QĐ-TTg", f"{old.code}.1")
    assert [one.number for one in grounds.undecided(grounds.lost(world.chair("VPCP"), document=old)[0])] == [2]


def test_a_recalled_task_is_withdrawn_from_every_body(world: World, old: Document) -> None:
    repeals(world, old)
    settled(world, old, [1, 2], "recall")
    assert {world.assignment(old, unit, number=n).state for unit, n in (("P-52", 1), ("BTC", 2))} == {State.WITHDRAWN}
    assert set(LedgerLine.objects.filter(verb="task.recalled").values_list("paper", flat=True)) == {"12/QĐ-TTg"}
    assert grounds.lost(world.chair("VPCP"), document=old)[0].undecided == 0


def test_a_task_left_to_the_new_document_names_the_one_that_carries_it_on(world: World, old: Document) -> None:
    new = repeals(world, old)
    (decision,) = settled(world, old, [1], "leave", carried_on=1)
    assert decision.carried_on == new.tasks.get(number=1)
    assert world.assignment(old, "P-52").state == State.WITHDRAWN
    assert LedgerLine.objects.get(verb="task.left").facts["carried_on"] == f"{new.code}.1"


def test_nothing_is_left_to_a_document_whose_tasks_are_not_given_yet(world: World, old: Document) -> None:
    repeals(world, old, sent=False)
    with pytest.raises(NotNow):
        settled(world, old, [1], "leave")
    assert world.assignment(old, "P-52").state == State.SENT


@pytest.mark.parametrize(
    ("numbers", "more"),
    [
        ([], {}),
        ([1, 77], {}),
        ([1], {"reason": "  "}),
        ([1], {"what": "burn"}),
        ([1], {"what": "leave", "carried_on": 88}),
    ],
)
def test_a_decision_that_says_too_little_changes_nothing(
    world: World, old: Document, numbers: list[int], more: dict[str, object]
) -> None:
    repeals(world, old)
    what = str(more.pop("what", "recall"))
    with pytest.raises(NotAccepted):
        settled(world, old, numbers, what, **more)
    assert not GroundDecision.objects.exists()
    assert world.assignment(old, "P-52").state == State.SENT


def test_a_document_that_took_no_ground_decides_nothing(world: World, old: Document) -> None:
    world.issued("12/QĐ-TTg", [Wanted(["P-52"])], at=LATER)
    with pytest.raises(OutOfReach):
        settled(world, old, [1], "recall")


def test_what_is_decided_is_not_decided_twice_but_what_was_kept_can_still_be_recalled(
    world: World, old: Document
) -> None:
    repeals(world, old)
    settled(world, old, [1], "keep")
    with pytest.raises(NotNow):
        settled(world, old, [1], "keep")
    settled(world, old, [1], "recall")
    with pytest.raises(NotNow):
        settled(world, old, [1], "recall")
    assert GroundDecision.objects.get().what == "recall"


def test_a_completed_task_has_nothing_to_lose(world: World, old: Document) -> None:
    repeals(world, old)
    unit, chair = world.unit("BTC"), world.chair("BTC")
    take_up.take_up(old.code, unit, actor=chair, at=MONDAY)
    report.report(old.code, unit, percent=100, words="Xong", done=True, evidence=[], actor=chair, at=MONDAY)
    confirm.confirm(old.code, world.unit("CP"), units=[unit], actor=world.chair("VPCP"), at=MONDAY)
    (lost,) = grounds.lost(world.chair("VPCP"), document=old)
    assert [task.number for task in grounds.undecided(lost)] == [1]
    with pytest.raises(NotNow):
        settled(world, old, [2], "recall")


def test_units_still_to_be_told_keep_a_task_open(world: World) -> None:
    old = world.issued("5/QĐ-TTg", [Wanted(["P-52"], communes=True)])
    repeals(world, old)
    unit, chair = world.unit("P-52"), world.chair("P-52")
    take_up.take_up(old.code, unit, actor=chair, at=MONDAY)
    report.report(old.code, unit, percent=100, words="Xong", done=True, evidence=[], actor=chair, at=MONDAY)
    confirm.confirm(old.code, world.unit("CP"), units=[unit], actor=world.chair("VPCP"), at=MONDAY)
    assert grounds.lost(world.chair("VPCP"), document=old)[0].undecided == 1


def test_a_requirement_of_a_repealed_document_is_listed_although_nobody_was_given_it(world: World) -> None:
    old = world.issued("5/QĐ-TTg", [Wanted(["BTC"]), Wanted([], kind=Task.Kind.STANDING)])
    repeals(world, old)
    assert [task.number for task in grounds.undecided(grounds.lost(world.chair("VPCP"), document=old)[0])] == [1, 2]
    settled(world, old, [2], "recall")
    assert old.tasks.get(number=2).state == Task.State.RECALLED


@pytest.mark.parametrize("post", ["VPCP:chuyen-vien", "VPCP:van-thu"])
def test_only_the_competent_post_decides(world: World, old: Document, post: str) -> None:
    repeals(world, old)
    with pytest.raises(NotYours):
        settled(world, old, [1], "recall", actor=world.actor(post))


def test_those_who_carry_it_out_do_not_decide(world: World, old: Document) -> None:
    repeals(world, old)
    with pytest.raises(NotYours):
        settled(world, old, [1], "keep", actor=world.chair("P-52"))


def test_the_desk_names_how_many_tasks_lose_their_ground_until_they_are_decided(world: World, old: Document) -> None:
    repeals(world, old)
    head = world.chair("VPCP")

    def lines() -> list[tuple[str, str, int]]:
        found = desk.decisions(head, at=LATER)
        return [(one.document_code, one.words, one.units) for one in found if one.what == "ground"]

    assert lines() == [(old.code, "12/QĐ-TTg", 2)]
    settled(world, old, [1], "keep")
    assert lines() == [(old.code, "12/QĐ-TTg", 1)]
    settled(world, old, [2], "recall")
    assert lines() == []
    assert not [one for one in desk.decisions(world.chair("P-52"), at=LATER) if one.what == "ground"]
