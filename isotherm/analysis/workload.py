"""What a body and those below it have open, set against the staff allowed and against the staff there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.analysis import organisation
from isotherm.analysis.figures import WORKLOAD, OrganisationFigure
from isotherm.analysis.organisation import Measured
from isotherm.execution import carried
from isotherm.units import tree


@dataclass(frozen=True, slots=True)
class Average:
    figure: OrganisationFigure
    numerator: int
    denominator: int

    @property
    def value(self) -> float:
        return self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Workload:
    """
    `staff`: the people there over the number allowed. `open` is None for whoever does not see the work of all these
    bodies: a part of it over the whole staff would be no average. An average over nobody is left out.
    """

    staff: Measured
    open: int | None
    averages: tuple[Average, ...]


def workload(actor: Actor, unit_id: int, at: datetime) -> Workload | None:
    """None without a decision, or where it allows nobody."""
    staff = organisation.measure("staff_of_target", unit_id, actor.day)
    if staff is None or not staff.denominator:
        return None
    bodies = set(tree.subtree_ids(unit_id, actor.day))
    if not bodies <= reach.seen_units(actor):
        return Workload(staff, None, ())
    told = carried.rows(actor, bodies, at, state="open").count()
    over = {"open_per_allowed": staff.denominator, "open_per_person": staff.numerator}
    return Workload(staff, told, tuple(Average(WORKLOAD[name], told, n) for name, n in over.items() if n))
