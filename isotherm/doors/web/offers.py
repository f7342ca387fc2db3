"""Several forms on one page, each for an act of its own: the button says in `do` which one is handed in; a refused one
stays open with what was entered, and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from isotherm.doors.web.page import DeskRequest
from isotherm.doors.web.pressed import Done, once, pressed
from isotherm.refusals import NotYours, Refusal
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be done: the form, what it is called, what its button says."""

    verb: str
    title: Any
    button: Any
    form: forms.Form
    act: Callable[[Mapping[str, Any]], str]  # the cleaned form -> the sentence that says what was done
    note: Any = ""
    number: int | None = None  # of the record, where there is one form for each
    is_open: bool = False

    @property
    def press(self) -> str:
        return self.verb if self.number is None else f"{self.verb}-{self.number}"


@dataclass(frozen=True, slots=True)
class Handed:
    """The answer to a form: where it went through, the way on; else the offers with the one that was refused."""

    response: HttpResponse | None
    offers: list[Offer]
    refusal: Refusal | None = None
    status: int = 200


# How a page makes an offer's form: empty, or bound to what was handed in.
Make = Callable[[Any], Sequence[Offer]]


def hand_in(request: DeskRequest, make: Make) -> Handed:
    """`make(data)` gives the page's offers, each with a form bound to `data`; `make(None)` gives them empty."""
    empty = list(make(None))
    if request.method != "POST":
        return Handed(None, empty)
    verb, number = pressed(request)
    at = next((place for place, one in enumerate(empty) if (one.verb, one.number) == (verb, number)), None)
    if at is None:
        no = NotYours(lazy("Your post may not do this here, or not any more."), remedy=lazy("Reload the page."))
        return Handed(None, empty, no, no.http_status)
    chosen = make(request.POST)[at]
    if not chosen.form.is_valid():
        return Handed(None, _with(empty, at, chosen), None, 422)
    try:
        done = once(request, lambda: Done(chosen.act(chosen.form.cleaned_data)))
    except Refusal as no:
        known = no.field if no.field in chosen.form.fields else None
        chosen.form.add_error(known, " ".join(filter(None, [str(no), str(no.remedy)])))
        return Handed(None, _with(empty, at, chosen), None, no.http_status)
    messages.success(request, done.words)
    return Handed(redirect(request.get_full_path()), empty)


def _with(offers: list[Offer], at: int, chosen: Offer) -> list[Offer]:
    return [replace(chosen, is_open=True) if place == at else one for place, one in enumerate(offers)]
