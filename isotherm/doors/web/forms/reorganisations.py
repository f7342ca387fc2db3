"""What an office fills in to draft a reorganisation: the decision, and its steps line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

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


class DecisionForm(forms.Form):
    title = forms.CharField(label=lazy("Title"), max_length=300)
    document = forms.CharField(label=lazy("Number and symbol of the decision"), max_length=120)
    issuer = forms.CharField(label=lazy("Code of the body that decided"), max_length=80, initial="QH")
    signed_on = day(lazy("Signed on"), required=True)
    day = day(lazy("Holds from"), required=True)


class StepForm(forms.Form):
    """One line; which of its boxes mean something follows from the kind. Units by their codes."""

    kind = forms.ChoiceField(
        label=lazy("What is done"), choices=[("", lazy("– nothing –")), *Kind.choices], required=False
    )
    units = forms.CharField(label=lazy("Units, by code"), max_length=4000, required=False)
    heir = forms.CharField(label=lazy("Heir or new parent, by code"), max_length=400, required=False)
    shares = forms.CharField(label=lazy("Heirs of a split"), max_length=1000, required=False)
    vi = forms.CharField(label=lazy("Name in Vietnamese"), max_length=300, required=False)
    en = forms.CharField(label=lazy("Name in English"), max_length=300, required=False)
    unit_kind = forms.ChoiceField(
        label=lazy("Kind of unit"), choices=[("", "–"), *KindOfUnit.choices], required=False
    )
    branch = forms.CharField(label=lazy("Branch"), max_length=80, required=False)
    below = forms.ChoiceField(
        label=lazy("What stands below"),
        choices=[("", lazy("as usual")), *((one, BELOW_WORDS[one]) for one in BELOW)],
        required=False,
    )

    def row(self) -> dict[str, Any]:
        """As `steps.read` takes it."""
        given: Mapping[str, str] = self.cleaned_data
        kind, codes = given["kind"], given["units"].replace(",", " ").split()
        row: dict[str, Any] = {"kind": kind}
        if kind in (Kind.MERGE, Kind.DISSOLVE, Kind.SPLIT):
            row |= {"gone": codes, "below": given["below"]}
        elif codes:
            row["unit"] = codes[0]
        if kind == Kind.SPLIT:
            row["heirs"] = [_heir(one) for one in given["shares"].replace(";", ",").split(",") if one.strip()]
        elif given["heir"].strip():
            row["parent" if kind in (Kind.TRANSFER, Kind.FOUND) else "heir"] = given["heir"].strip()
        return row | {name: given[name] for name in ("vi", "en", "unit_kind", "branch") if given[name]}


def _heir(words: str) -> dict[str, Any]:
    """`P-52 = 0.6`, `P-52 *` for the main part, or the code alone."""
    code, _is, share = words.partition("=")
    main = "*" in words
    found: dict[str, Any] = {"unit": code.replace("*", "").strip()}
    if share.replace("*", "").strip():
        found["share"] = share.replace("*", "").strip()
    return {**found, "main": True} if main else found


StepForms = forms.formset_factory(StepForm, extra=4, max_num=200, absolute_max=200)
