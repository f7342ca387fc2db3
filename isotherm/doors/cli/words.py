"""`isotherm words`: the translations of all areas become one catalogue; `check` names what is missing.

Vietnamese lies in hand-written files, one per area: `isotherm/locale/vi/<area>.po`. Django reads one compiled file.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo

from isotherm.doors.cli.start import with_django
from isotherm.refusals import NotAccepted
from isotherm.words import _, lazy

PACKAGE = Path(__file__).resolve().parents[2]
LANGUAGE = "vi"
SOURCES = PACKAGE / "locale" / LANGUAGE
COMPILED = SOURCES / "LC_MESSAGES" / "django.mo"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
TEMPLATE_OPTIONS = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that a reader of Vietnamese would not get, or would get wrong."""

    where: str
    sentence: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}: {self.sentence}"


def sources() -> list[Path]:
    return sorted(SOURCES.glob("*.po"))


def merged() -> Catalog:
    """All areas as one catalogue. The same sentence must be said the same way everywhere."""
    whole = Catalog(locale=LANGUAGE, charset="utf-8")
    first: dict[str, str] = {}
    for path in sources():
        for message in _messages(path):
            said = _said(message)
            if not said:
                continue
            known = whole.get(message.id, context=message.context)
            if known is not None and _said(known) != said:
                raise NotAccepted(
                    lazy("“%(sentence)s” has two translations: in %(one)s and in %(other)s."),
                    {"sentence": _text(message), "one": first[_text(message)], "other": path.name},
                    remedy=lazy("Agree on one of them; docs/glossary.md has the words."),
                )
            if known is None:
                whole.add(message.id, message.string, context=message.context)
                first[_text(message)] = path.name
    return whole


def compile_words() -> Path:
    """Write the compiled catalogue if a source is newer. It replaces the old one whole, so readers never see half."""
    if COMPILED.exists() and all(path.stat().st_mtime < COMPILED.stat().st_mtime for path in [*sources(), SOURCES]):
        return COMPILED
    catalogue = merged()
    COMPILED.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=COMPILED.parent, suffix=".partial")
    with os.fdopen(handle, "wb") as out:
        write_mo(out, catalogue)
    partial = Path(name)
    partial.chmod(0o644)
    partial.rename(COMPILED)
    return COMPILED


def check() -> list[Finding]:
    """Sentences in programs and templates without Vietnamese, and translations whose placeholders differ."""
    catalogue = merged()
    found = []
    for where, message_id in _extracted():
        known = catalogue.get(message_id)
        if known is None:
            found.append(Finding(where, message_id, "no Vietnamese"))
        elif _placeholders(_said(known)) - _placeholders(message_id):
            found.append(Finding(where, message_id, f"unknown placeholder in “{_said(known)}”"))
    return found


def _extracted() -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            method, options = "python", {}
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            method, options = "jinja2.ext:babel_extract", TEMPLATE_OPTIONS
        else:
            continue
        for line, found, _comments, _context in extract_from_file(
            method, str(path), keywords=KEYWORDS, options=options
        ):
            message_id = found if isinstance(found, str) else next((one for one in found if one), "")
            if message_id and message_id not in seen:
                seen.add(message_id)
                yield f"{path.relative_to(PACKAGE.parent)}:{line}", message_id


def _messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as lines:
        read = pofile.read_po(lines, locale=LANGUAGE, charset="utf-8", abort_invalid=True)
    return (message for message in read if message.id and not message.fuzzy)


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _said(message: Message) -> str:
    return message.string if isinstance(message.string, str) else str((message.string or [""])[0])


def _placeholders(sentence: str) -> set[str]:
    return {name for pair in PLACEHOLDER.findall(sentence) for name in pair if name}


@click.group(invoke_without_command=True)
@click.pass_context
def group(context: click.Context) -> None:
    """Compile the translations of all areas into one catalogue."""
    with_django()
    if context.invoked_subcommand is None:
        compile_words()
        click.echo(_("The translations are ready."))


@group.command("check")
def check_words() -> None:
    """Name the sentences without Vietnamese. Ends with 1 if there are any."""
    found = check()
    for one in found:
        click.echo(str(one))
    if found:
        raise SystemExit(1)
    click.echo(_("Every sentence has its translation."))
