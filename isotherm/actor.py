"""Who acts: the first of the two words every act uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Hand(StrEnum):
    """What a post may do inside its unit; a post may have several hands."""

    CLERK = "clerk"  # văn thư: registers, takes up, enters what signed paper did
    OFFICER = "officer"  # chuyên viên: drafts
    APPROVER = "approver"  # the competent post: her act is the unit's act
    LEADER = "leader"  # assigns inside the unit
    MONITOR = "monitor"  # follows and urges tasks given by the bodies it acts for
    INSPECTOR = "inspector"  # reads the subtree of its unit, writes nothing there
    ADMINISTRATOR = "administrator"  # people and posts; sees no work by default
    SUPPORT = "support"  # hỗ trợ kỹ thuật: helps with the product itself; sees no work by default


@dataclass(frozen=True, slots=True)
class Actor:
    """A post held by a person on a day, with the units it acts for. Plain values: no database here.

    `units` are the units whose acts this post may do (its own, and those its office serves). `reads_below`
    says whether the post also reads everything below those units. A nightly job acts as itself:
    `Actor.system("seal")`.
    """

    person_id: int | None
    post_id: int | None
    unit_id: int | None
    units: frozenset[int] = frozenset()
    hands: frozenset[Hand] = frozenset()
    day: date = field(default_factory=date.today)
    name: str = ""
    job: str = ""
    reads_below: bool = True
    stands_in_for: int | None = None  # the person at whose desk this is done
    fields: frozenset[str] = frozenset()  # in the post's charge; none: all matters of the body
    # A directory of accounts: the only hands that posts which it fills may have. None for anybody else.
    gives: frozenset[Hand] | None = None

    @classmethod
    def system(cls, job: str) -> Actor:
        """A job of the product itself; it passes policy only where a policy names jobs."""
        return cls(person_id=None, post_id=None, unit_id=None, name=f"isotherm:{job}", job=job)

    @property
    def is_system(self) -> bool:
        return self.post_id is None and self.unit_id is None

    @property
    def facts(self) -> dict[str, int]:
        """What every ledger line of this actor says beside who acted."""
        return {} if self.stands_in_for is None else {"stands_in_for": self.stands_in_for}

    def acts_for(self, unit_id: int | None) -> bool:
        return unit_id is not None and unit_id in self.units

    def has(self, *hands: Hand) -> bool:
        return bool(self.hands.intersection(hands))
