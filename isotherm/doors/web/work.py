"""Everything one unit does for one document: its tasks, the acts possible now, and the units below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import path, reverse

from isotherm.accounts import reach
from isotherm.accounts.models import Post
from isotherm.actor import Actor, Hand
from isotherm.directives.models import Document
from isotherm.directives.queries import document_for
from isotherm.doors.web import addresses, deadlines, files
from isotherm.doors.web.environment import with_query
from isotherm.doors.web.forms import work as forms
from isotherm.doors.web.names import brief
from isotherm.doors.web.page import DeskRequest, act, back_to, key_of, language, now, show, signed_in, tell
from isotherm.doors.web.pressed import id_of
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import matrix, standing, work
from isotherm.execution.acts import (
    confirm,
    drafts,
    hand_to,
    obstacles,
    plan,
    reconsider,
    report,
    send_on,
    take_up,
    urge,
)
from isotherm.execution.answers import Answer, once
from isotherm.execution.expectation import level_of
from isotherm.execution.models import OPEN, Assignment, State
from isotherm.execution.papers import Evidence
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Outcome
from isotherm.records.keys import with_key
from isotherm.refusals import NotAccepted, NotYours, OutOfReach, Refusal, refuse_unless
from isotherm.units import queries as unit_queries
from isotherm.units import tree
from isotherm.units.folding import fold
from isotherm.units.models import Unit
from isotherm.words import _, lazy, ngettext
from isotherm.workdays.calendar import Calendar
from isotherm.workdays.queries import current

assert addresses  # registers <code:…>
PAGE_ROWS = 50
FILTERS = ("told", "missing", "sent", "working", "overdue", "reconsider", "reported", "paused", "done", "excused")


@dataclass
class Stage:
    """One unit and one document, as the actor sees them now."""

    request: DeskRequest
    document: Document
    unit: Unit
    at: datetime
    days: Calendar
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def is_own(self) -> bool:
        return self.actor.acts_for(self.unit.pk)

    @cached_property
    def carried(self) -> list[Assignment]:
        return work.assignments(self.actor, self.document, self.unit.pk)

    @cached_property
    def below(self) -> list[matrix.Row]:
        """The units to which this one passes the document on, told or not."""
        rows = matrix.rows(self.document, actor=self.actor, at=self.at, wanted=matrix.Filter())
        return [row for row in rows if row.via_id == self.unit.pk and row.unit_id != self.unit.pk]

    @cached_property
    def tasks(self) -> dict[int, str]:
        """Number → short words, of the tasks that this unit carries, or else of the whole document."""
        rows = [one.task for one in self.carried] or list(self.document.tasks.filter(state="issued").order_by("number"))
        return {task.number: f"{task.number}. {_cut(task.action)}" for task in rows}

    @cached_property
    def children(self) -> list[tuple[int, str]]:
        """All units directly below, whom it may pass on to, by name."""
        ids = tree.children(self.unit.pk, self.actor.day)
        kinds = unit_queries.kinds_of(ids, self.actor.day)
        told = [one for one in ids if level_of(kinds.get(one, "other")) != "other"]
        names = unit_queries.named_on(told, self.actor.day, language())
        return [(one, names.get(one, "")) for one in told]


def stage_for(request: DeskRequest, code: str, unit: str) -> Stage:
    document = document_for(request.actor, code)
    found = Unit.objects.filter(code=unit).first()
    stage = Stage(request, document, found, now(), current()) if found is not None else None
    if stage is None or not (stage.carried or stage.below):
        raise OutOfReach(
            lazy("This document gives that body no task within your reach."),
            remedy=lazy("Check the address, or open it from your desk."),
        )
    return stage


@signed_in
def page(request: DeskRequest, code: str, unit: str) -> HttpResponse:
    stage = stage_for(request, code, unit)
    if request.GET.get("as") == "xlsx":
        return _below_sheet(stage)
    return _shown(stage)


@act
def work_act(request: DeskRequest, code: str, unit: str, verb: str) -> HttpResponse:
    """Do one act, or keep it as a draft where the competent post must approve it first."""
    stage, doing = stage_for(request, code, unit), ACTS.get(verb)
    if doing is None:
        raise OutOfReach(lazy("There is no such page."))
    refuse_unless(_not_theirs(stage, verb))
    form = _form(verb, stage, bound=True)
    refuse_unless(_foreign(stage, form))
    if not form.is_valid():
        return _shown(stage, refused={verb: form}, status=422)
    try:
        evidence = files.received(form.cleaned_data.get("evidence") or ())
        said = _done(stage, verb, form, evidence)
    except Refusal as no:
        form.add_error(no.field if no.field in form.fields else None, " ".join(filter(None, [str(no), str(no.remedy)])))
        return _shown(stage, refused={verb: form}, status=no.http_status)
    if said:
        messages.success(request, said)
    return back_to(request, reverse("work", args=[code, unit]))


def _foreign(stage: Stage, form: forms.WorkForm) -> Refusal | None:
    """A body or post out of reach, which the page never offered, is as absent from a form as from an address."""
    given = stage.request.POST
    units = {found for name in ("targets", "units") if name in form.fields for found in map(id_of, given.getlist(name))}
    if units and not units <= reach.seen_units(stage.actor) | {row.unit_id for row in stage.below}:
        return OutOfReach(lazy("There is no such body within your reach."), remedy=lazy("Choose it from the list."))
    if "post" in form.fields and given.get("post"):
        own = Post.objects.filter(pk=id_of(given["post"]) or 0, unit_id__in=sorted(stage.actor.units))
        if not own.exists():
            return OutOfReach(lazy("There is no such post in your body."), remedy=lazy("Choose it from the list."))
    return None


def _done(stage: Stage, verb: str, form: forms.WorkForm, evidence: Sequence[Evidence]) -> str:
    """Do it, and say what was done; a draft and an obstacle have sentences of their own."""
    doing = ACTS[verb]
    key = key_of(stage.request)
    # One page holds several forms; a key counts for one verb of one form.
    key = f"{verb}:{key}" if key else None
    cites = isinstance(form, forms.PaperForm) and form.paper is not None
    if doing.draft is not None and work.how(stage.actor, stage.unit.pk, doing.verb) == "draft" and not cites:
        payload, summary = doing.draft(stage, form, evidence)
        with_key(
            stage.actor,
            key,
            at=stage.at,
            act=lambda: (
                drafts.draft(
                    stage.document.code,
                    stage.unit.pk,
                    verb=doing.draft_verb,
                    payload=payload,
                    summary=summary,
                    actor=stage.actor,
                    at=stage.at,
                ).pk
            ),
            to_answer=lambda made: made,
            from_answer=lambda kept: kept,
        )
        return _("The draft waits for approval by the competent post of your body.")
    if verb == "obstacle":
        return _raised(stage, form, key)
    answer: Answer = once(stage.actor, key, at=stage.at, act=lambda: doing.act(stage, form, evidence))
    tell(stage.request, answer, done=doing.said(answer.done) % {"count": answer.done} if answer.done else "")
    return ""


# --- the acts ----------------------------------------------------------------------------------------------
def _common(stage: Stage, form: forms.WorkForm) -> dict[str, Any]:
    return {"numbers": form.chosen, "actor": stage.actor, "at": stage.at}


def _take_up(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    return take_up.take_up(stage.document.code, stage.unit.pk, paper=form.paper, **_common(stage, form))


def _plan(stage: Stage, form: Any, evidence: Sequence[Evidence]) -> Outcome:
    return plan.plan(
        stage.document.code,
        stage.unit.pk,
        words=form.cleaned_data["words"],
        evidence=evidence,
        paper=form.paper,
        **_common(stage, form),
    )


def _report(stage: Stage, form: Any, evidence: Sequence[Evidence]) -> Outcome:
    done = form.cleaned_data["done"]
    return report.report(
        stage.document.code,
        stage.unit.pk,
        percent=100 if done else form.cleaned_data["percent"],
        words=form.cleaned_data["words"],
        done=done,
        evidence=evidence,
        paper=form.paper,
        **_common(stage, form),
    )


def _send_on(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    return send_on.send_on(
        stage.document.code,
        stage.unit.pk,
        targets=form.asked,
        due_on=form.cleaned_data["due_on"],
        paper=form.paper,
        **_common(stage, form),
    )


def _excuse(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    if form.asked == []:
        raise NotAccepted(lazy("Tick the units that have no part in it."), field="targets")
    return send_on.excuse(
        stage.document.code,
        stage.unit.pk,
        reason=form.cleaned_data["reason"],
        targets=form.asked,
        **_common(stage, form),
    )


def _reconsider(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    return reconsider.ask(
        stage.document.code, stage.unit.pk, reason=form.cleaned_data["reason"], **_common(stage, form)
    )


def _hand_to(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    return hand_to.hand_to(
        stage.document.code,
        stage.unit.pk,
        post_id=form.cleaned_data["post"],
        note=form.cleaned_data["note"],
        **_common(stage, form),
    )


def _take_back(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    return report.take_back(stage.document.code, stage.unit.pk, **_common(stage, form))


def _raised(stage: Stage, form: forms.WorkForm, key: str | None) -> str:
    owing = body_called(form.cleaned_data["owing"], stage.actor)
    code = with_key(
        stage.actor,
        key,
        at=stage.at,
        act=lambda: (
            obstacles.raise_obstacle(
                stage.document.code,
                stage.unit.pk,
                kind=form.cleaned_data["kind"],
                missing=form.cleaned_data["missing"],
                owing_id=owing,
                **_common(stage, form),
            ).code
        ),
        to_answer=lambda made: made,
        from_answer=lambda kept: kept,
    )
    return _(
        "The obstacle %(code)s was raised. The body that owes it, or the assigning body, decides on the pause."
    ) % {"code": code}


def _of_others(stage: Stage, form: Any, *, party: str) -> tuple[int, list[int]]:
    """In whose name the actor acts on other units' work, and on which units: those ticked in the list below, or, on
    another unit's own page, that unit."""
    if stage.is_own:
        units = [row.unit_id for row in _filtered(stage)] if stage.request.POST.get("everyone") else form.asked
        if not units:
            raise NotAccepted(lazy("Tick at least one body first."), field="units")
        return stage.unit.pk, units
    mine = sorted({getattr(one, party) for one in stage.carried} & stage.actor.units)
    return (mine[0] if mine else stage.unit.pk), [stage.unit.pk]


def _not_theirs(stage: Stage, verb: str) -> Refusal | None:
    """On another unit's page only what is the actor's to decide; said before the form is looked at."""
    party = DECIDED_BY.get(verb, "carrier_id")
    if stage.is_own or any(stage.actor.acts_for(getattr(one, party)) for one in stage.carried):
        return None
    if verb == "urge" and reach.sees_unit(stage.actor, stage.unit.pk):
        return None
    return NotYours(lazy("Another body must do this."), remedy=lazy("The page names the body that must act next."))


def _confirm(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    body, units = _of_others(stage, form, party="confirmer_id")
    return confirm.confirm(stage.document.code, body, units=units, **_common(stage, form))


def _redo(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    body, units = _of_others(stage, form, party="confirmer_id")
    return confirm.redo(
        stage.document.code,
        body,
        reason=form.cleaned_data["words"],
        due_on=form.cleaned_data["due_on"],
        units=units,
        **_common(stage, form),
    )


def _decide(agreed: bool) -> Callable[[Stage, Any, Sequence[Evidence]], Outcome]:
    def decide(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
        body, units = _of_others(stage, form, party="giver_id")
        reason = form.cleaned_data["words"]
        return reconsider.decide(
            stage.document.code, body, agreed=agreed, reason=reason, units=units, **_common(stage, form)
        )

    return decide


def _urge(stage: Stage, form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    body, units = _of_others(stage, form, party="giver_id")
    if not stage.actor.acts_for(body):
        body = stage.actor.unit_id or body
    ids = matrix.ids_to_urge(
        stage.document, actor=stage.actor, at=stage.at, wanted=matrix.Filter(), units=units, by_unit=body
    )
    return urge.urge(
        stage.document.code, ids, words=form.cleaned_data["words"], by_unit=body, actor=stage.actor, at=stage.at
    )


# --- what an officer prepares ------------------------------------------------------------------------------
Prepared = tuple[dict[str, Any], str]


def _kept(form: Any, evidence: Sequence[Evidence], **facts: Any) -> dict[str, Any]:
    files_kept = [{"sha256": one.sha256, "name": one.name} for one in evidence]
    return {"numbers": form.chosen, **facts, **({"evidence": files_kept} if files_kept else {})}


def _draft_plan(_stage: Stage, form: Any, evidence: Sequence[Evidence]) -> Prepared:
    words = form.cleaned_data["words"]
    if not words.strip() and not evidence:
        raise NotAccepted(lazy("A plan needs words, a file, or the signed document that holds it."), field="words")
    return _kept(form, evidence, words=words), _("Plan: %(words)s") % {"words": words}


def _draft_report(_stage: Stage, form: Any, evidence: Sequence[Evidence]) -> Prepared:
    given = form.cleaned_data
    if not given["words"].strip() and not evidence:
        raise NotAccepted(lazy("A report needs words, a file, or the signed document that holds it."), field="words")
    percent = 100 if given["done"] else given["percent"]
    said = (
        _("Report of completion: %(words)s") % {"words": given["words"]}
        if given["done"]
        else _("Report of progress, %(percent)s%%: %(words)s") % {"percent": percent, "words": given["words"]}
    )
    return _kept(form, evidence, percent=percent, words=given["words"], done=given["done"]), said


def _draft_send_on(stage: Stage, form: Any, evidence: Sequence[Evidence]) -> Prepared:
    due, targets = form.cleaned_data["due_on"], form.asked
    if targets == []:
        raise NotAccepted(lazy("Choose at least one unit to pass it on to."), field="targets")
    names = dict(stage.children)
    whom = (
        _("all units below that are expected")
        if targets is None
        else ", ".join(names.get(one, "") for one in targets[:8]) + ("…" if len(targets) > 8 else "")
    )
    return (
        _kept(form, evidence, targets=targets, due_on=due.isoformat() if due else None),
        _("Pass on to %(units)s") % {"units": whom},
    )


def _draft_reconsider(_stage: Stage, form: Any, evidence: Sequence[Evidence]) -> Prepared:
    reason = form.cleaned_data["reason"]
    return _kept(form, evidence, reason=reason), _("Ask to reconsider the assignment: %(reason)s") % {"reason": reason}


def _draft_obstacle(stage: Stage, form: Any, evidence: Sequence[Evidence]) -> Prepared:
    given = form.cleaned_data
    owing = body_called(given["owing"], stage.actor)
    return (
        _kept(form, evidence, kind=given["kind"], missing=given["missing"], owing=owing),
        _("Obstacle: %(missing)s, owed by %(unit)s") % {"missing": given["missing"], "unit": given["owing"]},
    )


@dataclass(frozen=True, slots=True)
class Doing:
    """A verb of the page: its form, its act, what is said after it, and how it is drafted."""

    verb: Verb
    form: type[forms.WorkForm]
    act: Callable[[Stage, Any, Sequence[Evidence]], Outcome]
    said: Callable[[int], str]
    draft: Callable[[Stage, Any, Sequence[Evidence]], Prepared] | None = None
    draft_verb: str = ""


def _never(_stage: Stage, _form: Any, _evidence: Sequence[Evidence]) -> Outcome:
    return Outcome()


ACTS: Mapping[str, Doing] = {
    "take-up": Doing(Verb.TAKE_UP, forms.TakeUpForm, _take_up, lambda n: ngettext(
        "%(count)s assignment was taken up.", "%(count)s assignments were taken up.", n)),
    "report": Doing(Verb.REPORT, forms.ReportForm, _report, lambda n: ngettext(
        "The report was sent for %(count)s assignment.", "The report was sent for %(count)s assignments.", n),
        _draft_report, "report"),
    "plan": Doing(Verb.PLAN, forms.PlanForm, _plan, lambda n: ngettext(
        "The plan was recorded for %(count)s assignment.", "The plan was recorded for %(count)s assignments.", n),
        _draft_plan, "plan"),
    "send-on": Doing(Verb.SEND_ON, forms.SendOnForm, _send_on, lambda n: ngettext(
        "%(count)s task was passed on.", "%(count)s tasks were passed on.", n), _draft_send_on, "send_on"),
    "excuse": Doing(Verb.SEND_ON, forms.ExcuseForm, _excuse, lambda n: ngettext(
        "It was recorded for %(count)s task who has no part in it.",
        "It was recorded for %(count)s tasks who has no part in them.", n)),
    "reconsider": Doing(Verb.ASK_RECONSIDER, forms.ReconsiderForm, _reconsider, lambda n: ngettext(
        "The assigning body was asked to reconsider %(count)s assignment.",
        "The assigning body was asked to reconsider %(count)s assignments.", n), _draft_reconsider, "reconsider"),
    "obstacle": Doing(Verb.PAUSE, forms.ObstacleForm, _never, lambda n: "", _draft_obstacle, "obstacle"),
    "hand-to": Doing(Verb.HAND_TO, forms.HandToForm, _hand_to, lambda n: ngettext(
        "%(count)s assignment was handed to the post.", "%(count)s assignments were handed to the post.", n)),
    "take-back": Doing(Verb.TAKE_BACK, forms.TakeBackForm, _take_back, lambda n: ngettext(
        "%(count)s report of completion was taken back.", "%(count)s reports of completion were taken back.", n)),
    "confirm": Doing(Verb.CONFIRM, forms.BelowForm, _confirm, lambda n: ngettext(
        "Completion of %(count)s assignment was confirmed.", "Completion of %(count)s assignments was confirmed.", n)),
    "redo": Doing(Verb.REDO, forms.BelowForm, _redo, lambda n: ngettext(
        "%(count)s assignment was sent back.", "%(count)s assignments were sent back.", n)),
    "agree-return": Doing(Verb.UPHOLD_RETURN, forms.BelowForm, _decide(True), lambda n: ngettext(
        "%(count)s assignment was taken back as asked.", "%(count)s assignments were taken back as asked.", n)),
    "refuse-return": Doing(Verb.REFUSE_RETURN, forms.BelowForm, _decide(False), lambda n: ngettext(
        "%(count)s assignment stays with the body that asked.",
        "%(count)s assignments stay with the bodies that asked.", n)),
    "urge": Doing(Verb.URGE, forms.BelowForm, _urge, lambda n: ngettext(
        "%(count)s assignment was urged.", "%(count)s assignments were urged.", n)),
}  # fmt: skip
# Whose act a verb on another unit's page is.
DECIDED_BY: Mapping[str, str] = {
    "confirm": "confirmer_id",
    "redo": "confirmer_id",
    "agree-return": "giver_id",
    "refuse-return": "giver_id",
    "urge": "giver_id",
}
# Which of the page's forms belong to which verb that is possible now.
OFFERED: Mapping[Verb, tuple[str, ...]] = {
    Verb.TAKE_UP: ("take-up",),
    Verb.REPORT: ("report",),
    Verb.PLAN: ("plan",),
    Verb.SEND_ON: ("send-on", "excuse"),
    Verb.ASK_RECONSIDER: ("reconsider",),
    Verb.PAUSE: ("obstacle",),
    Verb.HAND_TO: ("hand-to",),
    Verb.TAKE_BACK: ("take-back",),
}
TITLES = {
    "take-up": lazy("Take up"),
    "report": lazy("Update progress, report completion"),
    "plan": lazy("Record the plan"),
    "send-on": lazy("Pass on to subordinates"),
    "excuse": lazy("Units below that have no part in it"),
    "reconsider": lazy("Ask to reconsider the assignment"),
    "obstacle": lazy("Report an obstacle"),
    "hand-to": lazy("Assign to a post inside the body"),
    "take-back": lazy("Take the report of completion back"),
}


# --- the page ----------------------------------------------------------------------------------------------
def _form(verb: str, stage: Stage, *, bound: bool = False, numbers: Sequence[int] | None = None) -> forms.WorkForm:
    asked = stage.request
    more: dict[str, Any] = {
        "tasks": [(n, said) for n, said in stage.tasks.items() if numbers is None or n in numbers],
        "auto_id": f"{verb}-%s",
    }
    kind = ACTS[verb].form
    if issubclass(kind, forms.SendOnForm):
        more["units"] = stage.children
    if kind is forms.ExcuseForm:
        missing = {row.unit_id for row in stage.below if row.counts.missing}
        more["units"] = [(one, name) for one, name in stage.children if one in missing]
    if kind is forms.HandToForm:
        posts = Post.objects.filter(unit_id=stage.unit.pk, valid__contains=stage.actor.day).order_by("id")
        more["posts"] = [(post.pk, post.title(language())) for post in posts]
    if kind is forms.BelowForm:
        more["units"] = [(row.unit_id, "") for row in stage.below] if stage.is_own else []
    return kind(asked.POST, asked.FILES, **more) if bound else kind(**more)


@dataclass(frozen=True, slots=True)
class Shown:
    """A form on the page with its title and the words of its button."""

    name: str
    title: str
    how: str
    form: forms.WorkForm
    is_open: bool


def _offered(stage: Stage, refused: Mapping[str, forms.WorkForm]) -> list[Shown]:
    if not stage.is_own:
        return []
    found = []
    asked = stage.request.GET.get("open", "")
    for offer in work.offers(stage.actor, stage.unit.pk, stage.carried):
        for name in OFFERED[offer.verb]:
            if name in ("send-on", "excuse") and not stage.children:
                continue
            if name == "excuse" and (offer.how != "act" or not any(row.counts.missing for row in stage.below)):
                continue
            form = refused.get(name) or _form(name, stage, numbers=offer.numbers)
            is_open = name in refused or asked == name or (name == "take-up" and not refused and not asked)
            found.append(Shown(name, str(TITLES[name]), offer.how, form, is_open))
    return found


def _filtered(stage: Stage) -> list[matrix.Row]:
    """The units below under the list's filters, which stand in the address (or come along with the form)."""
    asked = stage.request.POST if stage.request.method == "POST" else stage.request.GET
    state, text = asked.get("below", ""), fold(asked.get("find", ""))
    rows = [row for row in stage.below if state not in FILTERS or row.counts.of(state)]
    if not text:
        return rows
    names = unit_queries.named_on([row.unit_id for row in rows], stage.actor.day, language())
    return [row for row in rows if text in fold(names.get(row.unit_id, ""))]


def _shown(stage: Stage, *, refused: Mapping[str, forms.WorkForm] | None = None, status: int = 200) -> HttpResponse:
    refused = refused or {}
    rows = _filtered(stage)
    names = brief([row.unit_id for row in rows], stage.actor.day)
    rows.sort(key=lambda row: (-row.counts.overdue, fold(names.get(row.unit_id, ""))))
    shown = Paginator(rows, PAGE_ROWS).get_page(stage.request.GET.get("page"))
    owed = work.promises(stage.carried)
    ids = {one.holder_id for one in stage.carried if one.holder_id} | {one.giver_id for one in stage.carried}
    ids |= {one.confirmer_id for one in stage.carried} | {stage.unit.pk} | stage.actor.units
    codes = dict(Unit.objects.filter(id__in=[row.unit_id for row in shown]).values_list("id", "code"))
    context = {
        "here": "desk" if stage.is_own else "directives",
        "document": stage.document,
        "unit": stage.unit,
        "is_own": stage.is_own,
        "bodies": {**names, **unit_queries.named_on(ids, stage.actor.day, language())},
        "items": [_item(stage, one, owed) for one in stage.carried],
        "offers": _offered(stage, refused),
        "decides": _decides(stage),
        "decide_form": refused_below(refused) or _form("confirm", stage),
        "refused_below": refused_below(refused),
        "below": shown,
        "codes": codes,
        "below_total": matrix.total(stage.below),
        "below_chips": _below_chips(stage),
        "below_filter": stage.request.GET.get("below", "") or stage.request.POST.get("below", ""),
        "find": stage.request.GET.get("find", ""),
        "handed": work.handed(stage.document.pk, stage.unit.pk),
        "at": stage.at,
        "whole": stage.request.get_full_path()
        if stage.request.method == "GET"
        else reverse("work", args=[stage.document.code, stage.unit.code]),
    }
    return show(stage.request, "work/page.html", context, status=status)


def refused_below(refused: Mapping[str, forms.WorkForm]) -> forms.WorkForm | None:
    return next((form for form in refused.values() if isinstance(form, forms.BelowForm)), None)


def _decides(stage: Stage) -> dict[str, bool]:
    """Which acts on others' work the actor's post may do here; shown only where something waits for them."""
    actor, approves = stage.actor, stage.actor.has(Hand.APPROVER)
    urges = actor.has(Hand.APPROVER, Hand.LEADER, Hand.MONITOR)
    if stage.is_own:
        total = matrix.total(stage.below)
        reported, asked = bool(total.reported), bool(total.reconsider)
        waits = bool(total.sent or total.working)
    else:
        reported = any(one.state == State.REPORTED and actor.acts_for(one.confirmer_id) for one in stage.carried)
        asked = any(one.state == State.RECONSIDER and actor.acts_for(one.giver_id) for one in stage.carried)
        waits = any(one.state in (State.SENT, State.WORKING) for one in stage.carried)
    return {"confirm": approves and reported, "decide": approves and asked, "urge": urges and waits}


def _item(stage: Stage, one: Assignment, owed: Mapping[int, Any]) -> dict[str, Any]:
    """A task of the unit as its row shows it; the body that must act is named by the template's dictionary."""
    debt = owed.get(one.pause_obstacle_id or 0)
    step = work.next_step(one)
    return {
        "one": one,
        "task": one.task,
        "standing": lambda holder: standing.of(
            one, holder=holder, promised_on=debt.promised_on if debt else None, at=stage.at, days=stage.days
        ),
        "obstacle": debt,
        "step": str(deadlines.STEPS[step.duty]) if step else "",
        "step_due": step.due_on if step else None,
        "left": deadlines.left(one.due_on, stage.at, stage.days) if one.state in {s.value for s in OPEN} else "",
        "step_left": deadlines.left(step.due_on, stage.at, stage.days) if step else "",
        "explained": deadlines.explained(one, stage.days),
    }


def _below_chips(stage: Stage) -> list[tuple[str, int, str, bool]]:
    chosen = stage.request.GET.get("below", "")
    context: Any = {"request": stage.request}
    found = [(_("all"), len(stage.below), with_query(context, below=None), not chosen)]
    for state in FILTERS[1:]:
        count = sum(1 for row in stage.below if row.counts.of(state))
        if count:
            found.append((str(matrix.WORDS[state]), count, with_query(context, below=state), chosen == state))
    return found


def _below_sheet(stage: Stage) -> HttpResponse:
    rows = _filtered(stage)
    names = unit_queries.named_on([row.unit_id for row in rows] + [stage.unit.pk], stage.actor.day, language())
    states = ("told", "missing", "sent", "working", "overdue", "reconsider", "reported", "paused", "done", "excused")
    return workbook(
        f"{stage.document.code}-{stage.unit.code}",
        title=f"{stage.document.symbol} · {names.get(stage.unit.pk, '')}",
        notes=[stage.document.subject],
        columns=[Column(_("Body"), 40), *(Column(str(matrix.WORDS[state]), 14) for state in states)],
        rows=[[names.get(row.unit_id, ""), *(row.counts.of(state) for state in states)] for row in rows],
    )


def body_called(words: str, actor: Actor) -> int:
    """The unit that somebody's words mean; near names are offered where they mean none or several."""
    asked = words.strip()
    exact = [
        one for one in unit_queries.find(asked, actor.day, limit=8) if fold(asked) in (fold(one.label), fold(one.name))
    ]
    if len(exact) == 1:
        return exact[0].unit_id
    found = unit_queries.resolve([asked], actor.day)[0]
    if found.unit_id is not None:
        return found.unit_id
    near = ", ".join(one.label for one in found.near[:4])
    raise NotAccepted(
        lazy("“%(words)s” is no single body of the register."),
        {"words": asked},
        remedy=(_("Did you mean: %(names)s?") % {"names": near}) if near else lazy("Search for it by its full name."),
        field="owing",
    )


def _cut(words: str, most: int = 90) -> str:
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"


urlpatterns = [
    path("directives/<code:code>/units/<code:unit>/", page, name="work"),
    path("directives/<code:code>/units/<code:unit>/<slug:verb>", work_act, name="work-act"),
]
