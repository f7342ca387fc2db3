"""Which page answers which address; each page's own file holds its part."""

from __future__ import annotations

from isotherm.doors.scim import view as scim
from isotherm.doors.web import (
    account,
    assignment,
    coverage,
    desk,
    directive,
    directives,
    drafts,
    files,
    grounds,
    heat,
    history,
    matrix,
    obstacles,
    provider,
    reorganisations,
    review,
    search,
    second_factor,
    second_reading,
    session,
    task,
    task_files,
    task_list,
    units,
    work,
)

urlpatterns = [
    *account.urlpatterns,
    *assignment.urlpatterns,
    *coverage.urlpatterns,
    *desk.urlpatterns,
    *directive.urlpatterns,
    *directives.urlpatterns,
    *drafts.urlpatterns,
    *files.urlpatterns,
    *grounds.urlpatterns,
    *heat.urlpatterns,
    *history.urlpatterns,
    *matrix.urlpatterns,
    *obstacles.urlpatterns,
    *provider.urlpatterns,
    *reorganisations.urlpatterns,
    *review.urlpatterns,
    *scim.urlpatterns,
    *search.urlpatterns,
    *second_factor.urlpatterns,
    *second_reading.urlpatterns,
    *session.urlpatterns,
    *task.urlpatterns,
    *task_files.urlpatterns,
    *task_list.urlpatterns,
    *units.urlpatterns,
    *work.urlpatterns,
]

handler500 = "isotherm.doors.web.trouble.server_error"
