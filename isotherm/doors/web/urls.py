"""Which page answers which address; each page's own file holds its part."""

from __future__ import annotations

from isotherm.doors.web import desk, session

urlpatterns = [
    *desk.urlpatterns,
    *session.urlpatterns,
]
