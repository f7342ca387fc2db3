"""Who may see and do what, said a second time: plain Python, a few lists, no query, nothing of the product's reach.

The rules, as the model has them:

- A person has the posts to which she is appointed on the day, while both the appointment and the post are valid. Where
  she stands in, and whoever sits there stands in elsewhere, that desk is hers, too, and so on; nobody comes round to
  himself. Who may not sign in has none.
- A post acts for its unit, for those it has a mandate for on the day, and for every ended body whose heir that stands
  today is one of these. Its hands and its fields are the post's.
- A post that only administers or supports sees no work.
- A post reads its bodies, everything below them, and the ended bodies for which one of those answers. An assignment is
  seen if its carrier or its unit is read, or if one's own bodies gave, confirm or hold it. A document is seen by the
  bodies whose it is (issuer, giver, registering office) and, once sent, by whoever reads an assignment of it as its
  carrier or unit.
- Carriers take up and report, confirmers confirm, with the hand that the act asks for; a post with fields decides
  matters of these fields and those that belong to none, and sends papers of these.
- A reorganisation lets the heir answer for what ended: posts end, open duties and waiting papers are the heir's; a
  right to sign ends with either of its two bodies. Undoing puts all of it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

FIRST_OF_ALL = date(1, 1, 1)
WORKING = {"clerk", "officer", "approver", "leader", "monitor", "inspector"}
TOGETHER = ("province_department", "commune_office")  # of two that become one, those of one branch become one
OPEN = ("sent", "working", "reported")


@dataclass
class Span:
    since: date
    until: date | None = None

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def close(self, day: date) -> None:
        """From `day` on no more; one that begins on it was never."""
        self.until = max(day, self.since) if self.since >= day else day

    def meets(self, since: date, until: date | None) -> bool:
        return (until is None or self.since < until) and (self.until is None or since < self.until)


@dataclass
class Seat:
    unit: str
    hands: frozenset[str]
    span: Span


@dataclass
class Sit:
    number: int
    person: str
    post: str
    how: str
    span: Span


@dataclass
class Right:
    """A mandate (post, unit), a charge (post, field) or a right to sign (department, giver)."""

    number: int
    who: str
    what: str
    span: Span
    how: str = ""


@dataclass
class Paper:
    code: str
    issuer: str
    office: str
    signed_on: date
    how: str = "own"
    in_name_of: str | None = None
    state: str = "registered"
    by: tuple[str, str] | None = None  # the person and the post that submitted it

    @property
    def giver(self) -> str:
        return self.in_name_of or self.issuer

    @property
    def bodies(self) -> set[str]:
        return {self.issuer, self.giver}


@dataclass
class Duty:
    paper: str
    unit: str
    carrier: str
    giver: str
    confirmer: str
    state: str
    parent: int | None

    @property
    def holder(self) -> str | None:
        if self.state == "reported":
            return self.confirmer
        return self.carrier if self.state in ("sent", "working") else None


@dataclass
class Undo:
    """What a reorganisation changed, to be put back."""

    day: date
    ended: dict[str, str | None] = field(default_factory=dict)  # unit -> its parent before
    moved: dict[str, str | None] = field(default_factory=dict)
    spans: list[tuple[Span, date | None]] = field(default_factory=list)
    added: list[Span] = field(default_factory=list)
    papers: list[tuple[Paper, str, str]] = field(default_factory=list)
    drafts: list[tuple[int, str, str]] = field(default_factory=list)
    duties: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)  # the duties there were


@dataclass
class Model:
    day: date
    parent: dict[str, str | None]
    kind: dict[str, tuple[str, str]]  # unit -> kind, branch
    fields: dict[str, set[str]]  # field -> branches
    heir: dict[str, str] = field(default_factory=dict)
    posts: dict[str, Seat] = field(default_factory=dict)
    sits: list[Sit] = field(default_factory=list)
    mandates: list[Right] = field(default_factory=list)
    charges: list[Right] = field(default_factory=list)
    signing: list[Right] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    out: set[str] = field(default_factory=set)  # may not sign in
    papers: dict[str, Paper] = field(default_factory=dict)
    duties: dict[int, Duty] = field(default_factory=dict)
    drafts: dict[int, str] = field(default_factory=dict)
    # What was worked out while nothing happens; none while things change.
    known: dict[tuple[str, str], set[str]] | None = None

    # --- the tree ---------------------------------------------------------------------------------------------
    def stands(self, unit: str) -> bool:
        return unit in self.parent

    def answers(self, unit: str) -> str:
        """Whoever stands today for a unit."""
        while unit in self.heir:
            unit = self.heir[unit]
        return unit

    def above(self, unit: str) -> set[str]:
        """The unit and all above it."""
        found: set[str] = set()
        at: str | None = unit
        while at is not None:
            found.add(at)
            at = self.parent.get(at)
        return found

    def below(self, unit: str) -> list[str]:
        return sorted(one for one, above in self.parent.items() if above == unit)

    # --- who is who -------------------------------------------------------------------------------------------
    def sitting(self, day: date) -> list[Sit]:
        return [one for one in self.sits if one.span.on(day) and self.posts[one.post].span.on(day)]

    def desks(self, person: str, day: date) -> dict[str, str]:
        """post -> how, near before far."""
        if person in self.out:
            return {}
        sitting = self.sitting(day)
        found = {one.post: one.how for one in sitting if one.person == person}
        ways = [(post, (person,)) for post, how in found.items() if how == "stand_in"]
        while ways:
            post, way = ways.pop(0)
            for principal in sitting:
                if principal.post != post or principal.how == "stand_in" or principal.person in way:
                    continue
                for one in sitting:
                    if one.person == principal.person and one.how == "stand_in":
                        found.setdefault(one.post, "stand_in")
                        ways.append((one.post, (*way, principal.person)))
        return found

    def gains(self, person: str, sit: Sit) -> bool:
        """Whether somebody else's appointment would give her a desk, through those for whom she stands in."""
        day = sit.span.since
        before = set(self.desks(person, day))
        self.sits.append(sit)
        after = set(self.desks(person, day))
        self.sits.pop()
        return bool(after - before)

    def bodies(self, post: str) -> set[str]:
        if self.known is not None and ("bodies", post) in self.known:
            return self.known["bodies", post]
        own = {self.posts[post].unit}
        own |= {one.what for one in self.mandates if one.who == post and one.span.on(self.day)}
        own |= {gone for gone in self.heir if self.answers(gone) in own}
        if self.known is not None:
            self.known["bodies", post] = own
        return own

    def in_charge(self, post: str) -> set[str]:
        return {one.what for one in self.charges if one.who == post and one.span.on(self.day)}

    def sees_work(self, post: str) -> bool:
        return bool(self.posts[post].hands & WORKING)

    def read(self, post: str) -> set[str]:
        if self.known is not None and ("read", post) in self.known:
            return self.known["read", post]
        own = self.bodies(post) if self.sees_work(post) else set()
        seen = {unit for unit in self.parent if self.above(unit) & own}
        seen |= own | {gone for gone in self.heir if self.answers(gone) in seen}
        if self.known is not None:
            self.known["read", post] = seen
        return seen

    def administers(self, post: str, unit: str) -> bool:
        if "administrator" not in self.posts[post].hands:
            return False
        return unit in self.bodies(post) or (self.stands(unit) and self.posts[post].unit in self.above(unit))

    # --- what is seen -----------------------------------------------------------------------------------------
    def sees_duty(self, post: str, duty: Duty) -> bool:
        if not self.sees_work(post):
            return False
        if {duty.carrier, duty.unit} & self.read(post):
            return True
        return bool({duty.giver, duty.confirmer, duty.holder} & self.bodies(post))

    def sees_paper(self, post: str, paper: Paper) -> bool:
        if not self.sees_work(post):
            return False
        if (paper.bodies | {paper.office}) & self.bodies(post):
            return True
        if paper.state != "issued":
            return False
        seen = self.read(post)
        return any({one.carrier, one.unit} & seen for one in self.duties.values() if one.paper == paper.code)

    def sees_draft(self, post: str, unit: str) -> bool:
        return self.sees_work(post) and unit in self.bodies(post)

    # --- what may be done ------------------------------------------------------------------------------------
    def matter(self, paper: str, carrier: str) -> str | None:
        """The field's branch to which it belongs; of none, it is everybody's."""
        covered = set().union(*self.fields.values())
        for unit in (carrier, self.papers[paper].issuer):
            branch = self.kind[unit][1] if self.stands(unit) else ""
            if branch in covered:
                return branch
        return None

    def in_her_fields(self, post: str, paper: str, carrier: str) -> bool:
        own = self.in_charge(post)
        branch = self.matter(paper, carrier)
        return not own or branch is None or any(branch in self.fields[one] for one in own)

    def acts(self, post: str, unit: str, *hands: str) -> bool:
        return unit in self.bodies(post) and bool(self.posts[post].hands & set(hands))

    def takes_up(self, post: str, duty: Duty) -> bool:
        return self.acts(post, duty.carrier, "clerk", "officer", "approver", "leader")

    def reports(self, post: str, duty: Duty) -> bool:
        return self.acts(post, duty.carrier, "approver")

    def confirms(self, post: str, duty: Duty) -> bool:
        return self.acts(post, duty.confirmer, "approver") and self.in_her_fields(post, duty.paper, duty.carrier)

    def is_ours(self, post: str, paper: Paper) -> bool:
        return bool(paper.bodies & self.bodies(post))

    def reviews(self, post: str, paper: Paper) -> bool:
        return self.is_ours(post, paper) and bool(self.posts[post].hands & {"officer", "approver", "leader", "monitor"})

    def sends(self, person: str, post: str, paper: Paper) -> bool:
        """By a second person, in a second post; in the committee's name only by a right of the signing day."""
        if not self.is_ours(post, paper) or not self.posts[post].hands & {"approver", "leader"}:
            return False
        if paper.by is not None and (paper.by[0] == person or paper.by[1] == post):
            return False
        if not self.in_her_fields(post, paper.code, paper.issuer):
            return False
        return paper.giver in self.bodies(post) or self.may_sign(
            self.bodies(post), paper.giver, paper.how, paper.signed_on
        )

    def may_sign(self, departments: set[str], giver: str, how: str, day: date) -> bool:
        return any(
            one.who in departments and one.what == giver and one.how == how and one.span.on(day) for one in self.signing
        )

    def lets_sign(self, post: str, giver: str, department: str) -> bool:
        return department not in self.bodies(post) and self.acts(post, giver, "approver", "leader", "clerk")

    def divides(self, post: str, other: str) -> bool:
        """Who gives the other post a field in charge: the head of the body, its clerk, its administrator."""
        unit = self.posts[other].unit
        if post == other:
            return False
        own = not self.in_charge(post) and self.acts(post, unit, "leader", "approver", "clerk")
        return own or self.administers(post, unit)

    # --- what a reorganisation does ---------------------------------------------------------------------------
    def merge(self, gone: Iterable[str], heir: str, *, follow: bool = False) -> Undo:
        undo = Undo(self.day, known=set(self.duties))
        waiting = [(one, heir) for one in gone]
        while waiting:
            unit, its_heir = waiting.pop(0)
            undo.ended[unit] = self.parent.pop(unit)
            self.heir[unit] = its_heir
            for child in self.below(unit):
                like = None if follow else self._like(child, its_heir)
                if like is None:
                    undo.moved.setdefault(child, unit)
                    self.parent[child] = its_heir
                else:
                    waiting.append((child, like))
        self._inherit(undo)
        return undo

    def transfer(self, unit: str, parent: str) -> Undo:
        undo = Undo(self.day, known=set(self.duties))
        undo.moved[unit] = self.parent[unit]
        self.parent[unit] = parent
        return undo

    def _like(self, child: str, heir: str) -> str | None:
        if self.kind[child][0] not in TOGETHER:
            return None
        return next((one for one in self.below(heir) if self.kind[one] == self.kind[child]), None)

    def _inherit(self, undo: Undo) -> None:
        gone = set(undo.ended)
        ending = {code for code, seat in self.posts.items() if seat.unit in gone and seat.span.on(self.day)}
        spans = [self.posts[code].span for code in ending]
        spans += [one.span for one in (*self.sits, *self.charges) if self._post(one) in ending]
        spans += [one.span for one in self.mandates if one.who in ending]
        spans += [one.span for one in self.signing if gone & {one.who, one.what}]
        for one in self.mandates:
            if one.what in gone and one.who not in ending and one.span.on(self.day):
                spans.append(one.span)
                served = Right(0, one.who, self.answers(one.what), Span(self.day, one.span.until))
                self.mandates.append(served)
                undo.added.append(served.span)
        for span in spans:
            if span.until is None or span.until > self.day:
                undo.spans.append((span, span.until))
                span.close(self.day)
        for paper in self.papers.values():
            if paper.office in gone and paper.state in ("registered", "submitted"):
                undo.papers.append((paper, paper.office, self.answers(paper.office)))
                paper.office = self.answers(paper.office)
        for number, unit in self.drafts.items():
            if unit in gone:
                undo.drafts.append((number, unit, self.answers(unit)))
                self.drafts[number] = self.answers(unit)
        for number, duty in self.duties.items():
            if duty.state in OPEN and gone & {duty.carrier, duty.giver, duty.confirmer}:
                undo.duties[number] = (duty.carrier, duty.giver, duty.confirmer)
                duty.carrier, duty.giver, duty.confirmer = (
                    self.answers(one) if one in gone else one for one in (duty.carrier, duty.giver, duty.confirmer)
                )

    @staticmethod
    def _post(one: Sit | Right) -> str:
        return one.post if isinstance(one, Sit) else one.who

    def go_over(self, undo: Undo, sit: Sit, until: date | None, post: str) -> Sit | None:
        """Whoever sat in a post that ended goes on in another: beside its holder, where it has one."""
        since = self.day
        there = [one for one in self.sits if one.post == post and one.span.meets(since, until)]
        if any(one.person == sit.person for one in there):
            return None  # she sits there already
        how = sit.how
        if any(one.how in ("held", "seconded", "acting") for one in there) and how != "stand_in":
            how = "stand_in"
        made = Sit(0, sit.person, post, how, Span(since, until))
        self.sits.append(made)
        undo.added.append(made.span)
        return made

    def put_back(self, undo: Undo) -> None:
        for unit, above in (*undo.ended.items(), *undo.moved.items()):
            self.parent[unit] = above
            self.heir.pop(unit, None)
        for span, until in undo.spans:
            span.until = until
        for span in undo.added:
            span.until = span.since
        for paper, was, now in undo.papers:
            if paper.office == now:
                paper.office = was
        for number, was, now in undo.drafts:
            if self.drafts.get(number) == now:
                self.drafts[number] = was
        for number, (carrier, giver, confirmer) in undo.duties.items():
            one = self.duties[number]
            one.carrier, one.giver, one.confirmer = carrier, giver, confirmer
        for number, duty in self.duties.items():
            # Passed on by the heir since: it goes back with what it came from.
            if number not in undo.known and duty.parent in undo.duties:
                above = self.duties[duty.parent].carrier
                if duty.confirmer == duty.giver:
                    duty.confirmer = above
                duty.giver = above
