"""Every published number, defined once: name, sentence, what is counted over what. Pages and CLI take it by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    words: Promise  # as printed beside the per cent
    sentence: Promise
    numerator: tuple[str, ...]  # fields of Counts
    denominator: tuple[str, ...]
    owner: str = "analysis"


@dataclass(frozen=True, slots=True)
class Rate:
    figure: Figure
    numerator: int
    denominator: int

    @property
    def share(self) -> float | None:
        """None where nothing is counted: no rate is better than 0 or 100 of nothing."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(slots=True)
class Counts:
    """Pairs of a set for one duty at a moment. The first five are the parts of everything in the books."""

    on_time: int = 0  # met in time
    late: int = 0
    overdue: int = 0  # unmet past its due moment
    running: int = 0  # unmet, due later
    undated: int = 0  # unmet, the text sets no date
    # of `overdue` and `running`:
    missing: int = 0  # nobody has told the unit
    reported: int = 0  # reported done, waiting for the confirmer
    # met among those already due:
    on_time_due: int = 0
    late_due: int = 0
    # fair: reached the unit in time to act
    fair_due: int = 0
    fair_on_time: int = 0
    # beside the rates:
    paused: int = 0
    withdrawn: int = 0
    excused: int = 0

    @property
    def assigned(self) -> int:
        return self.on_time + self.late + self.overdue + self.running + self.undated

    @property
    def due(self) -> int:
        """Heat of a set: those whose due moment has come."""
        return self.on_time_due + self.late_due + self.overdue

    @property
    def met(self) -> int:
        return self.on_time_due + self.late_due

    def add(self, other: Counts) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


FIGURES: Mapping[str, Figure] = {
    one.name: one
    for one in (
        Figure(
            "done_of_due",
            lazy("completed / due"),
            lazy("Confirmed as completed, over all completed or open past their date."),
            ("on_time", "late"),
            ("on_time", "late", "overdue"),
        ),
        Figure(
            "on_time_of_due",
            lazy("on time / due"),
            lazy("Completed by their date, over all completed or open past their date."),
            ("on_time",),
            ("on_time", "late", "overdue"),
        ),
        Figure(
            "on_time_of_assigned",
            lazy("on time / assigned"),
            lazy("Completed by their date, over everything assigned."),
            ("on_time",),
            ("on_time", "late", "overdue", "running", "undated"),
        ),
        Figure(
            "overdue_of_assigned",
            lazy("open overdue / assigned"),
            lazy("Open past their date, over everything assigned."),
            ("overdue",),
            ("on_time", "late", "overdue", "running", "undated"),
        ),
    )
}
FOUR_RATES = tuple(FIGURES)


def rate(name: str, counts: Counts) -> Rate:
    figure = FIGURES[name]
    return Rate(
        figure=figure,
        numerator=sum(getattr(counts, part) for part in figure.numerator),
        denominator=sum(getattr(counts, part) for part in figure.denominator),
    )


def four_rates(counts: Counts) -> tuple[Rate, ...]:
    """The four honest rates, always side by side."""
    return tuple(rate(name, counts) for name in FOUR_RATES)


@dataclass(frozen=True, slots=True)
class OrganisationFigure:
    """How bodies are staffed. `target`: what a decree must name first, and its number is the denominator."""

    name: str
    words: Promise
    sentence: Promise
    target: str = ""
    owner: str = "analysis"


ORGANISATION: Mapping[str, OrganisationFigure] = {
    one.name: one
    for one in (
        OrganisationFigure(
            "leading_filled",
            lazy("leading posts filled / leading posts"),
            lazy("Leading posts that have a holder on the day, over all leading posts. Acting does not fill a post."),
        ),
        OrganisationFigure(
            "bodies_fully_led",
            lazy("bodies with all leading posts filled / bodies with leading posts"),
            lazy("Bodies whose every leading post has a holder on the day, over all bodies that have leading posts."),
        ),
        OrganisationFigure(
            "posts_filled",
            lazy("posts filled / posts"),
            lazy("Posts that have a holder on the day, over all posts founded and not closed."),
        ),
        OrganisationFigure(
            "expertise_met",
            lazy("holders with the expertise required / holders of posts that require it"),
            lazy("Posts whose holder has all fields of expertise required, over held posts that require any."),
        ),
        OrganisationFigure(
            "staff_of_target",
            lazy("staff / staff allowed"),
            lazy("People who hold a post of the body or below it, each once, over the number that the decision names."),
            target="staff",
        ),
        OrganisationFigure(
            "focal_points_of_target",
            lazy("subordinate bodies / subordinate bodies allowed"),
            lazy("Bodies right below it that are no committee of a territory, over the number that a decision names."),
            target="focal_points",
        ),
        OrganisationFigure(
            "units_added_of_policy",
            lazy("bodies added / bodies that may be added"),
            lazy(
                "Bodies founded below it since the policy holds, without those that took over from bodies that ended, "
                "over the number that the policy allows."
            ),
            target="units_added",
        ),
    )
}

# Of a body and what stands below it: numbers for each person, not shares.
WORKLOAD: Mapping[str, OrganisationFigure] = {
    one.name: one
    for one in (
        OrganisationFigure(
            "open_per_allowed",
            lazy("For each person allowed"),
            lazy("Open assignments of the body and those below it, over the staff that the decision allows them."),
            target="staff",
        ),
        OrganisationFigure(
            "open_per_person",
            lazy("For each person there"),
            lazy("Open assignments of the body and those below it, over the people who hold their posts."),
            target="staff",
        ),
    )
}
