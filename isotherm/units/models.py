"""Bodies through time. A unit never changes its id; what it is called, what it is and where it stands are dated rows.

The only updates ever made to those rows are closing a range and voiding a row. Ranges are half-open: `[from, to)`.
`voided_by` is the ledger line that withdrew the row (no foreign key: the ledger outlives what it speaks of).
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.db.models.functions import Now

from isotherm.words import lazy

STATE = "state"

HOLDS = Q(voided_by__isnull=True)


def always_since(day: date | None) -> DateRange:
    return DateRange(day, None, "[)")


class KindOfUnit(models.TextChoices):
    """Which of these stand in the chain of command, and at which level, is in the country package (`kinds.toml`)."""

    GOVERNMENT = "government", lazy("Government")
    DEPUTY_PRIME_MINISTERS = "deputy_prime_ministers", lazy("Deputy Prime Ministers")
    MINISTRY = "ministry", lazy("Ministry")
    MINISTERIAL_AGENCY = "ministerial_agency", lazy("Ministerial-level agency")
    GOVERNMENT_AGENCY = "government_agency", lazy("Government-attached agency")
    PROVINCE_COMMITTEE = "province_committee", lazy("Provincial People's Committee")
    PROVINCE_DEPARTMENT = "province_department", lazy("Provincial department")
    DISTRICT_COMMITTEE = "district_committee", lazy("District People's Committee")
    COMMUNE_COMMITTEE = "commune_committee", lazy("Commune People's Committee")
    COMMUNE_OFFICE = "commune_office", lazy("Commune office")
    PARTY = "party", lazy("Party body")
    PEOPLE_COUNCIL = "people_council", lazy("People's Council")
    FRONT = "front", lazy("Fatherland Front")
    MASS_ORGANISATION = "mass_organisation", lazy("Socio-political organisation")
    STEERING_COMMITTEE = "steering_committee", lazy("Steering committee")
    VERTICAL_BODY = "vertical_body", lazy("Vertically organised body")
    STATE_CORPORATION = "state_corporation", lazy("State corporation")
    NATIONAL_ASSEMBLY = "national_assembly", lazy("National Assembly")
    OTHER = "other", lazy("Other body")


class Unit(models.Model):
    """A body, for ever. Everything that can change about it is in the dated rows."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    founded_on = models.DateField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9.\-]*$"), name="a_unit_code_is_plain_letters_and_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Name(models.Model):
    """What a unit is called while the row is valid. `vi_other` is the other placement of the tone mark (Hoà for Hòa).

    `keys` are all the folded complete forms a text may use for it; `search` is what trigrams look at;
    `sort_key` puts names in Vietnamese alphabetical order by plain byte order.
    """

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="names")
    valid = DateRangeField()
    vi = models.TextField()
    en = models.TextField(db_default="", default="")
    vi_other = models.TextField(db_default="", default="")
    short_vi = models.TextField(db_default="", default="")
    short_en = models.TextField(db_default="", default="")
    abbreviation = models.TextField(db_default="", default="")
    official_code = models.TextField(db_default="", default="")
    search = models.TextField()
    keys = ArrayField(models.TextField(), default=list)
    sort_key = models.TextField(db_collation="C")
    source = models.TextField(db_default="", default="")
    confidence = models.TextField(db_default="", default="")
    voided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_unit_has_one_name_at_a_time",
                expressions=[("unit", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=HOLDS,
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="a_name_is_valid_for_at_least_a_day"),
        ]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="name_search"),
            models.Index(fields=["official_code"], name="name_official_code"),
        ]

    def __str__(self) -> str:
        return self.vi


class Kind(models.Model):
    """What a unit is while the row is valid. `branch` says which of its kind: ward, city, finance."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="kinds")
    valid = DateRangeField()
    kind = models.TextField(choices=KindOfUnit.choices)
    branch = models.TextField(db_default="", default="")
    source = models.TextField(db_default="", default="")
    confidence = models.TextField(db_default="", default="")
    voided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_unit_has_one_kind_at_a_time",
                expressions=[("unit", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=HOLDS,
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="a_kind_is_valid_for_at_least_a_day"),
            models.CheckConstraint(condition=Q(kind__in=KindOfUnit.values), name="a_kind_is_one_of_the_known_kinds"),
        ]
        indexes = [models.Index(fields=["kind", "branch", "unit"], name="kind_of_unit")]


class Placement(models.Model):
    """Where a unit stands in one line (state, party, council, front, sector, owner, standing). No parent: a root."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="placements")
    valid = DateRangeField()
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="placed_below")
    line = models.TextField(default=STATE)
    source = models.TextField(db_default="", default="")
    confidence = models.TextField(db_default="", default="")
    voided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_unit_has_one_parent_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("line", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=HOLDS,
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="a_placement_is_valid_for_at_least_a_day"),
            models.CheckConstraint(condition=~Q(unit=models.F("parent")), name="a_unit_is_not_its_own_parent"),
        ]
        indexes = [GistIndex(fields=["valid"], name="placement_days")]


class Alias(models.Model):
    """Another text that means the unit: an abbreviation, the title of its head, a former name, a spelling."""

    class What(models.TextChoices):
        ABBREVIATION = "abbreviation", lazy("Abbreviation")
        TITLE = "title", lazy("Title of its head")
        FORMER = "former", lazy("Former name")
        SPELLING = "spelling", lazy("Other spelling")

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="aliases")
    text = models.TextField()
    folded = models.TextField()
    valid = DateRangeField()
    what = models.TextField(choices=What.choices)
    source = models.TextField(db_default="", default="")
    confidence = models.TextField(db_default="", default="")
    voided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="an_alias_is_valid_for_at_least_a_day"),
            ExclusionConstraint(
                name="a_unit_has_an_alias_once_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("text", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=HOLDS,
            ),
        ]
        indexes = [
            models.Index(fields=["folded"], name="alias_folded"),
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="alias_search"),
        ]


class Succession(models.Model):
    """One dated event of reorganisation. `document` is the decree's symbol as text: it may not be in the register."""

    class Event(models.TextChoices):
        MERGER = "merger", lazy("Merger")
        SPLIT = "split", lazy("Split")
        DISSOLUTION = "dissolution", lazy("Dissolution")
        TRANSFER = "transfer", lazy("Transfer")
        RENAME = "rename", lazy("Change of name")
        CHANGE_OF_KIND = "change_of_kind", lazy("Change of kind")
        LEVEL_ABOLISHED = "level_abolished", lazy("Level abolished")

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    kind = models.TextField(choices=Event.choices)
    document = models.TextField()
    note = models.TextField(db_default="", default="")
    voided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(document=""), name="a_succession_cites_its_document"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "merger", "split", "dissolution", "transfer", "rename", "change_of_kind", "level_abolished",
                    ]
                ),
                name="a_succession_is_of_a_known_kind",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="succession_day")]


class Heir(models.Model):
    """Who takes over from whom, and how much. A changed name or kind has the unit as its own heir.

    `share` is unknown where a unit was divided and nobody stated the parts: nothing is made up; `main` says who takes
    what is not divided.
    """

    id = models.BigAutoField(primary_key=True)
    succession = models.ForeignKey(Succession, models.PROTECT, related_name="heirs")
    gone = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    heir = models.ForeignKey(Unit, models.PROTECT, related_name="inheritances")
    share = models.DecimalField(max_digits=7, decimal_places=6, default=1, null=True)
    main = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["succession", "gone", "heir"], name="an_heir_is_named_once_in_a_succession"
            ),
            models.UniqueConstraint(
                fields=["succession", "gone"], condition=Q(main=True), name="a_unit_that_goes_has_one_main_heir"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1), name="a_share_is_more_than_none_and_at_most_all"
            ),
        ]


class Successor(models.Model):
    """Who answers today for a unit that ended: its main heir that stands, over any number of mergers. Made of the
    successions by `reorganisation.successors.rebuild`, like the tree of the placements."""

    unit_id = models.BigIntegerField(primary_key=True)
    heir_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(unit_id=models.F("heir_id")), name="nobody_succeeds_itself"),
        ]
        indexes = [models.Index(fields=["heir_id"], name="successor_by_heir")]


class TreeVersion(models.Model):
    """The tree of one line between two days on which a placement changes. Made of the placements by `tree.rebuild`."""

    id = models.BigAutoField(primary_key=True)
    line = models.TextField(default=STATE)
    valid = DateRangeField()
    digest = models.TextField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_line_has_one_tree_at_a_time",
                expressions=[("line", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
        ]


class TreeNode(models.Model):
    """A unit in one version: `lft` and `rgt` are depth-first numbers, so a subtree is a range, a sum a prefix sum."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(TreeVersion, models.DO_NOTHING, db_constraint=False)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False)
    parent = models.ForeignKey(Unit, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    lft = models.IntegerField()
    rgt = models.IntegerField()
    depth = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "unit"], name="a_unit_stands_once_in_a_tree"),
            models.UniqueConstraint(fields=["version", "lft"], name="two_units_have_no_common_place_in_a_tree"),
        ]
        indexes = [models.Index(fields=["version", "parent"], name="tree_children")]


class TreeAncestor(models.Model):
    """Every pair of a unit and one above it (itself at distance 0) in one version of the tree."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(TreeVersion, models.DO_NOTHING, db_constraint=False)
    ancestor = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+")
    descendant = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+")
    distance = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "ancestor", "descendant"], name="a_unit_is_below_another_once"),
        ]
        indexes = [models.Index(fields=["version", "descendant", "distance"], name="tree_above")]


class Register(models.Model):
    """One row: the number of the last change of the register. What is kept in memory is kept under it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_register")]


class Reorganisation(models.Model):
    """A decision that changes how the State is organised: drafted, checked, signed by two, carried out on its day.

    What it did to units stands in dated rows whose source names it; what it did elsewhere, in its stages.
    """

    class State(models.TextChoices):
        DRAFT = "draft", lazy("Being drafted")
        SUBMITTED = "submitted", lazy("Waiting for the second signature")
        SIGNED = "signed", lazy("Signed, waiting for its day")
        CARRYING = "carrying", lazy("Being carried out")
        CARRIED = "carried", lazy("Carried out")
        UNDOING = "undoing", lazy("Being undone")
        UNDONE = "undone", lazy("Undone")
        WITHDRAWN = "withdrawn", lazy("Draft set aside")

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    title = models.TextField()
    document = models.TextField()  # the symbol of the decision, as text: it may not be in the register
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # who decided it
    signed_on = models.DateField()
    day = models.DateField()  # from which day it holds
    authority = models.ForeignKey(Unit, models.PROTECT, related_name="reorganisations")  # whose office signs here
    posts = models.JSONField(default=dict)  # old post -> new post, by code: appointments that go over
    state = models.TextField(choices=State, default=State.DRAFT)
    drafted_by_post = models.BigIntegerField(null=True)
    drafted_by_person = models.BigIntegerField(null=True)
    drafted_at = models.DateTimeField()
    first_post = models.BigIntegerField(null=True)
    first_person = models.BigIntegerField(null=True)
    first_at = models.DateTimeField(null=True)
    second_post = models.BigIntegerField(null=True)
    second_person = models.BigIntegerField(null=True)
    second_at = models.DateTimeField(null=True)
    carried_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(document=""), name="a_reorganisation_cites_its_document"),
            models.CheckConstraint(condition=~Q(title=""), name="a_reorganisation_has_a_title"),
            models.CheckConstraint(
                condition=Q(signed_on__lte=models.F("day")), name="a_reorganisation_is_decided_before_its_day"
            ),
            models.CheckConstraint(
                condition=Q(second_post__isnull=True) | ~Q(second_post=models.F("first_post")),
                name="a_reorganisation_is_signed_by_two_posts",
            ),
            models.CheckConstraint(
                condition=Q(second_person__isnull=True) | ~Q(second_person=models.F("first_person")),
                name="a_reorganisation_is_signed_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def source(self) -> str:
        """What the rows it adds to the register name as their source."""
        return f"reorganisation:{self.code}"


class ReorganisationStep(models.Model):
    """One thing that a reorganisation does, as it was drafted; `steps.read` turns it into its meaning."""

    class Kind(models.TextChoices):
        MERGE = "merge", lazy("Merge")
        SPLIT = "split", lazy("Split")
        TRANSFER = "transfer", lazy("Transfer")
        RENAME = "rename", lazy("Rename")
        CHANGE_OF_KIND = "change_of_kind", lazy("Change of kind")
        DISSOLVE = "dissolve", lazy("Dissolve")
        ABOLISH_LEVEL = "abolish_level", lazy("Abolish a level")
        FOUND = "found", lazy("Found")

    id = models.BigAutoField(primary_key=True)
    reorganisation = models.ForeignKey(Reorganisation, models.CASCADE, related_name="steps")
    number = models.IntegerField()
    kind = models.TextField(choices=Kind)
    what = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reorganisation", "number"], name="a_step_has_its_number"),
        ]


class ReorganisationStage(models.Model):
    """How far the carrying out is: a stage commits with what it did, so that a job that was cut off goes on after it.

    `kept` is what undoing needs: which ranges were closed and which rows changed hands.
    """

    id = models.BigAutoField(primary_key=True)
    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="stages")
    name = models.TextField()
    back = models.BooleanField(default=False)  # whether it undoes
    rows = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)  # of rows, where it is known before
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    kept = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "name", "back"], name="a_stage_of_a_reorganisation_is_done_once"
            ),
        ]
