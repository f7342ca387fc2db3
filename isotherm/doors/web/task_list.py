"""A list of tasks that an office keeps, brought into a document: hand it in, say what its columns hold, see where each
row would stand and what is wrong in it, then bring it in.

The file is kept by its hash between the steps; whoever handed it in goes on with it by a signed ticket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.directives import policy, queries
from isotherm.directives.acts import task_list as acts
from isotherm.directives.exchange.lists.heads import FIELDS
from isotherm.directives.exchange.lists.opened import Opened, open_list
from isotherm.directives.exchange.lists.plan import LEAVE, TAKE, Planned, Standing
from isotherm.directives.exchange.lists.sheets import COVERED, sheets_of
from isotherm.directives.letters import one_line
from isotherm.directives.models import Document
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.page import DeskRequest, key_of, now, show, signed_in
from isotherm.doors.web.pressed import pressed
from isotherm.records import files
from isotherm.records.keys import with_key
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, Refusal, Secret, refuse_unless
from isotherm.words import lazy, ngettext

KEPT_FOR = timedelta(hours=12)
SHOWN = 100  # ready rows spelled out; the rest is counted
OTHERS = 12


class ListForm(forms.Form):
    file = forms.FileField(
        label=lazy("The list's file"),
        error_messages={
            "required": lazy("Choose a file first."),
            "missing": lazy("Choose a file first."),
            "empty": lazy("The file is empty."),
        },
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list, with an example from its first rows and what it holds."""

    at: int
    letters: str
    words: str
    example: str
    field: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another document that rows name; its address, where it is registered within reach and still open."""

    symbol: str
    count: int
    address: str


@signed_in
def new(request: DeskRequest, code: str) -> HttpResponse:
    document = _document(request, code)
    if document.state in queries.GONE:
        return redirect("directive", code=document.code)
    if request.method != "POST":
        return show(request, "task_list/new.html", {"document": document, "form": ListForm(), "refusal": None})
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, "task_list/new.html", {"document": document, "form": form, "refusal": None}, status=422)
    upload: UploadedFile[Any] = form.cleaned_data["file"]
    try:
        content, name = _read(upload)
        sheets_of(content, name)  # looked at for marks before anything is kept
    except Secret as no:
        return show(request, "directives/secret.html", {"refusal": no}, status=no.http_status)
    except Refusal as no:
        context = {"document": document, "form": ListForm(), "refusal": no}
        return show(request, "task_list/new.html", context, status=no.http_status)
    kept = files.keep(content)
    return redirect(_address(request, document, kept.sha256, name))


def _document(request: DeskRequest, code: str) -> Document:
    document = queries.document_for(request.actor, code)
    refuse_unless(policy.may_bring_in(request.actor, document))
    if document.state == Document.State.SUBMITTED:
        raise NotNow(
            lazy("The tasks wait for a second person to send them and cannot be changed."),
            remedy=lazy("Take the submission back first."),
        )
    return document


def _read(upload: UploadedFile[Any]) -> tuple[bytes, str]:
    if (upload.size or 0) > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
        most = {"most": settings.UPLOAD_LIMIT_MB}
        raise NotAccepted(lazy("The file is larger than %(most)s MB."), most, field="file")
    name = re.sub(r"[\x00-\x1f/\\]+", "_", upload.name or "").strip()[-200:] or "list"
    return upload.read(), name


def _address(request: DeskRequest, document: Document, sha256: str, name: str) -> str:
    ticket = signing.dumps([request.actor.post_id, sha256, name], salt="task-list", compress=True)
    return f"{reverse('task-list-rows', args=[document.code, sha256])}?of={ticket}"


def _kept(request: DeskRequest, sha256: str) -> tuple[bytes, str]:
    try:
        post, kept, name = signing.loads(request.GET.get("of", ""), salt="task-list", max_age=KEPT_FOR)
    except signing.BadSignature:
        post, kept, name = None, "", ""
    if post != request.actor.post_id or kept != sha256:
        raise OutOfReach(lazy("There is no list of yours waiting here."), remedy=lazy("Hand the list in again."))
    with files.open_file(sha256) as content:
        return content.read(), name


@signed_in
def rows(request: DeskRequest, code: str, sha256: str) -> HttpResponse:
    document = _document(request, code)
    if document.state in queries.GONE:
        return redirect("directive", code=document.code)
    content, name = _kept(request, sha256)
    try:
        seen = _opened(request, document, content, name)
    except Refusal as no:
        if request.method != "POST":
            raise
        seen = open_list(document, content, name, actor=request.actor, sheet=request.POST.get("sheet", ""))
        return _show(request, document, name, sha256, seen, refusal=no)
    if pressed(request)[0] != "take":
        return _show(request, document, name, sha256, seen)
    try:
        count = _bring_in(request, document, seen, sha256=sha256, name=name)
    except Refusal as no:
        document.refresh_from_db()
        return _show(request, document, name, sha256, seen, refusal=no)
    messages.success(
        request,
        ngettext(
            "%(count)s task was brought in; confirm it like the others.",
            "%(count)s tasks were brought in; confirm them like the others.",
            count,
        )
        % {"count": count},
    )
    return redirect("review", code=document.code)


def _opened(request: DeskRequest, document: Document, content: bytes, name: str) -> Opened:
    """As the form says; on the first look, as the office said before or as the head proposes."""
    form = request.POST
    columns = None
    if "columns" in form and form.get("sheet", "") == form.get("columns"):
        columns = {value: at for at in range(64) if (value := form.get(f"c-{at}", ""))}
        if len(columns) < sum(bool(form.get(f"c-{at}")) for at in range(64)):
            raise NotAccepted(
                lazy("Two columns are said to hold the same."),
                remedy=lazy("Choose for each thing the one column that holds it."),
            )
    return open_list(
        document, content, name, actor=request.actor, sheet=form.get("sheet", ""), columns=columns, said=_said(request)
    )


def _said(request: DeskRequest) -> dict[int, str]:
    """What she said of rows: `s-12` is the button, `w-12` words of the document, `r-12` takes both back."""
    form = request.POST
    rows = [found.group(1) for key in form if (found := re.fullmatch(r"s-(\d{1,7})", key, re.ASCII))]
    return {
        int(row): form.get(f"w-{row}", "").strip() or form.get(f"s-{row}", "") for row in rows if f"r-{row}" not in form
    }


def _bring_in(request: DeskRequest, document: Document, seen: Opened, *, sha256: str, name: str) -> int:
    source = acts.Source(sha256, name, seen.head.fingerprint, seen.head.words, seen.columns)
    ready = seen.plan.of(Standing.READY)
    at = now()
    count: int = with_key(
        request.actor,
        key_of(request),
        at=at,
        act=lambda: len(acts.bring_in(document.code, ready, source=source, actor=request.actor, at=at)),
        to_answer=lambda count: count,
        from_answer=int,
    )
    return count


def _show(
    request: DeskRequest,
    document: Document,
    name: str,
    sha256: str,
    seen: Opened,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    plan = seen.plan
    ready = plan.of(Standing.READY)
    context = {
        "document": document,
        "name": name,
        "seen": seen,
        "columns": _columns(seen),
        "fields": FIELDS,
        "known": "task" in seen.columns,
        "ready": [(one, _said(request).get(one.row.number, "")) for one in ready[:SHOWN]],
        "ready_count": len(ready),
        "doubtful_count": sum(bool(one.row.problems) for one in ready),
        "asks": [_asked(one, document, request) for one in plan.of(Standing.LOOK, Standing.UNPLACED, Standing.LEFT)],
        "stopped": plan.of(Standing.STOPPED),
        "there": plan.of(Standing.THERE),
        "others": _others(request, document, sha256, name, seen),
        "parts": (TAKE, LEAVE),
        "refusal": refusal,
    }
    return show(request, "task_list/page.html", context, status=refusal.http_status if refusal else 200)


def _asked(one: Planned, document: Document, request: DeskRequest) -> dict[str, Any]:
    """A row that waits for a person: the words it would quote, and what she said so far."""
    number = one.row.number
    return {
        "one": one,
        "quote": document.text[one.place.start : one.place.end] if one.place else "",
        "said": request.POST.get(f"s-{number}", ""),
        "words": request.POST.get(f"w-{number}", ""),
    }


def _columns(seen: Opened) -> list[Column]:
    by_place = {place: field for field, place in seen.columns.items()}
    below = seen.sheet.rows[seen.head.last + 1 : seen.head.last + 12]
    return [
        Column(
            at=at,
            letters=letters,
            words=seen.head.words[at] if at < len(seen.head.words) else "",
            example=next((one_line(row[at]) for row in below if row[at] and row[at] not in COVERED), ""),
            field=by_place.get(at, ""),
        )
        for at, letters in enumerate(seen.sheet.columns)
    ]


def _others(request: DeskRequest, document: Document, sha256: str, name: str, seen: Opened) -> list[Other]:
    found = []
    reachable = queries.visible_documents(request.actor).exclude(pk=document.pk)
    for symbol, count in list(seen.plan.others.items())[:OTHERS]:
        other = reachable.filter(symbol_key=queries.symbol_key(symbol), state=Document.State.REGISTERED).first()
        may = other is not None and policy.may_bring_in(request.actor, other) is None
        found.append(Other(symbol, count, _address(request, other, sha256, name) if other is not None and may else ""))
    return found


urlpatterns = [
    path("directives/<code:code>/list/", new, name="task-list"),
    path("directives/<code:code>/list/<code:sha256>/", rows, name="task-list-rows"),
]
