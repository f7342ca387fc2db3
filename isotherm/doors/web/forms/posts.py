"""What is filled in about posts and people: founding, appointing, ending, moving, charging, expertise."""

from __future__ import annotations

from typing import Any

from django import forms

from isotherm.accounts import expertise, fields
from isotherm.accounts.models import Appointment
from isotherm.actor import Hand
from isotherm.doors.web.forms.work import day, words
from isotherm.doors.web.page import language
from isotherm.words import lazy

HANDS = {
    Hand.CLERK: lazy("Records clerk: registers, takes up, enters signed papers"),
    Hand.OFFICER: lazy("Officer: drafts"),
    Hand.APPROVER: lazy("Competent post: its act is the body's act"),
    Hand.LEADER: lazy("Leader: divides the work inside the body"),
    Hand.MONITOR: lazy("Follows and urges"),
    Hand.INSPECTOR: lazy("Inspects: reads, writes nothing"),
    Hand.ADMINISTRATOR: lazy("Administers people and posts, sees no work"),
    Hand.SUPPORT: lazy("Technical support, sees no work"),
}


def ground(*, required: bool = True) -> forms.CharField:
    return forms.CharField(label=lazy("Number and symbol of the decision"), max_length=200, required=required)


def receiver(*, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=lazy("Who takes over, by sign-in name"),
        max_length=80,
        required=required,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off", "spellcheck": "false"}),
    )


def _vacant(label: Any) -> forms.CharField:
    """By its code; the page suggests the posts that nobody holds, by their titles."""
    return forms.CharField(
        label=label,
        max_length=80,
        help_text=lazy("Posts that nobody holds are suggested by title and body. A code is such as P-52:van-thu."),
        widget=forms.TextInput(attrs={"list": "vacant", "autocomplete": "off", "spellcheck": "false"}),
    )


class _Chosen(forms.MultipleChoiceField):
    """Several of a list, each with a tick."""

    widget = forms.CheckboxSelectMultiple


class FoundForm(forms.Form):
    seat = forms.CharField(
        label=lazy("Code of the seat"),
        max_length=40,
        help_text=lazy("Small plain letters, digits and dashes, such as pho-chu-tich-1."),
    )
    title_vi = forms.CharField(label=lazy("Title in Vietnamese"), max_length=160)
    title_en = forms.CharField(label=lazy("Title in English"), max_length=160, required=False)
    hands = _Chosen(label=lazy("What the post does"), choices=[(hand.value, said) for hand, said in HANDS.items()])
    leading = forms.BooleanField(label=lazy("Counts among the leading posts to be filled"), required=False)
    expertise = forms.CharField(label=lazy("What the post requires, in words"), max_length=400, required=False)
    start = day(lazy("From the day"), required=True)
    ground = ground()


class AppointForm(forms.Form):
    person = forms.CharField(
        label=lazy("Sign-in name of the person"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off", "spellcheck": "false"}),
    )
    how = forms.ChoiceField(label=lazy("How"), choices=Appointment.How.choices, widget=forms.RadioSelect)
    start = day(lazy("From the day"), required=True)
    end = day(lazy("To the day before"))
    ground = ground()


class EndForm(forms.Form):
    on = day(lazy("The first day without it"), required=True)
    ground = ground()
    receiver = receiver()


class CloseForm(forms.Form):
    on = day(lazy("The first day without it"), required=True)
    ground = ground()


class BlankForm(forms.Form):
    """A button alone."""


class ChargeForm(forms.Form):
    field = forms.ChoiceField(label=lazy("Field"))
    start = day(lazy("From the day"), required=True)
    end = day(lazy("To the day before"))
    ground = ground()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(one, fields.field_name(one, language())) for one in fields.fields()]
        self.fields["field"].choices = choices  # type: ignore[attr-defined]


class EndChargeForm(forms.Form):
    on = day(lazy("The first day without it"), required=True)


class RequireForm(forms.Form):
    requires = _Chosen(label=lazy("Fields of expertise"), required=False)
    words = words(lazy("What else it requires, in words"), rows=2, most=400)
    ground = ground()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["requires"].choices = _expertise()  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    login = forms.CharField(
        label=lazy("Sign-in name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=lazy("Family name and given name"), max_length=120)
    password = forms.CharField(
        label=lazy("First password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    post = _vacant(lazy("Code of the post"))
    start = day(lazy("From the day"), required=True)
    ground = ground()


class MoveForm(forms.Form):
    old = forms.ChoiceField(label=lazy("Leaves the post"))
    new = _vacant(lazy("Code of the new post"))
    on = day(lazy("The first day in the new post"), required=True)
    ground = ground()
    receiver = receiver()

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["old"].choices = posts  # type: ignore[attr-defined]


class ExpertiseForm(forms.Form):
    what = forms.ChoiceField(label=lazy("Field of expertise"))
    since = day(lazy("Since"), required=True)
    ground = forms.CharField(label=lazy("Degree, certificate or decision, by its number"), max_length=200)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["what"].choices = _expertise()  # type: ignore[attr-defined]


class SignForm(forms.Form):
    note = words(lazy("Remarks"), rows=2, most=1000)


class ReceiverForm(forms.Form):
    receiver = receiver(required=True)


class WithdrawForm(forms.Form):
    reason = words(lazy("Reason"), required=True, rows=2, most=400)


class TakeAwayForm(forms.Form):
    reason = words(lazy("What happened, and how you know it is her"), required=True, rows=2, most=400)


def _expertise() -> list[tuple[str, str]]:
    return [(one, expertise.named(one, language())) for one in expertise.known()]
