"""Documents, their passages, and the tasks taken from them. A task is counted once, to however many it is given."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from isotherm.words import lazy


class Document(models.Model):
    class State(models.TextChoices):
        REGISTERED = "registered", lazy("Waiting for its tasks to be confirmed")
        SUBMITTED = "submitted", lazy("Waiting for a second person to send it")
        ISSUED = "issued", lazy("Sent to those who carry it out")
        RECALLED = "recalled", lazy("Recalled")

    code = models.CharField(max_length=120, unique=True)  # the address: "16-CT-TTg", with the year where it repeats
    symbol = models.CharField(max_length=120)  # stored exactly as printed
    symbol_key = models.CharField(max_length=120)  # folded, for loose matching: writers mix Đ, Ð, spaces
    type_code = models.CharField(max_length=12, blank=True)
    type_name = models.CharField(max_length=120, blank=True)
    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="documents")
    issuer_text = models.CharField(max_length=300)  # "Thủ tướng Chính phủ" for the unit Chính phủ
    signed_on = models.DateField()
    signer = models.CharField(max_length=120, blank=True)
    signer_title = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=120, blank=True)
    subject = models.TextField()
    urgency = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, default="vi")
    text = models.TextField()
    kind = models.CharField(max_length=10)  # txt, docx, pdf, scan
    file_sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    office = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="registered_documents")
    # own, by_order (TL.), by_delegation (TUQ.); and the body in whose name it gives, where that is not the issuer
    signed_how = models.CharField(max_length=14, default="own", db_default="own")
    in_name_of = models.ForeignKey("units.Unit", on_delete=models.PROTECT, null=True, related_name="given_in_its_name")
    state = models.CharField(max_length=12, choices=State, default=State.REGISTERED)
    registered_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by_post = models.BigIntegerField(null=True)
    submitted_by_person = models.BigIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    figures_changed_at = models.DateTimeField(null=True)  # the last act on it: break points are recomputed after it

    class Meta:
        constraints = [
            # Numbers restart on 1 January and each body has its own series (Decree 30/2020, App. VI).
            models.UniqueConstraint(
                models.F("symbol_key"),
                models.F("issuer"),
                models.ExpressionWrapper(models.F("signed_on__year"), output_field=models.IntegerField()),
                name="a_symbol_is_registered_once_for_its_issuer_and_year",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="issued") | models.Q(issued_at__isnull=False),
                name="an_issued_document_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.symbol

    @property
    def giver_id(self) -> int:
        """The body whose tasks they are: the committee, where its department signed by order or by delegation."""
        return self.in_name_of_id or self.issuer_id

    @property
    def follower_id(self) -> int | None:
        """The department that signed for the committee: it follows, urges and confirms; the committee is the giver."""
        if self.signed_how == "own":
            return None
        if self.issuer_id != self.giver_id:
            return self.issuer_id
        return self.office_id if self.office_id != self.giver_id else None

    @property
    def bodies(self) -> frozenset[int]:
        """Those whose document it is: the issuer, the giver, and the department that signed for it."""
        return frozenset({self.issuer_id, self.giver_id, self.follower_id or self.issuer_id})


class Passage(models.Model):
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="passages")
    position = models.IntegerField()
    path = models.CharField(max_length=160)  # "art=1;cl=2;pt=a"
    label = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    role = models.CharField(max_length=20)  # as read
    decided = models.CharField(max_length=20, blank=True, default="", db_default="")  # what a person said; empty: none
    start = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="a_passage_has_its_place_in_the_document")
        ]


class Relation(models.Model):
    """What a document says of another: known by symbol, joined when the other is registered."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="relations")
    what = models.CharField(max_length=12)  # implements, amends, replaces, repeals, cites, based_on
    symbol = models.CharField(max_length=120)
    symbol_key = models.CharField(max_length=120)
    other = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="related_from")
    start = models.IntegerField()
    end = models.IntegerField()
    # What the document's office says of a repeal as it was read: "right", "wrong"; empty: nothing yet.
    judged = models.CharField(max_length=10, blank=True, default="", db_default="")


class UnitSet(models.Model):
    """A frozen set of expected units, shared by the tasks that expect the same ones."""

    digest = models.CharField(max_length=64, unique=True)
    members_count = models.IntegerField()


class Member(models.Model):
    """A unit of a set, with the upper unit through which the directive reaches it."""

    id = models.BigAutoField(primary_key=True)
    unit_set = models.ForeignKey(UnitSet, on_delete=models.PROTECT, related_name="members", db_constraint=False)
    unit_id = models.BigIntegerField()
    upper_id = models.BigIntegerField()  # the issuer for the first level
    depth = models.SmallIntegerField()
    level = models.TextField()  # ministry, province, department, commune …
    upper_level = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit_set", "unit_id"], name="a_unit_is_in_a_set_once")]
        indexes = [models.Index(fields=["unit_set", "upper_id"], name="member_by_upper")]


class Task(models.Model):
    """A piece of work taken from the text; proposed by the grammar or added by a person, confirmed by a person."""

    class State(models.TextChoices):
        PROPOSED = "proposed", lazy("Proposed by the system, waiting for approval")
        ACCEPTED = "accepted", lazy("Confirmed")
        REJECTED = "rejected", lazy("Set aside")
        ISSUED = "issued", lazy("Given")
        RECALLED = "recalled", lazy("Recalled")

    class Kind(models.TextChoices):
        TASK = "task", lazy("Task")
        REGULAR = "regular", lazy("Regular duty")
        STANDING = "standing", lazy("Prohibition or standing requirement")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="tasks")
    number = models.IntegerField()
    code = models.CharField(max_length=140, unique=True)  # "16-CT-TTg.3"
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TASK)
    clause = models.CharField(max_length=200)
    path = models.CharField(max_length=160, blank=True)
    quote = models.TextField()
    start = models.IntegerField()
    end = models.IntegerField()
    # The six clear points: person, work, time, responsibility, product, authority.
    lead = ArrayField(models.TextField(), default=list)  # as the text says it
    lead_group = models.CharField(max_length=40, blank=True)
    coordinate = ArrayField(models.TextField(), default=list)
    action = models.TextField()
    due_on = models.DateField(null=True)
    due_time = models.TimeField(null=True)
    first_due_on = models.DateField(null=True)
    deadline_text = models.TextField(blank=True)
    deadline_kind = models.CharField(max_length=12, blank=True)
    recurrence = models.CharField(max_length=20, blank=True)
    product = models.TextField(blank=True)
    responsible = models.TextField(blank=True)
    authority = models.TextField(blank=True)
    expects_communes = models.BooleanField(default=False)
    confirmer = models.ForeignKey(
        "units.Unit", on_delete=models.PROTECT, null=True, related_name="tasks_to_confirm"
    )  # none: whoever gave the assignment
    monitor = models.ForeignKey("units.Unit", on_delete=models.PROTECT, null=True, related_name="tasks_to_monitor")
    confidence = models.FloatField(default=1.0)
    doubts = ArrayField(models.TextField(), default=list)
    expected = models.ForeignKey(UnitSet, on_delete=models.PROTECT, null=True, related_name="tasks")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="a_task_has_its_number_in_the_document"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="a_task_quotes_some_text"),
            models.CheckConstraint(
                condition=~models.Q(state="issued") | models.Q(expected__isnull=False),
                name="a_given_task_says_who_is_expected",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Lead(models.Model):
    """The units that the lead's words mean; a group ("the provinces") stands as its members on the signing day."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="leads")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="a_unit_leads_a_task_once")]


class PlannedDue(models.Model):
    """When each duty of a task falls due at a depth, reckoned at issue for units that nobody has told yet."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="planned_dues")
    depth = models.SmallIntegerField()
    take_up = models.DateField()
    plan = models.DateField()
    send_on = models.DateField()
    report = models.DateField()
    done = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "depth"], name="a_task_plans_each_depth_once")]


class Delivery(models.Model):
    """Who has received what, and when."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deliveries")
    unit_id = models.BigIntegerField()
    at = models.DateTimeField()
    given_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "unit_id"], name="a_document_is_delivered_to_a_unit_once")
        ]
        indexes = [models.Index(fields=["unit_id", "document"], name="delivery_by_unit")]


class Correction(models.Model):
    """After sending a task is corrected by a dated row beside it; the old words stay readable."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="corrections")
    what = models.CharField(max_length=20)
    old = models.TextField()
    new = models.TextField()
    reason = models.TextField()
    document_symbol = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    post_id = models.BigIntegerField(null=True)


class GroundDecision(models.Model):
    """What the issuing office decided of a task whose ground a later document took away."""

    class What(models.TextChoices):
        KEEP = "keep", lazy("Kept")
        RECALL = "recall", lazy("Recalled")
        LEAVE = "leave", lazy("Left to the new document")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="ground_decisions")
    by = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="grounds_taken")  # the later document
    what = models.CharField(max_length=10, choices=What)
    reason = models.TextField()
    carried_on = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")  # if named
    at = models.DateTimeField()
    post_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "by"], name="a_lost_ground_is_decided_once")]


class ReviewStep(models.Model):
    """What a reviewer did to the candidates, with what stood before: undo puts it back, redo what stood after."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="review_steps")
    verb = models.CharField(max_length=12)
    before = models.JSONField()  # rows as they were, by id; absent ids were made by the step
    roles = models.JSONField(null=True)  # what persons had said of clauses, by passage id
    made = ArrayField(models.BigIntegerField(), default=list)
    after = models.JSONField(null=True)  # the same rows and roles when it was undone; none once another step was taken
    at = models.DateTimeField()
    post_id = models.BigIntegerField(null=True)
    undone = models.BooleanField(default=False)


class SecondReading(models.Model):
    """A language model asked about a document, part by part; what it proposed is laid beside the rest at the end."""

    class State(models.TextChoices):
        WAITING = "waiting", lazy("Waiting for the language model")
        READING = "reading", lazy("The language model is reading")
        DONE = "done", lazy("Read by the language model")
        FAILED = "failed", lazy("Not read by the language model")
        STOPPED = "stopped", lazy("Stopped by a person")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="second_readings")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    host = models.CharField(max_length=300)  # where the text goes
    parts = models.IntegerField()
    done = models.IntegerField(default=0)  # parts asked about
    silent = models.IntegerField(default=0)  # of these, without an answer that could be read
    untrue = models.IntegerField(default=0)  # proposals whose words are not in the text
    proposals = models.JSONField(default=list)  # what the text bears out so far
    agreed = models.IntegerField(default=0)
    differing = models.IntegerField(default=0)
    own = models.IntegerField(default=0)
    why = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    post_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(state__in=["waiting", "reading"]),
                name="a_document_waits_for_one_second_reading",
            )
        ]


class ScanReading(models.Model):
    """A scan that was handed in and is recognised page by page, before a person registers what was read."""

    class State(models.TextChoices):
        WAITING = "waiting", lazy("Waiting to be recognised")
        READING = "reading", lazy("Being recognised, page by page")
        DONE = "done", lazy("Recognised")
        FAILED = "failed", lazy("Not recognised to the end")
        STOPPED = "stopped", lazy("Stopped by a person")
        REFUSED = "refused", lazy("Refused; nothing of it was kept")

    # Emptied with the name when the paper turned out to be secret, or nobody wanted it any more.
    sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100)
    pages = models.IntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why = models.TextField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="scans")  # once registered
    doubtful = models.JSONField(default=list)  # where words of its text were badly read: [start, end]
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    post_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "post_id"],
                condition=models.Q(state__in=["waiting", "reading"]),
                name="a_post_waits_for_a_scan_once",
            )
        ]


class ScannedPage(models.Model):
    """A page of a scan: being tried, read, or failed. What was read is kept as it comes."""

    class State(models.TextChoices):
        TRYING = "trying", lazy("Being recognised")
        READ = "read", lazy("Recognised")
        FAILED = "failed", lazy("Not recognised")

    reading = models.ForeignKey(ScanReading, on_delete=models.CASCADE, related_name="scanned")
    number = models.IntegerField()  # counted from 0
    state = models.CharField(max_length=10, choices=State, default=State.TRYING)
    tries = models.IntegerField(default=0)
    content = models.JSONField(null=True)  # words with their places and how sure each is, lines of tables
    sure = models.FloatField(null=True)
    words = models.IntegerField(default=0)
    doubtful = models.IntegerField(default=0)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "number"], name="a_page_of_a_scan_is_read_once")]


class ListColumns(models.Model):
    """What the columns of a list hold, as a person of an office said it, by the words of the list's head."""

    office = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    heads = ArrayField(models.TextField())
    columns = models.JSONField()  # field -> place of the column
    at = models.DateTimeField()
    post_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "fingerprint"], name="an_office_remembers_a_head_once")
        ]


class PowerOverrule(models.Model):
    """A person's word that a task may go to its lead although the register of powers says otherwise, and why."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="power_overrules")
    power = models.ForeignKey("accounts.Power", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    post_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "power"], name="a_power_is_overruled_for_a_task_once")]
