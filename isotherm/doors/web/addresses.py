"""What an address may hold: codes are plain letters, digits, dots and dashes; anything else is no page."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter


class Code(StringConverter):
    """The code of a document, a task or a unit, or a file's hash."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._\-]{0,159}"


register_converter(Code, "code")
