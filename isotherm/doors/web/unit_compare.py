"""An official list held against the register: what differs, row by row, and a draft of the reorganisation out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.actor import Actor
from isotherm.doors.web.forms.picker import UnitsField
from isotherm.doors.web.forms.reorganisations import DecisionForm
from isotherm.doors.web.page import DeskRequest, now, show, signed_in
from isotherm.doors.web.pressed import Done, once
from isotherm.records import files
from isotherm.refusals import NotAccepted, OutOfReach, Refusal
from isotherm.units import compare
from isotherm.units.compare import WORDS, Comparison, Difference, Listed, What
from isotherm.units.history import branch_label
from isotherm.units.models import KindOfUnit
from isotherm.units.reorganisation import acts, from_list, policy
from isotherm.units.reorganisation.acts import Draft
from isotherm.units.reorganisation.from_list import Proposal
from isotherm.words import lazy, ngettext

SALT = "unit-compare"
KEPT_FOR = 12 * 3600
MOST_BYTES = 8 * 1024 * 1024
SHOWN = 500
ASKED = 60  # of so many that are gone it is asked who takes over


class ListForm(forms.Form):
    file = forms.FileField(
        label=lazy("The list (.csv)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": lazy("Choose a file first."), "empty": lazy("The file is empty.")},
    )


class HeirsForm(forms.Form):
    """Who takes over what the list no longer has; empty: it stays."""

    def __init__(self, found: Comparison, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = (KindOfUnit.COMMUNE_COMMITTEE, KindOfUnit.PROVINCE_COMMITTEE)
        gone = [one for one in found.differences if one.what == What.GONE and one.code not in found.heirs]
        for one in gone[:ASKED]:
            self.fields[f"heir-{one.code}"] = UnitsField(
                label=f"{one.name} ({one.code})", required=False, kinds=kinds, loose=True
            )

    @property
    def heirs(self) -> dict[str, list[str]]:
        return {name.removeprefix("heir-"): codes for name, codes in self.cleaned_data.items() if codes}


@dataclass(frozen=True, slots=True)
class Held:
    """A list that was handed in, as read."""

    ticket: str
    name: str
    listed: list[Listed]
    found: Comparison


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    if not request.actor.has(*policy.DRAFTING):
        raise policy.not_the_office()
    ticket = request.POST.get("of") or request.GET.get("of", "")
    if ticket:
        held = _held(request, ticket)
        return _draft(request, held) if request.method == "POST" else _shown(request, held)
    if request.method == "POST":
        return _take(request)
    return show(request, "units/compare.html", {"form": ListForm(), "held": None, "refusal": None})


def _take(request: DeskRequest) -> HttpResponse:
    """Read first; what is no list is not kept."""
    form = ListForm(request.POST, request.FILES)
    refusal: Refusal | None = None
    status = 422
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > MOST_BYTES:
                raise NotAccepted(lazy("The list is larger than 8 MB."), remedy=lazy("Save it as CSV UTF-8."))
            content = upload.read()
            compare.read(content)
            kept = files.keep(content)
            said = [request.actor.post_id, kept.sha256, (upload.name or "")[:120]]
            of = signing.dumps(said, salt=SALT, compress=True)
            return redirect(f"{reverse('unit-compare')}?{urlencode({'of': of})}")
        except Refusal as no:
            refusal, status = no, no.http_status
    return show(request, "units/compare.html", {"form": form, "held": None, "refusal": refusal}, status=status)


def _held(request: DeskRequest, ticket: str) -> Held:
    try:
        post, sha256, name = signing.loads(ticket, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        post, sha256, name = None, "", ""
    if post is None or post != request.actor.post_id:
        raise OutOfReach(lazy("There is no list of yours waiting here."), remedy=lazy("Hand the list in again."))
    with files.open_file(sha256) as content:
        listed, faults = compare.read(content.read())
    return Held(ticket, name, listed, compare.compare(listed, faults, _eve(request)))


def _eve(request: DeskRequest) -> date:
    """The list is held against the day before it holds."""
    words = request.POST.get("day") or request.GET.get("day", "")
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(words, form).date() - timedelta(days=1)
        except ValueError:
            continue
    return request.actor.day


def _draft(request: DeskRequest, held: Held) -> HttpResponse:
    decision, heirs = DecisionForm(request.POST), HeirsForm(held.found, request.POST)
    if not decision.is_valid() or not heirs.is_valid():
        return _shown(request, held, decision=decision, heirs=heirs, status=422)
    try:
        if held.found.faults and not request.POST.get("leave-out"):
            raise NotAccepted(
                lazy("%(count)s rows of the list could not be read."),
                {"count": len(held.found.faults)},
                remedy=lazy("Mend them and hand the list in again, or say that they are left out."),
            )
        proposal = from_list.propose(held.found, held.listed, heirs=heirs.heirs)
        if not proposal.steps:
            raise NotAccepted(lazy("The list gives nothing to draft."), remedy=lazy("Say who takes over what is gone."))
        made = once(request, lambda: _made(proposal, decision.cleaned_data, request.actor, now()))
    except Refusal as no:
        return _shown(request, held, decision=decision, heirs=heirs, refusal=no, status=no.http_status)
    messages.success(
        request,
        ngettext("%(n)s step was drafted from the list.", "%(n)s steps were drafted from the list.", made.number or 0)
        % {"n": made.number or 0},
    )
    return redirect("reorganisation", made.words)


def _made(proposal: Proposal, said: Mapping[str, Any], actor: Actor, at: datetime) -> Done:
    made = acts.draft(Draft(steps=proposal.steps, **said), actor=actor, at=at)
    return Done(made.code, len(proposal.steps))


def _shown(
    request: DeskRequest,
    held: Held,
    *,
    decision: DecisionForm | None = None,
    heirs: HeirsForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    found = held.found
    left = from_list.propose(found, held.listed).left
    context = {
        "held": held,
        "found": found,
        "counts": [(WORDS[what], count) for what, count in found.counts().items()],
        "differences": _rows(found),
        "more": max(0, len(found.differences) - SHOWN),
        "left": left,
        "decision": decision or DecisionForm(initial={"issuer": "QH", "title": held.name.rsplit(".", 1)[0]}),
        "heirs": heirs or HeirsForm(found),
        "refusal": refusal,
        "form": None,
    }
    return show(request, "units/compare.html", context, status=status)


def _rows(found: Comparison) -> list[tuple[Any, Difference, str, str]]:
    """Each with its two sides in words: kinds by their names, provinces by name and code."""
    provinces = compare.held_on(found.day, (KindOfUnit.PROVINCE_COMMITTEE,))

    def side(what: What, value: str) -> str:
        if what == What.OTHER_KIND:
            return branch_label(value) or value
        if what == What.MOVED and value in provinces:
            return f"{provinces[value].name} ({value})"
        return value

    return [
        (WORDS[one.what], one, side(one.what, one.was), side(one.what, one.becomes))
        for one in found.differences[:SHOWN]
    ]


urlpatterns = [path("units/compare", page, name="unit-compare")]
