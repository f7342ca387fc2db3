"""A small country in which things happen at random, done by the product's acts and told to the model of `rights.py`.

After each step every person's every desk is compared with the model (`compared.py`): where she sits, whom she acts for,
which units, documents, assignments and drafts she sees, and what she may do with each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import connections, transaction

from isotherm import country
from isotherm.accounts import acts as people_acts
from isotherm.accounts import seats
from isotherm.accounts.acts.posts import close_post, end_charge, found_post, put_in_charge
from isotherm.accounts.acts.signing import end_signing, let_sign
from isotherm.accounts.models import Appointment, Mandate, Person, Post
from isotherm.accounts.queries import actor_for
from isotherm.actor import Actor
from isotherm.directives.acts import review
from isotherm.execution import reorganise
from isotherm.execution.acts import confirm, drafts, report, send_on, take_up
from isotherm.execution.acts.issue import issue
from isotherm.execution.models import Assignment
from isotherm.refusals import NotYours, OutOfReach, Refusal
from isotherm.units import tree
from isotherm.units.models import Kind, Placement, Unit
from isotherm.units.reorganisation import acts as reorganisation_acts
from tests.accounts.compared import compare
from tests.accounts.rights import Duty, Model, Paper, Right, Seat, Sit, Span, Undo
from tests.world import MONDAY, Wanted, World

JOB = Actor.system("test")
CENTRE = ("CP", "VPCP", "BTC", "BYT")
PROVINCES = ("P-52", "P-66", "P-22")
BRANCHES = ("SYT", "STC")
DAY = timedelta(days=1)
# Who sits where when a sequence begins.
CAST = {
    "head": "VPCP:lanh-dao",
    "chair": "P-52:lanh-dao",
    "vice": "P-52:pho-chu-tich",
    "admin": "P-52:quan-tri",
    "director": "P-66.SYT:lanh-dao",
    "commune": "",  # the chair of the first commune of P-52
    "nobody": "",
}


def make_small() -> None:
    """Leave of the whole country three provinces with two communes and two departments each, and four of the centre."""
    kept = {*CENTRE, *PROVINCES, *(f"{one}.{branch}" for one in PROVINCES for branch in BRANCHES)}
    codes = dict(Unit.objects.values_list("id", "code"))
    for province in PROVINCES:
        below = Placement.objects.filter(
            parent__code=province, line="state", voided_by__isnull=True, valid__contains=MONDAY.date()
        )
        communes = [codes[one] for one in below.values_list("unit_id", flat=True)]
        kept |= set(sorted(one for one in communes if one.startswith("C-"))[:2])
    ids = [unit for unit, code in codes.items() if code in kept]
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        for table in ("treeancestor", "treenode", "treeversion", "successor", "heir", "succession"):
            cursor.execute(f"delete from units_{table}")
        cursor.execute("delete from accounts_mandate")
        for table in ("accounts_post", "units_name", "units_kind", "units_placement", "units_alias"):
            cursor.execute(f"delete from {table} where unit_id <> all(%s)", [ids])
        cursor.execute("delete from units_placement where line <> 'state' or not valid @> %s::date", [MONDAY.date()])
        cursor.execute("delete from units_unit where id <> all(%s)", [ids])
    seats.load(since=date(2026, 1, 1))
    tree.rebuild("state")
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum full analyze")
    connections["owner"].close()


class Play:
    """One sequence. `told` keeps what was done, for whoever has to find out why the two differ."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.world = World()
        self.now = MONDAY
        self.told: list[str] = []
        self.done: dict[str, int] = {}
        self.undo: tuple[str, Undo] | None = None
        self.units = self.world.units
        self.codes = {unit: code for code, unit in self.units.items()}
        self.people = {login: Person.objects.create(login=login, name=login) for login in CAST}
        self.logins = {person.pk: login for login, person in self.people.items()}
        self.posts: dict[str, Post] = {}
        self.paper_ids: dict[str, int] = {}
        self.paper_codes: dict[int, str] = {}
        self.model = self._model()
        self._cast()
        self._begin()

    @property
    def day(self) -> date:
        return self.model.day

    def _model(self) -> Model:
        codes = self.codes
        parents = dict(Placement.objects.filter(voided_by__isnull=True).values_list("unit_id", "parent_id"))
        kinds = Kind.objects.filter(voided_by__isnull=True, valid__contains=MONDAY.date())
        model = Model(
            day=MONDAY.date(),
            # By code: what a seed plays does not depend on the order in which the database hands out rows.
            parent={codes[one]: codes.get(parents[one] or 0) for one in sorted(parents, key=codes.__getitem__)},
            kind={codes[one]: (kind, branch) for one, kind, branch in kinds.values_list("unit_id", "kind", "branch")},
            fields={name: set(one["branches"]) for name, one in country.rules("fields")["fields"].items()},
            people=set(CAST),
        )
        for post in Post.objects.select_related("unit").order_by("code"):
            self._know(model, post)
        for one in Mandate.objects.select_related("post"):
            model.mandates.append(Right(one.pk, one.post.code, codes[one.unit_id], _span(one.valid)))
        return model

    def _know(self, model: Model, post: Post) -> None:
        self.posts[post.code] = post
        model.posts[post.code] = Seat(self.codes[post.unit_id], frozenset(post.hands), _span(post.valid))

    def _cast(self) -> None:
        vice = found_post(
            Unit.objects.get(code="P-52"), "pho-chu-tich", title_vi="Phó Chủ tịch", title_en="Vice-chair",
            hands=["leader", "approver"], ground="1/QĐ", start=self.day, actor=JOB, at=self.now,
        )  # fmt: skip
        self._know(self.model, vice)
        for login, post in CAST.items():
            if login == "commune":
                post = f"{self._communes('P-52')[0]}:lanh-dao"
            if post:
                self._appoint(JOB, None, login, post, "held", self.day, None)

    def _begin(self) -> None:
        """There is work already: of the Government, and of a department that signs for its committee."""
        self.model.signing.append(
            Right(
                let_sign(
                    Unit.objects.get(code="P-66"), Unit.objects.get(code="P-66.SYT"), how="by_order", ground="QC",
                    start=self.day, actor=self.world.chair("P-66"), at=self.now,
                ).pk,
                "P-66.SYT", "P-66", Span(self.day), "by_order",
            )
        )  # fmt: skip
        self._write("CP", "CP", ["P-52", "P-66"])
        self._write("P-66.SYT", "P-66", self.model.below("P-66"))
        for paper, office in zip(list(self.model.papers.values()), ("VPCP", "P-66.SYT"), strict=True):
            review.submit(paper.code, actor=self.world.officer(office), at=self.now)
            paper.state, paper.by = "submitted", ("", f"{office}:chuyen-vien")
        self._issued("1-T-CP")

    def _issued(self, code: str) -> None:
        issue(code, actor=self.world.chair("VPCP"), at=self.now)
        self.model.papers[code].state = "issued"
        self.learn()

    def _communes(self, province: str) -> list[str]:
        return [one for one in self.model.below(province) if one.startswith("C-")]

    # --- doing things -----------------------------------------------------------------------------------------
    def step(self) -> None:
        """One thing happens; what it is, and to whom, is chosen at random."""
        kinds: list[tuple[int, Callable[[], None]]] = [
            (6, self.appoint), (3, self.end), (2, self.rotate), (2, self.put_out), (2, self.let_in), (3, self.charge),
            (1, self.uncharge), (2, self.allow), (1, self.disallow), (1, self.found), (1, self.close), (3, self.write),
            (3, self.submit), (4, self.send), (2, self.take_up), (2, self.pass_on), (2, self.report), (2, self.confirm),
            (1, self.draft), (3, self.wait), (6, self.reorganise), (30 if self.undo else 0, self.take_back),
        ]  # fmt: skip
        self.now += timedelta(minutes=1)
        before = sum(self.done.values())
        # What cannot be done as things stand, or is refused, leaves room for something else.
        for _try in range(4):
            (chosen,) = self.rng.choices([one for _weight, one in kinds], [weight for weight, _one in kinds])
            chosen()
            if sum(self.done.values()) > before:
                return

    def attempt(self, name: str, what: str, may: bool, act: Callable[[], Any]) -> Any:
        """Do it. Who may must not be told that it is not his, and who may not must be refused."""
        try:
            with transaction.atomic():
                made = act()
        except Refusal as refused:
            self.told.append(f"{self.day} {name} {what}: {type(refused).__name__} {refused}")
            assert not (may and isinstance(refused, (NotYours, OutOfReach))), f"refused to who may: {refused}"
            return None
        self.told.append(f"{self.day} {name} {what}: done")
        assert may, f"{name} {what} was done by who may not"
        self.done[name] = self.done.get(name, 0) + 1
        return made if made is not None else True

    def desks(self) -> list[tuple[str, str]]:
        return [(one, post) for one in CAST for post in sorted(self.model.desks(one, self.day))]

    def desk(self) -> tuple[str, str, Actor]:
        person, post = self.rng.choice(self.desks())
        return person, post, self.actor(person, post)

    def actor(self, person: str, post: str) -> Actor:
        """As the product finds it behind a session in which she chose this post."""
        found = actor_for(self.people[person], day=self.day, post_id=self.posts[post].pk)
        assert found is not None and found.post_id == self.posts[post].pk, f"{person} does not sit at {post}"
        return found

    def administrator(self) -> tuple[Actor, tuple[str, str] | None]:
        """The product itself, somebody who administers, or anybody."""
        at = self.desks()
        admins = [one for one in at if "administrator" in self.model.posts[one[1]].hands]
        pick = self.rng.random()
        if pick < 0.5 or not at:
            return JOB, None
        chosen = self.rng.choice(admins if admins and pick < 0.85 else at)
        return self.actor(*chosen), chosen

    def some_post(self) -> str:
        """More often one in which things are going on."""
        busy = sorted({one.post for one in self.model.sits})
        return self.rng.choice(busy) if self.rng.random() < 0.6 else self.rng.choice(sorted(self.model.posts))

    def later(self, most: int = 6) -> date:
        return self.day + self.rng.randint(0, most) * DAY

    def appoint(self) -> None:
        actor, desk = self.administrator()
        start = self.later(3)
        how = self.rng.choice(["held", "held", "acting", "stand_in", "stand_in", "stand_in", "seconded"])
        end = None if how == "held" and self.rng.random() < 0.7 else start + self.rng.randint(1, 8) * DAY
        person, post = self.rng.choice(list(CAST)), self.some_post()
        if self.rng.random() < 0.8:
            # Where it fits: a vacant post, or one whose holder somebody stands in for.
            taken = {one.post for one in self.model.sits if one.how != "stand_in" and one.span.meets(start, end)}
            fitting = sorted(taken if how == "stand_in" else set(self.model.posts) - taken)
            rooted = sorted(
                {one.person for one in self.model.sits if one.how == "held" and one.span.on(start)} - self.model.out
            )
            person = self.rng.choice(rooted if how == "seconded" and rooted else sorted(set(CAST) - self.model.out))
            post = self.rng.choice([one for one in fitting if self.model.posts[one].span.on(start)] or [post])
        self._appoint(actor, desk, person, post, how, start, end)

    def _appoint(
        self, actor: Actor, desk: tuple[str, str] | None, person: str, post: str, how: str, start: date,
        end: date | None,
    ) -> None:  # fmt: skip
        may = desk is None or (desk[0] != person and self.model.administers(desk[1], self.model.posts[post].unit))
        if desk is not None:
            may = may and not self.model.gains(desk[0], Sit(0, person, post, how, Span(start, end)))
        made = self.attempt(
            "appoint", f"{desk} {person} {post} {how} {start}..{end}", may,
            lambda: people_acts.appoint(
                Person.objects.get(login=person), self.posts[post], start=start, end=end, how=how, actor=actor,
                at=self.now,
            ),
        )  # fmt: skip
        if made is not None:
            self.model.sits.append(Sit(made.pk, person, post, how, Span(start, end)))

    def _sit_id(self, sit: Sit) -> int:
        return Appointment.objects.get(
            person__login=sit.person, post__code=sit.post, valid__startswith=sit.span.since, how=sit.how
        ).pk

    def end(self) -> None:
        running = [one for one in self.model.sits if one.span.on(self.day)]
        if not running:
            return
        sit, (actor, desk), on = self.rng.choice(running), self.administrator(), self.later(4)
        may = desk is None or self.model.administers(desk[1], self.model.posts[sit.post].unit)
        number = self._sit_id(sit)
        if self.attempt(
            "end", f"{desk} {sit} on {on}", may,
            lambda: people_acts.end_appointment(number, on=on, actor=actor, at=self.now),
        ):  # fmt: skip
            sit.span.until = on

    def rotate(self) -> None:
        held_now = [one for one in self.model.sits if one.span.on(self.day) and one.how in ("held", "seconded")]
        if not held_now:
            return
        sit, (actor, desk), new = self.rng.choice(held_now), self.administrator(), self.some_post()
        units = [self.model.posts[one].unit for one in (sit.post, new)]
        may = desk is None or (desk[0] != sit.person and all(self.model.administers(desk[1], one) for one in units))
        on = self.day + DAY
        if desk is not None:
            until, sit.span.until = sit.span.until, on
            may = may and not self.model.gains(desk[0], Sit(0, sit.person, new, "held", Span(on)))
            sit.span.until = until
        may = may or not any(
            one.person == sit.person and one.post == sit.post and one.span.on(on) for one in self.model.sits
        )
        made = self.attempt(
            "rotate", f"{desk} {sit} to {new}", may,
            lambda: people_acts.move(
                Person.objects.get(login=sit.person), self.posts[sit.post], self.posts[new], on=on, ground="8/QĐ",
                actor=actor, at=self.now,
            ),
        )  # fmt: skip
        if made is not None:
            sit.span.until = on
            self.model.sits.append(Sit(made.pk, sit.person, new, "held", Span(on, None)))

    def put_out(self) -> None:
        person = self.rng.choice(list(CAST))
        people_acts.deactivate(self.people[person], actor=JOB, at=self.now)
        self.model.out.add(person)
        self._told("deactivate", person)

    def let_in(self) -> None:
        if not self.model.out:
            return
        person = self.rng.choice(sorted(self.model.out))
        people_acts.reactivate(self.people[person], actor=JOB, at=self.now)
        self.model.out.remove(person)
        self._told("reactivate", person)

    def _told(self, name: str, what: object) -> None:
        self.told.append(f"{self.day} {name} {what}")
        self.done[name] = self.done.get(name, 0) + 1

    def charge(self) -> None:
        if not self.desks():
            return
        post = self.rng.choice(["P-52:pho-chu-tich", "P-52:pho-chu-tich", "P-52:lanh-dao", "P-66:lanh-dao"])
        person, desk, actor = self.likely(lambda _one, at: self.model.divides(at, post))
        name, start = self.rng.choice(["health", "economy"]), self.later(2)
        end = self.rng.choice([None, start + self.rng.randint(1, 6) * DAY])
        made = self.attempt(
            "charge", f"{person}@{desk} {post} {name} {start}..{end}", self.model.divides(desk, post),
            lambda: put_in_charge(
                self.posts[post], name, start=start, end=end, ground="5/QĐ", actor=actor, at=self.now
            ),
        )  # fmt: skip
        if made is not None:
            self.model.charges.append(Right(made.pk, post, name, Span(start, end)))

    def uncharge(self) -> None:
        running = [one for one in self.model.charges if one.span.on(self.day)]
        if not running or not self.desks():
            return
        one, end = self.rng.choice(running), self.later(3)
        person, desk, actor = self.likely(lambda _one, at: self.model.divides(at, one.who))
        if self.attempt(
            "uncharge", f"{person}@{desk} {one} {end}", self.model.divides(desk, one.who),
            lambda: end_charge(one.number, end=end, actor=actor, at=self.now),
        ):  # fmt: skip
            one.span.until = end

    def allow(self) -> None:
        if not self.desks():
            return
        giver = self.rng.choice(PROVINCES)
        department = f"{giver}.{self.rng.choice(BRANCHES)}"
        person, desk, actor = self.likely(lambda _one, at: self.model.lets_sign(at, giver, department))
        start, how = self.later(2), self.rng.choice(["by_order", "by_delegation"])
        end = start + self.rng.randint(1, 12) * DAY
        made = self.attempt(
            "allow", f"{person}@{desk} {giver} {department} {how} {start}..{end}",
            self.model.lets_sign(desk, giver, department),
            lambda: let_sign(
                Unit.objects.get(code=giver), Unit.objects.get(code=department), how=how, ground=f"{how} {self.now}",
                matters="Y tế", start=start, end=end, actor=actor, at=self.now,
            ),
        )  # fmt: skip
        if made is not None:
            self.model.signing.append(Right(made.pk, department, giver, Span(start, end), how))

    def disallow(self) -> None:
        running = [one for one in self.model.signing if one.span.on(self.day)]
        if not running or not self.desks():
            return
        one, end = self.rng.choice(running), self.later(3)
        person, desk, actor = self.likely(lambda _one, at: self.model.lets_sign(at, one.what, one.who))
        if self.attempt(
            "disallow", f"{person}@{desk} {one} {end}", self.model.lets_sign(desk, one.what, one.who),
            lambda: end_signing(one.number, end=end, reason="Không còn", actor=actor, at=self.now),
        ):  # fmt: skip
            one.span.until = end

    def found(self) -> None:
        actor, desk = self.administrator()
        unit = self.rng.choice(sorted(self.model.parent))
        seat = f"moi-{len(self.model.posts)}"
        hands = self.rng.choice([["leader", "approver"], ["officer"], ["inspector"], ["support"], ["clerk", "officer"]])
        made = self.attempt(
            "found", f"{desk} {unit}:{seat} {hands}", desk is None or self.model.administers(desk[1], unit),
            lambda: found_post(
                Unit.objects.get(code=unit), seat, title_vi="Vị trí mới", title_en="", hands=hands, ground="3/QĐ",
                start=self.day, actor=actor, at=self.now,
            ),
        )  # fmt: skip
        if made is not None:
            self._know(self.model, made)

    def close(self) -> None:
        actor, desk = self.administrator()
        post, on = self.some_post(), self.later(3)
        may = desk is None or self.model.administers(desk[1], self.model.posts[post].unit)
        if self.attempt(
            "close", f"{desk} {post} on {on}", may,
            lambda: close_post(self.posts[post], on=on, ground="9/QĐ", actor=actor, at=self.now),
        ):  # fmt: skip
            self.model.posts[post].span.until = on
            for one in self.model.charges:
                if one.who == post and one.span.meets(on, None):
                    one.span.until = max(on, one.span.since)

    # --- papers and duties ------------------------------------------------------------------------------------
    def write(self) -> None:
        """A document with its tasks confirmed: of the Government, a committee, or a department for its committee."""
        model = self.model
        issuers = ["CP", "CP", *(one for one in PROVINCES if model.stands(one)), "BTC"]
        departments = [one for one in model.parent if one.startswith("P-") and "." in one]
        issuer = self.rng.choice(issuers + departments)
        giver = issuer
        if "." in issuer and self.rng.random() < 0.8:
            giver = model.parent[issuer] or issuer
        if giver == "CP":
            leads = self.rng.sample([one for one in (*PROVINCES, "BTC", "BYT") if model.stands(one)], 2)
        else:
            below = model.below(giver) or [one for one in PROVINCES if model.stands(one)]
            leads = self.rng.sample(below, min(2, len(below)))
        self._write(issuer, giver, leads)

    def _write(self, issuer: str, giver: str, leads: list[str]) -> None:
        model, number = self.model, len(self.model.papers) + 1
        document = self.world.written(
            f"{number}/T-{issuer}", [Wanted(leads, communes=giver == "CP")], issuer=issuer, at=self.now
        )
        paper = Paper(document.code, issuer, self.codes[document.office_id], document.signed_on)
        if giver != issuer:
            paper.how, paper.in_name_of = self.rng.choice(["by_order", "by_order", "by_delegation"]), giver
            document.signed_how, document.in_name_of_id = paper.how, self.units[giver]
            document.save(update_fields=["signed_how", "in_name_of"])
        model.papers[document.code] = paper
        self.paper_ids[document.code], self.paper_codes[document.pk] = document.pk, document.code
        self._told("write", f"{document.code} {issuer} for {giver} to {leads}")

    def paper(self, *states: str) -> Paper | None:
        found = [one for one in self.model.papers.values() if one.state in states]
        return self.rng.choice(found) if found else None

    def likely(self, able: Callable[[str, str], bool]) -> tuple[str, str, Actor]:
        """Mostly somebody who may, else anybody."""
        at = [one for one in self.desks() if able(*one)]
        if not at or self.rng.random() < 0.3:
            return self.desk()
        person, post = self.rng.choice(at)
        return person, post, self.actor(person, post)

    def submit(self) -> None:
        paper = self.paper("registered")
        if paper is None or not self.desks():
            return
        person, desk, actor = self.likely(lambda _one, post: self.model.reviews(post, paper))
        may = self.model.sees_paper(desk, paper) and self.model.reviews(desk, paper)
        if self.attempt(
            "submit", f"{person}@{desk} {paper.code}", may,
            lambda: review.submit(paper.code, actor=actor, at=self.now),
        ):  # fmt: skip
            paper.state, paper.by = "submitted", (person, desk)

    def send(self) -> None:
        paper = self.paper("submitted") or self.paper("issued")
        if paper is None or not self.desks():
            return
        person, desk, actor = self.likely(lambda one, post: self.model.sends(one, post, paper))
        may = self.model.sees_paper(desk, paper) and self.model.sends(person, desk, paper)
        if self.attempt(
            "send", f"{person}@{desk} {paper.code}", may, lambda: issue(paper.code, actor=actor, at=self.now)
        ):
            paper.state = "issued"
            self.learn()

    def learn(self) -> None:
        """Assignments that were just made, as they stand. From here on the model moves them itself."""
        for one in Assignment.objects.exclude(pk__in=self.model.duties):
            codes = [self.codes[unit] for unit in (one.unit_id, one.carrier_id, one.giver_id, one.confirmer_id)]
            paper = self.paper_codes[one.document_id]
            self.model.duties[one.pk] = Duty(paper, *codes, one.state, one.parent_id)

    def duty(self, *states: str) -> Duty | None:
        found = sorted(
            (one for one in self.model.duties.values() if one.state in states),
            key=lambda one: (one.paper, one.unit, one.carrier, one.giver, one.state),
        )
        return self.rng.choice(found) if found else None

    def same(self, duty: Duty, *states: str) -> list[Duty]:
        """What one act covers: all of one document at one carrier."""
        return [
            one for one in self.model.duties.values()
            if (one.paper, one.carrier) == (duty.paper, duty.carrier) and one.state in states
        ]  # fmt: skip

    def _seen(self, desk: str, duty: Duty) -> bool:
        return self.model.sees_paper(desk, self.model.papers[duty.paper]) and self.model.sees_duty(desk, duty)

    def take_up(self) -> None:
        duty = self.duty("sent")
        if duty is None or not self.desks():
            return
        person, desk, actor = self.likely(lambda _one, post: self.model.takes_up(post, duty))
        may = self._seen(desk, duty) and self.model.takes_up(desk, duty)
        if self.attempt(
            "take_up", f"{person}@{desk} {duty}", may,
            lambda: take_up.take_up(duty.paper, self.units[duty.carrier], actor=actor, at=self.now),
        ):  # fmt: skip
            for one in self.same(duty, "sent"):
                one.state = "working"

    def pass_on(self) -> None:
        duty = self.duty("working")
        if duty is None or not self.desks():
            return
        person, desk, actor = self.likely(lambda _one, post: self.model.reports(post, duty))
        may = self._seen(desk, duty) and self.model.reports(desk, duty)
        if self.attempt(
            "pass_on", f"{person}@{desk} {duty}", may,
            lambda: send_on.send_on(duty.paper, self.units[duty.carrier], actor=actor, at=self.now),
        ):  # fmt: skip
            self.learn()

    def report(self) -> None:
        duty = self.duty("working")
        if duty is None or not self.desks():
            return
        person, desk, actor = self.likely(lambda _one, post: self.model.reports(post, duty))
        may = self._seen(desk, duty) and self.model.reports(desk, duty)
        if self.attempt(
            "report", f"{person}@{desk} {duty}", may,
            lambda: report.report(
                duty.paper, self.units[duty.carrier], percent=100, words="Xong", done=True, actor=actor, at=self.now
            ),
        ):  # fmt: skip
            for one in self.same(duty, "working"):
                one.state = "reported"

    def confirm(self) -> None:
        duty = self.duty("reported")
        if duty is None or not self.desks():
            return
        person, desk, actor = self.likely(lambda _one, post: self.model.confirms(post, duty))
        may = self._seen(desk, duty) and self.model.confirms(desk, duty)
        if self.attempt(
            "confirm", f"{person}@{desk} {duty}", may,
            lambda: confirm.confirm(
                duty.paper, self.units[duty.confirmer], units=[self.units[duty.carrier]], actor=actor, at=self.now
            ),
        ):  # fmt: skip
            for one in self.same(duty, "reported"):
                if one.confirmer == duty.confirmer:
                    one.state = "done"

    def draft(self) -> None:
        duty = self.duty("working", "sent")
        if duty is None or not self.desks():
            return
        hands = ("officer", "clerk", "leader", "approver")
        person, desk, actor = self.likely(lambda _one, post: self.model.acts(post, duty.carrier, *hands))
        paper = self.model.papers[duty.paper]
        may = self.model.sees_paper(desk, paper) and self.model.acts(desk, duty.carrier, *hands)
        made = self.attempt(
            "draft", f"{person}@{desk} {duty}", may,
            lambda: drafts.draft(
                duty.paper, self.units[duty.carrier], verb="report", summary="Xong", actor=actor, at=self.now,
                payload={"percent": 50, "words": "Xong", "done": False},
            ),
        )  # fmt: skip
        if made is not None:
            self.model.drafts[made.pk] = duty.carrier

    # --- time and the State -----------------------------------------------------------------------------------
    def wait(self, days: int | None = None) -> None:
        days = days or self.rng.randint(1, 7)
        self.now += days * DAY
        self.model.day += days * DAY
        self.undo = None
        self.told.append(f"--- {self.day}")

    def reorganise(self) -> None:
        """A merger, a dissolution, a transfer or a split, decided, signed by two, carried out by the job on its day."""
        model, rng = self.model, self.rng
        self.wait(1)
        provinces = [one for one in PROVINCES if model.stands(one)]
        communes = [one for one in model.parent if one.startswith("C-")]
        departments = [one for one in model.parent if "." in one]
        office, over, posts, follow = "VPCP", {}, {}, False
        match rng.choice(["provinces", "communes", "department", "transfer", "split"]):
            case "provinces" if len(provinces) > 1:
                gone, heir = rng.sample(provinces, 2)
                step = {"kind": "merge", "gone": [gone], "heir": heir}
                if rng.random() < 0.5:
                    old = rng.choice([one for one in sorted(model.posts) if model.posts[one].unit == gone])
                    new = rng.choice(
                        [
                            one for one, seat in sorted(model.posts.items())
                            if seat.unit == heir and seat.span.on(self.day) and seat.span.until is None
                        ]
                        or [old]
                    )  # fmt: skip
                    posts = {old: new} if new != old else {}
            case "communes" if len(communes) > 1:
                gone, heir = rng.sample(communes, 2)
                step = {"kind": "merge", "gone": [gone], "heir": heir}
            case "department" if departments:
                gone = rng.choice(departments)
                office = model.parent[gone] or "VPCP"
                heir = rng.choice([one for one in model.below(office) if "." in one and one != gone] or [office])
                step = {"kind": "dissolve", "gone": [gone], "heir": heir}
            case "transfer" if communes and len(provinces) > 1:
                gone, heir = rng.choice(communes), rng.choice(provinces)
                if model.parent[gone] == heir:
                    return
                step = {"kind": "transfer", "unit": gone, "parent": heir}
            case "split" if len(provinces) > 2:
                gone, heir, other = rng.sample(provinces, 3)
                follow = True
                over = {gone: {heir, other}}
                shares = [{"unit": heir, "share": "0.6"}, {"unit": other, "share": "0.4"}]
                step = {"kind": "split", "gone": [gone], "heirs": shares, "below": "follow"}
            case _:
                return
        made = self._carried(step, office, posts)
        if made is None:
            return
        if step["kind"] == "transfer":
            undo = model.transfer(gone, heir)
        else:
            going = [one for one in model.sits if one.post in posts and self._sits(one)]
            until = [one.span.until for one in going]
            undo = model.merge([gone], heir, follow=follow)
            for sit, its_end in zip(going, until, strict=True):
                model.go_over(undo, sit, its_end, posts[sit.post])
            self._divided(over)
        self.undo = (made, undo)

    def _sits(self, one: Sit) -> bool:
        return one.span.on(self.day)

    def _carried(self, step: Mapping[str, Any], office: str, posts: Mapping[str, str]) -> str | None:
        def do() -> str:
            officer, chair = (self.world.actor(f"{office}:{one}", on=self.day) for one in ("chuyen-vien", "lanh-dao"))
            said = reorganisation_acts.Draft("Sắp xếp", f"{len(self.told)}/NQ", "CP", self.day, self.day, [step], posts)
            code = reorganisation_acts.draft(said, actor=officer, at=self.now).code
            reorganise.sign(code, actor=officer, at=self.now)
            reorganise.sign(code, actor=chair, at=self.now)
            reorganise.carry_out(code, actor=Actor.system("reorganise"), at=self.now)
            return code

        return self.attempt("reorganise", f"{step} {posts}", True, do)  # type: ignore[no-any-return]

    def _divided(self, over: Mapping[str, set[str]]) -> None:
        """Which heir has which duty of a divided body follows from the shares; one of them it must be."""
        for number, duty in self.model.duties.items():
            if duty.unit not in over or duty.state not in ("sent", "working", "reported"):
                continue
            now = self.codes[Assignment.objects.get(pk=number).carrier_id]
            assert now in over[duty.unit], f"{duty} went to {now}"
            duty.carrier = now
        for duty in self.model.duties.values():
            above = self.model.duties.get(duty.parent or 0)
            if above is not None and above.unit in over and duty.state in ("sent", "working", "reported"):
                if duty.confirmer == duty.giver:
                    duty.confirmer = above.carrier
                duty.giver = above.carrier

    def take_back(self) -> None:
        if self.undo is None:
            return
        code, undo = self.undo
        done = self.attempt(
            "undo", code, True, lambda: reorganise.undo(code, actor=Actor.system("reorganise"), at=self.now)
        )
        if done is not None:
            self.model.put_back(undo)
        self.undo = None


def _span(valid: Any) -> Span:
    return Span(valid.lower or date.min, valid.upper)


def play(seed: int, *, steps: int) -> dict[str, int]:
    """One sequence of the seed, rolled back at its end; how often each thing was done."""
    with transaction.atomic():
        one = Play(seed)
        try:
            compare(one)
            for _step in range(steps):
                one.step()
                compare(one)
        except AssertionError as differs:
            raise AssertionError("\n".join([f"sequence {seed}", *one.told, str(differs)])) from None
        finally:
            transaction.set_rollback(True)
    return one.done
