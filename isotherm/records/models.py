"""What is never changed: ledger lines, their seals, files by content hash, and the keys of acts.

The product's database role may add rows here and read them, nothing else (`APPEND_ONLY`). What an owner of the
database does all the same is found by `seals.verify`.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from isotherm.words import lazy


class Epoch(models.Model):
    """Transaction numbers count within an epoch; a restore, where they start again, opens a new one.

    The first is not a row. Opened by `seals.open_epoch`, which also writes it into the copy outside the database.
    """

    number = models.IntegerField(primary_key=True)
    opened_at = models.DateTimeField(db_default=Now())
    why = models.TextField()

    def __str__(self) -> str:
        return f"{self.number}: {self.why}"


class LedgerLine(models.Model):
    """One act: who, which post, what, which records, when, and the facts of the act.

    `epoch`, `xid` and `written_at` are set by the database (trigger `isotherm_stamp_line`), whatever the writer says.
    `at` is the moment the act claims. Ids of higher rooms stand here without foreign keys: the ledger outlives them.
    """

    id = models.BigAutoField(primary_key=True)
    epoch = models.IntegerField()
    xid = models.BigIntegerField()
    written_at = models.DateTimeField()
    at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    job = models.TextField(db_default="")
    verb = models.TextField()
    subject_kind = models.TextField(db_default="")
    subject_id = models.BigIntegerField(null=True)
    subject_code = models.TextField(db_default="")
    document_id = models.BigIntegerField(null=True)
    facts = models.JSONField(db_default={})
    count = models.IntegerField(db_default=1)
    # The members of a mass act: their kind, the digest of their ids, and where they stand: '' for `Touched`,
    # else "table.column" of the room that keeps the line's id in its own row.
    members_kind = models.TextField(db_default="")
    members_at = models.TextField(db_default="")
    digest = models.BinaryField(null=True)
    paper = models.TextField(null=True)  # noqa: DJ001  null: no paper; the symbol of the signed paper the act cites
    late_entry = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(members_kind="", digest__isnull=True, members_at="")
                | (~Q(members_kind="") & Q(digest__isnull=False)),
                name="a_mass_act_has_the_digest_of_its_members",
            ),
            models.CheckConstraint(
                condition=Q(post_id__isnull=False) | ~Q(job=""), name="a_line_names_the_post_or_the_job_that_acted"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="ledger_subject"),
            models.Index(fields=["unit_id", "id"], name="ledger_unit", condition=Q(unit_id__isnull=False)),
            models.Index(fields=["document_id", "id"], name="ledger_document", condition=Q(document_id__isnull=False)),
            models.Index(fields=["epoch", "xid"], name="ledger_xid"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb} {self.subject_kind} {self.subject_code or self.subject_id or ''}".rstrip()


class Touched(models.Model):
    """A member of a mass act. Bulk: no foreign keys; the line's digest guards the set."""

    pk = models.CompositePrimaryKey("line_id", "kind", "record_id")
    line_id = models.BigIntegerField()
    kind = models.TextField()
    record_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "record_id", "line_id"], name="touched_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id} in line {self.line_id}"


class Seal(models.Model):
    """The lines of all transactions from `from_xid` up to, not including, `to_xid`, chained to the seal before.

    `digests` holds 8 bytes of line id and 32 of SHA-256 for each line, in the order of ids, so that a changed,
    missing or foreign row can be named. `form` is the version of the canonical form of a line.
    """

    id = models.BigAutoField(primary_key=True)
    epoch = models.IntegerField()
    from_xid = models.BigIntegerField()
    to_xid = models.BigIntegerField()
    lines = models.IntegerField()
    form = models.SmallIntegerField()
    digests = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    signature = models.BinaryField()
    key_id = models.TextField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["epoch", "from_xid"], name="a_transaction_is_sealed_once"),
            models.UniqueConstraint(fields=["previous"], name="a_seal_is_followed_by_one_seal"),
            models.CheckConstraint(condition=Q(to_xid__gt=F("from_xid")), name="a_seal_goes_forward"),
        ]

    def __str__(self) -> str:
        return f"seal {self.pk}: {self.lines} lines"


class StoredFile(models.Model):
    """A file by the hash of its content; the content lies in FILES_FOLDER, written before the row."""

    id = models.BigAutoField(primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.TextField()
    arrived_at = models.DateTimeField(db_default=Now())
    arrived_line_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.media_type}, {self.size})"


class ActKey(models.Model):
    """The first answer to an act's key; a repeat returns it."""

    id = models.BigAutoField(primary_key=True)
    post_id = models.BigIntegerField(null=True)
    key = models.TextField()
    line_id = models.BigIntegerField(null=True)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post_id", "key"], nulls_distinct=False, name="a_post_uses_a_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.key}"


class Opening(models.Model):
    """Somebody read a record, took it away, or searched: no act, so not in the ledger. Kept for a time only.

    `code` is the address of the document that was read or that the record hangs on; `about` the part of it (a body, a
    task, a file), or the words of a search. Ids of higher rooms stand here without foreign keys.
    """

    class What(models.TextChoices):
        PAGE = "page", lazy("read")
        FILE = "file", lazy("file taken")
        EXPORT = "export", lazy("taken away as a file")
        SEARCH = "search", lazy("searched")
        OPENINGS = "openings", lazy("this list read")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())  # by the database's clock
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()  # the post's body
    stands_in_for = models.BigIntegerField(null=True)
    support = models.BooleanField()  # the post belongs to technical support
    what = models.TextField(choices=What)
    page = models.TextField()  # the name of the page
    code = models.TextField(db_default="")
    about = models.TextField(db_default="")
    sign_in = models.TextField(db_default="")  # tells one signing in from another; leads back to none

    class Meta:
        indexes = [
            models.Index(fields=["code", "-id"], name="openings_of_a_document", condition=~Q(code="")),
            BrinIndex(fields=["at"], name="openings_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.what} {self.code} {self.about}".rstrip()


# The product's role gets SELECT and INSERT here, never UPDATE or DELETE.
APPEND_ONLY: tuple[str, ...] = (
    Epoch._meta.db_table,
    LedgerLine._meta.db_table,
    Touched._meta.db_table,
    Seal._meta.db_table,
    StoredFile._meta.db_table,
    ActKey._meta.db_table,
    Opening._meta.db_table,
)
