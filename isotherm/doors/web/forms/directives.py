"""What a person fills in about documents and their tasks. Input is checked here, meaning in the acts."""

from __future__ import annotations

from typing import Any

from django import forms

from isotherm.directives.models import Task
from isotherm.doors.web.forms.picker import Picker
from isotherm.execution.acts.recall import CORRECTABLE
from isotherm.words import lazy

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "narrow"})
# `<input type="date">` sends ISO; somebody without that control types d/m/Y.
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]


def picked(**more: str) -> Picker:
    """A field that suggests units of the register while typing, and takes plain words as a text writes them."""
    return Picker(words=True, attrs=more)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=lazy("The document's file"),
        error_messages={
            "required": lazy("Choose a file first."),
            "missing": lazy("Choose a file first."),
            "empty": lazy("The file is empty."),
        },
    )


class HeadingForm(forms.Form):
    """What the document says of itself. What was not found stays empty for a person to fill in."""

    symbol = forms.CharField(label=lazy("Number and symbol"), max_length=120)
    type_name = forms.CharField(label=lazy("Type"), max_length=120, required=False)
    issuer = forms.CharField(label=lazy("Issuing body"), max_length=300, widget=picked())
    signed_on = forms.DateField(label=lazy("Date of issue"), widget=DAY, input_formats=DAY_FORMATS)
    subject = forms.CharField(label=lazy("Subject"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    signer = forms.CharField(label=lazy("Signer"), max_length=120, required=False)
    signer_title = forms.CharField(label=lazy("Signer's position"), max_length=200, required=False)
    signed_how = forms.ChoiceField(
        label=lazy("In whose name it gives tasks"),
        choices=[
            ("own", lazy("In the issuing body's own name")),
            ("by_order", lazy("By order (TL.) of the chair of the committee above it")),
            ("by_delegation", lazy("By delegation (TUQ.) of the chair of the committee above it")),
        ],
        required=False,
    )
    place = forms.CharField(label=lazy("Place"), max_length=120, required=False)
    urgency = forms.CharField(label=lazy("Urgency"), max_length=20, required=False)


class TaskForm(forms.Form):
    """One proposed task. Leads and coordinators come as several fields of one name, one body each."""

    kind = forms.ChoiceField(label=lazy("What it is"), choices=Task.Kind.choices)
    action = forms.CharField(label=lazy("The work"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    due_on = forms.DateField(label=lazy("Deadline"), required=False, widget=DAY, input_formats=DAY_FORMATS)
    deadline_text = forms.CharField(label=lazy("Words of the deadline"), max_length=500, required=False)
    recurrence = forms.ChoiceField(label=lazy("Recurrence"), required=False)
    product = forms.CharField(label=lazy("Product"), max_length=500, required=False)
    responsible = forms.CharField(label=lazy("Responsibility"), max_length=500, required=False)
    authority = forms.CharField(label=lazy("Authority"), max_length=500, required=False)
    expects_communes = forms.BooleanField(label=lazy("Communes are to carry it out, too"), required=False)
    monitor = forms.CharField(label=lazy("Monitoring body"), required=False, widget=picked())
    confirmer = forms.CharField(label=lazy("Body that confirms completion"), required=False, widget=picked())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recurrence"].choices = RECURRENCES  # type: ignore[attr-defined]


RECURRENCES = [
    ("", lazy("Once")),
    ("weekly", lazy("Weekly")),
    ("monthly", lazy("Monthly")),
    ("quarterly", lazy("Quarterly")),
    ("yearly", lazy("Yearly")),
    ("periodic", lazy("Periodically")),
    ("ongoing", lazy("All the time")),
]

_DOES_IT = lazy("Number and symbol of the document that does it")
_CORRECTED = {
    "action": lazy("The work"),
    "product": lazy("Product"),
    "deadline_text": lazy("Words of the deadline"),
    "responsible": lazy("Responsibility"),
    "authority": lazy("Authority"),
    "due_on": lazy("Deadline"),
}


class CorrectForm(forms.Form):
    what = forms.ChoiceField(label=lazy("What is corrected"), choices=[(one, _CORRECTED[one]) for one in CORRECTABLE])
    new = forms.CharField(
        label=lazy("New wording"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = forms.DateField(label=lazy("New deadline"), required=False, widget=DAY, input_formats=DAY_FORMATS)
    reason = forms.CharField(label=lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    symbol = forms.CharField(label=_DOES_IT, required=False, max_length=120)


class RecallForm(forms.Form):
    reason = forms.CharField(label=lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    symbol = forms.CharField(label=_DOES_IT, required=False, max_length=120)


def words_of(name: str) -> str:
    """The label of a task's correctable field."""
    return str(_CORRECTED.get(name, name))
