"""Tasks that lose their ground: what a document takes away from others, and what others took away from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from isotherm.accounts.models import Post
from isotherm.directives import policy, queries
from isotherm.directives.acts import relations
from isotherm.directives.models import Document, GroundDecision, Relation, Task
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.pressed import Done, chosen, once, pressed, whole
from isotherm.execution import grounds
from isotherm.execution.acts import ground as acts
from isotherm.execution.acts.recall import may_change
from isotherm.execution.grounds import Lost
from isotherm.refusals import NotAccepted, Refusal, refuse_unless
from isotherm.words import _, lazy, ngettext

PAGE = 25
AROUND = 90  # letters of the text beside the place where it repeals
NEW_TASKS = 300  # of the new document, offered as those that carry on


@dataclass(frozen=True, slots=True)
class Repeal:
    """Where a text repeals or replaces a document."""

    relation: Relation
    words: str
    other: Document | None  # within reach


@signed_in
def page(request: DeskRequest, code: str) -> HttpResponse:
    document = queries.document_for(request.actor, code)
    refuse_unless(policy.may_see_grounds(request.actor, document))
    if request.method != "POST":
        return _show(request, document)
    verb = _VERBS.get(pressed(request)[0], _unknown)
    try:
        done = once(request, lambda: verb(request, document), selected=chosen(request))
    except Refusal as no:
        document.refresh_from_db()
        return _show(request, document, refusal=no)
    messages.success(request, done.words)
    return redirect(request.get_full_path())


def _unknown(request: DeskRequest, document: Document) -> Done:
    raise NotAccepted(lazy("Choose what is to be done."))


def _judge(judged: str) -> Callable[[DeskRequest, Document], Done]:
    def act(request: DeskRequest, document: Document) -> Done:
        found = relations.judge(document.code, pressed(request)[1] or 0, judged, actor=request.actor, at=now())
        if judged == "right":
            return Done(_("Confirmed: the offices concerned now find the tasks on their desks."))
        return Done(_("%(symbol)s counts as not repealed by this document.") % {"symbol": found.symbol})

    return act


def _decide(what: str) -> Callable[[DeskRequest, Document], Done]:
    def act(request: DeskRequest, document: Document) -> Done:
        by = request.POST.get("by", "")
        done = acts.decide(
            document.code,
            _numbers(request, document, by),
            by=by,
            what=what,
            reason=request.POST.get("reason", ""),
            carried_on=whole(request.POST.get("carried_on")),
            actor=request.actor,
            at=now(),
        )
        return Done(_said(what, len(done)))

    return act


def _numbers(request: DeskRequest, document: Document, by: str) -> list[int]:
    if request.POST.get("whom") != "all":
        return chosen(request)
    lost = next((one for one in grounds.lost(request.actor, document=document) if one.by_code == by), None)
    return list(grounds.undecided(lost).values_list("number", flat=True)) if lost else []


def _said(what: str, count: int) -> str:
    words = {
        "keep": ngettext("%(count)s task is kept.", "%(count)s tasks are kept.", count),
        "recall": ngettext("%(count)s task was recalled.", "%(count)s tasks were recalled.", count),
        "leave": ngettext(
            "%(count)s task was left to the new document.", "%(count)s tasks were left to the new document.", count
        ),
    }
    return words[what] % {"count": count}


_VERBS: dict[str, Callable[[DeskRequest, Document], Done]] = {
    "right": _judge("right"),
    "wrong": _judge("wrong"),
    **{what: _decide(what) for what in GroundDecision.What.values},
}


def _show(request: DeskRequest, document: Document, *, refusal: Refusal | None = None) -> HttpResponse:
    actor = request.actor
    losing = grounds.lost(actor, document=document)
    by = request.POST.get("by") or request.GET.get("by", "")
    shown = next((one for one in losing if one.by_code == by), losing[0] if losing else None)
    context: dict[str, Any] = {
        "document": document,
        "losing": losing,
        "shown": shown,
        "repeals": _repeals(request, document),
        "takes": grounds.lost(actor, by=document),
        "may_judge": policy.may_review(actor, document) is None,
        "may_not_decide": may_change(actor, document),
        "given": {name: request.POST.get(name, "") for name in ("reason", "carried_on", "whom")},
        "refusal": refusal,
        **(_of(request, shown) if shown else {}),
    }
    return show(request, "grounds/page.html", context, status=refusal.http_status if refusal else 200)


def _of(request: DeskRequest, shown: Lost) -> Mapping[str, Any]:
    """What is to be decided of the tasks that one document took the ground of, and what was decided."""
    taker = queries.visible_documents(request.actor).filter(pk=shown.by_id).first()
    decided = grounds.decided(shown)
    posts = Post.objects.in_bulk([one.post_id for one in decided if one.post_id])
    new = Task.objects.filter(document_id=shown.by_id, state=Task.State.ISSUED).order_by("number")[:NEW_TASKS]
    return {
        "taker": taker,
        "page": Paginator(grounds.undecided(shown), PAGE).get_page(request.GET.get("page")),
        "decided": [(one, posts[one.post_id].title(language()) if one.post_id in posts else "") for one in decided],
        "new_tasks": [(one.number, one.action) for one in new] if shown.by_issued else [],
    }


def _repeals(request: DeskRequest, document: Document) -> list[Repeal]:
    """Each document once, at the first place where the text repeals or replaces it."""
    found = document.relations.filter(what__in=relations.TAKES_GROUND, other__isnull=False).exclude(other=document)
    rows: dict[str, Relation] = {}
    for one in found.select_related("other").order_by("start"):
        rows.setdefault(one.symbol_key, one)
    seen = queries.visible_documents(request.actor).filter(pk__in=[one.other_id for one in rows.values()])
    within = set(seen.values_list("pk", flat=True))
    return [
        Repeal(
            relation=one,
            words=_around(document.text, one.start, one.end),
            other=one.other if one.other_id in within else None,
        )
        for one in rows.values()
    ]


def _around(text: str, start: int, end: int) -> str:
    """The place with some words before and after it, within its own paragraph."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[max(first, start - AROUND) : min(last if last >= 0 else len(text), end + AROUND)]
    before = line.partition(" ")[2] if start - AROUND > first else line
    return " ".join(before.split())


urlpatterns = [path("directives/<code:code>/grounds/", page, name="grounds")]
