"""What each command does first."""

from __future__ import annotations

import os

import django


def with_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")
    django.setup()


def with_database() -> None:
    """Django, and the embedded server running if no DATABASE_URL names another."""
    with_django()
    from isotherm.database import ensure_running

    ensure_running()
