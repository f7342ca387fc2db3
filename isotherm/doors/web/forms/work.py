"""What a person fills in to act on assignments. Input is checked here, meaning in the acts.

Each form may name some of the document's tasks (`numbers`); naming none means all that the act fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from isotherm.doors.web.forms.directives import DAY, DAY_FORMATS, picked
from isotherm.execution.models import Obstacle
from isotherm.execution.papers import Paper
from isotherm.words import lazy

EVIDENCE_KINDS = ".pdf,.docx,.xlsx,.txt,.png,.jpg,.jpeg,.tif,.tiff"
FILES_MOST = 10


class _Many(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files under one name."""

    widget = _Many(attrs={"multiple": True, "accept": EVIDENCE_KINDS})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > FILES_MOST:
            raise forms.ValidationError(lazy("At most ten files at once."))
        return [super(FilesField, self).clean(one, initial) for one in given]


def words(label: Any, *, required: bool = False, rows: int = 3, most: int = 4000) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget)


def day(label: Any, *, required: bool = False, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DAY, input_formats=DAY_FORMATS, **more)


class WorkForm(forms.Form):
    """`tasks` are the tasks that the act fits, as (number, words)."""

    numbers = forms.TypedMultipleChoiceField(coerce=int, required=False, label=lazy("Only these tasks"))

    def __init__(self, *args: Any, tasks: Sequence[tuple[int, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.tasks = tasks
        self.fields["numbers"].choices = [(number, said) for number, said in tasks]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[int] | None:
        """The numbers named, or none for all."""
        return self.cleaned_data["numbers"] or None

    @property
    def ticked(self) -> set[str]:
        return {str(one) for one in self["numbers"].value() or ()}

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self.visible_fields() if bound.name not in ("numbers", "paper_symbol", "paper_date")]


class PaperForm(WorkForm):
    """An act that may cite the signed document that did it."""

    paper_symbol = forms.CharField(
        label=lazy("Number and symbol of the signed document"), required=False, max_length=120
    )
    paper_date = day(lazy("Date of the signed document"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        symbol, signed_on = given.get("paper_symbol", "").strip(), given.get("paper_date")
        if symbol and signed_on is None and "paper_date" not in self.errors:
            self.add_error("paper_date", lazy("Give the date of the signed document, too."))
        if signed_on is not None and not symbol:
            self.add_error("paper_symbol", lazy("Give the number and symbol of the signed document."))
        return given

    @property
    def paper(self) -> Paper | None:
        symbol: str = self.cleaned_data.get("paper_symbol", "").strip()
        signed_on: date | None = self.cleaned_data.get("paper_date")
        return Paper(symbol, signed_on) if symbol and signed_on is not None else None

    @property
    def paper_fields(self) -> list[forms.BoundField]:
        return [self["paper_symbol"], self["paper_date"]]

    @property
    def cites(self) -> bool:
        return bool(self["paper_symbol"].value() or self["paper_date"].value() or self["paper_symbol"].errors)


class TakeUpForm(PaperForm):
    pass


class PlanForm(PaperForm):
    words = words(lazy("Steps of the plan, who does them and by when"), rows=5)
    evidence = FilesField(label=lazy("File of the plan"), required=False)


class ReportForm(PaperForm):
    percent = forms.IntegerField(
        label=lazy("How far it is, in per cent"),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        widget=forms.NumberInput(attrs={"min": 0, "max": 100, "step": 5, "class": "narrow", "inputmode": "numeric"}),
    )
    words = words(lazy("What was done, with results"), rows=5)
    evidence = FilesField(label=lazy("Files that prove it"), required=False)
    done = forms.BooleanField(label=lazy("Everything is done: report completion"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("done") and given.get("percent") is None and "percent" not in self.errors:
            self.add_error("percent", lazy("Say how far it is, or report completion."))
        return given


class SendOnForm(PaperForm):
    whom = forms.ChoiceField(
        label=lazy("To whom"),
        choices=[("all", lazy("All units below that are expected")), ("some", lazy("Only the units ticked below"))],
        initial="all",
        widget=forms.RadioSelect,
    )
    targets = forms.TypedMultipleChoiceField(coerce=int, required=False, label=lazy("Units"))
    due_on = day(lazy("Earlier date for the units below"))

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.units = units
        self.fields["targets"].choices = list(units)  # type: ignore[attr-defined]

    @property
    def asked(self) -> list[int] | None:
        return None if self.cleaned_data["whom"] == "all" else self.cleaned_data["targets"]


class ExcuseForm(SendOnForm):
    due_on = None  # type: ignore[assignment]
    whom = forms.ChoiceField(
        label=lazy("Which units"),
        choices=[
            ("all", lazy("All units below that have not received it")),
            ("some", lazy("Only the units ticked below")),
        ],
        initial="some",
        widget=forms.RadioSelect,
    )
    reason = words(lazy("Reason why they have no part in it"), required=True, rows=2)


class ReconsiderForm(WorkForm):
    reason = words(
        lazy("Reason: wrong addressee, not within your powers, a duplicate, unclear, impossible date"), required=True
    )


class ObstacleForm(WorkForm):
    kind = forms.ChoiceField(label=lazy("What is missing"), choices=Obstacle.Kind.choices, widget=forms.RadioSelect)
    missing = words(lazy("The missing thing, in words"), required=True, rows=2, most=500)
    owing = forms.CharField(label=lazy("The body that owes it"), max_length=300, widget=picked())


class HandToForm(WorkForm):
    post = forms.TypedChoiceField(label=lazy("To which post"), coerce=int)
    note = words(lazy("Leader's note"), rows=2, most=1000)

    def __init__(self, *args: Any, posts: Sequence[tuple[int, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["post"].choices = list(posts)  # type: ignore[attr-defined]


class TakeBackForm(WorkForm):
    pass


class BelowForm(WorkForm):
    """An act on what other units did: of the units ticked, or of all that the list shows."""

    units = forms.TypedMultipleChoiceField(coerce=int, required=False, label=lazy("Units"))
    words = words(lazy("Words: what is expected and by when, or the reason"), rows=2, most=1000)
    due_on = day(lazy("New date, where it is sent back"))

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["units"].choices = list(units)  # type: ignore[attr-defined]

    @property
    def asked(self) -> list[int]:
        return list(self.cleaned_data["units"])
