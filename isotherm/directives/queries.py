"""Reads of documents and tasks, each beginning at what the actor reaches."""

from __future__ import annotations

import unicodedata

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.directives.models import Document, ListColumns, ScanReading, Task
from isotherm.refusals import OutOfReach
from isotherm.units import queries as unit_queries
from isotherm.units.folding import fold
from isotherm.words import lazy

GONE = (Document.State.ISSUED, Document.State.RECALLED)


def symbol_key(symbol: str) -> str:
    """Loose form for matching: writers mix Đ, D and Ð, spaces and dashes, and print numbers under ten as 05."""
    parts = fold(unicodedata.normalize("NFKC", symbol).replace("Ð", "Đ")).split()
    return "-".join([parts[0].lstrip("0") or "0", *parts[1:]])[:120] if parts else ""


def ours(document: str) -> str:
    """SQL: whether a document is one of the bodies `%(own)s`, as `Document.bodies`; the argument is an alias."""
    return (
        f"({document}.issuer_id = any(%(own)s) or {document}.in_name_of_id = any(%(own)s) "
        f"or ({document}.signed_how <> 'own' and {document}.office_id = any(%(own)s)))"
    )


def visible_documents(actor: Actor) -> QuerySet[Document]:
    """Documents of one's own bodies, and those delivered to a unit within reach (once they were sent)."""
    if reach.sees_no_work(actor):
        return Document.objects.none()
    sql, params = reach.seen_units_sql(actor)
    own = sorted(actor.units)
    # By id, not by the table's name: the set also stands inside other queries.
    delivered = RawSQL(  # noqa: S611  the reach's own SQL
        f"select d.document_id from directives_delivery d where d.unit_id in ({sql})", params
    )
    mine = Q(issuer_id__in=own) | Q(in_name_of_id__in=own) | Q(office_id__in=own)
    return Document.objects.filter(mine | Q(state__in=GONE, pk__in=delivered))


def scan_for(actor: Actor, number: int) -> ScanReading:
    """A scan that the actor's post handed in: until it is registered it is nobody else's."""
    found = ScanReading.objects.filter(pk=number, post_id=actor.post_id).first() if actor.post_id else None
    if found is None:
        raise OutOfReach(lazy("There is no file of yours waiting here."), remedy=lazy("Hand the document in again."))
    return found


def document_for(actor: Actor, code: str) -> Document:
    """By its address or its printed symbol."""
    found = visible_documents(actor).filter(code=code).first()
    if found is None and "/" in code:
        found = visible_documents(actor).filter(symbol_key=symbol_key(code)).order_by("-signed_on").first()
    if found is None:
        raise OutOfReach(
            lazy("There is no document “%(code)s” within your reach."),
            {"code": code},
            remedy=lazy("Check the symbol, or look for it in the list of documents."),
        )
    return found


def task_for(actor: Actor, code: str) -> Task:
    task = Task.objects.select_related("document").filter(code=code).first()
    if task is None or not visible_documents(actor).filter(pk=task.document_id).exists():
        raise OutOfReach(lazy("There is no task “%(code)s” within your reach."), {"code": code})
    return task


def candidates(document: Document) -> QuerySet[Task]:
    """Those still to be decided first, doubtful ones before sure ones."""
    return document.tasks.prefetch_related("leads__unit").order_by("number")


def standing_tasks(document: Document) -> QuerySet[Task]:
    """Without those that a step made and whose step was undone."""
    undone = RawSQL(
        "select unnest(s.made) from directives_reviewstep s where s.document_id = %s and s.undone", [document.pk]
    )
    return document.tasks.exclude(pk__in=undone, state=Task.State.REJECTED)


def loose_spans(document: Document) -> list[tuple[int, int]]:
    """Where the text orders something of nobody, unless a person said that it orders nothing."""
    return list(document.passages.filter(role="unassigned", decided="").values_list("start", "end"))


def list_columns(actor: Actor, fingerprint: str) -> dict[str, int] | None:
    """What the columns of a list with this head hold, if somebody of the actor's office said it before."""
    known = ListColumns.objects.filter(office_id=actor.unit_id, fingerprint=fingerprint).first()
    return {str(field): int(place) for field, place in known.columns.items()} if known else None


def lead_names(task: Task, language: str) -> list[str]:
    ids = [lead.unit_id for lead in task.leads.all()]
    names = unit_queries.named_on(ids, task.document.signed_on, language)
    return [names[one] for one in ids if one in names]
