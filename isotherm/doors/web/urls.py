"""Which page answers which address; each page's own file holds its part."""

from __future__ import annotations

from isotherm.doors.web import desk, directive, directives, files, matrix, review, search, session, task, units, work

urlpatterns = [
    *desk.urlpatterns,
    *directive.urlpatterns,
    *directives.urlpatterns,
    *files.urlpatterns,
    *matrix.urlpatterns,
    *review.urlpatterns,
    *search.urlpatterns,
    *session.urlpatterns,
    *task.urlpatterns,
    *units.urlpatterns,
    *work.urlpatterns,
]
