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
    # The country's fields of expertise that its holder must have, one a word.
    requires = models.CharField(max_length=400, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.title_vi

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.requires.split())

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


class Expertise(models.Model):
    """A field of expertise that a person has, by the paper that shows it: a degree, a certificate, a decision."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="expertise")
    what = models.CharField(max_length=40)  # of the country's fields of expertise
    ground = models.CharField(max_length=200)
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_person_has_a_field_of_expertise_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("what", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Target(models.Model):
    """How many people or subordinate bodies a body may have, by a decision."""

    class What(models.TextChoices):
        STAFF = "staff", lazy("Staff (people who hold posts)")
        FOCAL_POINTS = "focal_points", lazy("Subordinate bodies")
        UNITS_ADDED = "units_added", lazy("Bodies that may be added")

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="targets")
    what = models.CharField(max_length=14, choices=What)
    most = models.IntegerField()
    ground = models.CharField(max_length=200)  # the decision's symbol
    valid = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_body_has_one_target_of_a_kind_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("what", RangeOperators.EQUAL),
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


class Power(models.Model):
    """A power that a body gave to another, or to every body of a level below it, with the means to use it."""

    class Way(models.TextChoices):
        # Three different acts (Law 72/2025/QH15); the register says which.
        DIVISION = "division", lazy("Division by law")
        DECENTRALISED = "decentralised", lazy("Decentralised")
        DELEGATED = "delegated", lazy("Delegated")

    matter = models.CharField(max_length=1000)
    # By which a task is known to need it, one a line: "cấp giấy phép xây dựng". None: the matter itself.
    phrases = models.TextField(blank=True, default="")
    way = models.CharField(max_length=14, choices=Way)
    from_unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="powers_given")
    to_unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, null=True, related_name="powers_held")
    to_kind = models.CharField(max_length=24, blank=True, default="")  # every body of the kind below the giver
    ground = models.CharField(max_length=200)
    valid = DateRangeField()
    # The means that the decision names; empty: none named.
    people = models.CharField(max_length=1000, blank=True, default="")
    money = models.CharField(max_length=1000, blank=True, default="")
    system = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_unit__isnull=False, to_kind="")
                | (models.Q(to_unit__isnull=True) & ~models.Q(to_kind="")),
                name="a_power_goes_to_a_body_or_to_a_level",
            ),
            ExclusionConstraint(
                name="a_decision_gives_a_power_to_a_body_once_at_a_time",
                expressions=[
                    ("matter", RangeOperators.EQUAL),
                    ("from_unit", RangeOperators.EQUAL),
                    ("to_unit", RangeOperators.EQUAL),
                    ("ground", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(to_unit__isnull=False),
            ),
            ExclusionConstraint(
                name="a_decision_gives_a_power_to_a_level_once_at_a_time",
                expressions=[
                    ("matter", RangeOperators.EQUAL),
                    ("from_unit", RangeOperators.EQUAL),
                    ("to_kind", RangeOperators.EQUAL),
                    ("ground", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(to_unit__isnull=True),
            ),
        ]

    @property
    def words(self) -> tuple[str, ...]:
        """The phrases by which a task is known to need it."""
        said = tuple(one.strip() for one in self.phrases.splitlines() if one.strip())
        return said or (self.matter,)

    @property
    def means_missing(self) -> tuple[str, ...]:
        return tuple(name for name in ("people", "money", "system") if not getattr(self, name))


class PowerAnswer(models.Model):
    """What a receiving body says of whether it can use the power; the latest counts."""

    class Answer(models.TextChoices):
        YES = "yes", lazy("It can be carried out")
        WITH_MEANS = "with_means", lazy("Only with further means")
        NO = "no", lazy("It cannot be carried out")

    power = models.ForeignKey(Power, on_delete=models.PROTECT, related_name="answers")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer)
    words = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField()
    post_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["power", "unit", "-id"], name="answer_of_a_body")]
