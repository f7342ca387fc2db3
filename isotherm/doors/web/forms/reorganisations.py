"""What an office fills in to draft a reorganisation: the decision, and its steps line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms

from isotherm.doors.web.forms.picker import UnitsField
from isotherm.doors.web.forms.work import day
from isotherm.units.models import KindOfUnit, ReorganisationStep
from isotherm.units.reorganisation.steps import BELOW
from isotherm.words import lazy

Kind = ReorganisationStep.Kind
BELOW_WORDS = {
    "match": lazy("departments join their like, the others follow"),
    "follow": lazy("all follow"),
    "stated": lazy("each has a step of its own"),
}
# Which boxes mean something in which kind of step; the page shows these alone.
MEANT = {
    "units": (
        Kind.MERGE,
        Kind.DISSOLVE,
        Kind.SPLIT,
        Kind.TRANSFER,
        Kind.RENAME,
        Kind.CHANGE_OF_KIND,
        Kind.ABOLISH_LEVEL,
    ),
    "new_code": (Kind.FOUND,),
    "heir": (Kind.MERGE, Kind.DISSOLVE, Kind.TRANSFER, Kind.FOUND),
    "heirs": (Kind.SPLIT,),
    "parts": (Kind.SPLIT,),
    "vi": (Kind.RENAME, Kind.FOUND),
    "en": (Kind.RENAME, Kind.FOUND),
    "short_vi": (Kind.RENAME, Kind.FOUND),
    "short_en": (Kind.RENAME, Kind.FOUND),
    "official_code": (Kind.RENAME, Kind.FOUND),
    "unit_kind": (Kind.CHANGE_OF_KIND, Kind.ABOLISH_LEVEL, Kind.FOUND),
    "branch": (Kind.CHANGE_OF_KIND, Kind.FOUND),
    "below": (Kind.MERGE, Kind.DISSOLVE, Kind.SPLIT),
}

KEPT = ("vi", "en", "short_vi", "short_en", "official_code", "unit_kind", "branch", "below")
FURTHER = ("line", "also", "abbreviation")


class DecisionForm(forms.Form):
    title = forms.CharField(label=lazy("Title"), max_length=300)
    document = forms.CharField(label=lazy("Number and symbol of the decision"), max_length=120)
    issuer = UnitsField(label=lazy("Body that decided"), many=False, initial="QH")
    signed_on = day(lazy("Signed on"), required=True)
    day = day(lazy("Holds from"), required=True)


class StepForm(forms.Form):
    """One line; which of its boxes mean something follows from the kind."""

    kind = forms.ChoiceField(
        label=lazy("What is done"), choices=[("", lazy("– nothing –")), *Kind.choices], required=False
    )
    units = UnitsField(label=lazy("Bodies that it is done to"), required=False, loose=True, wholes=True)
    new_code = forms.CharField(label=lazy("Code of the new body"), max_length=80, required=False)
    heir = UnitsField(label=lazy("Heir or new body above"), required=False, loose=True, many=False)
    heirs = UnitsField(
        label=lazy("Heirs of a split"),
        required=False,
        loose=True,
        help_text=lazy("The first one is the main part where no share is stated."),
    )
    parts = forms.CharField(
        label=lazy("Their shares, in this order"),
        max_length=400,
        required=False,
        help_text=lazy("0.6; 0.4: they add up to 1, a star marks the main part. Empty: people decide duty by duty."),
    )
    vi = forms.CharField(label=lazy("Name in Vietnamese"), max_length=300, required=False)
    en = forms.CharField(label=lazy("Name in English"), max_length=300, required=False)
    short_vi = forms.CharField(label=lazy("Short name in Vietnamese"), max_length=120, required=False)
    short_en = forms.CharField(label=lazy("Short name in English"), max_length=120, required=False)
    official_code = forms.CharField(label=lazy("Official code"), max_length=20, required=False)
    unit_kind = forms.ChoiceField(label=lazy("Kind of unit"), choices=[("", "–"), *KindOfUnit.choices], required=False)
    branch = forms.CharField(label=lazy("Branch"), max_length=80, required=False)
    below = forms.ChoiceField(
        label=lazy("What stands below"),
        choices=[("", lazy("as usual")), *((one, BELOW_WORDS[one]) for one in BELOW)],
        required=False,
    )

    # What a file may say and this form does not ask: kept as it was.
    more = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        stated = shares_of(given.get("parts", ""))
        if given.get("kind") == Kind.SPLIT and stated and len(stated) != len(given.get("heirs") or ()):
            self.add_error("parts", lazy("State a share for each heir, in their order, or for none."))
        return given

    @property
    def fields_with_kinds(self) -> list[tuple[forms.BoundField, str]]:
        return [
            (bound, " ".join(f"for-{kind}" for kind in MEANT.get(bound.name, ()))) for bound in self.visible_fields()
        ]

    def rows(self) -> list[dict[str, Any]]:
        """As `steps.read` takes them: what is done to several bodies alike is a step for each."""
        given: Mapping[str, Any] = self.cleaned_data
        kind, units = given["kind"], given["units"]
        row: dict[str, Any] = {"kind": kind}
        row |= {name: given[name] for name in KEPT if name != "below" and given[name] and kind in MEANT[name]}
        row |= _further(given["more"])
        if kind in (Kind.MERGE, Kind.DISSOLVE):
            return [row | {"gone": units, "heir": given["heir"], "below": given["below"]}]
        if kind == Kind.SPLIT:
            return [row | {"gone": units, "heirs": _heirs(given["heirs"], given["parts"]), "below": given["below"]}]
        if kind in (Kind.TRANSFER, Kind.FOUND):
            row["parent"] = given["heir"]
        if kind == Kind.FOUND:
            units = [given["new_code"].strip() or " ".join(units)]
        return [row | {"unit": unit} for unit in units or [""]]


def as_entered(form: forms.Form) -> dict[str, Any]:
    """What stands in its boxes, before anything of it is read."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _further(words: str) -> dict[str, Any]:
    try:
        said = json.loads(words or "{}")
    except ValueError:
        return {}
    return {name: said[name] for name in FURTHER if name in said} if isinstance(said, dict) else {}


def _heirs(codes: list[str], parts: str) -> list[dict[str, Any]]:
    stated = shares_of(parts)
    found: list[dict[str, Any]] = [{"unit": code} for code in codes]
    for heir, words in zip(found, stated, strict=False):
        heir["share"] = words.replace("*", "").replace(",", ".").strip()
        if "*" in words:
            heir["main"] = True
    return found


def shares_of(words: str) -> list[str]:
    """`0.6; 0.4`, also with decimal commas: then the semicolon or a space parts them."""
    return [one for one in re.split(r"[;\s]+|,(?=\s)", words.strip()) if one]


StepForms = forms.formset_factory(StepForm, extra=4, max_num=200, absolute_max=200)
