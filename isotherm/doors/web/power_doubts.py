"""What is doubtful about a task, its lead and a power, in words."""

from __future__ import annotations

from collections.abc import Sequence

from isotherm.doors.web.formats import number as figure
from isotherm.words import _


def power_words(why: str, bodies: Sequence[str]) -> str:
    """What is doubtful, the first body named."""
    facts = {"unit": bodies[0], "n": figure(len(bodies) - 1)}
    if why == "elsewhere":
        if len(bodies) == 1:
            return _("%(unit)s does not hold this power.") % facts
        return _("%(unit)s and %(n)s others do not hold this power.") % facts
    if len(bodies) == 1:
        return _("%(unit)s answered that it cannot be carried out.") % facts
    return _("%(unit)s and %(n)s others answered that it cannot be carried out.") % facts
