"""`isotherm units`: bodies through time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isotherm.doors.cli import reorganise
from isotherm.doors.cli.start import with_database
from isotherm.words import _

if TYPE_CHECKING:
    from isotherm.units.compare import Comparison, Listed


class _Day(click.ParamType):  # type: ignore[type-arg]
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        for form in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(value, form).date()
            except ValueError:
                continue
        self.fail(f"{value!r} is not a day; write 2026-04-30 or 30/04/2026", param, ctx)


DAY = _Day()
_language = click.option("--language", type=click.Choice(["vi", "en"]), default="vi", help="names in this language")
_on = click.option("--on", "day", type=DAY, default=None, help="on this day (today)")
_json = click.option("--json", "as_json", is_flag=True, help="for machines")


@click.group()
def group() -> None:
    """Bodies through time."""


group.add_command(reorganise.group)


@group.command()
@_json
def load(as_json: bool) -> None:
    """Load the country package, bodies and calendar; may be repeated, and adds only what is new."""
    with_database()
    from isotherm.units import register
    from isotherm.workdays import register as calendar

    report = register.load(progress=lambda sentence: click.echo(f"  {sentence}", err=True))
    days = calendar.load()
    if as_json:
        return _print({"units": report.units, **report.added, "voided": report.voided, "days": days.added})
    added = ", ".join(f"{count} {what}" for what, count in report.added.items() if count)
    click.echo(f"{report.units} new units; {added or 'no new rows'}; {report.closed} closed, {report.voided} voided.")
    click.echo(f"Calendar: {days.added} special days added, {days.voided} voided.")


@group.command()
@click.argument("text")
@click.option("--limit", default=20, show_default=True)
@_on
@_language
@_json
def find(text: str, limit: int, day: date | None, language: str, as_json: bool) -> None:
    """Search by name, abbreviation or code; accents and case do not matter."""
    with_database()
    from isotherm.units import queries

    found = queries.find(text, day or date.today(), limit=limit, language=language)
    if as_json:
        return _print([_fields(unit) for unit in found])
    if not found:
        raise click.ClickException(f"Nothing is called {text!r} or nearly so on that day.")
    for unit in found:
        click.echo(f"{unit.code:14} {unit.label}")


@group.command()
@click.argument("code")
@_on
@_language
@_json
def show(code: str, day: date | None, language: str, as_json: bool) -> None:
    """All dated rows of one unit: names, kinds, where it stands, what it came from."""
    with_database()
    from isotherm.units import history, queries

    unit = queries.unit_called(code)
    told = history.of(unit.pk, day or date.today(), language)
    if as_json:
        return _print(_fields(told))
    click.echo(f"{told.code}  {told.name}")
    for title, lines in (
        ("Names", told.names),
        ("Kinds", told.kinds),
        ("Stands below", told.placements),
        ("Also called", told.aliases),
        ("Events", told.events),
    ):
        for number, line in enumerate(lines):
            click.echo(f"  {title if number == 0 else '':13} {_span(line.since, line.until)}  {line.text}")
    click.echo(f"  {'Below it':13} {told.below} units on {told.day}")


@group.command()
@click.argument("code")
@_language
@_json
def lineage(code: str, language: str, as_json: bool) -> None:
    """What went into a unit and what it went into, event by event."""
    with_database()
    from isotherm.units import history, queries

    steps = history.lineage(queries.unit_called(code).pk, language)
    if as_json:
        return _print([_fields(step) for step in steps])
    if not steps:
        raise click.ClickException(f"Nothing went into {code}, and it went into nothing.")
    day = None
    for step in steps:
        if step.day != day:
            day = step.day
            click.echo(f"{day}")
        part = "" if step.share == 1 else (" (main part)" if step.main else " (part)")
        click.echo(f"  {step.gone:10} {step.gone_name}{part} -> {step.heir} {step.heir_name}  [{step.event}]")


@group.command("as-of")
@click.argument("day", type=DAY)
@_language
@_json
def as_of(day: date, language: str, as_json: bool) -> None:
    """How the State stood on a day: how many of each kind, the ministries, the provinces with their communes."""
    with_database()
    from isotherm.units import history

    told = history.as_of(day, language)
    if as_json:
        return _print(_fields(told))
    if not told.counts:
        raise click.ClickException(f"The register knows no unit on {day}.")
    for kind, count in told.counts.items():
        click.echo(f"{count:6}  {kind}")
    for province in told.provinces:
        forms = ", ".join(f"{count} {form}" for form, count in province.communes.items())
        click.echo(f"  {province.code:6} {province.name} ({forms or 'no communes'})")


@group.command()
@click.argument("code")
@click.option("--depth", default=1, show_default=True, help="levels below the unit")
@click.option("--line", default="state", show_default=True, help="state, sector, council, party, front, owner, …")
@_on
@_language
@_json
def tree(code: str, depth: int, line: str, day: date | None, language: str, as_json: bool) -> None:
    """The unit and what stands below it."""
    with_database()
    from isotherm.units import history, queries

    rows = history.below(queries.unit_called(code).pk, day or date.today(), language, line=line, depth=depth)
    if as_json:
        return _print([_fields(row) for row in rows])
    if not rows:
        raise click.ClickException(f"{code} does not stand in the line {line} on that day.")
    for row in rows:
        click.echo(f"{'  ' * row.depth}{row.code}  {row.name}")
    for level, count in sorted(Counter(row.depth for row in rows if row.depth).items()):
        click.echo(f"{count} units {level} below", err=True)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json", "xlsx"]), default="table", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the workbook goes.")
@click.option("--apply", is_flag=True, help="Make a draft of a reorganisation; needs --as, --document and --from.")
@click.option("--as", "post", default="", help="code of the post that drafts it")
@click.option("--title", default="", help="title of the draft")
@click.option("--document", default="", help="number and symbol of the decision behind the list")
@click.option("--issuer", default="QH", show_default=True, help="code of the body that decided")
@click.option("--signed-on", type=DAY, default=None, help="when it was signed (the day from which it holds)")
@click.option("--from", "since", type=DAY, default=None, help="from which day it holds")
@click.option("--heir", "heirs", multiple=True, help="06970=C-06973: who takes over what the list no longer has")
@click.option("--leave-out", is_flag=True, help="draft it although rows of the list could not be read")
@_on
@_language
def compare(
    file: Path,
    form: str,
    out: Path | None,
    apply: bool,
    post: str,
    title: str,
    document: str,
    issuer: str,
    signed_on: date | None,
    since: date | None,
    heirs: tuple[str, ...],
    leave_out: bool,
    day: date | None,
    language: str,
) -> None:
    """Hold the register against an official list (.csv with a heading: code, name, type, code of the body above, and if
    it has it, the codes it was formed from).

    Ends with 0 where both agree, with 1 where they differ or a row could not be read. With --apply it ends with 0 where
    a draft was made; nothing holds before two people have signed it.
    """
    with_database()
    from django.utils import translation

    from isotherm.units import compare as lists

    if form == "xlsx" and out is None:
        raise click.UsageError("A workbook needs --out FILE.")
    if apply and not (post and document and since):
        raise click.UsageError("A draft needs --as POST, --document SYMBOL and --from DAY.")
    if apply and day is None and since is not None:
        day = since - timedelta(days=1)
    with translation.override(language):
        listed, faults = lists.read(file.read_bytes())
        found = lists.compare(listed, faults, day or date.today())
        if form == "json":
            _print({"counts": found.counts(), **_fields(found)})
        elif form == "xlsx":
            assert out is not None
            out.write_bytes(_sheet(found, file.name))
            click.echo(f"{out}", err=True)
        else:
            for one in found.differences:
                where = f"{_('line')} {one.line}" if one.line else ""
                change = f"{one.was} → {one.becomes}" if one.was and one.becomes else one.becomes or one.was
                click.echo(f"{one.code:6} {lists.WORDS[one.what]!s:38} {change}  {where}")
            for fault in found.faults:
                click.echo(f"! {_('line')} {fault.line}: {fault.why}")
        told = "; ".join(f"{lists.WORDS[what]}: {count}" for what, count in found.counts().items())
        click.echo(
            _("%(rows)s rows, %(same)s as in the register of %(day)s. %(differences)s")
            % {"rows": found.rows, "same": found.same, "day": f"{found.day:%d/%m/%Y}", "differences": told},
            err=True,
        )
        if apply:
            assert since is not None
            said = {"title": title or file.stem, "document": document, "issuer": issuer, "day": since}
            return _drafted(found, listed, post, {**said, "signed_on": signed_on or since}, heirs, leave_out)
    if found.differences or found.faults:
        raise click.exceptions.Exit(1)


def _drafted(
    found: Comparison,
    listed: Sequence[Listed],
    post: str,
    said: dict[str, Any],
    heirs: tuple[str, ...],
    leave_out: bool,
) -> None:
    from django.utils import timezone

    from isotherm.doors.cli.directive_acts import actor_as
    from isotherm.units.reorganisation import acts, from_list

    if found.faults and not leave_out:
        raise click.ClickException(
            _("%(count)s rows of the list could not be read; the first stands in line %(line)s. Mend them, or leave "
              "them out with --leave-out.")
            % {"count": len(found.faults), "line": found.faults[0].line}
        )  # fmt: skip
    over: dict[str, list[str]] = {}
    for words in heirs:
        code, _is, heir = words.partition("=")
        over.setdefault(code.strip(), []).append(heir.strip())
    proposal = from_list.propose(found, listed, heirs=over)
    for one in proposal.left:
        where = f" ({_('line')} {one.line})" if one.line else ""
        click.echo(f"? {one.code} {one.name}{where}: {one.why}", err=True)
    if not proposal.steps:
        raise click.ClickException(_("The list gives nothing to draft."))
    made = acts.draft(acts.Draft(steps=proposal.steps, **said), actor=actor_as(post), at=timezone.now())
    click.echo(made.code)
    click.echo(
        _("Drafted: %(count)s steps. Look at it with: isotherm units reorganise check %(code)s --as %(post)s")
        % {"count": len(proposal.steps), "code": made.code, "post": post},
        err=True,
    )


def _sheet(found: Comparison, name: str) -> bytes:
    from isotherm.doors.web.workbook import Column, workbook
    from isotherm.units import compare as lists

    heads = (_("code"), _("name"), _("what differs"), _("in the register"), _("in the list"), _("line"))
    rows: list[list[object]] = [
        [one.code, one.name, str(lists.WORDS[one.what]), one.was, one.becomes, one.line] for one in found.differences
    ]
    rows += [["", "", one.why, "", "", one.line] for one in found.faults]
    made = workbook(
        "compare",
        title=name,
        notes=[f"{found.day:%d/%m/%Y}"],
        columns=[Column(head, 24) for head in heads],
        rows=rows,
    )
    return bytes(made.content)


def _span(since: date | None, until: date | None) -> str:
    return f"{since or '…'} – {until or '…'}"


def _fields(record: Any) -> Any:
    """Dataclasses, nested, as plain values."""
    if hasattr(record, "__dataclass_fields__"):
        return {name: _fields(getattr(record, name)) for name in record.__dataclass_fields__}
    if isinstance(record, dict):
        return {str(name): _fields(value) for name, value in record.items()}
    if isinstance(record, str) or not isinstance(record, Iterable):
        return record
    return [_fields(value) for value in record]


def _print(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
