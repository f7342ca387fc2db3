"""What the product answers beside what the model of `rights.py` does, person by person and record by record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from isotherm.accounts import held, reach
from isotherm.accounts import policy as people_policy
from isotherm.accounts.models import Person
from isotherm.accounts.queries import actor_for
from isotherm.actor import Actor
from isotherm.directives import policy as paper_policy
from isotherm.directives.models import Document
from isotherm.directives.queries import visible_documents
from isotherm.execution import fields
from isotherm.execution import policy as duty_policy
from isotherm.execution.models import Assignment
from isotherm.execution.queries import visible_assignments, visible_drafts
from isotherm.execution.rules import Verb

if TYPE_CHECKING:
    from tests.accounts.play import Play

DAY = timedelta(days=1)


def compare(play: Play) -> None:
    """Every desk of everybody, now; the first difference is an AssertionError."""
    _Comparison(play).everything()


class _Comparison:
    def __init__(self, play: Play) -> None:
        self.play = play
        self._documents: dict[str, Document] = {one.code: one for one in Document.objects.all()}
        self._duties = {one.pk: one for one in Assignment.objects.all()}

    def everything(self) -> None:
        """Everything the product answers beside everything the model does, person by person and record by record."""
        model = self.play.model
        model.known = {}
        self._rows()
        seen: dict[tuple[object, ...], dict[str, object]] = {}
        people = {one.login: one for one in Person.objects.filter(login__in=self.play.people)}
        for login, person in people.items():
            # Another day is asked of one of them, so that what is to come is looked at, too.
            ahead = login == self.play.rng.choice(list(self.play.people))
            for day in (self.play.day, self.play.day + 2 * DAY)[: 2 if ahead else 1]:
                found = held.seats(person, day) if person.is_active else []
                said = {self._code(one.post_id): one.how for one in found}
                self._equal(f"{login} sits on {day}", said, model.desks(login, day))
            if not model.desks(login, self.play.day):
                self._equal(f"{login} is somebody", actor_for(person, day=self.play.day), None)
            for post in model.desks(login, self.play.day):
                actor = self.play.actor(login, post)
                key = (actor.units, reach.sees_no_work(actor))
                if key not in seen:
                    seen[key] = self._seen_by(actor)
                    unit = self.play.rng.choice(sorted(self.play.units))
                    self._equal(f"{login} at {post} reads {unit}", reach.sees_unit(actor, self.play.units[unit]),
                                unit in model.read(post))  # fmt: skip
                said = seen[key] | self._may(actor)
                for what, wanted in self._wanted(post).items():
                    self._equal(f"{login} at {post}: {what}", said[what], wanted)
                unit = self.play.rng.choice(sorted(self.play.units))
                self._equal(f"{login} at {post} administers {unit}",
                            people_policy.may_manage_posts(actor, self.play.units[unit]) is None,
                            model.administers(post, unit))  # fmt: skip
                for paper in model.papers.values():
                    self._equal(f"{login} at {post} sends {paper.code}",
                                paper_policy.may_issue(actor, self._documents[paper.code]) is None,
                                model.sends(login, post, paper))  # fmt: skip
        model.known = None

    def _rows(self) -> None:
        """The bodies that each assignment names, as the model moved them."""
        for number, one in self._duties.items():
            duty = self.play.model.duties[number]
            bodies = [self.play.codes[unit] for unit in (one.unit_id, one.carrier_id, one.giver_id, one.confirmer_id)]
            bodies.append(self.play.codes.get(one.holder_id or 0, ""))
            self._equal(
                f"assignment {number} of {duty.paper}", [one.state, *bodies],
                [duty.state, duty.unit, duty.carrier, duty.giver, duty.confirmer, duty.holder or ""],
            )  # fmt: skip

    def _code(self, post_id: int) -> str:
        return next(code for code, post in self.play.posts.items() if post.pk == post_id)

    def _seen_by(self, actor: Actor) -> dict[str, object]:
        return {
            "reads": self._names(reach.seen_units(actor)),
            "documents": set(visible_documents(actor).values_list("code", flat=True)),
            "assignments": set(visible_assignments(actor).values_list("pk", flat=True)),
            "drafts": set(visible_drafts(actor).values_list("pk", flat=True)),
        }

    def _may(self, actor: Actor) -> dict[str, object]:
        duties = self._duties
        kept, _others = fields.split(actor, list(duties))

        def done_by(verb: Verb, party: str, among: Iterable[int]) -> set[int]:
            return {
                one for one in among if duty_policy.may_act(actor, getattr(duties[one], party), verb) is None
            }  # fmt: skip

        return {
            "acts for": self._names(actor.units),
            "is in charge of": set(actor.fields),
            "takes up": done_by(Verb.TAKE_UP, "carrier_id", duties),
            "reports": done_by(Verb.REPORT_DONE, "carrier_id", duties),
            "confirms": done_by(Verb.CONFIRM, "confirmer_id", kept),
            "reviews": {code for code, one in self._documents.items() if paper_policy.may_review(actor, one) is None},
        }

    def _wanted(self, post: str) -> dict[str, object]:
        model = self.play.model
        return {
            "acts for": model.bodies(post),
            "is in charge of": model.in_charge(post),
            "reads": model.read(post),
            "documents": {code for code, one in model.papers.items() if model.sees_paper(post, one)},
            "assignments": {number for number, one in model.duties.items() if model.sees_duty(post, one)},
            "drafts": {number for number, unit in model.drafts.items() if model.sees_draft(post, unit)},
            "takes up": {number for number, one in model.duties.items() if model.takes_up(post, one)},
            "reports": {number for number, one in model.duties.items() if model.reports(post, one)},
            "confirms": {number for number, one in model.duties.items() if model.confirms(post, one)},
            "reviews": {code for code, one in model.papers.items() if model.reviews(post, one)},
        }

    def _names(self, units: Iterable[int]) -> set[str]:
        return {self.play.codes[one] for one in units}

    def _equal(self, what: str, found: object, wanted: object) -> None:
        if found == wanted:
            return
        difference = f"the product says {found}, the model {wanted}"
        if isinstance(found, set) and isinstance(wanted, set):
            difference = f"only the product: {found - wanted or None}; only the model: {wanted - found or None}"
        raise AssertionError(f"{what}: {difference}")
