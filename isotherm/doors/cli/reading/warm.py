"""Imported once, by the process from which the reading ones are forked: settings, phrase tables and patterns are read
before, so that a process that takes the place of a dead one begins at once."""

from __future__ import annotations

from isotherm.doors.cli.start import with_django

with_django()

from isotherm.directives.exchange import forms  # noqa: E402 - settings are asked first
from isotherm.directives.reading import read_text  # noqa: E402

_READ = (
    "Bộ Tài chính báo cáo Thủ tướng Chính phủ trước ngày 30 tháng 6 năm 2026.",
    "The Ministry of Finance shall report to the Prime Minister before 30 June 2026.",
)
for _form in forms.FORMS.values():
    for _text in _READ:
        _form.made(read_text(_text))
