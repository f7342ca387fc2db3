"""The desk: what waits for the reader, first screen by who looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from isotherm.accounts import reach
from isotherm.accounts.fields import field_name
from isotherm.actor import Actor, Hand
from isotherm.doors.web import deadlines, formats
from isotherm.doors.web.environment import with_query
from isotherm.doors.web.leaving import lines_of
from isotherm.doors.web.names import brief
from isotherm.doors.web.page import DeskRequest, act, back_to, key_of, language, now, show, signed_in, tell
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import desk, hand_over, standing
from isotherm.execution.acts.take_up import take_up_several
from isotherm.execution.answers import once
from isotherm.execution.desk import Asked, Decision, DeskLine
from isotherm.execution.sets import Outcome
from isotherm.refusals import NotAccepted, OutOfReach
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import _, lazy, ngettext
from isotherm.workdays.queries import current

PAGE_ROWS = 30
MOST_ROWS = 20_000
LINES_MOST = 200


def home(request: HttpRequest) -> HttpResponse:
    """A visitor without a session signs in; everybody else stands at the desk."""
    if getattr(request, "actor", None) is None:
        return redirect("second-factor" if getattr(request, "withheld", False) else "sign-in")
    return page(request)


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    at, actor, days = now(), request.actor, current()
    asked = Asked(
        tab=request.GET.get("tab", ""),
        text=request.GET.get("text", ""),
        issuer=request.GET.get("issuer", ""),
        due=request.GET.get("due", ""),
        sort=request.GET.get("sort", ""),
        field=request.GET.get("field", ""),
    )
    counts = desk.counts(actor, asked, at=at, days=days)
    decided = desk.decisions(actor, at=at, every_field=asked.field == "all")
    counts["approval"] = len(decided)
    tab = asked.tab if asked.tab in desk.TABS else _first_tab(actor, counts)
    asked = replace(asked, tab=tab)
    lines: Sequence[DeskLine] | Sequence[Decision] = (
        decided if tab == "approval" else desk.Lines(actor, asked, at=at, days=days, total=counts[tab])
    )
    if request.GET.get("as") == "xlsx":
        return _sheet(request, tab, lines[:MOST_ROWS], at=at)
    shown = Paginator(lines, PAGE_ROWS).get_page(request.GET.get("page"))
    issuers = desk.issuers(actor)
    rows: list[DeskLine | Decision] = [*shown]  # type: ignore[list-item]
    names = _names(request, rows, [unit for unit, _code in issuers])
    return show(
        request,
        "desk/page.html",
        {
            "tab": tab,
            "asked": asked,
            "tabs": [
                (words, counts[name], here(request, tab=name, sort=None), name == tab) for name, words in _tab_words()
            ],
            "answer": _answer(request, counts),
            "no_work": reach.sees_no_work(actor),
            "own_code": unit_queries.code_of(actor.unit_id),
            "chips": _chips(request, asked, issuers, names),
            "lines": shown,
            "said": _said(rows, names),
            "bodies": names,
            "steps": deadlines.STEPS,
            "what_words": DECISIONS,
            "more_words": {row: _more(row) for row in rows if isinstance(row, Decision)},
            "to_sign": lines_of(hand_over.to_sign(actor), actor.day),
            "not_handed_over": hand_over.unsigned(hand_over.visible(actor)).count(),
            "followed": desk.followed(actor, at=at, days=days),
            "takes_up": actor.has(Hand.CLERK, Hand.OFFICER, Hand.APPROVER, Hand.LEADER),
            "in_charge": "; ".join(field_name(one, language()) for one in sorted(actor.fields)),
            "at": at,
            "left": lambda due: deadlines.left(due, at, days),
        },
    )


@act
def take_up_many(request: DeskRequest) -> HttpResponse:
    """Take up the ticked documents in one act."""
    ticked = request.POST.getlist("line")[:LINES_MOST]
    if not ticked:
        raise NotAccepted(lazy("Tick at least one document first."))
    pairs = [one.partition("|") for one in ticked]
    ids = dict(Unit.objects.filter(code__in=[unit for _doc, _bar, unit in pairs]).values_list("code", "id"))
    wanted = [(document, ids.get(unit, 0)) for document, _bar, unit in pairs]
    at = now()
    answer = once(request.actor, key_of(request), at=at, act=lambda: _taken_up(wanted, actor=request.actor, at=at))
    tell(
        request,
        answer,
        done=ngettext("%(count)s assignment was taken up.", "%(count)s assignments were taken up.", answer.done)
        % {"count": answer.done},
    )
    return back_to(request, reverse("desk"))


def _taken_up(wanted: list[tuple[str, int]], *, actor: Actor, at: datetime) -> Outcome:
    """Where nothing of what was ticked is within reach, there is no such thing; else the rest is told apart."""
    outcome = take_up_several(wanted, actor=actor, at=at)
    absent = [one.refusal for one in outcome.refused if isinstance(one.refusal, OutOfReach)]
    if absent and not outcome.done and len(absent) == len(outcome.refused):
        raise absent[0]
    return outcome


DECISIONS = {
    "completion": lazy("Confirm completion"),
    "return": lazy("Request to reconsider the assignment"),
    "pause": lazy("Request to pause the clock"),
    "debt": lazy("Owed by your body"),
    "draft": lazy("Draft to approve"),
    "sent_back": lazy("Draft sent back to you"),
    "send": lazy("Tasks to send"),
    "review": lazy("Tasks to confirm"),
    "ground": lazy("Tasks that lose their ground"),
    "division": lazy("Say which heir goes on"),
}


def _more(line: Decision) -> str:
    """What stands behind the kind of the decision."""
    if line.what != "ground":
        return line.words
    return ngettext(
        "%(num)s task loses its ground by %(symbol)s: keep, recall, or leave to the new document",
        "%(num)s tasks lose their ground by %(symbol)s: keep, recall, or leave to the new document",
        line.units,
    ) % {"num": formats.number(line.units), "symbol": line.words}


def _tab_words() -> list[tuple[str, str]]:
    return [
        ("new", _("Newly arrived")),
        ("week", _("Due this week")),
        ("overdue", _("Overdue")),
        ("progress", _("In progress")),
        ("waiting", _("Waiting for another body")),
        ("approval", _("Waiting for approval")),
    ]


def here(request: HttpRequest, **changes: object) -> str:
    """The page's address with some of its query changed."""
    return str(with_query({"request": request}, **changes))  # type: ignore[arg-type]


def _answer(request: DeskRequest, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """What a person would want to be told first: each part with the address of its rows."""
    said = {
        "approval": ngettext(
            "%(n)s matter waits for a decision", "%(n)s matters wait for a decision", counts["approval"]
        ),
        "overdue": ngettext(
            "%(n)s document has an overdue step", "%(n)s documents have an overdue step", counts["overdue"]
        ),
        "new": ngettext("%(n)s newly arrived", "%(n)s newly arrived", counts["new"]),
        "week": ngettext("%(n)s due this week", "%(n)s due this week", counts["week"]),
    }
    return [
        (
            words % {"n": formats.number(counts[tab])},
            here(request, tab=tab, text=None, issuer=None, due=None, sort=None),
        )
        for tab, words in said.items()
        if counts[tab]
    ]


def _chips(
    request: DeskRequest, asked: Asked, issuers: Sequence[tuple[int, str]], names: Mapping[int, str]
) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """The filters: what each is about, its state, and its other states."""
    everything = _("all")
    by_code = {code: names.get(unit, code) for unit, code in issuers}
    dues = {"": everything, "7": _("within 7 days"), "30": _("within 30 days"), "none": _("none in the text")}
    issued = [(everything, here(request, tab=asked.tab, issuer=None), not asked.issuer)]
    issued += [
        (name, here(request, tab=asked.tab, issuer=code), asked.issuer == code) for code, name in by_code.items()
    ]
    due = [
        (words, here(request, tab=asked.tab, due=value or None), asked.due == value) for value, words in dues.items()
    ]
    return [
        (_("Issued by"), by_code.get(asked.issuer, everything), issued),
        (_("Deadline"), dues.get(asked.due, everything), due),
    ]


def _first_tab(actor: Actor, counts: Mapping[str, int]) -> str:
    """A leader sees first what only she can decide; the records clerk what arrived; then whatever is urgent."""
    order = ("new", "overdue", "week", "progress", "waiting", "approval")
    if actor.has(Hand.APPROVER):
        order = ("approval", "overdue", "new", "week", "progress", "waiting")
    return next((tab for tab in order if counts[tab]), order[0])


def _names(request: DeskRequest, lines: Iterable[DeskLine | Decision], also: Iterable[int]) -> dict[int, str]:
    ids = set(also) | request.actor.units
    for one in lines:
        ids.add(one.unit_id)
        if isinstance(one, DeskLine):
            ids |= {one.issuer_id, one.giver_id}
            ids |= {holder for _state, holder, _paused, _promised, _n in one.states if holder}
    return brief(ids, request.actor.day)


def _said(lines: Iterable[DeskLine | Decision], names: Mapping[int, str]) -> dict[tuple[int, int], list[str]]:
    """What each line says about its states; the tasks are counted only where they differ."""
    said: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        if not isinstance(line, DeskLine):
            continue
        sentences: dict[str, int] = {}
        for state, holder, paused, promised, n in line.states:
            words = standing.words(state, holder=names.get(holder or 0, ""), promised_on=promised, paused=paused)
            sentences[words] = sentences.get(words, 0) + n
        said[(line.document_id, line.unit_id)] = (
            list(sentences)
            if len(sentences) == 1
            else [
                ngettext("%(state)s: %(count)s task", "%(state)s: %(count)s tasks", n) % {"state": words, "count": n}
                for words, n in sentences.items()
            ]
        )
    return said


def _sheet(
    request: DeskRequest, tab: str, lines: Sequence[DeskLine] | Sequence[Decision], *, at: datetime
) -> HttpResponse:
    """The tab with its filters, all rows of it."""
    names = _names(request, lines, ())
    said = _said(lines, names)
    rows: list[list[object]] = []
    if tab == "approval":
        columns = [Column(_("To be decided"), 24), Column(_("Symbol"), 18), Column(_("Subject"), 50)]
        columns += [Column(_("Details"), 40), Column(_("Body"), 24), Column(_("Assignments"), 10)]
        columns += [Column(_("Since"), 14), Column(_("Due"), 14)]
    else:
        columns = [Column(_("Symbol"), 18), Column(_("Subject"), 50), Column(_("Given by"), 24), Column(_("Body"), 24)]
        columns += [Column(_("Tasks"), 10), Column(_("Next step"), 20), Column(_("Step due"), 14)]
        columns += [Column(_("Deadline"), 14), Column(_("State"), 44)]
    for line in lines:
        body = names.get(line.unit_id, "")
        if isinstance(line, Decision):
            what = str(DECISIONS[line.what])
            day = timezone.localtime(line.since).date()
            rows.append([what, line.symbol, line.subject, _more(line), body, line.assignments, day, line.due_on])
            continue
        giver, step = names.get(line.giver_id, ""), str(deadlines.STEPS.get(line.step, ""))
        state = "; ".join(said[(line.document_id, line.unit_id)])
        facts = [line.symbol, line.subject, giver, body, line.tasks, step, line.step_due, line.due_on, state]
        rows.append(facts)
    return workbook(
        f"isotherm-{tab}-{timezone.localtime(at):%Y%m%d-%H%M}",
        title=f"{_('My desk')}: {dict(_tab_words())[tab]}",
        notes=[_("Data moment: %(moment)s") % {"moment": formats.moment(at)}],
        columns=columns,
        rows=rows,
    )


urlpatterns = [
    path("", home, name="desk"),
    path("take-up", take_up_many, name="desk-take-up"),
]
