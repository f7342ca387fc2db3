"""Where the records lie: a PostgreSQL named by DATABASE_URL, else one that the product starts itself."""

from __future__ import annotations

from isotherm.database.where import settings

__all__ = ["settings"]
