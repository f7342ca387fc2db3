"""The country package becomes the register: loading may be repeated, and adds only what is new.

1. Read and check the whole package (`package.py`); a wrong line stops everything.
2. Units that are not there yet are added; none is ever removed.
3. Dated rows: what the package no longer says is voided, a range that it closes is closed, what is new is added.
   Rows with another source (a reorganisation carried out here) are left alone.
4. The trees are made anew where placements changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from isotherm.units import kinds, tree
from isotherm.units.models import Alias, Heir, Kind, Name, Placement, Register, Succession, Unit
from isotherm.units.package import AliasRow, Bodies, KindRow, NameRow, PlacementRow, bodies
from isotherm.units.reorganisation import successors

SOURCE = "package"
BY_PACKAGE = 0  # `voided_by` of a row that a newer package withdrew, where no ledger line says so

# Never the same twice: what is kept in memory under a number must not outlive a transaction that was rolled back.
UNIQUE = RawSQL("pg_current_xact_id()::text::bigint", [], output_field=BigIntegerField())

Progress = Callable[[str], None]


@dataclass
class Report:
    units: int = 0
    added: dict[str, int] = field(default_factory=dict)
    closed: int = 0
    voided: int = 0
    trees: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.units or any(self.added.values()) or self.closed or self.voided)


@transaction.atomic
def load(
    package: Bodies | None = None, *, ledger_line: int = BY_PACKAGE, progress: Progress = lambda _: None
) -> Report:
    """Bring the register up to the installed country package. `ledger_line` says who had it done."""
    said = package or bodies()
    report = Report()
    Register.objects.get_or_create(id=1)
    Register.objects.select_for_update().get(id=1)
    known = dict(Unit.objects.values_list("code", "id"))
    new = [Unit(code=code) for code in said.codes if code not in known]
    Unit.objects.bulk_create(new, batch_size=2000)
    report.units = len(new)
    ids = dict(Unit.objects.values_list("code", "id"))
    progress(f"{len(said.codes)} bodies")
    for model, rows in (
        (Name, said.names),
        (Kind, said.kinds),
        (Placement, said.placements),
        (Alias, said.aliases),
    ):
        _bring_up(model, rows, ids=ids, report=report, ledger_line=ledger_line)
    _add_successions(said, ids, report)
    for line in kinds.lines():
        report.trees += tree.rebuild(line)
    successors.rebuild(date.today())
    progress(f"{report.trees} new versions of the tree")
    if report.changed:
        Register.objects.filter(id=1).update(version=UNIQUE)
    return report


def version() -> int:
    """What is kept in memory about units is kept under this number; every load that changed anything changes it."""
    return Register.objects.filter(id=1).values_list("version", flat=True).first() or 0


def _bring_up(
    model: type[Any],
    rows: Iterable[NameRow | KindRow | PlacementRow | AliasRow],
    *,
    ids: dict[str, int],
    report: Report,
    ledger_line: int,
) -> None:
    """A row is known by its beginning and its contents; its end may be closed by either side."""
    wanted = {}
    for row in rows:
        fields = _fields(row, ids)
        until = fields.pop("until")
        wanted[_key(fields)] = (fields, until)
    held: dict[Any, tuple[int, date | None]] = {}
    columns = [
        f.attname for f in model._meta.concrete_fields if f.attname not in {"id", "voided_by", "valid", "source"}
    ]
    for record in model.objects.filter(source=SOURCE, voided_by__isnull=True).values("id", "valid", *columns):
        valid, number = record.pop("valid"), record.pop("id")
        held[_key({**record, "since": valid.lower})] = (number, valid.upper)
    voided = [number for key, (number, _) in held.items() if key not in wanted]
    # Voiding first: the new row may stand in the same days.
    report.voided += model.objects.filter(pk__in=voided).update(voided_by=ledger_line)
    for key, (fields, until) in wanted.items():
        # A range that an act of this installation closed stays closed: the package does not know of it.
        if key in held and until is not None and held[key][1] != until:
            model.objects.filter(pk=held[key][0]).update(valid=DateRange(fields["since"], until, "[)"))
            report.closed += 1
    fresh = []
    for key, (fields, until) in wanted.items():
        if key in held:
            continue
        values = {**fields, "valid": DateRange(fields["since"], until, "[)"), "source": SOURCE}
        values.pop("since")
        fresh.append(model(**values))
    model.objects.bulk_create(fresh, batch_size=2000)
    report.added[model.__name__] = len(fresh)


def _fields(row: NameRow | KindRow | PlacementRow | AliasRow, ids: dict[str, int]) -> dict[str, Any]:
    fields = row._asdict()
    fields["unit_id"] = ids[fields.pop("code")]
    if isinstance(row, PlacementRow):
        fields["parent_id"] = ids[row.parent] if row.parent else None
        fields.pop("parent")
    if isinstance(row, NameRow):
        fields["keys"] = list(row.keys)
    return fields


def _key(fields: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(fields.items()))


def _add_successions(said: Bodies, ids: dict[str, int], report: Report) -> None:
    """Events that are not there yet, known by their day, document, and who takes over from whom."""
    held = set(
        Heir.objects.filter(succession__voided_by__isnull=True).values_list(
            "gone_id", "heir_id", "succession__day", "succession__document"
        )
    )
    events, heirs = [], []
    for row in said.successions:
        new = [one for one in row.heirs if (ids[one.gone], ids[one.heir], row.day, row.document) not in held]
        if new:
            events.append(Succession(day=row.day, kind=row.kind, document=row.document, note=row.note))
            heirs.append(new)
    Succession.objects.bulk_create(events, batch_size=2000)
    Heir.objects.bulk_create(
        (
            Heir(succession=event, gone_id=ids[one.gone], heir_id=ids[one.heir], share=one.share, main=one.main)
            for event, new in zip(events, heirs, strict=True)
            for one in new
        ),
        batch_size=2000,
    )
    report.added["Succession"] = len(events)
