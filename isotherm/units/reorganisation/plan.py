"""What the steps do to the register, worked out before anything is done: who ends, who takes over, who stands where.

1. The tree is read as it stands on the day before.
2. Each step is laid on it in order; what cannot be is a finding that names the step and the unit.
3. Units below one that ends go where the steps say; else, as the step says, they join their like or follow.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.functional import Promise

from isotherm.units.models import STATE, Kind, KindOfUnit, Placement, ReorganisationStep, Succession, Unit
from isotherm.units.reorganisation.steps import MATCH, STATED, Called, Share, Step
from isotherm.words import lazy

StepKind = ReorganisationStep.Kind

# Bodies that every unit of a kind has by branch: of two that become one, they become one, too.
MATCHED = (KindOfUnit.PROVINCE_DEPARTMENT, KindOfUnit.COMMUNE_OFFICE)

EVENTS: Mapping[str, str] = {
    StepKind.MERGE: Succession.Event.MERGER,
    StepKind.SPLIT: Succession.Event.SPLIT,
    StepKind.TRANSFER: Succession.Event.TRANSFER,
    StepKind.RENAME: Succession.Event.RENAME,
    StepKind.CHANGE_OF_KIND: Succession.Event.CHANGE_OF_KIND,
    StepKind.DISSOLVE: Succession.Event.DISSOLUTION,
    StepKind.ABOLISH_LEVEL: Succession.Event.LEVEL_ABOLISHED,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to settle. What `stops` must be gone before anybody signs; the rest is said and counted."""

    sentence: str | Promise
    facts: Mapping[str, object] = field(default_factory=dict)
    remedy: str | Promise = ""
    step: int | None = None
    unit: str = ""
    stops: bool = True
    rows: int = 1

    def __str__(self) -> str:
        return str(self.sentence) % self.facts


@dataclass(frozen=True, slots=True)
class Founded:
    code: str
    called: Called
    kind: str
    branch: str
    step: int


@dataclass(slots=True)
class Event:
    """One succession: of a step, with everybody who takes over from somebody by it."""

    step: int
    kind: str
    heirs: list[tuple[str, Share]] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """By code, because what is founded has no id yet."""

    day: date
    before: dict[str, tuple[str, str]] = field(default_factory=dict)  # code -> (kind, branch) on the day before
    placed: dict[tuple[str, str], str | None] = field(default_factory=dict)  # (code, line) -> parent, as it will be
    was: dict[tuple[str, str], str | None] = field(default_factory=dict)
    below: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))  # the same from above
    lines: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # code -> the lines it stands in
    founded: dict[str, Founded] = field(default_factory=dict)
    ended: dict[str, Event] = field(default_factory=dict)
    divided: dict[str, tuple[Share, ...]] = field(default_factory=dict)  # all that is split, ended or going on
    moved: dict[tuple[str, str], int] = field(default_factory=dict)  # (code, line) -> step
    named: dict[str, tuple[Called, int]] = field(default_factory=dict)
    made: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # code -> (kind, branch, step)
    events: list[Event] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def eve(self) -> date:
        return self.day - timedelta(days=1)

    def stands(self, code: str) -> bool:
        """Whether it will stand on the day."""
        return (code in self.before or code in self.founded) and code not in self.ended

    def kind_of(self, code: str) -> tuple[str, str]:
        if code in self.made:
            return self.made[code][:2]
        if code in self.founded:
            return self.founded[code].kind, self.founded[code].branch
        return self.before.get(code, ("", ""))

    def main_heir(self, code: str) -> str | None:
        """Who answers for it on the day: itself if it goes on."""
        seen: set[str] = set()
        while code in self.ended and code not in seen:
            seen.add(code)
            code = next((share.unit for gone, share in self.ended[code].heirs if gone == code and share.main), "")
        return code if self.stands(code) else None

    @property
    def touched(self) -> set[str]:
        """Every unit that anything happens to."""
        return (
            set(self.ended)
            | set(self.founded)
            | set(self.named)
            | set(self.made)
            | set(self.divided)
            | {code for code, _line in self.moved}
        )

    def children(self, code: str) -> list[tuple[str, str]]:
        """(child, line) as placed now."""
        return sorted(self.below.get(code, ()))

    def place(self, code: str, line: str, above: str | None) -> None:
        self.unplace(code, line)
        self.placed[code, line] = above
        self.lines[code].add(line)
        if above is not None:
            self.below[above].add((code, line))

    def unplace(self, code: str, line: str) -> None:
        above = self.placed.pop((code, line), None)
        self.lines[code].discard(line)
        if above is not None:
            self.below[above].discard((code, line))


def work_out(steps: Sequence[Step], *, day: date) -> Plan:
    plan = Plan(day=day)
    _read(plan)
    for step in steps:
        _LAID[step.kind](plan, step)
    for step in steps:
        if step.kind in (StepKind.MERGE, StepKind.DISSOLVE, StepKind.SPLIT, StepKind.ABOLISH_LEVEL):
            _settle(plan, step)
    _refuse_circles(plan)
    _refuse_left(plan)
    return plan


def _read(plan: Plan) -> None:
    codes = dict(Unit.objects.values_list("id", "code"))
    for unit, kind, branch in Kind.objects.filter(valid__contains=plan.eve, voided_by__isnull=True).values_list(
        "unit_id", "kind", "branch"
    ):
        plan.before[codes[unit]] = (kind, branch)
    for unit, line, above in Placement.objects.filter(valid__contains=plan.eve, voided_by__isnull=True).values_list(
        "unit_id", "line", "parent_id"
    ):
        plan.place(codes[unit], line, codes[above] if above else None)
    plan.was = dict(plan.placed)


# --- the steps --------------------------------------------------------------------------------------------
def _merge(plan: Plan, step: Step) -> None:
    heir = step.heirs[0]
    event = _event(plan, step)
    for code in step.gone:
        if code == heir.unit:
            _find(plan, step, code, lazy("%(unit)s would take over from itself."), lazy("Name another heir."))
        elif _standing(plan, step, code) and _heir(plan, step, code, heir.unit):
            _end(plan, event, code, (heir,))


def _split(plan: Plan, step: Step) -> None:
    event = _event(plan, step)
    for code in step.gone:
        if not _standing(plan, step, code):
            continue
        absent = [one.unit for one in step.heirs if one.unit != code and not _heir(plan, step, code, one.unit)]
        if absent:
            continue
        stated = [one.share for one in step.heirs if one.share is not None]
        if any(not 0 < share <= 1 for share in stated):
            _find(plan, step, code, lazy("A share of %(unit)s is not between 0 and 1."), lazy("Correct the share."))
        elif stated and (len(stated) != len(step.heirs) or sum(stated) != 1):
            _find(
                plan,
                step,
                code,
                lazy("The shares of %(unit)s add up to %(sum)s, not to 1."),
                lazy("State a share for each heir, or for none: then people decide duty by duty."),
                sum=str(sum(stated, Decimal(0)).normalize()),
            )
        elif sum(one.main for one in step.heirs) != 1:
            _find(
                plan, step, code, lazy("%(unit)s needs exactly one main part."), lazy("Mark one heir as the main one.")
            )
        else:
            plan.divided[code] = step.heirs
            if code in {one.unit for one in step.heirs}:
                event.heirs += [(code, one) for one in step.heirs]
            else:
                _end(plan, event, code, step.heirs)


def _transfer(plan: Plan, step: Step) -> None:
    if _standing(plan, step, step.unit) and _heir(plan, step, step.unit, step.parent):
        if step.unit == step.parent:
            _find(plan, step, step.unit, lazy("%(unit)s would stand below itself."), lazy("Name another parent."))
        else:
            _move(plan, step, step.unit, step.line, step.parent)
            _own(plan, step, step.unit)


def _rename(plan: Plan, step: Step) -> None:
    if not _standing(plan, step, step.unit) or step.called is None:
        return
    if step.unit in plan.named:
        _twice(plan, step, step.unit)
        return
    plan.named[step.unit] = (step.called, step.number)
    _own(plan, step, step.unit)


def _change_kind(plan: Plan, step: Step) -> None:
    if not _standing(plan, step, step.unit):
        return
    if step.unit in plan.made:
        _twice(plan, step, step.unit)
        return
    plan.made[step.unit] = (step.unit_kind, step.branch, step.number)
    _own(plan, step, step.unit)


def _abolish(plan: Plan, step: Step) -> None:
    event = _event(plan, step)
    of_kind = [code for code, (kind, _branch) in plan.before.items() if kind == step.unit_kind]
    if step.unit:
        of_kind = [code for code in of_kind if step.unit in _above(plan, code)]
    if not of_kind:
        _find(
            plan,
            step,
            step.unit or step.unit_kind,
            lazy("No unit of that kind stands there on the day before."),
            lazy("Check the kind and the day."),
        )
    # A unit of the level with a step of its own, before this one, has its heir by that.
    for code in sorted(set(of_kind) - set(plan.ended)):
        above = plan.placed.get((code, STATE))
        if above is None or not plan.stands(above):
            _find(
                plan,
                step,
                code,
                lazy("%(unit)s stands below nobody who could take over."),
                lazy("Dissolve it in a step of its own, with its heir."),
            )
        else:
            _end(plan, event, code, (Share(above, Decimal(1), main=True),))


def _found(plan: Plan, step: Step) -> None:
    code = step.unit
    if step.called is None:
        return
    if code in plan.before or code in plan.founded:
        _find(plan, step, code, lazy("A unit with the code %(unit)s stands already."), lazy("Choose another code."))
        return
    plan.founded[code] = Founded(code, step.called, step.unit_kind, step.branch, step.number)
    if _heir(plan, step, code, step.parent):
        plan.place(code, step.line, step.parent)


_LAID: Mapping[str, Callable[[Plan, Step], None]] = {
    StepKind.MERGE: _merge,
    StepKind.SPLIT: _split,
    StepKind.TRANSFER: _transfer,
    StepKind.RENAME: _rename,
    StepKind.CHANGE_OF_KIND: _change_kind,
    StepKind.DISSOLVE: _merge,
    StepKind.ABOLISH_LEVEL: _abolish,
    StepKind.FOUND: _found,
}


# --- what stands below what ends --------------------------------------------------------------------------
def _settle(plan: Plan, step: Step) -> None:
    if step.below == STATED:
        return
    waiting = deque(code for code, event in plan.ended.items() if event.step == step.number)
    while waiting:
        code = waiting.popleft()
        heir = plan.main_heir(code)
        if heir is None:
            continue
        for child, line in plan.children(code):
            if child in plan.ended:
                continue
            like = _like(plan, child, heir, line) if step.below == MATCH else None
            if like is None:
                _move(plan, step, child, line, heir)
            else:
                _end(plan, plan.ended[code], child, (Share(like, Decimal(1), main=True),))
                waiting.append(child)


def _like(plan: Plan, child: str, heir: str, line: str) -> str | None:
    """The heir's own body of the same kind and branch."""
    kind = plan.kind_of(child)
    if kind[0] not in MATCHED:
        return None
    return next(
        (
            other
            for other, its_line in plan.children(heir)
            if its_line == line and plan.stands(other) and other != child and plan.kind_of(other) == kind
        ),
        None,
    )


# --- what every step asks ---------------------------------------------------------------------------------
def _standing(plan: Plan, step: Step, code: str) -> bool:
    if code in plan.ended:
        _find(
            plan, step, code, lazy("%(unit)s has ended by an earlier step already."), lazy("Name it in one step only.")
        )
        return False
    if code not in plan.before:
        _find(
            plan,
            step,
            code,
            lazy("%(unit)s does not stand on %(day)s, the day before."),
            lazy("Check the code and the day: a unit is changed while it stands."),
            day=f"{plan.eve:%d/%m/%Y}",
        )
        return False
    return True


def _heir(plan: Plan, step: Step, code: str, heir: str) -> bool:
    if plan.stands(heir):
        return True
    _find(
        plan,
        step,
        code,
        lazy("%(heir)s, which would take over or stand above %(unit)s, does not stand on that day."),
        lazy("Found it in an earlier step, or name one that stands."),
        heir=heir,
    )
    return False


def _event(plan: Plan, step: Step) -> Event:
    event = Event(step.number, EVENTS[step.kind])
    plan.events.append(event)
    return event


def _own(plan: Plan, step: Step, code: str) -> None:
    """A changed name, kind or place has the unit as its own heir."""
    _event(plan, step).heirs.append((code, Share(code, Decimal(1), main=True)))


def _end(plan: Plan, event: Event, code: str, heirs: Iterable[Share]) -> None:
    plan.ended[code] = event
    event.heirs += [(code, one) for one in heirs]
    for line in list(plan.lines[code]):
        plan.unplace(code, line)


def _move(plan: Plan, step: Step, code: str, line: str, above: str) -> None:
    if (code, line) in plan.moved:
        _twice(plan, step, code)
        return
    if (code, line) not in plan.placed:
        _find(
            plan, step, code, lazy("%(unit)s does not stand in the line %(line)s."), lazy("Check the line."), line=line
        )
        return
    plan.moved[code, line] = step.number
    plan.place(code, line, above)


def _above(plan: Plan, code: str) -> set[str]:
    found: set[str] = set()
    at = plan.placed.get((code, STATE))
    while at is not None and at not in found:
        found.add(at)
        at = plan.placed.get((at, STATE))
    return found


def _twice(plan: Plan, step: Step, code: str) -> None:
    _find(
        plan,
        step,
        code,
        lazy("%(unit)s is changed twice in the same way on the same day."),
        lazy("Leave one of the two steps out."),
    )


def _find(plan: Plan, step: Step, unit: str, sentence: str | Promise, remedy: str | Promise, **facts: object) -> None:
    plan.findings.append(Finding(sentence, {"unit": unit, **facts}, remedy, step.number, unit))


# --- the whole --------------------------------------------------------------------------------------------
def _refuse_left(plan: Plan) -> None:
    """Whoever stood below what ended and was sent nowhere."""
    for above in sorted(plan.ended):
        for child, line in plan.children(above):
            plan.findings.append(
                Finding(
                    lazy(
                        "%(unit)s stands below %(above)s, which ends, and nothing says where it goes (line %(line)s)."
                    ),
                    {"unit": child, "above": above, "line": line},
                    lazy("Transfer it in a step of its own, or let the units below follow (below = follow)."),
                    plan.ended[above].step,
                    child,
                )
            )


def _refuse_circles(plan: Plan) -> None:
    lines: dict[str, dict[str, str | None]] = defaultdict(dict)
    for (code, line), above in plan.placed.items():
        lines[line][code] = above
    for (code, line), step in plan.moved.items():
        at: str | None = lines[line].get(code)
        seen = {code}
        while at is not None and at not in seen:
            seen.add(at)
            at = lines[line].get(at)
        if at is not None and at == code:
            plan.findings.append(
                Finding(
                    lazy("%(unit)s would stand below itself: its placements form a circle."),
                    {"unit": code},
                    lazy("Correct the parent of one of the units in the circle."),
                    step,
                    code,
                )
            )
    for code, event in plan.ended.items():
        if plan.main_heir(code) is None:
            plan.findings.append(
                Finding(
                    lazy("%(unit)s ends, and its heir ends, too: nobody is left to take over."),
                    {"unit": code},
                    lazy("Name an heir that stands on the day."),
                    event.step,
                    code,
                )
            )
