"""Two provinces become one: open duties go on at the heir, nothing is lost or doubled, and undoing puts it back."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from isotherm.accounts import held, signing
from isotherm.accounts.acts import add_person, appoint
from isotherm.accounts.acts.signing import let_sign
from isotherm.accounts.models import Appointment, Post
from isotherm.actor import Actor
from isotherm.analysis.heat import Scope, counts_by
from isotherm.directives.models import Document
from isotherm.doors.jobs.schedule import SCHEDULE
from isotherm.execution import desk, inherit, matrix, queries, reorganise, timeline
from isotherm.execution.acts import confirm, divide, obstacles, report, send_on, take_up
from isotherm.execution.matrix import Filter
from isotherm.execution.models import Assignment, Carriage, Division, Obstacle, Spell
from isotherm.execution.outcomes import duties
from isotherm.records import verification
from isotherm.refusals import NotAccepted, NotNow, OutOfReach
from isotherm.tallies.fold import CELLS_SQL
from isotherm.units import tree
from isotherm.units.models import Heir, Kind, Reorganisation, Succession, Unit
from isotherm.units.reorganisation import acts, successors
from isotherm.units.reorganisation.acts import Draft
from tests.world import MONDAY, Wanted, World

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
NIGHT = MONDAY + 10 * DAY
THEN = NIGHT.date()
MERGER = [{"kind": "merge", "gone": ["P-66"], "heir": "P-52"}]


def drafted(world: World, steps: list[dict[str, object]], *, day: date = THEN) -> Reorganisation:
    said = Draft("Hợp nhất tỉnh Gia Lai và tỉnh Đắk Lắk", "1/2026/QH16", "QH", date(2026, 5, 20), day, steps)
    return acts.draft(said, actor=world.officer("VPCP"), at=MONDAY)


def signed(world: World, steps: list[dict[str, object]], *, day: date = THEN) -> Reorganisation:
    made = drafted(world, steps, day=day)
    reorganise.sign(made.code, actor=world.officer("VPCP"), at=MONDAY)
    return reorganise.sign(made.code, actor=world.chair("VPCP"), at=MONDAY)


def carried(world: World, steps: list[dict[str, object]]) -> Reorganisation:
    made = signed(world, steps)
    return reorganise.carry_out(made.code, actor=Actor.system("reorganise"), at=NIGHT)


def cells(document: Document) -> Counter[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select unit_id, via_id, level, duty, due_on, outcome, fair, sum(n) from {CELLS_SQL} c "
            "where document_id = %s group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0",
            [document.pk],
        )
        return Counter({row[:-1]: row[-1] for row in cursor.fetchall()})


def from_rows(document: Document) -> Counter[tuple[object, ...]]:
    """The same cells from assignments and from the expectation, each at whoever answers for it now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select unit_id, via_id, level, duty, due_on, outcome, fair, sum(n) from (
                select r.carrier_id as unit_id, r.via_id, r.level, d.duty, d.due_on, d.outcome, d.fair, 1 as n
                from execution_assignment r
                cross join lateral {duties("r")} d(duty, due_on, outcome, fair, counts)
                where r.document_id = %(document)s and r.expected and d.counts
                union all
                select coalesce(s.heir_id, m.unit_id), up.carrier_id, m.level, d.duty, d.due,
                       case when e.id is not null then 'excused' when up.state in ('returned', 'withdrawn')
                            then 'withdrawn' when up.paused_at is not null then 'paused' else 'missing' end, false, 1
                from directives_task t
                join directives_member m on m.unit_set_id = t.expected_id and m.depth > 1
                join directives_planneddue pd on pd.task_id = t.id and pd.depth = m.depth
                join execution_assignment up on up.task_id = t.id and up.unit_id = m.upper_id
                left join units_successor s on s.unit_id = m.unit_id
                left join execution_excuse e on e.task_id = t.id and e.unit_id = m.unit_id
                cross join lateral (values ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report),
                                           ('done', pd.done)) d(duty, due)
                where t.document_id = %(document)s and t.kind = 'task'
                  and not exists (select 1 from execution_assignment a where a.task_id = t.id and a.unit_id = m.unit_id)
            ) x group by 1, 2, 3, 4, 5, 6, 7
            """,
            {"document": document.pk},
        )
        return Counter({row[:-1]: row[-1] for row in cursor.fetchall()})


def state() -> list[tuple[object, ...]]:
    """Every assignment, without the moment since which it stands so."""
    columns = ("id", "unit_id", "carrier_id", "holder_id", "giver_id", "confirmer_id", "via_id", "desk_id", "state",
               "due_on", "sent_at", "holder_due", "paused_at")  # fmt: skip
    return list(Assignment.objects.order_by("id").values_list(*columns))


@pytest.fixture
def sent(world: World) -> Document:
    """Both provinces have it; one has told its communes, one of which is done; the other owes and has told nobody."""
    document = world.issued("16/CT-TTg", [Wanted(["P-52", "P-66"], communes=True), Wanted(["P-66", "BTC"], due_in=30)])
    for code in ("P-52", "P-66"):
        take_up.take_up(document.code, world.unit(code), actor=world.clerk(code), at=MONDAY + DAY)
    send_on.send_on(
        document.code, world.unit("P-66"), actor=world.chair("P-66"), numbers=[1], at=MONDAY + 2 * DAY,
        targets=[world.unit(code) for code in world.communes("P-66")[:5]],
    )  # fmt: skip
    done = world.communes("P-66")[0]
    take_up.take_up(document.code, world.unit(done), actor=world.clerk(done), at=MONDAY + 3 * DAY)
    report.report(document.code, world.unit(done), percent=100, words="Xong", done=True, actor=world.chair(done),
                  at=MONDAY + 4 * DAY)  # fmt: skip
    confirm.confirm(document.code, world.unit("P-66"), actor=world.chair("P-66"), at=MONDAY + 5 * DAY)
    told = world.communes("P-66")[1]
    take_up.take_up(document.code, world.unit(told), actor=world.clerk(told), at=MONDAY + 3 * DAY)
    report.report(document.code, world.unit(told), percent=100, words="Xong", done=True, actor=world.chair(told),
                  at=MONDAY + 6 * DAY)  # fmt: skip
    obstacles.raise_obstacle(
        document.code, world.unit(world.communes("P-66")[2]), kind="data",
        missing="Số liệu của tỉnh", owing_id=world.unit("P-66"), actor=world.chair(world.communes("P-66")[2]),
        at=MONDAY + 6 * DAY,
    )  # fmt: skip
    return document


def test_every_open_duty_goes_on_at_the_heir_with_its_clock(world: World, sent: Document) -> None:
    before = {one.pk: one for one in Assignment.objects.all()}
    carried(world, MERGER)
    gone, heir = world.unit("P-66"), world.unit("P-52")
    for one in Assignment.objects.all():
        old = before[one.pk]
        assert (one.unit_id, one.state, one.sent_at, one.due_on, one.take_up_due) == (
            old.unit_id, old.state, old.sent_at, old.due_on, old.take_up_due)  # fmt: skip
        if one.is_open:
            assert gone not in (one.carrier_id, one.holder_id, one.giver_id, one.confirmer_id, one.via_id)
        else:
            assert (one.carrier_id, one.giver_id) == (old.carrier_id, old.giver_id)
    mine = Assignment.objects.filter(unit_id=gone)
    assert {one.carrier_id for one in mine} == {heir}
    assert Spell.objects.filter(assignment_id=mine[0].pk, carrier_id=gone).exists()
    assert Carriage.objects.filter(gone_id=gone, carrier_id=heir).count() == mine.count()
    assert Obstacle.objects.get().owing_id == heir


def test_cells_say_the_same_as_the_rows_and_no_total_changes(world: World, sent: Document) -> None:
    total = counts_by("level, duty", [sent.pk], scope=Scope.whole(), at=NIGHT)
    assert cells(sent) == from_rows(sent)
    carried(world, MERGER)
    assert cells(sent) == from_rows(sent)
    assert sorted(counts_by("level, duty", [sent.pk], scope=Scope.whole(), at=NIGHT), key=str) == sorted(total, key=str)
    heir = Scope.below(world.unit("P-52"), THEN)
    (row,) = counts_by("document_id", [sent.pk], scope=heir, at=NIGHT, duty="take_up")
    whole = sum(row[-1].assigned for row in total if row[1] == "take_up")
    assert row[-1].assigned == whole - 1  # the Ministry's own


def test_the_heir_tells_what_the_ended_province_had_not(world: World, sent: Document) -> None:
    carried(world, MERGER)
    chair = world.actor("P-52:lanh-dao", on=THEN)
    send_on.send_on(sent.code, world.unit("P-52"), actor=chair, at=NIGHT + DAY)
    assert cells(sent) == from_rows(sent)
    seen = matrix.total(matrix.rows(sent, actor=world.chair("VPCP"), at=NIGHT + DAY, wanted=Filter()))
    assert seen.missing == 0


def test_the_heir_sees_what_it_inherited_and_the_ended_post_nothing(world: World, sent: Document) -> None:
    carried(world, MERGER)
    heir = world.actor("P-52:lanh-dao", on=THEN)
    closed = Assignment.objects.filter(giver_id=world.unit("P-66"), state="done").get()
    assert queries.visible_assignments(heir).filter(pk=closed.pk).exists()
    assert queries.visible_assignments(heir).count() == Assignment.objects.exclude(
        carrier_id=world.unit("BTC")).count()  # fmt: skip
    with pytest.raises(OutOfReach):
        acts.reorganisation_for(world.actor("P-22:lanh-dao", on=THEN), Reorganisation.objects.get().code)


@pytest.mark.usefixtures("own_heads")
def test_undoing_puts_every_row_back_and_keeps_what_the_heir_did(world: World, sent: Document) -> None:
    before, held = state(), cells(sent)
    made = carried(world, MERGER)
    reorganise.undo(made.code, actor=world.chair("VPCP"), at=NIGHT + timedelta(hours=2))
    assert state() == before
    assert cells(sent) == held == from_rows(sent)
    assert tree.parent(world.unit(world.communes("P-66")[0]), THEN) == world.unit("P-66")
    assert verification.verify().is_clean


def test_undoing_keeps_the_heirs_acts(world: World, sent: Document) -> None:
    made = carried(world, MERGER)
    heir = world.actor("P-52:lanh-dao", on=THEN)
    report.report(sent.code, world.unit("P-52"), percent=100, words="Xong", done=True, numbers=[2], actor=heir,
                  at=NIGHT + timedelta(hours=1))  # fmt: skip
    send_on.send_on(sent.code, world.unit("P-52"), actor=heir, at=NIGHT + timedelta(hours=1))
    reorganise.undo(made.code, actor=world.chair("VPCP"), at=NIGHT + timedelta(hours=2))
    own = world.assignment(sent, "P-66", number=2)
    assert (own.state, own.carrier_id) == ("reported", world.unit("P-66"))
    assert cells(sent) == from_rows(sent)
    gone = world.unit("P-66")
    assert set(Assignment.objects.filter(parent_id=world.assignment(sent, "P-66").pk).values_list(
        "giver_id", flat=True)) == {gone}  # fmt: skip


def test_a_right_to_sign_ends_with_its_committee_and_is_back_when_it_is_undone(world: World, sent: Document) -> None:
    made = let_sign(
        Unit.objects.get(code="P-66"), Unit.objects.get(code="P-66.SYT"), how="by_order", ground="12/QĐ",
        start=date(2026, 1, 1), actor=world.chair("P-66"), at=MONDAY,
    )  # fmt: skip
    merged = carried(world, MERGER)
    made.refresh_from_db()
    assert made.valid.upper == THEN
    heir = world.actor("P-52.SYT:lanh-dao", on=THEN)
    assert not signing.signs_for(heir.units, world.unit("P-66"), how="by_order", day=THEN)
    assert signing.signs_for(heir.units, world.unit("P-66"), how="by_order", day=THEN - DAY)
    reorganise.undo(merged.code, actor=world.chair("VPCP"), at=NIGHT + timedelta(hours=2))
    made.refresh_from_db()
    assert made.valid.upper is None


@pytest.mark.parametrize(("how", "sits"), [("seconded", ["stand_in"]), ("acting", ["stand_in"]), ("stand_in", [])])
def test_who_goes_over_sits_beside_whoever_is_there(
    world: World, sent: Document, how: str, sits: list[str]
) -> None:
    """The other post is lent, acted in, or she stands in there already."""
    job = Actor.system("test")
    lan, minh = (add_person(one, name=one, password="Mot-mat-khau-dai-1", actor=job, at=MONDAY) for one in ("l", "m"))
    old, new = Post.objects.get(code="P-66:lanh-dao"), Post.objects.get(code="P-52:lanh-dao")
    appoint(lan, old, start=date(2026, 1, 1), actor=job, at=MONDAY)
    if how == "seconded":
        appoint(minh, Post.objects.get(code="BTC:van-thu"), start=date(2026, 1, 1), actor=job, at=MONDAY)
    end = None if how == "stand_in" else date(2027, 1, 1)
    who = lan if how == "stand_in" else minh
    appoint(who, new, start=date(2026, 1, 2), end=end, how=how, actor=job, at=MONDAY)
    said = Draft("Hợp nhất", "1/2026/QH16", "QH", date(2026, 5, 20), THEN, MERGER, {old.code: new.code})
    made = acts.draft(said, actor=world.officer("VPCP"), at=MONDAY)
    reorganise.sign(made.code, actor=world.officer("VPCP"), at=MONDAY)
    reorganise.sign(made.code, actor=world.chair("VPCP"), at=MONDAY)
    reorganise.carry_out(made.code, actor=Actor.system("reorganise"), at=NIGHT)
    fresh = Appointment.objects.filter(person=lan, post=new, valid__startswith=THEN)
    assert list(fresh.values_list("how", flat=True)) == sits
    assert [one.post_id for one in held.seats(lan, THEN)] == [new.pk]


def test_undoing_is_of_the_same_day(world: World, sent: Document) -> None:
    made = carried(world, MERGER)
    with pytest.raises(NotNow):
        reorganise.undo(made.code, actor=world.chair("VPCP"), at=NIGHT + 2 * DAY)


def test_a_province_is_divided_by_its_shares(world: World, sent: Document) -> None:
    carried(
        world,
        [{"kind": "split", "gone": ["P-66"], "below": "follow",
          "heirs": [{"unit": "P-52", "share": 0.5}, {"unit": "P-22", "share": 0.5}]}],
    )  # fmt: skip
    own = Assignment.objects.filter(unit_id=world.unit("P-66"))
    assert sorted(own.values_list("carrier_id", flat=True)) == sorted([world.unit("P-52"), world.unit("P-22")])
    assert cells(sent) == from_rows(sent)
    for child in Assignment.objects.filter(parent_id__in=own.values("id")).exclude(state="done"):
        assert child.giver_id == own.get(pk=child.parent_id).carrier_id


def test_without_shares_the_giver_is_asked_who_goes_on(world: World, sent: Document) -> None:
    made = carried(
        world,
        [{"kind": "split", "gone": ["P-66"], "below": "follow", "heirs": [{"unit": "P-52"}, {"unit": "P-22"}]}],
    )
    own = Assignment.objects.filter(unit_id=world.unit("P-66"))
    assert Division.objects.filter(reorganisation_id=made.pk).count() == own.count()
    assert set(own.values_list("holder_id", flat=True)) == {world.unit("CP")}
    assert cells(sent) == from_rows(sent)


def test_the_giver_decides_which_heir_goes_on(world: World, sent: Document) -> None:
    made = carried(
        world,
        [{"kind": "split", "gone": ["P-66"], "below": "follow", "heirs": [{"unit": "P-52"}, {"unit": "P-22"}]}],
    )
    head = world.actor("VPCP:lanh-dao", on=THEN)
    (line,) = divide.waiting(head)
    assert (line.assignments, line.heirs) == (2, (world.unit("P-52"), world.unit("P-22")))
    given = divide.divide(made.code, line.unit_id, world.unit("P-22"), numbers=[1], actor=head, at=NIGHT + DAY)
    assert given == 1
    own = world.assignment(sent, "P-66", number=1)
    assert (own.carrier_id, own.holder_id) == (world.unit("P-22"), world.unit("P-22"))
    assert cells(sent) == from_rows(sent)
    with pytest.raises(NotAccepted):
        divide.divide(made.code, line.unit_id, world.unit("P-12"), actor=head, at=NIGHT + DAY)
    divide.divide(made.code, line.unit_id, world.unit("P-52"), actor=head, at=NIGHT + DAY)
    assert divide.waiting(head) == []


def test_what_waits_for_a_division_stands_on_the_desk_of_whoever_decides(world: World, sent: Document) -> None:
    made = carried(
        world,
        [{"kind": "split", "gone": ["P-66"], "below": "follow", "heirs": [{"unit": "P-52"}, {"unit": "P-22"}]}],
    )

    def listed(post: str) -> list[tuple[str, int]]:
        found = desk.decisions(world.actor(post, on=THEN), at=NIGHT + DAY)
        return [(one.code, one.assignments) for one in found if one.what == "division"]

    assert listed("VPCP:lanh-dao") == [(made.code, 2)]
    assert listed("P-52:lanh-dao") == [] == listed("VPCP:van-thu")
    head = world.actor("VPCP:lanh-dao", on=THEN)
    divide.divide(made.code, world.unit("P-66"), world.unit("P-22"), numbers=[1], actor=head, at=NIGHT + DAY)
    assert listed("VPCP:lanh-dao") == [(made.code, 1)]


def test_what_a_newer_country_package_leaves_is_named(
    world: World, sent: Document, caplog: pytest.LogCaptureFixture
) -> None:
    """The package ends a body and says who takes over; no reorganisation carried its duties."""
    assert inherit.left_behind() == []
    gone, heir = world.unit("P-66"), world.unit("P-52")
    Kind.objects.filter(unit=gone).update(valid=DateRange(date(2025, 7, 1), THEN, "[)"))
    event = Succession.objects.create(day=THEN, kind="merger", document="2/2026/QH16")
    Heir.objects.create(succession=event, gone_id=gone, heir_id=heir, main=True)
    successors.rebuild(THEN)
    (left,) = inherit.left_behind()
    named = Assignment.objects.filter(
        Q(carrier_id=gone) | Q(giver_id=gone) | Q(confirmer_id=gone) | Q(holder_id=gone), closed_at=None
    )
    assert (left.unit_id, left.heir_id, left.duties) == (gone, heir, named.count())
    next(one for one in SCHEDULE if one.name == "left_behind").run(NIGHT)
    assert f"{left.duties} open duties still name P-66" in caplog.text


def test_a_reorganisation_leaves_nothing_behind(world: World, sent: Document) -> None:
    carried(world, MERGER)
    assert inherit.left_behind() == []


def test_the_timeline_says_who_carries_it_now(world: World, sent: Document) -> None:
    carried(world, MERGER)
    told = [event.words for event in timeline.events(world.assignment(sent, "P-66"), language="vi", day=THEN)]
    assert any("SX-" in words for words in told)


def test_cut_off_after_any_stage_it_goes_on(world: World, sent: Document) -> None:
    made = signed(world, MERGER)
    cuts = iter(range(1, 30))

    class Cut(Exception):
        pass

    def say(stage: str, _rows: int, _total: int) -> None:
        if next(cuts) % 2:
            raise Cut(stage)

    for _try in range(20):
        try:
            made = reorganise.carry_out(made.code, actor=Actor.system("reorganise"), at=NIGHT, say=say, chunk=2)
        except Cut:
            continue
        break
    assert made.state == "carried"
    assert cells(sent) == from_rows(sent)
    assert Carriage.objects.count() == len(set(Carriage.objects.values_list("assignment_id", flat=True)))
