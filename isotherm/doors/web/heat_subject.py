"""Which directives, of which units: what an address of figures is about, within the reader's reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from isotherm.accounts import reach
from isotherm.analysis.heat import DUTIES, Scope, Then
from isotherm.directives import queries
from isotherm.directives.models import Document
from isotherm.doors.web.heat_look import Subject
from isotherm.doors.web.page import DeskRequest, language, now
from isotherm.execution.clocks import local_day
from isotherm.refusals import OutOfReach
from isotherm.units.models import Unit
from isotherm.words import lazy

PERIODS = ("30", "90", "365")
_FACTS = (
    "code",
    "symbol",
    "subject",
    "type_name",
    "issuer_id",
    "issuer_text",
    "office_id",
    "signed_how",
    "in_name_of_id",
    "signed_on",
    "issued_at",
    "state",
)


def of_country(request: DeskRequest, *, to_rows: str = "") -> Subject:
    """All sent directives within reach, by issuer and period."""
    actor, at = request.actor, now()
    sent = queries.visible_documents(actor).filter(state=Document.State.ISSUED, issued_at__isnull=False)
    issuer, period = request.GET.get("issuer", ""), request.GET.get("period", "")
    if issuer:
        sent = sent.filter(issuer__code=issuer.replace("\0", ""))
    if period in PERIODS:
        sent = sent.filter(issued_at__gte=at - timedelta(days=int(period)))
    day = _day(request)
    if day is not None:
        # A directive is not read by bodies that were gone before it was sent.
        sent = sent.filter(issued_at__date__lte=day)
    documents = tuple(sent.only(*_FACTS).order_by("-issued_at", "-id"))
    own = [one.pk for one in documents if actor.units & one.bodies]
    whole = len(own) == len(documents) or reach.sees_all(actor)
    scope = Scope.whole() if whole else Scope.of(actor, own_documents=own)
    return Subject(
        documents=documents,
        scope=replace(scope, then=Then(day)) if day else scope,
        at=at,
        day=local_day(at),
        language=language(),
        whole=whole,
        step=_step(request, (*DUTIES,)),
        to_rows=to_rows,
        query=tuple(
            (key, value)
            for key, value in (("issuer", issuer), ("period", period), ("was", day.isoformat() if day else ""))
            if value
        ),
    )


def of_directive(request: DeskRequest, code: str) -> Subject:
    """One directive; who acts for its issuer, or for the Government, sees the whole of what it set going."""
    actor, at = request.actor, now()
    document = queries.document_for(actor, code)
    whole = bool(actor.units & document.bodies) or reach.sees_all(actor)
    scope = Scope.whole() if whole else Scope.of(actor)
    day = _day(request)
    if day is not None and document.issued_at is not None:
        day = max(day, local_day(document.issued_at))
    return Subject(
        documents=(document,),
        scope=replace(scope, then=Then(day)) if day else scope,
        at=at,
        day=local_day(at),
        language=language(),
        whole=whole,
        step=_step(request, (*DUTIES, "any")),
        query=(("was", day.isoformat()),) if day else (),
    )


def of_unit(request: DeskRequest, code: str, unit: str) -> Subject:
    """One unit with all below it, on one directive."""
    subject = of_directive(request, code)
    found = Unit.objects.filter(code=unit).values_list("pk", flat=True).first()
    if found is None or not (subject.whole or reach.sees_unit(request.actor, found)):
        raise _not_here()
    then = subject.scope.then
    scope = replace(subject.scope, then=Then(then.day, found)) if then else Scope.below(found, subject.day)
    return Subject(
        documents=subject.documents,
        scope=scope,
        at=subject.at,
        day=subject.day,
        language=subject.language,
        whole=False,
        step=subject.step,
        focus=found,
        to_rows="../",
        query=(("unit", unit), *subject.query),
    )


def _day(request: DeskRequest) -> date | None:
    """The day by whose bodies the figures are read; none: as bodies are now."""
    try:
        day = date.fromisoformat(request.GET.get("was", ""))
    except ValueError:
        return None
    return day if date(1945, 9, 2) <= day < local_day(now()) else None


def _not_here() -> OutOfReach:
    return OutOfReach(
        lazy("This document gives nothing to such a body within your reach."),
        remedy=lazy("Check the address, or open the document's own page."),
    )


def refuse_strangers(subject: Subject, *, has_pairs: bool) -> None:
    """A unit that the directive does not expect has no page on it."""
    if subject.focus is not None and not has_pairs:
        raise _not_here()


def _step(request: DeskRequest, known: Sequence[str]) -> str:
    asked = request.GET.get("step", "")
    return asked if asked in known else ""
