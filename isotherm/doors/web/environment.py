"""The templates' world: sentences, figures, addresses, and files with their content's hash."""

from __future__ import annotations

import hashlib
import uuid
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from isotherm.doors.web import formats
from isotherm.doors.web.charts import spark


@cache
def _digest(path: Path, changed_at: float) -> str:
    """`changed_at` is part of the key, so that an edited file gets a new name without a restart."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


class StaticFiles(StaticFilesStorage):
    """Adds a hash of the content to each address, with or without `collectstatic`: an edited file is fetched anew."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        found = finders.find(name) if name else None
        if not found:
            return address
        path = Path(found)
        return f"{address}?v={_digest(path, path.stat().st_mtime)}"


def address(name: str, *args: Any, **facts: Any) -> str:
    """`url("directive", symbol, tab="tasks")`: what the route does not name goes into the query."""
    query = facts.pop("query", None)
    path = reverse(name, args=args or None, kwargs=facts or None)
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


@pass_context
def with_query(context: Context, **changes: Any) -> str:
    """This page's address with some of its query changed; `None` takes a key away, and paging starts anew."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for key, value in changes.items():
        query.pop(key, None)
        if isinstance(value, list | tuple):
            query.setlist(key, [str(one) for one in value])
        elif value is not None:
            query[key] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@pass_context
def csrf(context: Context) -> Markup:
    """The hidden field against forged posts; empty where a page is rendered without a request."""
    return escape(context.get("csrf_input") or "")


def new_key() -> str:
    """The key of one intended act: a form sent twice carries it twice and is answered once."""
    return uuid.uuid4().hex


def language() -> str:
    return (get_language() or "vi")[:2]


def described(bound: BoundField, hint: str = "") -> dict[str, str]:
    """What a screen reader says after a field's label: its hint, then what is wrong with it."""
    names = []
    if hint or bound.help_text:
        names.append(f"{bound.id_for_label}-hint")
    if bound.errors:
        names.append(f"{bound.id_for_label}-wrong")
    words = {"aria-describedby": " ".join(names)} if names else {}
    return words | ({"aria-invalid": "true"} if bound.errors else {})


# What base.html shows when a view hands over nothing, as before sign-in or on a refusal.
NOBODY: dict[str, Any] = {
    "request": None,
    "actor": None,
    "person_name": "",
    "post_title": "",
    "unit_name": "",
    "waiting": 0,
    "theme": "",
    "here": "",
    "draft_done": "",
    "messages": (),
}


def environment(**options: Any) -> Environment:
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    options.pop("autoescape", None)
    env = Environment(autoescape=True, extensions=["jinja2.ext.i18n"], **options)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(NOBODY)
    env.globals.update(
        url=address,
        with_query=with_query,
        static=staticfiles_storage.url,
        csrf=csrf,
        new_key=new_key,
        now=timezone.now,
        language=language,
        described=described,
        spark=spark,
    )
    env.filters.update(formats.FILTERS)
    return env
