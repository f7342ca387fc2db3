"""The life of a task in one unit.

Milestones speak of now; when state, holder, carrier or due date changes, the old values go into a closed spell and
the open spell is the row itself. Bulk tables carry no foreign key constraint; a nightly job looks for orphans.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from isotherm.words import lazy


class State(models.TextChoices):
    SENT = "sent", lazy("Waiting to be taken up")
    WORKING = "working", lazy("In progress")
    RECONSIDER = "reconsider", lazy("Waiting for a decision on the request to reconsider")
    REPORTED = "reported", lazy("Waiting for confirmation of completion")
    DONE = "done", lazy("Completed")
    RETURNED = "returned", lazy("Returned to the assigning body")
    WITHDRAWN = "withdrawn", lazy("Withdrawn")


OPEN = (State.SENT, State.WORKING, State.RECONSIDER, State.REPORTED)
WAITING_BELOW = (State.SENT, State.WORKING)
WAITING_ABOVE = (State.RECONSIDER, State.REPORTED)
CLOSED = (State.DONE, State.RETURNED, State.WITHDRAWN)


class Assignment(models.Model):
    id = models.BigAutoField(primary_key=True)
    document_id = models.BigIntegerField()
    task = models.ForeignKey(
        "directives.Task", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="assignments"
    )
    unit_id = models.BigIntegerField()  # whom it was given to, for ever
    carrier_id = models.BigIntegerField()  # who answers for it now
    holder_id = models.BigIntegerField(null=True)  # who must act next; nobody when closed
    desk_id = models.BigIntegerField(null=True)  # the handling post inside the carrier
    giver_id = models.BigIntegerField()
    confirmer_id = models.BigIntegerField()
    via_id = models.BigIntegerField()  # the upper unit through which it came
    parent_id = models.BigIntegerField(null=True)
    depth = models.SmallIntegerField()
    level = models.TextField()
    upper_level = models.TextField()
    expected = models.BooleanField()  # in the frozen expectation; extra ones live, and count in no rate
    below = models.IntegerField()  # expected units below it
    below_told = models.IntegerField(default=0)  # of those, sent to or excused

    state = models.TextField(choices=State)
    state_since = models.DateTimeField()
    holder_due = models.DateTimeField(null=True)  # until when the holder may take
    sent_at = models.DateTimeField()
    take_up_due = models.DateField()
    taken_up_at = models.DateTimeField(null=True)
    plan_due = models.DateField()
    planned_at = models.DateTimeField(null=True)
    send_on_due = models.DateField(null=True)
    sent_on_at = models.DateTimeField(null=True)
    report_due = models.DateField()
    first_reported_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    first_due_on = models.DateField(null=True)
    reported_done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    fair = models.BooleanField()  # it came in time to be done by its date
    percent = models.SmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    pause_obstacle_id = models.BigIntegerField(null=True)
    urged_at = models.DateTimeField(null=True)
    sent_line = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "unit_id"], name="a_task_is_given_to_a_unit_once"),
        ]
        indexes = [
            models.Index(fields=["carrier_id", "state"], name="assignment_by_carrier"),
            models.Index(fields=["document_id", "carrier_id"], name="assignment_by_document"),
            models.Index(
                fields=["holder_id"], name="assignment_by_holder", condition=models.Q(holder_id__isnull=False)
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Spell(models.Model):
    """What an assignment was from one moment to another: past days, holders and held time are read from here."""

    id = models.BigAutoField(primary_key=True)
    assignment_id = models.BigIntegerField()
    document_id = models.BigIntegerField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    state = models.TextField()
    carrier_id = models.BigIntegerField()
    holder_id = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)
    holder_due = models.DateTimeField(null=True)
    paused = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["assignment_id"], name="spell_by_assignment"),
            models.Index(fields=["document_id"], name="spell_by_document"),
        ]


class Carriage(models.Model):
    """That another body answers for an assignment from a day on: after a merger, a split, or its undoing.

    Only added, never changed: the last row says who carries it now. What else the reorganisation changed of the row
    stands here as it was, so that undoing puts it back.
    """

    class Ground(models.TextChoices):
        WHOLE = "whole", lazy("Its body ended; the heir carries it")
        SHARE = "share", lazy("Its body was divided by stated shares")
        DECIDED = "decided", lazy("Its body was divided; a person decided")
        PARTY = "party", lazy("A body that gave, confirms or holds it ended")
        RETURNED = "returned", lazy("The reorganisation was undone")

    id = models.BigAutoField(primary_key=True)
    assignment_id = models.BigIntegerField(db_index=True)
    document_id = models.BigIntegerField()
    reorganisation_id = models.BigIntegerField()
    gone_id = models.BigIntegerField()  # who carried it before
    carrier_id = models.BigIntegerField()  # who carries it from now on
    giver_was = models.BigIntegerField()
    confirmer_was = models.BigIntegerField()
    via_was = models.BigIntegerField()
    desk_was = models.BigIntegerField(null=True)
    since = models.DateField()
    at = models.DateTimeField()
    ground = models.TextField(choices=Ground)
    line_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["reorganisation_id"], name="carriage_by_reorganisation")]


class Division(models.Model):
    """An open duty of a body that was divided without stated shares: its giver has yet to say which heir has it."""

    id = models.BigAutoField(primary_key=True)
    assignment_id = models.BigIntegerField()
    document_id = models.BigIntegerField()
    reorganisation_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()  # who was divided
    giver_id = models.BigIntegerField()  # who decides
    since = models.DateField()
    decided_at = models.DateTimeField(null=True)
    line_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment_id"],
                condition=models.Q(decided_at__isnull=True),
                name="an_assignment_waits_for_one_division",
            )
        ]
        indexes = [
            models.Index(fields=["giver_id"], name="division_waiting", condition=models.Q(decided_at__isnull=True))
        ]


class Excuse(models.Model):
    """A parent says that units below have no part in a task, and why. Counted apart."""

    task_id = models.BigIntegerField()
    document_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    given_by_id = models.BigIntegerField()
    reason = models.TextField()
    at = models.DateTimeField()
    line_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task_id", "unit_id"], name="a_unit_is_excused_from_a_task_once"),
        ]


class Plan(models.Model):
    """A unit's plan or action programme for one document: one act for all its tasks."""

    document_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    words = models.TextField(blank=True)
    symbol = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField(null=True)
    at = models.DateTimeField()
    line_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["document_id", "unit_id"], name="plan_by_document_and_unit")]


class Report(models.Model):
    """One report of a unit on one document; its items say how far each task is."""

    document_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    words = models.TextField(blank=True)
    says_done = models.BooleanField()
    symbol = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField(null=True)
    at = models.DateTimeField()
    line_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["document_id", "unit_id"], name="report_by_document_and_unit")]


class ReportItem(models.Model):
    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="items", db_constraint=False)
    assignment_id = models.BigIntegerField(db_index=True)
    percent = models.SmallIntegerField()


class Attachment(models.Model):
    """A kept file shown with a plan, a report or an obstacle."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="attachment_by_subject"),
            models.Index(fields=["sha256"], name="attachment_by_file"),
        ]


class Request(models.Model):
    """Something asked of a superior, and how it was decided. Silence stays charged to whoever was asked."""

    class What(models.TextChoices):
        RECONSIDER = "reconsider", lazy("Reconsider the assignment")
        COMPLETION = "completion", lazy("Confirm completion")
        PAUSE = "pause", lazy("Pause the clock")

    class Decision(models.TextChoices):
        AGREED = "agreed", lazy("Agreed")
        REFUSED = "refused", lazy("Refused")
        TAKEN_BACK = "taken_back", lazy("Taken back")

    id = models.BigAutoField(primary_key=True)
    assignment_id = models.BigIntegerField(db_index=True)
    what = models.TextField(choices=What)
    reason = models.TextField(blank=True)
    asked_of_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decide_due = models.DateField()
    decision = models.TextField(choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    obstacle_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_of_id"], name="request_undecided", condition=models.Q(decided_at__isnull=True))
        ]


class Obstacle(models.Model):
    """Why, whose responsibility, which date: a debt on the owing body's own desk."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", lazy("Waiting for a document")
        MONEY = "money", lazy("Waiting for money")
        DATA = "data", lazy("Waiting for data")
        OPINION = "opinion", lazy("Waiting for an opinion")
        OTHER = "other", lazy("Other")

    class State(models.TextChoices):
        RAISED = "raised", lazy("Waiting for the pause to be accepted")
        ACCEPTED = "accepted", lazy("Waiting for what is owed")
        REFUSED = "refused", lazy("Pause refused")
        DELIVERED = "delivered", lazy("Delivered")

    code = models.CharField(max_length=40, unique=True)
    document_id = models.BigIntegerField()
    kind = models.TextField(choices=Kind)
    missing = models.TextField()  # the thing that is missing, in words
    missing_key = models.TextField()  # folded: equal ones merge
    owing_id = models.BigIntegerField()
    raised_by_id = models.BigIntegerField()
    raised_at = models.DateTimeField()
    state = models.TextField(choices=State, default=State.RAISED)
    accepted_at = models.DateTimeField(null=True)
    accepted_by_id = models.BigIntegerField(null=True)
    promised_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_symbol = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document_id", "owing_id", "missing_key"],
                condition=models.Q(state__in=["raised", "accepted"]),
                name="equal_open_obstacles_are_one",
            )
        ]
        indexes = [models.Index(fields=["owing_id", "state"], name="obstacle_by_owing")]


class Hindrance(models.Model):
    """An assignment that waits for an obstacle, and the time its clock stood still."""

    id = models.BigAutoField(primary_key=True)
    obstacle_id = models.BigIntegerField()
    assignment_id = models.BigIntegerField()
    raised_at = models.DateTimeField()
    paused_from = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obstacle_id", "assignment_id"], name="an_assignment_waits_for_an_obstacle_once"
            )
        ]
        indexes = [models.Index(fields=["assignment_id"], name="hindrance_by_assignment")]


class Draft(models.Model):
    """An act that an officer prepared; the competent post approves, and only then is it the unit's."""

    class State(models.TextChoices):
        WAITING = "waiting", lazy("Waiting for approval")
        APPROVED = "approved", lazy("Approved")
        REFUSED = "refused", lazy("Sent back")

    unit_id = models.BigIntegerField()
    document_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    payload = models.JSONField()
    summary = models.TextField()
    made_by_post = models.BigIntegerField()
    made_by_person = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by_post = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    assignment_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["unit_id"], name="draft_waiting", condition=models.Q(state="waiting")),
        ]


class HandOver(models.Model):
    """The minutes of what a post had open when its holder left; signed by who left and by who took over.

    The lines are live until the first signature and fixed by it. Voided when the leaving was taken back.
    """

    id = models.BigAutoField(primary_key=True)
    appointment_id = models.BigIntegerField()
    post_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    leaver_id = models.BigIntegerField()  # persons
    receiver_id = models.BigIntegerField(null=True)
    on = models.DateField()  # the first day without the leaver
    ground = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    lines = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    leaver_signed_at = models.DateTimeField(null=True)
    leaver_note = models.TextField(blank=True, default="")
    receiver_signed_at = models.DateTimeField(null=True)
    receiver_note = models.TextField(blank=True, default="")
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(receiver_id=models.F("leaver_id")) | models.Q(receiver_id__isnull=True),
                name="nobody_hands_over_to_himself",
            ),
            models.CheckConstraint(
                condition=models.Q(leaver_signed_at__isnull=True, receiver_signed_at__isnull=True)
                | models.Q(lines__isnull=False),
                name="signed_minutes_have_their_lines",
            ),
            models.UniqueConstraint(
                fields=["appointment_id"],
                condition=models.Q(voided_at__isnull=True),
                name="an_appointment_is_handed_over_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit_id"], name="hand_over_by_unit"),
            models.Index(fields=["leaver_id"], name="hand_over_by_leaver"),
            models.Index(fields=["receiver_id"], name="hand_over_by_receiver"),
        ]
