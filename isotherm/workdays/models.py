"""The special days of the calendar: everything that the week alone does not say."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from isotherm.words import lazy


class Day(models.Model):
    """One special day. `ground` is the legal ground that an explained deadline cites; `source` where we know it from.

    `scope_unit_id` (no foreign key: units are a higher room) limits a day off to one unit and what is below it;
    `voided_by` is the ledger line that withdrew the row, 0 when a newer country file did.
    """

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", lazy("Public holiday")
        SUBSTITUTE_OFF = "substitute_off", lazy("Day off in lieu of a holiday on a weekend")
        SWAP_OFF = "swap_off", lazy("Day off, made up for on another day")
        SWAP_WORK = "swap_work", lazy("Working day, in exchange for another day")
        LOCAL_OFF = "local_off", lazy("Local day off")

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    kind = models.TextField(choices=Kind.choices)
    name_vi = models.TextField()
    name_en = models.TextField()
    ground = models.TextField(db_default="", default="")
    ground_en = models.TextField(db_default="", default="")
    source = models.TextField(db_default="", default="")
    confidence = models.TextField(db_default="", default="")
    scope_unit_id = models.BigIntegerField(null=True)
    voided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "scope_unit_id"],
                condition=Q(voided_by__isnull=True),
                nulls_distinct=False,
                name="a_day_is_special_in_one_way_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["holiday", "substitute_off", "swap_off", "swap_work", "local_off"]),
                name="a_special_day_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="local_off") | Q(scope_unit_id__isnull=False),
                name="a_local_day_off_names_its_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class CalendarVersion(models.Model):
    """One row: the number of the last change of the calendar. Calendars kept in memory are kept under it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_calendar")]
