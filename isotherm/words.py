"""Translation entrance for rooms: `_` now, `lazy` for sentences kept until somebody reads them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

__all__ = ["_", "lazy", "ngettext"]
