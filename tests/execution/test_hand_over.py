"""Who leaves a post hands over what it has open: minutes signed by the two of them, in either order, by nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from isotherm.accounts import acts
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.accounts.queries import actor_for
from isotherm.actor import Actor
from isotherm.directives.models import Document
from isotherm.execution import hand_over
from isotherm.execution.acts import drafts, hand_to, report, take_up
from isotherm.execution.acts import hand_over as handing
from isotherm.execution.models import HandOver
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from tests.world import MONDAY, Wanted, World

JOB = Actor.system("test")
DAY = MONDAY.date()
HOUR = timedelta(hours=1)
NEXT = DAY + timedelta(days=1)
CHAIR, OFFICER, CLERK = "P-52:lanh-dao", "P-52:chuyen-vien", "P-52:van-thu"


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    """A is the officer, B the chair, C the clerk; D and E hold posts elsewhere in the province."""
    found = {
        name: acts.add_person(name, name=name.title(), password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
        for name in "abcde"
    }
    seats = {"a": OFFICER, "b": CHAIR, "c": CLERK, "d": "P-52.SYT:chuyen-vien", "e": "P-52.SYT:van-thu"}
    for name, code in seats.items():
        put(found[name], code)
    return found


def put(person: Person, code: str, how: str = "held", *, start: object = DAY, end: object = None) -> Appointment:
    post = Post.objects.get(code=code)
    return acts.appoint(person, post, start=start, end=end, how=how, ground="7/QĐ", actor=JOB, at=MONDAY)  # type: ignore[arg-type]


def me(person: Person, *, on: object = DAY) -> Actor:
    found = actor_for(person, day=on)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.fixture
def document(world: World, people: dict[str, Person]) -> Document:
    """Three tasks at the province: two on the officer's desk, one on nobody's; and a draft of the officer."""
    issued = world.issued("51/CT-TTg", [Wanted(["P-52"]), Wanted(["P-52"]), Wanted(["P-52"])])
    unit = world.unit("P-52")
    take_up.take_up(issued.code, unit, actor=me(people["c"]), at=MONDAY + HOUR)
    officer = Post.objects.get(code=OFFICER).pk
    hand_to.hand_to(
        issued.code, unit, post_id=officer, numbers=[1, 2], actor=me(people["b"]), at=MONDAY + HOUR
    )
    drafts.draft(
        issued.code,
        unit,
        verb="report",
        payload={"numbers": [1], "percent": 30, "words": "Đang làm", "done": False},
        summary="Báo cáo tiến độ",
        actor=me(people["a"]),
        at=MONDAY + HOUR,
    )
    return issued


def leave(person: Person, receiver: Person | None = None, code: str = OFFICER) -> HandOver:
    held = Appointment.objects.get(person=person, post__code=code)
    minutes = handing.leave(held.pk, on=NEXT, ground="9/QĐ", receiver=receiver, actor=JOB, at=MONDAY + 2 * HOUR)
    assert minutes is not None
    return minutes


def lines(minutes: HandOver) -> list[tuple[str, str, int]]:
    minutes.refresh_from_db()
    return [(one.what, one.symbol, one.tasks) for one in hand_over.items(minutes, at=MONDAY + 3 * HOUR)]


def test_the_minutes_of_an_officer_list_his_tasks_and_drafts(document: Document, people: dict[str, Person]) -> None:
    minutes = leave(people["a"])
    assert lines(minutes) == [("at_desk", "51/CT-TTg", 2), ("prepared", "51/CT-TTg", 0)]


def test_the_minutes_of_the_head_list_what_only_he_decides_and_what_nobody_was_given(
    world: World, document: Document, people: dict[str, Person]
) -> None:
    commune = world.communes("P-52")[0]
    given = world.issued("3/CT-UBND", [Wanted([commune])], issuer="P-52")
    unit = world.unit(commune)
    take_up.take_up(given.code, unit, actor=world.chair(commune), at=MONDAY + HOUR)
    report.report(
        given.code, unit, percent=100, words="Xong", done=True, actor=world.chair(commune), at=MONDAY + HOUR
    )
    minutes = leave(people["b"], code=CHAIR)
    assert sorted(lines(minutes)) == [
        ("completion", "3/CT-UBND", 1),
        ("draft", "51/CT-TTg", 0),
        ("unassigned", "51/CT-TTg", 1),
    ]


def test_both_sign_the_same_lines_in_either_order(document: Document, people: dict[str, Person]) -> None:
    for first, second in (("a", "d"), ("d", "a")):
        with transaction.atomic():
            minutes = leave(people["a"], people["d"])
            handing.sign(minutes.pk, actor=me(people[first]), at=MONDAY + 3 * HOUR)
            minutes.refresh_from_db()
            signed = minutes.lines
            # What happens in between does not change what was signed.
            drafts.approve(hand_draft(), actor=me(people["b"]), at=MONDAY + 4 * HOUR)
            handing.sign(minutes.pk, actor=me(people[second]), at=MONDAY + 5 * HOUR)
            minutes.refresh_from_db()
            assert minutes.lines == signed and minutes.leaver_signed_at and minutes.receiver_signed_at
            found = LedgerLine.objects.filter(verb="handover.signed").order_by("-pk")[:2]
            assert {line.facts["digest"] for line in found} == {hand_over.digest(minutes, signed or [])}
            transaction.set_rollback(True)


def hand_draft() -> int:
    from isotherm.execution.models import Draft

    return Draft.objects.get().pk


def test_a_third_person_signs_nothing(world: World, document: Document, people: dict[str, Person]) -> None:
    minutes = leave(people["a"], people["d"])
    before = LedgerLine.objects.count()
    for outsider in (people["c"], people["e"]):
        with pytest.raises(OutOfReach):
            handing.sign(minutes.pk, actor=me(outsider), at=MONDAY + 3 * HOUR)
    with pytest.raises(NotYours):
        handing.sign(minutes.pk, actor=me(people["b"]), at=MONDAY + 3 * HOUR)
    with pytest.raises(OutOfReach):
        handing.sign(minutes.pk, actor=world.actor("P-52:quan-tri"), at=MONDAY + 3 * HOUR)
    with pytest.raises(OutOfReach):
        handing.sign(minutes.pk, actor=world.chair("P-66"), at=MONDAY + 3 * HOUR)
    assert LedgerLine.objects.count() == before


def test_a_stand_in_does_not_sign_for_who_leaves(document: Document, people: dict[str, Person]) -> None:
    put(people["c"], OFFICER, "stand_in", end=NEXT)
    minutes = leave(people["a"], people["d"])
    stand_in = actor_for(people["c"], day=DAY, post_id=minutes.post_id)
    assert stand_in is not None and stand_in.stands_in_for == people["a"].pk
    with pytest.raises(OutOfReach):
        handing.sign(minutes.pk, actor=stand_in, at=MONDAY + 3 * HOUR)


def test_each_signs_once(document: Document, people: dict[str, Person]) -> None:
    minutes = leave(people["a"], people["d"])
    handing.sign(minutes.pk, actor=me(people["a"]), at=MONDAY + 3 * HOUR)
    with pytest.raises(NotNow):
        handing.sign(minutes.pk, actor=me(people["a"]), at=MONDAY + 4 * HOUR)


def test_whoever_takes_the_post_over_signs_where_nobody_was_named(
    document: Document, people: dict[str, Person]
) -> None:
    minutes = leave(people["a"])
    assert minutes.pk not in {one.pk for one in hand_over.to_sign(me(people["d"], on=NEXT))}
    held = Appointment.objects.get(person=people["d"])
    acts.end_appointment(held.pk, on=NEXT, actor=JOB, at=MONDAY)
    put(people["d"], OFFICER, start=NEXT)
    successor = me(people["d"], on=NEXT)
    assert [one.pk for one in hand_over.to_sign(successor)] == [minutes.pk]
    handing.sign(minutes.pk, actor=successor, at=MONDAY + timedelta(days=1))
    minutes.refresh_from_db()
    assert minutes.receiver_id == people["d"].pk and hand_over.to_sign(successor) == []


def test_open_minutes_stand_on_both_desks_and_before_the_leader(
    document: Document, people: dict[str, Person]
) -> None:
    minutes = leave(people["a"], people["d"])
    for name, waits in (("a", True), ("d", True), ("b", False), ("c", False)):
        assert (minutes in hand_over.to_sign(me(people[name]))) is waits
    assert minutes in hand_over.unsigned(hand_over.visible(me(people["b"])))
    assert not hand_over.visible(me(people["c"])).exists()
    handing.sign(minutes.pk, actor=me(people["a"]), at=MONDAY + 3 * HOUR)
    assert hand_over.to_sign(me(people["a"])) == []
    assert minutes in hand_over.unsigned(hand_over.visible(me(people["b"])))
    handing.sign(minutes.pk, actor=me(people["d"]), at=MONDAY + 3 * HOUR)
    assert not hand_over.unsigned(hand_over.visible(me(people["b"]))).exists()


def test_nothing_waits_for_the_signatures(document: Document, people: dict[str, Person]) -> None:
    leave(people["a"])
    put(people["d"], OFFICER, "acting", start=NEXT)
    acting = actor_for(people["d"], day=NEXT, post_id=Post.objects.get(code=OFFICER).pk)
    assert acting is not None
    drafts.draft(
        document.code,
        acting.unit_id or 0,
        verb="report",
        payload={"numbers": [2], "percent": 50, "words": "Tiếp tục", "done": False},
        summary="Báo cáo",
        actor=acting,
        at=MONDAY + timedelta(days=1),
    )


def test_an_end_that_is_taken_back_takes_its_minutes_along(document: Document, people: dict[str, Person]) -> None:
    minutes = leave(people["a"], people["d"])
    line = LedgerLine.objects.filter(verb="person.appointment_ended").latest("pk").pk
    acts.take_back(line, actor=JOB, at=MONDAY + 3 * HOUR)
    with pytest.raises(OutOfReach):
        handing.sign(minutes.pk, actor=me(people["a"]), at=MONDAY + 3 * HOUR)
    again = leave(people["a"], people["e"])
    assert list(hand_over.standing()) == [again]


def test_a_leader_says_who_takes_over_and_nobody_else_does(
    world: World, document: Document, people: dict[str, Person]
) -> None:
    minutes = leave(people["a"], people["d"])
    with pytest.raises(OutOfReach):
        handing.name_receiver(minutes.pk, people["e"], actor=me(people["c"]), at=MONDAY + 3 * HOUR)
    with pytest.raises(NotYours):
        handing.name_receiver(minutes.pk, people["e"], actor=me(people["a"]), at=MONDAY + 3 * HOUR)
    with pytest.raises(NotAccepted):
        handing.name_receiver(minutes.pk, people["a"], actor=me(people["b"]), at=MONDAY + 3 * HOUR)
    handing.name_receiver(minutes.pk, people["e"], actor=me(people["b"]), at=MONDAY + 3 * HOUR)
    with pytest.raises(OutOfReach):
        handing.sign(minutes.pk, actor=me(people["d"]), at=MONDAY + 3 * HOUR)
    handing.sign(minutes.pk, actor=me(people["e"]), at=MONDAY + 3 * HOUR)
    with pytest.raises(NotNow):
        handing.name_receiver(minutes.pk, people["d"], actor=me(people["b"]), at=MONDAY + 3 * HOUR)


def test_rotation_opens_the_minutes_of_the_old_post_or_does_nothing(
    document: Document, people: dict[str, Person]
) -> None:
    old, new = Post.objects.get(code=OFFICER), Post.objects.get(code="P-52.SNV:chuyen-vien")
    made, minutes = handing.rotate(
        people["a"], old, new, on=NEXT, ground="9/QĐ", receiver=people["d"], actor=JOB, at=MONDAY
    )
    assert made.post == new and minutes is not None and minutes.post_id == old.pk
    # From her new post she still signs for the old one.
    handing.sign(minutes.pk, actor=me(people["a"], on=NEXT), at=MONDAY + timedelta(days=1))
    taken = Post.objects.get(code=CLERK)
    with pytest.raises(NotNow), transaction.atomic():
        handing.rotate(people["b"], Post.objects.get(code=CHAIR), taken, on=NEXT, ground="9/QĐ", actor=JOB, at=MONDAY)
    assert HandOver.objects.count() == 1


def test_who_stood_in_hands_nothing_over(document: Document, people: dict[str, Person]) -> None:
    made = put(people["c"], OFFICER, "stand_in")
    assert handing.leave(made.pk, on=NEXT, actor=JOB, at=MONDAY) is None
    assert not HandOver.objects.exists()


def test_nobody_hands_over_to_himself(document: Document, people: dict[str, Person]) -> None:
    with pytest.raises(NotAccepted), transaction.atomic():
        leave(people["a"], people["a"])
    minutes = leave(people["a"])
    with pytest.raises(IntegrityError, match="nobody_hands_over_to_himself"), transaction.atomic():
        HandOver.objects.filter(pk=minutes.pk).update(receiver_id=people["a"].pk)


def test_only_an_administrator_of_the_body_opens_them(
    world: World, document: Document, people: dict[str, Person]
) -> None:
    held = Appointment.objects.get(person=people["a"])
    for actor in (world.actor("P-66:quan-tri"), me(people["b"]), me(people["d"])):
        with pytest.raises(NotYours):
            handing.leave(held.pk, on=NEXT, ground="9/QĐ", actor=actor, at=MONDAY)
    assert handing.leave(held.pk, on=NEXT, ground="9/QĐ", actor=world.actor("P-52:quan-tri"), at=MONDAY)


def ends(person: Person, day: date) -> None:
    """As a directory enters it: no leaving, only an end."""
    Appointment.objects.filter(person=person).update(valid=(DAY, day))


def test_an_end_that_nobody_entered_as_a_leaving_opens_minutes_once(
    document: Document, people: dict[str, Person]
) -> None:
    far, near = DAY + timedelta(days=10), DAY + timedelta(days=3)
    ends(people["a"], far)
    assert handing.open_due(MONDAY) == 0
    ends(people["a"], near)
    ends(people["c"], near)  # the clerk's post has nothing open
    assert [handing.open_due(MONDAY + HOUR * hour) for hour in (1, 2)] == [1, 0]
    minutes = hand_over.standing().get()
    assert (minutes.leaver_id, minutes.on, minutes.ground) == (people["a"].pk, near, "7/QĐ")
    assert lines(minutes) == [("at_desk", "51/CT-TTg", 2), ("prepared", "51/CT-TTg", 0)]
    # The end is put off, and comes.
    ends(people["a"], far)
    assert not hand_over.standing().exists()
    assert handing.open_due(MONDAY + timedelta(days=8)) == 1
    assert hand_over.standing().get().on == far
    assert HandOver.objects.filter(voided_at=None).count() == 1
    assert list(LedgerLine.objects.filter(verb="handover.opened").values_list("job", flat=True)) == ["hand_overs"] * 2


def test_an_end_that_is_no_leaving_opens_none(document: Document, people: dict[str, Person]) -> None:
    ends(people["a"], NEXT)
    again = put(people["a"], OFFICER, start=NEXT)
    assert handing.open_due(MONDAY) == 0
    again.delete()
    Post.objects.filter(code=OFFICER).update(valid=(DAY, NEXT))
    assert handing.open_due(MONDAY) == 0
    Post.objects.filter(code=OFFICER).update(valid=(DAY, None))
    assert handing.open_due(MONDAY + timedelta(days=40)) == 0
    assert handing.open_due(MONDAY) == 1


def test_the_days_before_an_end_are_working_days(document: Document, people: dict[str, Person]) -> None:
    ends(people["a"], date(2027, 1, 5))  # a Tuesday; the Friday before is New Year's Day
    assert handing.open_due(datetime(2026, 12, 29, 2, tzinfo=UTC)) == 0
    assert handing.open_due(datetime(2026, 12, 30, 2, tzinfo=UTC)) == 1
