"""A draft inside a body: read it, approve it, or send it back with words."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import path

from isotherm.accounts.models import Post
from isotherm.actor import Hand
from isotherm.directives.models import Document
from isotherm.doors.web.openings import hangs_on
from isotherm.doors.web.page import DeskRequest, back_to, key_of, language, now, show, signed_in, tell
from isotherm.execution.acts import drafts
from isotherm.execution.answers import Answer, once
from isotherm.execution.models import Draft
from isotherm.execution.queries import visible_drafts
from isotherm.records.keys import with_key
from isotherm.refusals import OutOfReach, Refusal
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import _, lazy, ngettext

VERBS = {
    "plan": lazy("Plan"),
    "report": lazy("Report"),
    "send_on": lazy("Pass on to subordinates"),
    "reconsider": lazy("Ask to reconsider the assignment"),
    "obstacle": lazy("Report an obstacle"),
}


@signed_in
def page(request: DeskRequest, number: int) -> HttpResponse:
    made = visible_drafts(request.actor).filter(pk=number).first()
    if made is None:
        raise OutOfReach(lazy("There is no such draft within your reach."), remedy=lazy("Open it from your desk."))
    hangs_on(request, made.payload["document"])
    refusal = None
    if request.method == "POST":
        try:
            return _decided(request, made)
        except Refusal as no:
            refusal = no
    return show(
        request, "drafts/page.html", _context(request, made, refusal), status=refusal.http_status if refusal else 200
    )


def _decided(request: DeskRequest, made: Draft) -> HttpResponse:
    at, actor, key = now(), request.actor, key_of(request)
    if request.POST.get("decision") == "approve":
        answer: Answer = once(actor, key, at=at, act=lambda: drafts.approve(made.pk, actor=actor, at=at))
        if not answer.done and not answer.refused:
            messages.success(request, _("The draft was approved."))
            return back_to(request, "/")
        tell(
            request,
            answer,
            done=ngettext(
                "Approved: it is now your body's act on %(count)s assignment.",
                "Approved: it is now your body's act on %(count)s assignments.",
                answer.done,
            )
            % {"count": answer.done},
        )
    else:
        note = request.POST.get("note", "")
        with_key(
            actor,
            key,
            at=at,
            act=lambda: drafts.send_back(made.pk, note=note, actor=actor, at=at).pk,
            to_answer=lambda kept: kept,
            from_answer=lambda kept: kept,
        )
        messages.success(request, _("The draft was sent back to its author."))
    return back_to(request, "/")


def _context(request: DeskRequest, made: Draft, refusal: Refusal | None) -> dict[str, object]:
    document = Document.objects.filter(pk=made.document_id or 0).first()
    unit = Unit.objects.get(pk=made.unit_id)
    targets = [int(one) for one in made.payload.get("targets") or ()]
    bodies = unit_queries.named_on([made.unit_id, *targets], request.actor.day, language())
    posts = Post.objects.in_bulk([post for post in (made.made_by_post, made.decided_by_post) if post])
    numbers = made.payload.get("numbers")
    tasks = list(document.tasks.filter(state="issued").order_by("number")) if document else []
    return {
        "made": made,
        "document": document,
        "unit": unit,
        "unit_words": bodies.get(made.unit_id, ""),
        "verb": VERBS.get(made.verb, made.verb),
        "author": posts[made.made_by_post].title(language()) if made.made_by_post in posts else "",
        "decider": posts[made.decided_by_post].title(language()) if made.decided_by_post in posts else "",
        "targets": [bodies.get(one, "") for one in targets],
        "tasks": [task for task in tasks if numbers is None or task.number in numbers] if numbers else [],
        "files": made.payload.get("evidence", ()),
        "may_decide": made.state == Draft.State.WAITING and request.actor.has(Hand.APPROVER),
        "refusal": refusal,
        "note": request.POST.get("note", ""),
    }


urlpatterns = [
    path("drafts/<int:number>/", page, name="draft"),
]
