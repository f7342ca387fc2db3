"""Files that hang on records: kept when handed in, given out to whoever sees the record they hang on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from isotherm.actor import Actor
from isotherm.directives import evidence
from isotherm.directives.models import Document
from isotherm.directives.queries import visible_documents
from isotherm.doors.web.openings import hangs_on
from isotherm.doors.web.page import DeskRequest, signed_in
from isotherm.execution.acts.obstacles import visible_obstacles
from isotherm.execution.models import Attachment, Obstacle, Plan, Report
from isotherm.execution.papers import Evidence
from isotherm.execution.queries import visible_assignments, visible_drafts
from isotherm.records import files
from isotherm.records.models import StoredFile
from isotherm.refusals import NotAccepted, OutOfReach
from isotherm.words import lazy


def received(uploads: Iterable[Any]) -> tuple[Evidence, ...]:
    """Keep what was handed in, each looked at for secrecy marks first."""
    kept = []
    for upload in uploads:
        if upload.size is not None and upload.size > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            raise NotAccepted(
                lazy("The file is larger than %(most)s MB."), {"most": settings.UPLOAD_LIMIT_MB}, field="evidence"
            )
        name = upload.name or "file"
        kept.append(Evidence(sha256=evidence.receive(upload.read(), name).sha256, name=name[-200:]))
    return tuple(kept)


@signed_in
def file(request: DeskRequest, sha256: str, name: str) -> HttpResponse:
    """Always a download, never a page of this site, whatever its content says it is."""
    stored = StoredFile.objects.filter(sha256=sha256).first()
    document = _through(request.actor, sha256) if stored is not None else None
    if stored is None or document is None:
        raise OutOfReach(
            lazy("There is no such file within your reach."),
            remedy=lazy("Open it from the plan, report or obstacle it belongs to."),
        )
    hangs_on(request, document)
    with files.open_file(sha256) as content:
        response = HttpResponse(content.read(), content_type=stored.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _through(actor: Actor, sha256: str) -> str | None:
    """The document through whose records it is seen: by the plan, report or obstacle it hangs on, a draft of one's own
    body, or the document it is itself."""
    hangs: dict[str, list[int]] = {}
    for kind, subject in Attachment.objects.filter(sha256=sha256).values_list("subject_kind", "subject_id")[:500]:
        hangs.setdefault(kind, []).append(subject)
    for model, kind in ((Plan, "plan"), (Report, "report")):
        for document, unit in model.objects.filter(pk__in=hangs.get(kind, ())).values_list("document_id", "unit_id"):
            if visible_assignments(actor).filter(document_id=document, carrier_id=unit).exists():
                return _code(document)
    owed = set(hangs.get("obstacle", ()))
    if owed and (seen := owed & set(visible_obstacles(actor))):
        return _code(Obstacle.objects.filter(pk__in=seen).values_list("document_id", flat=True)[0])
    drafted = visible_drafts(actor).filter(payload__evidence__contains=[{"sha256": sha256}])
    for draft in drafted[:1]:
        return _code(draft.document_id or 0)
    return visible_documents(actor).filter(file_sha256=sha256).values_list("code", flat=True).first()


def _code(document_id: int) -> str:
    return Document.objects.filter(pk=document_id).values_list("code", flat=True).first() or ""



urlpatterns = [
    path("files/<str:sha256>/<str:name>", file, name="file"),
]
