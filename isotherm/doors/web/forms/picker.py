"""A field in which bodies are chosen: a box for names that the script `picker.js` makes a combobox with chips."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from isotherm.units import suggestions
from isotherm.units.models import Unit
from isotherm.units.suggestions import Unread
from isotherm.words import lazy

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*")


def _language() -> str:
    return (get_language() or "vi")[:2]


class Picker(forms.Widget):
    """`many`: several bodies, as chips. `words`: what is sent are names as a text would write them, not codes; whoever
    reads the form looks them up. `wholes`: whole groups are offered. `loose`: codes that nobody has yet are taken."""

    def __init__(
        self,
        *,
        many: bool = False,
        words: bool = False,
        wholes: bool = False,
        loose: bool = False,
        kinds: Sequence[str] = (),
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(dict(attrs or {}))
        self.many, self.words, self.wholes, self.loose, self.kinds = many, words, wholes, loose, tuple(kinds)
        self.near: Unread | None = None  # what the last reading did not understand

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        values = lines(given if isinstance(given, list | tuple) else [given] if given else [])
        return " ".join(values[-1:]) if self.words and not self.many else values

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        values = lines(value if isinstance(value, list | tuple) else [str(value)] if value else [])
        if self.words:
            shown = [suggestions.Suggestion(one, one, "", one) for one in values]
        else:
            shown = suggestions.named(values, timezone.localdate(), _language())
        asking = {
            "kinds": ",".join(self.kinds),
            "wholes": "1" if self.wholes else "",
            "as": "words" if self.words else "",
        }
        query = urlencode({key: said for key, said in asking.items() if said})
        context = {
            "name": name,
            "widget": self,
            "shown": shown,
            "plain": [one.label if one.note and one.many == 1 else one.value for one in shown],
            "find": reverse("unit-find") + (f"?{query}" if query else ""),
            "near": self.near,
            "attrs": {**self.attrs, **(attrs or {})},
        }
        return mark_safe(render_to_string("units/_picker.html", context))  # noqa: S308 - the template escapes


class UnitsField(forms.Field):
    """Bodies by code: `clean` gives a list, or for one body its code. Names are read; of names that several share the
    near ones are offered beside the field."""

    def __init__(self, *, many: bool = True, **more: Any) -> None:
        options = {name: more.pop(name) for name in ("wholes", "loose", "kinds") if name in more}
        self.many = many
        super().__init__(widget=Picker(many=many, **options), **more)

    def clean(self, value: Any) -> Any:
        values = [one for one in value or [] if one]
        picker = self.widget
        assert isinstance(picker, Picker)
        if not self.many and len(values) > 1:  # what was typed, and the one picked beside it
            values = values[-1:]
        self.validate(values)
        day = timezone.localdate()
        chosen = suggestions.choose(values, day, _language(), kinds=picker.kinds or None)
        fresh = [one.words for one in chosen.unread if picker.loose and _CODE.fullmatch(one.words)]
        # Without scripts the words stay in the box while one of those they may mean was ticked beside it.
        unread = [
            one
            for one in chosen.unread
            if one.words not in fresh and not {near.code for near in one.near}.intersection(values)
        ]
        if unread:
            picker.near = unread[0]
            raise forms.ValidationError(
                lazy("“%(words)s” is not one body of the register. Choose it from the list."),
                params={"words": "”, “".join(one.words for one in unread[:5])},
            )
        codes = dict(Unit.objects.filter(pk__in=chosen.units).values_list("pk", "code"))
        found = [codes[unit] for unit in chosen.units] + fresh
        if self.many:
            return found
        if len(found) > 1:
            raise forms.ValidationError(lazy("Here one body is meant."))
        return found[0] if found else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return lines(initial if isinstance(initial, list) else [initial or ""]) != lines(data or [])


def lines(values: Sequence[Any]) -> list[str]:
    """Each line is a value; a field without scripts sends them all in one."""
    return [line.strip() for value in values for line in str(value or "").splitlines() if line.strip()]
