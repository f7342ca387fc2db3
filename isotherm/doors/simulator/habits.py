"""How likely and how late each step is. At rest all links lose alike: nothing stands out where nothing was planted.

Conduction of a boundary is what was sent and taken up in time. Units below the issuer lose about an eighth at taking
up; communes about as much, half of it because their province sent late, half by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Of all units, `in_time` keep the day; of the others `never` do it not at all, the rest are `late` working days
    late on average, at most `latest`."""

    in_time: float
    never: float = 0.0
    late: float = 5.0
    latest: int = 40


@dataclass(frozen=True, slots=True)
class Habits:
    take_up: Step
    plan: Step
    send_on: Step
    report: Step
    done: Step
    decide: Step  # completions and returns that wait for this unit
    undated: float = 55.0  # working days that a task without a date takes on average
    reconsiders: float = 0.004
    excuses: float = 0.06  # how often a unit says that some of those below have no part
    sends_back: float = 0.06
    reports_monthly: bool = True


# Whoever passes something on takes it up at some time: what never moves is planted, or stands at the end of a chain.
UPPER = Habits(
    take_up=Step(0.90, late=1.2, latest=9),
    plan=Step(0.85, never=0.2, late=6),
    send_on=Step(0.96, late=3, latest=10),
    report=Step(0.85, never=0.2, late=6),
    done=Step(0.78, never=0.35, late=12),
    decide=Step(0.88, never=0.15, late=5),
)
COMMUNE = Habits(
    take_up=Step(0.95, never=0.25, late=4, latest=15),
    plan=Step(0.82, never=0.25, late=6),
    send_on=Step(0.96),
    report=Step(0.84, never=0.25, late=6),
    done=Step(0.76, never=0.35, late=12),
    decide=Step(0.88),
    reports_monthly=False,
)
# The cold level: most take up late, some communes not at all; a province still sends on within what it was allowed.
COLD_UPPER = Step(0.1, late=1.2, latest=3)
COLD_END = Step(0.34, never=0.22, late=6, latest=25)

# How far a unit and its province lean from the average, on the log-odds scale.
OWN_LEANING = 0.25
PROVINCE_LEANING = 0.2


def habits_of(level: str) -> Habits:
    return COMMUNE if level == "commune" else UPPER


def cold_take_up(level: str, *, passes_on: bool) -> Step:
    return COLD_UPPER if passes_on or level != "commune" else COLD_END
