"""A document's tasks as a file: Word, Excel, or the whole text with its tasks as Akoma Ntoso; as the command
`isotherm directive read` gives them."""

from __future__ import annotations

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from isotherm.directives import queries
from isotherm.directives.exchange import akoma, excel, listing, word
from isotherm.directives.exchange.akoma import paper
from isotherm.directives.models import Document, Task
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.page import DeskRequest, signed_in
from isotherm.doors.web.workbook import XLSX
from isotherm.refusals import OutOfReach
from isotherm.words import lazy

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
AKN = "application/akn+xml; charset=utf-8"
MEDIA_TYPES = {"docx": DOCX, "xlsx": XLSX, "akn": AKN}


@signed_in
def tasks(request: DeskRequest, code: str, form: str) -> HttpResponse:
    """In the order of the text; not what was set aside."""
    document = queries.document_for(request.actor, code)
    if form not in MEDIA_TYPES:
        raise OutOfReach(
            lazy("The tasks are not given out in this form."),
            remedy=lazy("Choose Word, Excel or Akoma Ntoso on the document's page."),
        )
    kept = list(document.tasks.exclude(state=Task.State.REJECTED).order_by("start", "number"))
    prefetch_related_objects(kept, "leads")
    response = HttpResponse(_made(document, kept, form), content_type=MEDIA_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{document.code}-tasks.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _made(document: Document, tasks: list[Task], form: str) -> bytes:
    if form == "akn":
        return akoma.export(paper.of_document(document, tasks), made_on=timezone.localdate())
    made = word.document if form == "docx" else excel.workbook
    return made(listing.of_document(document, tasks))


urlpatterns = [path("directives/<code:code>/tasks.<str:form>", tasks, name="directive-tasks-file")]
