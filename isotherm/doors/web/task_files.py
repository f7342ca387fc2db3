"""A document's tasks as a file: Word, Excel. The same forms that `isotherm directive read` gives."""

from __future__ import annotations

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.urls import path

from isotherm.directives import queries
from isotherm.directives.exchange import excel, listing, word
from isotherm.directives.models import Task
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.page import DeskRequest, signed_in
from isotherm.doors.web.workbook import XLSX
from isotherm.refusals import OutOfReach
from isotherm.words import lazy

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FORMS = {"docx": (DOCX, word.document), "xlsx": (XLSX, excel.workbook)}


@signed_in
def tasks(request: DeskRequest, code: str, form: str) -> HttpResponse:
    """In the order of the text; not what was set aside."""
    document = queries.document_for(request.actor, code)
    if form not in _FORMS:
        raise OutOfReach(
            lazy("The tasks are not given out in this form."),
            remedy=lazy("Choose Word or Excel on the document's page."),
        )
    media_type, made = _FORMS[form]
    kept = list(document.tasks.exclude(state=Task.State.REJECTED).order_by("start", "number"))
    prefetch_related_objects(kept, "leads")
    response = HttpResponse(made(listing.of_document(document, kept)), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{document.code}-tasks.{form}"'
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [path("directives/<code:code>/tasks.<str:form>", tasks, name="directive-tasks-file")]
