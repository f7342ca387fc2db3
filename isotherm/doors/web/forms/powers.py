"""What an office fills in about powers: the decision, its end, the answer of a receiving body, a list."""

from __future__ import annotations

from django import forms

from isotherm.accounts.models import Power, PowerAnswer
from isotherm.doors.web.forms.picker import UnitsField
from isotherm.doors.web.forms.posts import ground
from isotherm.doors.web.forms.work import day, words
from isotherm.units.models import KindOfUnit
from isotherm.words import lazy

LEVELS = (
    KindOfUnit.MINISTRY,
    KindOfUnit.MINISTERIAL_AGENCY,
    KindOfUnit.PROVINCE_COMMITTEE,
    KindOfUnit.PROVINCE_DEPARTMENT,
    KindOfUnit.COMMUNE_COMMITTEE,
)


class PowerForm(forms.Form):
    matter = words(lazy("Which power"), required=True, rows=2, most=1000)
    way = forms.ChoiceField(label=lazy("In which way"), choices=Power.Way.choices, widget=forms.RadioSelect)
    from_unit = UnitsField(label=lazy("Body that gives it"), many=False)
    to_unit = UnitsField(label=lazy("Body that receives it"), many=False, required=False)
    to_kind = forms.ChoiceField(
        label=lazy("Or every body of this level below it"),
        choices=[("", "–"), *((one.value, one.label) for one in LEVELS)],
        required=False,
    )
    ground = ground()
    start = day(lazy("From the day"), required=True)
    end = day(lazy("To the day before"))
    people = words(lazy("People named for it"), rows=2, most=1000)
    money = words(lazy("Money named for it"), rows=2, most=1000)
    system = words(lazy("System named for it"), rows=2, most=1000)
    phrases = forms.CharField(
        label=lazy("Words by which a task is known to need it, one a line"),
        required=False,
        max_length=4000,
        help_text=lazy("Without any, the words of the power itself."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndPowerForm(forms.Form):
    on = day(lazy("The first day without it"), required=True)
    ground = ground()


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=lazy("Can your body carry it out?"), choices=PowerAnswer.Answer.choices, widget=forms.RadioSelect
    )
    words = words(lazy("What is missing: people, money, a system, a rule"), rows=3, most=2000)


class ListForm(forms.Form):
    file = forms.FileField(label=lazy("The list (.xlsx or .csv)"))


class OverruleForm(forms.Form):
    reason = words(lazy("Reason why the task may go to this lead"), required=True, rows=2, most=1000)
