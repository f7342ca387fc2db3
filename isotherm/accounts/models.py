"""People and posts. Rights hang on a post in a unit; appointments, acting posts and stand-ins are dated."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.crypto import salted_hmac

from isotherm.actor import Hand
from isotherm.words import lazy


class People(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login=username)


class Person(AbstractBaseUser):
    """Somebody who signs in. What she may do comes from her posts, never from this row."""

    login = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    # How often all her sessions were ended: a session begun under an earlier number is no session any more.
    sessions_ended = models.IntegerField(default=0)
    language = models.CharField(max_length=5, default="vi")

    USERNAME_FIELD = "login"
    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session is compared with on each request: a new password or an end of sessions changes it."""
        mark = f"{self.password}|{self.sessions_ended}"
        return salted_hmac("isotherm.accounts.session", mark, secret=secret, algorithm="sha256").hexdigest()


class Post(models.Model):
    """A seat in a unit. Its hands say which part of the unit's work it does."""

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(max_length=80, unique=True)
    title_vi = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    hands = ArrayField(models.CharField(max_length=20, choices=[(hand.value, hand.value) for hand in Hand]))
    valid = DateRangeField()
    leading = models.BooleanField(default=False, db_default=False)  # counts among the leading posts to be filled
    expertise = models.CharField(max_length=400, blank=True, default="", db_default="")  # what the post requires
    founded_by = models.CharField(max_length=200, blank=True, default="", db_default="")  # the decision's symbol
    closed_by = models.CharField(max_length=200, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.title_vi

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_vi


class Mandate(models.Model):
    """A post also does the acts of another unit: the Government Office for the Government."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="mandates")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="mandated_posts")
    valid = DateRangeField()
    ground = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_post_has_one_mandate_for_a_unit_at_a_time",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Appointment(models.Model):
    """Who holds a post, from when to when, and how."""

    class How(models.TextChoices):
        HELD = "held", lazy("Holds the post")
        ACTING = "acting", lazy("Acting")
        STAND_IN = "stand_in", lazy("Stands in")
        SECONDED = "seconded", lazy("Seconded")  # her original post is kept

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    valid = DateRangeField()
    how = models.CharField(max_length=10, choices=How, default=How.HELD)
    ground = models.CharField(max_length=200, blank=True, default="", db_default="")  # the decision's symbol

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_post_has_one_holder_at_a_time",
                expressions=[("post", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=models.Q(how__in=["held", "seconded"]),
            ),
            ExclusionConstraint(
                name="a_post_has_one_acting_holder_at_a_time",
                expressions=[("post", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=models.Q(how="acting"),
            ),
            ExclusionConstraint(
                name="a_person_is_appointed_once_to_a_post_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Charge(models.Model):
    """A leader's post has a field in charge: its desk, its approvals and its urging follow the field."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="charges")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")  # the post's
    field = models.CharField(max_length=40)  # of the country's fields
    ground = models.CharField(max_length=200)  # the decision that divides the work
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_field_of_a_body_is_in_one_charge_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("field", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class SigningAuthority(models.Model):
    """The head of a department signs for the head of its committee: by order (TL.) or by delegation (TUQ.)."""

    class How(models.TextChoices):
        BY_ORDER = "by_order", lazy("By order (TL.)")
        BY_DELEGATION = "by_delegation", lazy("By delegation (TUQ.)")

    giver = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="signed_for_by")
    department = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="signs_for")
    how = models.CharField(max_length=14, choices=How)
    ground = models.CharField(max_length=200)  # the working regulation or the written delegation, by its symbol
    matters = models.CharField(max_length=1000, blank=True)
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_document_lets_a_department_sign_once_at_a_time",
                expressions=[
                    ("giver", RangeOperators.EQUAL),
                    ("department", RangeOperators.EQUAL),
                    ("how", RangeOperators.EQUAL),
                    ("ground", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class ProvisioningClient(models.Model):
    """An office's own directory of accounts, which keeps people and posts of a body and those below it (SCIM)."""

    name = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="provisioning_clients")
    # What the posts that it fills may do; what a post that it founds does is the first.
    hands = ArrayField(models.CharField(max_length=20, choices=[(hand.value, hand.value) for hand in Hand]))
    ground = models.CharField(max_length=200)  # the decision by which it keeps them, by its symbol
    token_sha256 = models.CharField(max_length=64, unique=True)  # of 256 random bits: nothing to guess, none to salt
    # Where its people sign in, if its own names for them are the subjects there; empty if they are not.
    issuer = models.CharField(max_length=255, blank=True, default="", db_default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Provisioned(models.Model):
    """A person or a post by a directory's own name for it; `own` says that the directory added it."""

    client = models.ForeignKey(ProvisioningClient, on_delete=models.PROTECT, related_name="keeps")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="kept_by")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="kept_by")
    external_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    own = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(post__isnull=True),
                name="a_directory_keeps_either_a_person_or_a_post",
            ),
            models.UniqueConstraint(fields=["client", "person"], name="a_directory_keeps_a_person_once"),
            models.UniqueConstraint(fields=["client", "post"], name="a_directory_keeps_a_post_once"),
        ]


class Identity(models.Model):
    """An account of a provider that is linked to a person: known by issuer and subject, by nothing else."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="an_account_of_a_provider_is_one_persons"),
        ]


class SecondFactor(models.Model):
    """A phone that shows codes. `sealed` is the secret that both know, under the server's key."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="second_factor")
    sealed = models.TextField()
    last_step = models.BigIntegerField()  # the last code's place in time: none is good twice
    set_up_at = models.DateTimeField()


class RecoveryCode(models.Model):
    """Opens once, if the phone is lost. Only its digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="a_recovery_code_is_given_once"),
        ]


class SignInTry(models.Model):
    """Failed sign-ins, by login and by address, kept for the length of the window only."""

    login = models.CharField(max_length=80)
    address = models.CharField(max_length=64)
    # The mark of a browser in which this login was signed in before; empty: a stranger's, or a new one.
    device = models.CharField(max_length=40, blank=True, default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["login", "at"], name="try_by_login"),
            models.Index(fields=["address", "at"], name="try_by_address"),
        ]
