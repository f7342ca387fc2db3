"""What each clause of a document is, and what its tasks leave unclear: of a registered document, and of a draft that is
only looked at and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from isotherm.directives import coverage, policy, powers, queries, rules, unclear
from isotherm.directives.acts import review as acts
from isotherm.directives.coverage import Coverage
from isotherm.directives.models import Document, Task
from isotherm.directives.reading import SCANNED_AT_ONCE, WARNINGS, Reading, read_file
from isotherm.doors.web import (
    addresses,  # noqa: F401  the converter "code"
    coverage_files,
    review_steps,
)
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.power_doubts import power_words
from isotherm.doors.web.pressed import Done, chosen, once, pressed
from isotherm.refusals import NotAccepted, Refusal, Secret
from isotherm.units import queries as unit_queries
from isotherm.words import _, lazy, ngettext

PAGE = 25


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    words: str
    count: int


@signed_in
def covered(request: DeskRequest, code: str) -> HttpResponse:
    document = queries.document_for(request.actor, code)
    if request.method != "POST":
        return _show(request, document)
    verb = _VERBS.get(pressed(request)[0], _unknown)
    try:
        done = once(request, lambda: verb(request, document), selected=chosen(request, "clause"))
    except Refusal as no:
        document.refresh_from_db()
        return _show(request, document, refusal=no)
    messages.success(request, done.words)
    return redirect(request.get_full_path())


def _unknown(request: DeskRequest, document: Document) -> Done:
    raise NotAccepted(lazy("Choose what is to be done."))


def _say(role: str) -> Callable[[DeskRequest, Document], Done]:
    def act(request: DeskRequest, document: Document) -> Done:
        done = acts.say_role(document.code, chosen(request, "clause"), role, actor=request.actor, at=now())
        words = ngettext("%(count)s clause: %(role)s.", "%(count)s clauses: %(role)s.", len(done))
        said = coverage.STANDINGS[role] if role else lazy("as it was read")
        return Done(words % {"count": len(done), "role": str(said).lower()})

    return act


def _take(kind: Task.Kind) -> Callable[[DeskRequest, Document], Done]:
    def act(request: DeskRequest, document: Document) -> Done:
        made = len(
            acts.take_clauses(document.code, chosen(request, "clause"), kind=kind, actor=request.actor, at=now())
        )
        words = ngettext("%(count)s task was added from the text.", "%(count)s tasks were added from the text.", made)
        return Done(words % {"count": made})

    return act


_VERBS: dict[str, Callable[[DeskRequest, Document], Done]] = {
    **{role: _say(role) for role in rules.ROLES},
    "read": _say(""),
    "add": _take(Task.Kind.TASK),
    "bind": _take(Task.Kind.STANDING),
    "undo": review_steps.undo,
    "redo": review_steps.redo,
}


def _show(request: DeskRequest, document: Document, *, refusal: Refusal | None = None) -> HttpResponse:
    found = coverage.of_document(document)
    asked = request.GET.get("as", "")
    if asked in coverage_files.FORMS:
        head = coverage_files.Head(document.code, document.symbol, document.subject)
        return coverage_files.FORMS[asked](head, found)
    tabs = _tabs(found)
    names = [tab.name for tab in tabs]
    shown = request.GET.get("show", "")
    shown = shown if shown in names else next((tab.name for tab in tabs if tab.count), names[0])
    points = [request.GET["point"]] if request.GET.get("point") in unclear.POINTS else unclear.NEEDED
    rows = found.lacking(*points) if shown == "unclear" else _clauses(found, shown)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    registered = document.state == Document.State.REGISTERED
    may_change = registered and policy.may_review(request.actor, document) is None
    context: dict[str, Any] = {
        "document": document,
        "found": found,
        "tabs": tabs,
        "shown": shown,
        "page": page,
        "printed": bool(request.GET.get("print")),
        "points": _points(found),
        "point": points[0] if len(points) == 1 else "",
        "standings": coverage.STANDINGS,
        "who_words": unclear.mending("person", document.language),
        "may_change": may_change,
        "may_review": document.state not in queries.GONE and policy.may_review(request.actor, document) is None,
        "steps": review_steps.steps_of(document) if may_change else None,
        "refusal": refusal,
    }
    return show(request, "coverage/page.html", context, status=refusal.http_status if refusal else 200)


def _tabs(found: Coverage) -> list[Tab]:
    words = coverage.STANDINGS
    binding = found.counts["prohibition"] + found.counts["standing"]
    return [
        Tab("unassigned", str(words["unassigned"]), found.counts["unassigned"]),
        Tab("unclear", _("Unclear tasks"), len(found.unclear)),
        Tab("binding", _("Prohibitions and standing requirements"), binding),
        Tab("principle", str(words["principle"]), found.counts["principle"]),
        Tab("other", str(words["other"]), found.counts["other"]),
        Tab("all", _("All clauses"), len(found.clauses)),
    ]


def _clauses(found: Coverage, shown: str) -> Sequence[coverage.Clause]:
    if shown == "all":
        return found.clauses
    wanted = ("prohibition", "standing") if shown == "binding" else (shown,)
    return [clause for clause in found.clauses if clause.standing in wanted]


def _points(found: Coverage) -> list[tuple[str, str, int]]:
    return [(point, str(words), found.by_point.get(point, 0)) for point, words in unclear.UNCLEAR.items()]


# --- a draft ------------------------------------------------------------------------------------------------
class DraftForm(forms.Form):
    """A file, or the text itself. Nothing of it is kept."""

    file = forms.FileField(label=lazy("The draft's file"), required=False)
    text = forms.CharField(
        label=lazy("The draft's text"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 12})
    )


@signed_in
def draft_check(request: DeskRequest) -> HttpResponse:
    """Read a draft, say what it leaves open, and forget it: no file, no text, no line in the ledger."""
    if request.method != "POST":
        return show(request, "coverage/draft.html", _draft())
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, "coverage/draft.html", _draft(form=form), status=422)
    try:
        reading = _read(form.cleaned_data)
    except Secret as no:
        return show(request, "directives/secret.html", {"refusal": no}, status=no.http_status)
    except Refusal as no:
        return show(request, "coverage/draft.html", _draft(form=form, refusal=no), status=no.http_status)
    found = coverage.of_reading(reading)
    asked = request.POST.get("as", "")
    if asked in coverage_files.FORMS:
        head = coverage_files.Head("draft", reading.header.symbol or "", reading.header.subject or "")
        return coverage_files.FORMS[asked](head, found)
    again = DraftForm(initial={"text": reading.text})
    context = _draft(form=again, reading=reading, found=found)
    return show(request, "coverage/draft.html", context | {"powers": _powers(request, reading)})


def _read(given: Mapping[str, Any]) -> Reading:
    """A file wins over the text: it was chosen just now."""
    limit = settings.UPLOAD_LIMIT_MB * 1024 * 1024
    upload: UploadedFile[Any] | None = given["file"]
    if upload is not None:
        return read_file(upload.read(), upload.name or "", limit_bytes=limit, scanned=SCANNED_AT_ONCE)
    if not given["text"].strip():
        raise NotAccepted(lazy("Choose the draft's file, or paste its text."), field="text")
    return read_file(given["text"].encode(), _("the pasted text"), limit_bytes=limit)


def _powers(request: DeskRequest, reading: Reading) -> list[tuple[str, powers.Doubt, str]]:
    """Tasks of the draft whose lead does not hold the power they need: clause, doubt, words."""
    actor = request.actor
    if actor.unit_id is None:
        return []
    day = reading.header.signed_on or actor.day
    doubts = powers.of_reading(reading, issuer_id=actor.unit_id, day=day)
    names = unit_queries.named_on({one.unit_id for one in doubts}, day, language())
    return [
        (reading.candidates[one.number - 1].clause, one, power_words(one.why, [names.get(one.unit_id, "")]))
        for one in doubts
    ]


def _draft(
    *,
    form: DraftForm | None = None,
    reading: Reading | None = None,
    found: Coverage | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    return {
        "form": form or DraftForm(),
        "reading": reading,
        "found": found,
        "points": _points(found) if found else [],
        "standings": coverage.STANDINGS,
        "who_words": unclear.mending("person", reading.header.language) if reading else "",
        "warnings": [WARNINGS[one] for one in reading.warnings if one in WARNINGS] if reading else [],
        "refusal": refusal,
        "powers": [],
    }


urlpatterns = [
    path("directives/draft-check/", draft_check, name="draft-check"),
    path("directives/<code:code>/coverage/", covered, name="coverage"),
]
