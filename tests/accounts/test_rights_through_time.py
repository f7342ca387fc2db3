"""Random sequences of appointing, standing in, ending, delegating, expiring, withdrawing and merging, against a model
of rights of a page: no difference on any day of the sequence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings

from isotherm.accounts import acts
from isotherm.accounts.models import Appointment, Mandate, Person, Post
from isotherm.accounts.queries import actor_for
from isotherm.actor import Actor
from isotherm.execution import reorganise
from isotherm.execution.acts import send_on, take_up
from isotherm.execution.models import OPEN, Assignment
from isotherm.execution.queries import visible_assignments
from isotherm.refusals import NotNow
from isotherm.units import tree
from isotherm.units.models import Successor
from isotherm.units.reorganisation import acts as reorganising
from tests.world import FIRST_DAY, MONDAY, Wanted, World

DAY = timedelta(days=1)
JOB = Actor.system("test")
THEN = FIRST_DAY + 10 * DAY
GONE, HEIR = "P-66", "P-52"
NAMES = ("an", "binh", "chi")
# Held before acting, acting before standing in.
RANK = {"held": 0, "acting": 1, "stand_in": 2}


@dataclass(frozen=True)
class Span:
    """From the first day up to, not including, the last."""

    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def meets(self, other: Span) -> bool:
        return (self.until is None or other.since < self.until) and (other.until is None or self.since < other.until)

    def cut(self, day: date) -> Span:
        return self if self.until is not None and self.until <= day else Span(self.since, day)


@dataclass(frozen=True)
class Seat:
    code: str
    unit: int
    works: bool


@dataclass(frozen=True)
class Held:
    person: str
    seat: str
    how: str
    span: Span


@dataclass(frozen=True)
class Serves:
    seat: str
    unit: int
    span: Span


@dataclass(frozen=True)
class Duty:
    """Who has to do with an assignment: to whom it was given, who carries, gives, confirms and holds it."""

    unit: int
    parties: tuple[int, int, int, int | None]
    is_open: bool


@dataclass
class Model:
    """What the rules of rights say, without a database."""

    seats: dict[str, Seat]
    above: dict[int, int | None]
    duties: dict[int, Duty]
    lasts: dict[str, Span] = field(default_factory=dict)
    heirs: dict[int, int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    served: list[Serves] = field(default_factory=list)
    shut_out: set[str] = field(default_factory=set)

    def seat_of(self, person: str, day: date) -> Seat | None:
        mine = [one for one in self.held if one.person == person and one.span.holds(day)]
        mine = [one for one in mine if self.lasts[one.seat].holds(day)]
        if person in self.shut_out or not mine:
            return None
        return self.seats[min(mine, key=lambda one: (RANK[one.how], one.seat)).seat]

    def acts_for(self, person: str, day: date) -> set[int]:
        seat = self.seat_of(person, day)
        if seat is None:
            return set()
        own = {seat.unit} | {one.unit for one in self.served if one.seat == seat.code and one.span.holds(day)}
        # What an ended body gave is its successor's to decide.
        return own | {gone for gone, heir in self.heirs.items() if heir in own}

    def reads(self, unit: int | None, own: set[int]) -> bool:
        """The unit, or the one that answers for it now, is one's own or stands below one's own."""
        if unit in own:
            return True
        at = self.heirs.get(unit, unit) if unit is not None else None
        while at is not None:
            if at in own:
                return True
            at = self.above.get(at)
        return False

    def sees(self, person: str, day: date) -> set[int]:
        own, seat = self.acts_for(person, day), self.seat_of(person, day)
        if seat is None or not seat.works:
            return set()
        return {
            number
            for number, one in self.duties.items()
            if self.reads(one.unit, own)
            or self.reads(one.parties[0], own)
            or any(party in own for party in one.parties[1:])
        }


class Country:
    """The same sequence in the model and through the product's own acts."""

    def __init__(self, world: World, seats: list[Post]) -> None:
        self.world, self.day, self.merged = world, FIRST_DAY + 7 * DAY, False
        self.posts = {one.code: one for one in seats}
        self.model = Model(
            seats={one.code: Seat(one.code, one.unit_id, "administrator" not in one.hands) for one in seats},
            above=dict(tree.parents_on(FIRST_DAY)),
            duties={one.pk: _duty(one) for one in Assignment.objects.all()},
            lasts={one.code: Span(one.valid.lower, one.valid.upper) for one in seats},
            heirs=dict(Successor.objects.values_list("unit_id", "heir_id")),
            served=[
                Serves(one.post.code, one.unit_id, Span(one.valid.lower, one.valid.upper))
                for one in Mandate.objects.filter(post__in=seats).select_related("post")
            ],
        )
        self.people = {name: Person.objects.create(login=f"model.{name}", name=name) for name in NAMES}

    def appoint(self, data: st.DataObject) -> None:
        name, code = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from(sorted(self.posts)))
        how = data.draw(st.sampled_from(sorted(RANK)))
        since = self.day + data.draw(st.integers(-2, 3)) * DAY
        length = data.draw(st.none() | st.integers(1, 5))
        span = Span(since, since + length * DAY if length else None)
        same = [one for one in self.model.held if one.seat == code and one.span.meets(span)]
        if any(one.person == name for one in same) or (self.merged and self.posts[code].unit_id in self.ended):
            return
        try:
            acts.appoint(
                self.people[name], self.posts[code], start=span.since, end=span.until, how=how, actor=JOB, at=MONDAY
            )
        except NotNow:
            assert how == "held" and any(one.how == "held" for one in same)
            return
        assert how != "held" or not any(one.how == "held" for one in same)
        self.model.held.append(Held(name, code, how, span))

    def end(self, data: st.DataObject) -> None:
        running = [one for one in self.model.held if one.span.holds(self.day) and one.span.since < self.day]
        if running:
            one = data.draw(st.sampled_from(running))
            cut = replace(one, span=one.span.cut(self.day))
            Appointment.objects.filter(
                person=self.people[one.person], post=self.posts[one.seat], valid__contains=self.day
            ).update(valid=DateRange(cut.span.since, cut.span.until))
            self.model.held[self.model.held.index(one)] = cut

    def delegate(self, data: st.DataObject) -> None:
        code, unit = data.draw(st.sampled_from(sorted(self.posts))), data.draw(st.sampled_from(self.bodies))
        span = Span(self.day, self.day + data.draw(st.integers(1, 6)) * DAY)
        known = any(one.seat == code and one.unit == unit and one.span.meets(span) for one in self.model.served)
        if known or self.merged:
            return
        Mandate.objects.create(post=self.posts[code], unit_id=unit, valid=DateRange(span.since, span.until))
        self.model.served.append(Serves(code, unit, span))

    def expire(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(sorted(self.posts)))
        span = self.model.lasts[code].cut(self.day)
        Post.objects.filter(code=code).update(valid=DateRange(span.since, span.until))
        self.model.lasts[code] = span

    def deactivate(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(NAMES))
        if name in self.model.shut_out:
            acts.reactivate(self.people[name], actor=JOB, at=MONDAY)
        else:
            acts.deactivate(self.people[name], actor=JOB, at=MONDAY)
        self.model.shut_out ^= {name}

    def wait(self, data: st.DataObject) -> None:
        self.day += data.draw(st.integers(1, 3)) * DAY

    def merge(self, _data: st.DataObject) -> None:
        if self.merged or self.day >= THEN:
            return
        steps = [{"kind": "merge", "gone": [GONE], "heir": HEIR}]
        said = reorganising.Draft("Hợp nhất", "1/2026/QH16", "QH", date(2026, 5, 20), THEN, steps)
        made = reorganising.draft(said, actor=self.world.officer("VPCP"), at=MONDAY)
        reorganise.sign(made.code, actor=self.world.officer("VPCP"), at=MONDAY)
        reorganise.sign(made.code, actor=self.world.chair("VPCP"), at=MONDAY)
        reorganise.carry_out(made.code, actor=Actor.system("reorganise"), at=MONDAY + 10 * DAY)
        self.merged, self.day = True, THEN
        self._merged(self.world.unit(GONE), self.world.unit(HEIR))

    def _merged(self, gone: int, heir: int) -> None:
        """What a merger means for rights: the parties of open duties, the tree, and posts that end on the day."""
        model = self.model

        def now(unit: int | None) -> int | None:
            return heir if unit == gone else unit

        for number, one in model.duties.items():
            if one.is_open:
                carrier, giver, confirmer, holder = map(now, one.parties)
                assert carrier is not None and giver is not None and confirmer is not None
                model.duties[number] = replace(one, parties=(carrier, giver, confirmer, holder))
        model.above = {unit: now(above) for unit, above in model.above.items() if unit != gone}
        model.heirs = {unit: heir if after == gone else after for unit, after in model.heirs.items()} | {gone: heir}
        ending = {code for code, seat in model.seats.items() if seat.unit == gone}
        model.held = [
            replace(one, span=one.span.cut(THEN)) if one.seat in ending and one.span.holds(THEN) else one
            for one in model.held
        ]
        for code in ending:
            model.lasts[code] = model.lasts[code].cut(THEN)
        for at, one in enumerate(list(model.served)):
            if not one.span.holds(THEN) or (one.seat not in ending and one.unit != gone):
                continue
            model.served[at] = replace(one, span=one.span.cut(THEN))
            after = Serves(one.seat, heir, Span(THEN, one.span.until))
            serves_it = any(
                two.seat == one.seat and two.unit == heir and two.span.meets(after.span) for two in model.served
            )
            if one.seat not in ending and not serves_it and model.seats[one.seat].unit != heir:
                model.served.append(after)

    @property
    def ended(self) -> set[int]:
        return set(self.model.heirs)

    @property
    def bodies(self) -> list[int]:
        return sorted({one.unit for one in self.model.seats.values()})

    def differences(self) -> list[str]:
        wrong = []
        for name, person in self.people.items():
            person.refresh_from_db()
            actor = actor_for(person, day=self.day)
            seen = set(visible_assignments(actor).values_list("pk", flat=True)) if actor else set()
            found = (actor is not None, set(actor.units) if actor else set(), seen)
            said = (
                self.model.seat_of(name, self.day) is not None,
                self.model.acts_for(name, self.day),
                self.model.sees(name, self.day),
            )
            if found != said:
                wrong.append(f"{name} on {self.day}: {found} is not {said}")
        return wrong


def _duty(one: Assignment) -> Duty:
    return Duty(one.unit_id, (one.carrier_id, one.giver_id, one.confirmer_id, one.holder_id), one.state in OPEN)


STEPS: tuple[Callable[[Country, st.DataObject], None], ...] = (
    Country.appoint,
    Country.appoint,
    Country.end,
    Country.delegate,
    Country.expire,
    Country.deactivate,
    Country.wait,
    Country.merge,
)


@pytest.fixture
def sent(world: World) -> list[Post]:
    """Duties at two provinces and their communes; the posts that people of the model come to hold."""
    document = world.issued("16/CT-TTg", [Wanted([HEIR, GONE], communes=True), Wanted([GONE, "BTC"])])
    communes = {code: world.communes(code)[:2] for code in (HEIR, GONE)}
    for code, below in communes.items():
        unit, targets = world.unit(code), [world.unit(one) for one in below]
        take_up.take_up(document.code, unit, actor=world.clerk(code), at=MONDAY + DAY)
        send_on.send_on(
            document.code, unit, numbers=[1], targets=targets, actor=world.chair(code), at=MONDAY + 2 * DAY
        )
    units = ["CP", "BTC", HEIR, GONE, communes[HEIR][0], communes[GONE][0]]
    return list(Post.objects.filter(unit__code__in=units).exclude(code__endswith=":kiem-tra").order_by("pk"))


def _played(world: World, sent: list[Post], data: st.DataObject) -> None:
    with transaction.atomic():
        country = Country(world, sent)
        for _step in range(data.draw(st.integers(2, 9))):
            data.draw(st.sampled_from(STEPS))(country, data)
            assert country.differences() == []
        transaction.set_rollback(True)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_rights_are_what_the_model_says_after_every_step(world: World, sent: list[Post], data: st.DataObject) -> None:
    _played(world, sent, data)


@pytest.mark.slow
@settings(max_examples=2000, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_two_thousand_sequences_leave_no_difference(world: World, sent: list[Post], data: st.DataObject) -> None:
    _played(world, sent, data)


def test_a_merger_in_the_middle_gives_the_heir_what_the_ended_body_had(world: World, sent: list[Post]) -> None:
    """The model is not empty: the heir's chair sees more than before, the ended body's nothing."""
    country = Country(world, sent)
    for name, code in (("an", f"{HEIR}:lanh-dao"), ("binh", f"{GONE}:lanh-dao")):
        acts.appoint(country.people[name], country.posts[code], start=FIRST_DAY, actor=JOB, at=MONDAY)
        country.model.held.append(Held(name, code, "held", Span(FIRST_DAY, None)))
    before = country.model.sees("an", country.day)
    assert before and country.model.sees("binh", country.day) and country.differences() == []
    country.merge(None)  # type: ignore[arg-type]
    assert country.differences() == []
    assert country.model.sees("an", THEN) > before
    assert country.model.sees("binh", THEN) == set()


def test_what_one_holds_comes_before_what_one_is_acting_in(world: World, sent: list[Post]) -> None:
    country = Country(world, sent)
    for code, how in ((f"{HEIR}:van-thu", "acting"), ("BTC:lanh-dao", "held")):
        acts.appoint(country.people["an"], country.posts[code], start=FIRST_DAY, how=how, actor=JOB, at=MONDAY)
        country.model.held.append(Held("an", code, how, Span(FIRST_DAY, None)))
    assert country.differences() == []
