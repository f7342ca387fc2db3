"""A department guides and requests; it commands communes by order or by delegation of the committee's chair alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from isotherm.accounts.acts.signing import end_signing, let_sign
from isotherm.accounts.models import SigningAuthority
from isotherm.directives.acts import register as registering
from isotherm.directives.acts import review
from isotherm.directives.models import Document, Member, Task
from isotherm.directives.queries import visible_documents
from isotherm.directives.signing import Signing, giver_of, signing_of
from isotherm.execution import preview
from isotherm.execution.acts import confirm, report, send_on, take_up
from isotherm.execution.acts.issue import issue
from isotherm.execution.models import Assignment, State
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours
from isotherm.tallies.models import Delta
from isotherm.units.models import Unit
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)
FROM = date(2026, 1, 1)
HEALTH = "P-52.SYT"
PAPER = (
    "ỦY BAN NHÂN DÂN TỈNH GIA LAI\nSỞ Y TẾ\nSố: 15/SYT-NVY\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "Độc lập - Tự do - Hạnh phúc\nGia Lai, ngày 25 tháng 5 năm 2026\nV/v phòng, chống dịch\n"
    "Kính gửi: Ủy ban nhân dân các xã, phường.\n"
    "1. Ủy ban nhân dân các xã, phường báo cáo kết quả trước ngày 31 tháng 8 năm 2026.\n"
    "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n{sign}\nNguyễn Văn A\n"
)
BY_ORDER = "TL. CHỦ TỊCH\nGIÁM ĐỐC SỞ Y TẾ"


def let(world: World, **more: object) -> SigningAuthority:
    asked: dict[str, object] = {"how": "by_order", "ground": "12/2025/QĐ-UBND", "start": FROM}
    return let_sign(
        Unit.objects.get(code="P-52"),
        Unit.objects.get(code=HEALTH),
        actor=world.clerk("P-52"),
        at=MONDAY,
        **(asked | more),  # type: ignore[arg-type]
    )


def registered(world: World, sign: str = BY_ORDER) -> Document:
    incoming = registering.receive(PAPER.format(sign=sign).encode(), "15-syt.txt")
    heading = registering.Heading.of(incoming.reading).corrected(issuer="Sở Y tế tỉnh Gia Lai")
    document = registering.register(incoming, heading, actor=world.clerk(HEALTH), at=MONDAY)
    director = world.chair(HEALTH)
    numbers = list(document.tasks.values_list("number", flat=True))
    review.accept(document.code, numbers, actor=director, at=MONDAY)
    return review.submit(document.code, actor=world.officer(HEALTH), at=MONDAY)


@pytest.mark.parametrize(
    ("lines", "how", "head"),
    [
        (["TL. CHỦ TỊCH", "GIÁM ĐỐC SỞ Y TẾ"], "by_order", "chủ tịch"),
        (["TUQ. CHỦ TỊCH UBND TỈNH", "GIÁM ĐỐC"], "by_delegation", "chủ tịch ubnd tỉnh"),
        (["TL.GIÁM ĐỐC", "TRƯỞNG PHÒNG"], "by_order", "giám đốc"),
        (["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "own", ""),
        (["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "own", ""),
        (["BY ORDER OF THE CHAIRMAN", "DIRECTOR"], "by_order", "chairman"),
    ],
)
def test_the_signature_says_in_whose_name(lines: list[str], how: str, head: str) -> None:
    assert signing_of(lines) == Signing(how, head)


def test_the_head_that_is_named_is_the_committees_or_the_departments_own(world: World) -> None:
    health, day = world.unit(HEALTH), MONDAY.date()
    assert giver_of(health, Signing("by_order", "chủ tịch"), day=day) == world.unit("P-52")
    assert giver_of(health, Signing("by_delegation", ""), day=day) == world.unit("P-52")
    assert giver_of(health, Signing("by_order", "giám đốc"), day=day) == health
    assert giver_of(health, Signing(), day=day) == health
    assert giver_of(world.unit("P-52"), Signing("by_order", "chủ tịch"), day=day) == world.unit("P-52")


def test_by_order_the_committee_gives_and_the_department_follows_and_confirms(world: World) -> None:
    let(world)
    document = registered(world)
    assert (document.signed_how, document.in_name_of_id) == ("by_order", world.unit("P-52"))
    seen = preview.of(document, at=MONDAY)
    issue(document.code, actor=world.chair(HEALTH), at=MONDAY)
    given = Assignment.objects.filter(document_id=document.pk)
    communes = world.communes("P-52")
    assert seen.units == given.count() == len(communes) > 50
    assert {(one.giver_id, one.via_id, one.confirmer_id, one.expected, one.level) for one in given} == {
        (world.unit("P-52"), world.unit("P-52"), world.unit(HEALTH), True, "commune")
    }
    assert set(document.tasks.values_list("monitor_id", flat=True)) == {world.unit(HEALTH)}
    assert Member.objects.filter(unit_set__tasks__document=document).count() == len(communes)
    assert LedgerLine.objects.get(verb="document.issued").unit_id == world.unit("P-52")
    assert visible_documents(world.chair("P-52")).filter(pk=document.pk).exists()


def test_the_department_confirms_what_a_commune_reports(world: World) -> None:
    let(world)
    document = registered(world)
    issue(document.code, actor=world.chair(HEALTH), at=MONDAY)
    commune = world.communes("P-52")[0]
    unit, chair = world.unit(commune), world.chair(commune)
    take_up.take_up(document.code, unit, actor=chair, at=MONDAY + DAY)
    report.report(document.code, unit, percent=100, words="Xong", done=True, actor=chair, at=MONDAY + 2 * DAY)
    assert world.assignment(document, commune).holder_id == world.unit(HEALTH)
    confirm.confirm(document.code, world.unit(HEALTH), actor=world.chair(HEALTH), at=MONDAY + 3 * DAY)
    assert world.assignment(document, commune).state == State.DONE


def test_without_a_recorded_order_the_department_does_not_give_in_the_committees_name(world: World) -> None:
    document = registered(world)
    with pytest.raises(NotYours) as no:
        issue(document.code, actor=world.chair(HEALTH), at=MONDAY)
    assert "25/05/2026" in str(no.value) and no.value.remedy
    assert not Assignment.objects.exists()


def test_an_order_that_had_ended_on_the_signing_day_does_not_serve(world: World) -> None:
    kept = let(world)
    end_signing(kept.pk, end=date(2026, 5, 25), reason="Quy chế mới", actor=world.clerk("P-52"), at=MONDAY)
    document = registered(world)
    with pytest.raises(NotYours):
        issue(document.code, actor=world.chair(HEALTH), at=MONDAY)


def test_an_order_is_no_delegation(world: World) -> None:
    let(world, how="by_delegation", matters="Phòng, chống dịch", end=date(2026, 12, 31))
    with pytest.raises(NotYours):
        issue(registered(world).code, actor=world.chair(HEALTH), at=MONDAY)


def test_the_committee_itself_may_send_what_was_signed_for_it(world: World) -> None:
    document = registered(world)
    issue(document.code, actor=world.chair("P-52"), at=MONDAY)
    assert Assignment.objects.filter(document_id=document.pk, giver_id=world.unit("P-52")).exists()


def test_in_its_own_name_a_department_requests_and_nothing_is_expected_or_scored(world: World) -> None:
    document = registered(world, sign="GIÁM ĐỐC")
    seen = preview.of(document, at=MONDAY)
    issue(document.code, actor=world.chair(HEALTH), at=MONDAY)
    given = Assignment.objects.filter(document_id=document.pk)
    communes = len(world.communes("P-52"))
    assert (seen.guides, seen.asked, given.count(), seen.below) == (True, communes, communes, {})
    assert {(one.giver_id, one.expected) for one in given} == {(world.unit(HEALTH), False)}
    assert not Delta.objects.filter(document_id=document.pk).exists()
    assert Task.objects.get(document=document).expected.members_count == 0  # type: ignore[union-attr]


def test_a_department_does_not_pass_on_to_communes_and_is_told_how_it_can_be_done(world: World) -> None:
    document = world.issued("31/QĐ-UBND", [Wanted([HEALTH])], issuer="P-52")
    health, director = world.unit(HEALTH), world.chair(HEALTH)
    take_up.take_up(document.code, health, actor=director, at=MONDAY + DAY)
    commune = world.unit(world.communes("P-52")[0])
    with pytest.raises(NotAccepted) as no:
        send_on.send_on(document.code, health, targets=[commune], actor=director, at=MONDAY + DAY)
    assert no.value.field == "targets" and "TUQ" in str(no.value.remedy)
    assert Assignment.objects.filter(document_id=document.pk).count() == 1


def test_the_department_that_follows_does_not_confirm_its_own_work(world: World) -> None:
    let(world)
    document = world.written("32/QĐ-UBND", [Wanted([HEALTH, "P-52.STC"])], issuer="P-52")
    document.signed_how, document.office_id = "by_order", world.unit(HEALTH)
    document.save()
    review.submit(document.code, actor=world.officer(HEALTH), at=MONDAY)
    issue(document.code, actor=world.chair(HEALTH), at=MONDAY)
    assert world.assignment(document, HEALTH).confirmer_id == world.unit("P-52")
    assert world.assignment(document, "P-52.STC").confirmer_id == world.unit(HEALTH)


def test_a_department_does_not_let_itself_sign(world: World) -> None:
    with pytest.raises(NotYours):
        let_sign(
            Unit.objects.get(code="P-52"),
            Unit.objects.get(code=HEALTH),
            how="by_order",
            ground="12/2025/QĐ-UBND",
            start=FROM,
            actor=world.chair(HEALTH),
            at=MONDAY,
        )


def test_only_a_body_below_it_signs_for_a_committee(world: World) -> None:
    with pytest.raises(NotAccepted):
        let_sign(
            Unit.objects.get(code="P-52"),
            Unit.objects.get(code="P-66.SYT"),
            how="by_order",
            ground="12/2025/QĐ-UBND",
            start=FROM,
            actor=world.clerk("P-52"),
            at=MONDAY,
        )


def test_a_delegation_names_its_time_and_its_matters(world: World) -> None:
    with pytest.raises(NotAccepted):
        let(world, how="by_delegation", matters="Phòng, chống dịch")
    with pytest.raises(NotAccepted):
        let(world, how="by_delegation", end=date(2026, 12, 31))


def test_a_document_lets_a_department_sign_once_at_a_time(world: World) -> None:
    let(world, end=date(2026, 7, 1))
    with pytest.raises(NotNow):
        let(world, start=date(2026, 6, 30))
    let(world, start=date(2026, 7, 1))


def test_the_department_registers_the_committees_paper_that_it_signed_by_order(world: World) -> None:
    text = PAPER.replace("SỞ Y TẾ\nSố: 15/SYT-NVY", "Số: 88/UBND-KGVX").format(sign=BY_ORDER)
    incoming = registering.receive(text.encode(), "88.txt")
    heading = registering.Heading.of(incoming.reading).corrected(issuer="Ủy ban nhân dân tỉnh Gia Lai")
    with pytest.raises(NotYours):
        registering.register(incoming, heading, actor=world.clerk(HEALTH), at=MONDAY)
    let(world)
    document = registering.register(incoming, heading, actor=world.clerk(HEALTH), at=MONDAY)
    assert (document.in_name_of_id, document.follower_id) == (None, world.unit(HEALTH))
