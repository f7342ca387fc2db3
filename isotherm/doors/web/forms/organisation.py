"""What an office fills in about how many people and bodies another may have."""

from __future__ import annotations

from django import forms

from isotherm.accounts.models import Target
from isotherm.doors.web.forms.posts import ground
from isotherm.doors.web.forms.work import day
from isotherm.words import lazy


class TargetForm(forms.Form):
    what = forms.ChoiceField(label=lazy("What is limited"), choices=Target.What.choices, widget=forms.RadioSelect)
    most = forms.IntegerField(
        label=lazy("At most"), min_value=0, max_value=10_000_000, widget=forms.NumberInput(attrs={"class": "narrow"})
    )
    start = day(lazy("From the day"), required=True)
    end = day(lazy("To the day before"))
    ground = ground()


class EndTargetForm(forms.Form):
    on = day(lazy("The first day without it"), required=True)
    ground = ground()
