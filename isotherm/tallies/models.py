"""Counter cells beside records: what pages show costs the same at any number of assignments.

A cell counts pairs (task × expected unit) of one directive carried by one unit, for one duty, due on one day, with
one outcome. Own unit only: roll-ups add cells up. Acts append signed deltas in their transaction; `fold` adds them in.
"""

from __future__ import annotations

from django.db import models


class Duty(models.TextChoices):
    """The steps that fall due (bước phải thực hiện)."""

    TAKE_UP = "take_up"
    PLAN = "plan"
    SEND_ON = "send_on"
    REPORT = "report"
    DONE = "done"


class Outcome(models.TextChoices):
    MISSING = "missing"  # expected, and nobody has told the unit
    OPEN = "open"
    REPORTED = "reported"  # reported done, waiting for the confirmer
    ON_TIME = "on_time"
    LATE = "late"
    PAUSED = "paused"  # beside the rate: an accepted obstacle
    WITHDRAWN = "withdrawn"  # beside the rate: withdrawn, or a return that was upheld
    EXCUSED = "excused"  # beside the rate: the parent says it has no part


# Unmet: nobody told the unit, it is at work, or its report waits for the confirmer. Only confirmed work is done.
UNMET = "('open', 'missing', 'reported')"

KEYS = ("document_id", "unit_id", "via_id", "level", "upper_level", "duty", "due_on", "outcome", "fair")


class Count(models.Model):
    document_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()  # the carrier: who answers for the pair now
    via_id = models.BigIntegerField()  # the upper unit through which the pair is expected
    level = models.TextField()
    upper_level = models.TextField()
    duty = models.TextField(choices=Duty)
    due_on = models.DateField(null=True)  # none: the text sets no date
    outcome = models.TextField(choices=Outcome)
    fair = models.BooleanField()  # it reached the unit in time to act
    n = models.IntegerField()

    class Meta:
        abstract = True


class Cell(Count):
    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=list(KEYS), nulls_distinct=False, name="a_cell_stands_once_for_its_directive_unit_duty_and_day"
            )
        ]


class Delta(Count):
    class Meta:
        indexes = [models.Index(fields=["document_id"], name="delta_by_document")]
