"""`isotherm ledger`: seal, verify, show, epoch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli.start import with_database
from isotherm.words import _, ngettext

if TYPE_CHECKING:
    from isotherm.records.models import LedgerLine
    from isotherm.records.verification import Verification

SHOWN = 50


@click.group()
def group() -> None:
    """Seal and verify the ledger."""


@group.command()
def seal() -> None:
    """Seal what has finished since the last seal."""
    with_database()
    from django.utils import timezone

    from isotherm.records.seals import seal as seal_now

    made = seal_now(timezone.now())
    if made is None:
        click.echo(_("Nothing to seal: no act has finished since the last seal."))
        return
    click.echo(
        ngettext(
            "Seal %(seal)s: %(count)s line. Head %(hash)s.",
            "Seal %(seal)s: %(count)s lines. Head %(hash)s.",
            made.lines,
        )
        % {"seal": made.pk, "count": made.lines, "hash": bytes(made.hash).hex()}
    )


@group.command()
@click.option("--json", "as_json", is_flag=True, help="for programs")
def verify(as_json: bool) -> None:
    """Compare rows, seals, signatures and the copies outside. Ends with 1 if something is not as it was sealed."""
    with_database()
    from isotherm.records.verification import verify as verify_now

    found = verify_now()
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        _tell(found)
    if not found.is_clean:
        raise SystemExit(1)


@group.command()
@click.argument("subject")
def show(subject: str) -> None:
    """The lines about SUBJECT: a code, or KIND:ID (then also those of mass acts that touched it)."""
    with_database()
    from isotherm.records import ledger

    numbered = re.fullmatch(r"([a-z_]+):(\d+)", subject)
    lines: Iterable[LedgerLine] = (
        ledger.history(numbered[1], int(numbered[2])) if numbered else ledger.history_of_code(subject)
    )
    none = True
    for line in lines:
        none = False
        click.echo(_line(line))
    if none:
        raise click.ClickException(_("The ledger has no line about %(subject)s.") % {"subject": subject})


@group.command()
@click.option("--why", required=True, help="the reason, kept in the copy outside")
def epoch(why: str) -> None:
    """Open a new epoch, after a database was restored in another way than by `isotherm db restore`."""
    with_database()
    from django.utils import timezone

    from isotherm.records.seals import open_epoch

    click.echo(_("Epoch %(epoch)s is open.") % {"epoch": open_epoch(why, now=timezone.now())})


def _tell(found: Verification) -> None:
    click.echo(
        _("%(lines)s lines, %(seals)s seals, %(unsealed)s lines not yet sealed.")
        % {"lines": found.lines, "seals": found.seals, "unsealed": found.unsealed}
    )
    for finding in found.findings[:SHOWN]:
        click.echo(("  · " if finding.is_note else "  ! ") + str(finding))
    more = len(found.findings) - SHOWN
    if more > 0:
        click.echo(ngettext("  and %(count)s more", "  and %(count)s more", more) % {"count": more})
    click.echo(_("The ledger is as it was sealed.") if found.is_clean else _("The ledger is not as it was sealed."))


def _plain(found: Verification) -> dict[str, object]:
    return {
        "clean": found.is_clean,
        "lines": found.lines,
        "seals": found.seals,
        "unsealed": found.unsealed,
        "findings": [
            {
                "kind": finding.kind,
                "line": finding.line_id,
                "seal": finding.seal_id,
                "note": finding.is_note,
                "sentence": str(finding),
            }
            for finding in found.findings
        ],
    }


def _line(line: LedgerLine) -> str:
    from django.utils import timezone

    parts = [
        str(line.pk),
        timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M:%S"),
        line.job or f"post {line.post_id}",
        f"unit {line.unit_id}" if line.unit_id else "",
        line.verb,
        " ".join(part for part in (line.subject_kind, line.subject_code or str(line.subject_id or "")) if part),
        f"× {line.count}" if line.count != 1 else "",
        line.paper or "",
        json.dumps(line.facts, ensure_ascii=False) if line.facts else "",
    ]
    return "  ".join(part for part in parts if part)
