"""What the owing or the assigning body fills in about an obstacle."""

from __future__ import annotations

from django import forms

from isotherm.doors.web.forms.work import day, words
from isotherm.words import lazy


class AcceptForm(forms.Form):
    promised_on = day(lazy("Promised for"))


class RefuseForm(forms.Form):
    reason = words(lazy("Reason"), required=True, rows=2, most=1000)


class PromiseForm(forms.Form):
    promised_on = day(lazy("Promised for"), required=True)


class DeliverForm(forms.Form):
    symbol = forms.CharField(label=lazy("Number and symbol of the document, or what was delivered"), max_length=120)
