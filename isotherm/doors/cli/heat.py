"""`isotherm heat SYMBOL`: where and why action stops, from a terminal; the same figures as the page."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import click

from isotherm.doors.cli.start import with_database

SECONDS_A_DAY = 86_400


def as_json(
    symbol: str, *, at: datetime, lens: str, language: str = "vi", as_was: date | None = None
) -> dict[str, Any]:
    """The figures of one directive as plain data. Docs: docs/heat.md, "As JSON"."""
    from django.db import transaction

    with transaction.atomic():
        return _as_json(symbol, at=at, lens=lens, language=language, as_was=as_was)


def _as_json(symbol: str, *, at: datetime, lens: str, language: str, as_was: date | None) -> dict[str, Any]:
    from isotherm.analysis import figures
    from isotherm.analysis.heat import Scope, Then, counts_below, heat
    from isotherm.analysis.refresh import refresh
    from isotherm.analysis.then import difference, find_breaks, reading
    from isotherm.directives.models import Document
    from isotherm.directives.queries import symbol_key
    from isotherm.execution.clocks import local_day
    from isotherm.execution.models import Obstacle
    from isotherm.refusals import NotAccepted, OutOfReach
    from isotherm.units import queries as unit_queries
    from isotherm.units.models import Unit
    from isotherm.words import lazy

    found = (
        Document.objects.filter(code=symbol).first()
        or Document.objects.filter(symbol_key=symbol_key(symbol)).order_by("-signed_on").first()
    )
    if found is None or found.issued_at is None:
        raise OutOfReach(lazy("There is no sent document “%(symbol)s”."), {"symbol": symbol})
    refresh(found.pk, at)
    day = local_day(at)
    if as_was is not None and not local_day(found.issued_at) <= as_was < day:
        raise NotAccepted(
            lazy("“%(symbol)s” is read by the units of a day from %(issued)s until the day before %(today)s."),
            {"symbol": symbol, "issued": f"{local_day(found.issued_at):%d/%m/%Y}", "today": f"{day:%d/%m/%Y}"},
            remedy=lazy("Choose such a day, or leave the day out to read it by the units of now."),
        )
    scope = Scope(then=Then(as_was)) if as_was else Scope.whole()
    with reading([found.pk], scope=scope):
        find_breaks([found.pk], scope=scope, at=at, lens=lens)
        seen = heat([found.pk], scope=scope, at=at, lens=lens)
        provinces = counts_below(
            [found.pk], unit_queries.group_members("provinces", as_was or day), duty="done", scope=scope, at=at
        )
        moved = difference([found.pk], scope=scope)
    named = {*provinces, *(unit for one in (moved.changes if moved else ()) for unit in (one.gone_id, one.heir_id))}
    unit_codes = dict(Unit.objects.filter(id__in=named).values_list("id", "code"))
    unit_names = unit_queries.named_on(named, as_was or day, language)
    bodies = {row.body_id for row in seen.breaks}
    names = unit_queries.named_on(bodies, at.date(), language)
    codes = dict(Unit.objects.filter(id__in=bodies).values_list("id", "code"))
    obstacles = {one.pk: one for one in Obstacle.objects.filter(document_id=found.pk)}
    done = seen.total("done")
    line = seen.thermocline
    return {
        "document": found.symbol,
        "at": at.isoformat(),
        "lens": lens,
        "rates": {
            one.figure.name: {"numerator": one.numerator, "denominator": one.denominator}
            for one in figures.four_rates(done)
        },
        "undated": done.undated,
        "units_of": (as_was or day).isoformat(),
        "provinces": [
            {
                "unit": unit_codes[unit],
                "name": unit_names.get(unit, ""),
                "due": counts.due,
                "met_on_time": counts.on_time_due,
                "met_late": counts.late_due,
                "unmet": counts.overdue,
                "assigned": counts.assigned,
            }
            for unit, counts in sorted(provinces.items(), key=lambda item: unit_codes[item[0]])
        ],
        "changed_since": [
            {
                "day": one.day.isoformat(),
                "decision": one.document,
                "from": unit_codes[one.gone_id],
                "from_name": unit_names.get(one.gone_id, ""),
                "to": unit_codes[one.heir_id],
                "to_name": unit_names.get(one.heir_id, ""),
                "assignments": one.told,
                "expected_not_told": one.untold,
            }
            for one in (moved.changes if moved else ())
        ],
        "levels": [
            {
                "level": level.level,
                "upper_level": level.upper_level,
                "units": level.units,
                "duties": {
                    duty: {
                        "due": counts.due,
                        "met_on_time": counts.on_time_due,
                        "met_late": counts.late_due,
                        "unmet": counts.overdue,
                        "undated": counts.undated,
                        "paused": counts.paused,
                        "missing": counts.missing,
                        "excused": counts.excused,
                        "withdrawn": counts.withdrawn,
                        "fair": {"due": counts.fair_due, "met_on_time": counts.fair_on_time},
                    }
                    for duty, counts in level.duties.items()
                },
            }
            for level in seen.levels
        ],
        "break_points": [
            {
                "level": row.level,
                "body": codes.get(row.body_id, ""),
                "body_name": names.get(row.body_id, ""),
                "body_level": row.body_level,
                "cause": row.cause,
                "waits_for": obstacles[row.obstacle_id].missing if row.obstacle_id in obstacles else None,
                "promised_on": _day(obstacles[row.obstacle_id].promised_on) if row.obstacle_id in obstacles else None,
                "pairs": row.pairs,
                "units": row.units,
                "since": row.since.isoformat(),
            }
            for row in seen.breaks
        ],
        "days_by_holder": [
            {
                "level": row.level,
                "role": row.role,
                "holder_level": row.holder_level,
                "chains": seen.chains.get(row.level, (0, 0))[0],
                "within": round(row.within / SECONDS_A_DAY, 3),
                "beyond": round(row.beyond / SECONDS_A_DAY, 3),
            }
            for row in seen.holdings
        ],
        "elapsed_days": {
            level: {"chains": chains, "days": round(elapsed / SECONDS_A_DAY, 3)}
            for level, (chains, elapsed) in seen.chains.items()
        },
        "conduction": [
            {
                "upper_level": one.upper,
                "level": one.level,
                "reachable": one.reachable,
                "conducted": one.conducted,
                "clusters": len(one.clusters),
            }
            for one in seen.boundaries
        ],
        "thermocline": {
            "upper_level": line.upper,
            "level": line.level,
            "conduction": round(line.conduction, 4),
            "interval": [round(end, 4) for end in line.interval],
            "gap": [round(end, 4) for end in line.gap],
        }
        if line
        else None,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


@click.command()
@click.argument("symbol")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
@click.option("--lens", type=click.Choice(["any", "take_up", "plan", "send_on", "report", "done"]), default="any")
@click.option("--as-was", "as_was", type=click.DateTime(["%Y-%m-%d"]), default=None,
              help="By the units as they were on that day; by those of now if not given.")
@click.option("--at", "moment", type=click.DateTime(), default=None, help="Due moments up to then; now if not given.")
def group(symbol: str, shape: str, lens: str, as_was: datetime | None, moment: datetime | None) -> None:
    """Where and why action stops, for one directive."""
    with_database()
    from django.utils import timezone

    at = timezone.make_aware(moment) if moment else timezone.now()
    seen = as_json(symbol, at=at, lens=lens, as_was=as_was.date() if as_was else None)
    if shape == "json":
        click.echo(json.dumps(seen, ensure_ascii=False, indent=1))
        return
    click.echo(f"{seen['document']}  {at:%d/%m/%Y %H:%M}")
    for level in seen["levels"]:
        click.echo(f"\n{level['upper_level']} > {level['level']}: {level['units']} units")
        for duty, n in level["duties"].items():
            if n["due"] or n["paused"]:
                click.echo(
                    f"  {duty:8} due {n['due']:>7}  on time {n['met_on_time']:>7}  late {n['met_late']:>6}  "
                    f"unmet {n['unmet']:>7}  paused {n['paused']:>6}"
                )
    if seen["changed_since"]:
        click.echo(f"\nunits as on {seen['units_of']}")
        for one in seen["provinces"]:
            click.echo(f"  {one['unit']:8} due {one['due']:>7}  unmet {one['unmet']:>7}  {one['name']}")
        for one in seen["changed_since"][:40]:
            click.echo(
                f"  {one['day']}  {one['decision']}: {one['from_name']} > {one['to_name']}  "
                f"{one['assignments']} assignments, {one['expected_not_told']} expected, not told"
            )
    line = seen["thermocline"]
    click.echo(f"\nthermocline: {line['upper_level']} > {line['level']}" if line else "\nthermocline: none")
    for row in seen["break_points"][:20]:
        click.echo(f"  {row['pairs']:>7}  {row['cause']:17} {row['body_name']}")
