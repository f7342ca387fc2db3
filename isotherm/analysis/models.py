"""What is recomputed per changed directive: break points, held days, conduction and reach.

Derived rows: any of them can be thrown away and made again from assignments and spells. Pages show `data_at`.
"""

from __future__ import annotations

from django.db import models


class Freshness(models.Model):
    document_id = models.BigIntegerField(primary_key=True)
    data_at = models.DateTimeField()


class BreakPoint(models.Model):
    """Cold pairs of one unit whose break point is one body for one cause; `lens` is the duty looked at, or `any`."""

    id = models.BigAutoField(primary_key=True)
    document_id = models.BigIntegerField()
    lens = models.TextField()
    level = models.TextField()
    upper_level = models.TextField()
    via_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    body_id = models.BigIntegerField()
    body_level = models.TextField()
    cause = models.TextField()
    obstacle_id = models.BigIntegerField(null=True)
    pairs = models.IntegerField()
    since = models.DateField()  # the oldest due day among them

    class Meta:
        indexes = [models.Index(fields=["document_id", "lens"], name="breakpoint_by_document")]


class Holding(models.Model):
    """Seconds of the chains ending at a unit, by who held them: within and beyond what the holder was allowed."""

    id = models.BigAutoField(primary_key=True)
    document_id = models.BigIntegerField()
    level = models.TextField()
    via_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    role = models.TextField()  # send_on, own, decide, owe
    holder_id = models.BigIntegerField()
    holder_level = models.TextField()
    within = models.BigIntegerField()
    beyond = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["document_id"], name="holding_by_document")]


class Chains(models.Model):
    """How many chains end at a unit, and their elapsed seconds: what the held days must add up to."""

    id = models.BigAutoField(primary_key=True)
    document_id = models.BigIntegerField()
    level = models.TextField()
    upper_level = models.TextField()
    via_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    chains = models.IntegerField()
    elapsed = models.BigIntegerField()
    # Conduction of the boundary above this unit: pairs whose upper had taken up; of those, sent and taken up in time.
    reachable = models.IntegerField()
    conducted = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["document_id"], name="chains_by_document")]


class Reach(models.Model):
    """Pairs of a level taken up on a day."""

    id = models.BigAutoField(primary_key=True)
    document_id = models.BigIntegerField()
    level = models.TextField()
    via_id = models.BigIntegerField()
    day = models.DateField()
    n = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["document_id"], name="reach_by_document")]
