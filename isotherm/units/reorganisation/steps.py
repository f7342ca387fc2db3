"""What the steps of a reorganisation say: read from a draft, with the step named where it says something impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise

from isotherm.refusals import NotAccepted
from isotherm.units.models import STATE, KindOfUnit, ReorganisationStep
from isotherm.words import lazy

Kind = ReorganisationStep.Kind

# What becomes of the units below one that ends: bodies of the same kind and branch join those of the heir and the
# others follow; all follow; or each is named by a step of its own.
MATCH, FOLLOW, STATED = "match", "follow", "stated"
BELOW = (MATCH, FOLLOW, STATED)


@dataclass(frozen=True, slots=True)
class Share:
    """One heir of a split. No share: people decide duty by duty."""

    unit: str
    share: Decimal | None
    main: bool


@dataclass(frozen=True, slots=True)
class Called:
    """Names, as a decision gives them. `also` are further complete forms that texts use."""

    vi: str
    en: str = ""
    short_vi: str = ""
    short_en: str = ""
    abbreviation: str = ""
    official_code: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step; which fields mean something follows from its kind."""

    number: int
    kind: str
    gone: tuple[str, ...] = ()
    heirs: tuple[Share, ...] = ()
    unit: str = ""
    parent: str = ""
    line: str = STATE
    called: Called | None = None
    unit_kind: str = ""
    branch: str = ""
    below: str = MATCH


_ALLOWED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # kind -> (needed, further)
    Kind.MERGE: (frozenset({"gone", "heir"}), frozenset({"below"})),
    Kind.SPLIT: (frozenset({"gone", "heirs"}), frozenset({"below"})),
    Kind.TRANSFER: (frozenset({"unit", "parent"}), frozenset({"line"})),
    Kind.RENAME: (
        frozenset({"unit", "vi"}),
        frozenset({"en", "short_vi", "short_en", "abbreviation", "official_code", "also"}),
    ),
    Kind.CHANGE_OF_KIND: (frozenset({"unit", "unit_kind"}), frozenset({"branch"})),
    Kind.DISSOLVE: (frozenset({"gone", "heir"}), frozenset({"below"})),
    Kind.ABOLISH_LEVEL: (frozenset({"unit_kind"}), frozenset({"unit"})),
    Kind.FOUND: (
        frozenset({"unit", "vi", "unit_kind", "parent"}),
        frozenset({"en", "short_vi", "short_en", "abbreviation", "official_code", "also", "branch", "line"}),
    ),
}


def read(rows: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Steps in their order; the first wrong one is refused with its number."""
    if not rows:
        raise NotAccepted(lazy("A reorganisation needs at least one step."), field="steps")
    return tuple(_read(number, row) for number, row in enumerate(rows, start=1))


def _read(number: int, row: Mapping[str, Any]) -> Step:
    kind = str(row.get("kind", ""))
    if kind not in Kind.values:
        raise _wrong(
            number,
            lazy(
                "“%(value)s” is no kind of step: merge, split, transfer, rename, change_of_kind, dissolve, "
                "abolish_level or found"
            ),
            value=kind,
        )
    needed, further = _ALLOWED[kind]
    given = {name for name, value in row.items() if value not in ("", None, [], ()) and name != "kind"}
    if missing := sorted(needed - given):
        raise _wrong(number, lazy("“%(value)s” is missing"), value=missing[0])
    if strange := sorted(given - needed - further):
        raise _wrong(number, lazy("“%(value)s” means nothing in this kind of step"), value=strange[0])
    below = str(row.get("below") or (FOLLOW if kind == Kind.ABOLISH_LEVEL else STATED if kind == Kind.SPLIT else MATCH))
    if below not in BELOW:
        raise _wrong(number, lazy("“below” is match, follow or stated, not “%(value)s”"), value=below)
    unit_kind = str(row.get("unit_kind", ""))
    if unit_kind and unit_kind not in KindOfUnit.values:
        raise _wrong(number, lazy("there is no kind of unit “%(value)s”"), value=unit_kind)
    return Step(
        number=number,
        kind=kind,
        gone=_codes(number, row.get("gone")),
        heirs=_heirs(number, kind, row),
        unit=str(row.get("unit", "")).strip(),
        parent=str(row.get("parent", "")).strip(),
        line=str(row.get("line") or STATE),
        called=_called(row) if kind in (Kind.RENAME, Kind.FOUND) else None,
        unit_kind=unit_kind,
        branch=str(row.get("branch", "")),
        below=below,
    )


def _codes(number: int, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    codes = value.replace(",", " ").split() if isinstance(value, str) else [str(one).strip() for one in _list(value)]
    if len(codes) != len(set(codes)):
        raise _wrong(number, lazy("“%(value)s” stands there twice"), value=next(c for c in codes if codes.count(c) > 1))
    return tuple(codes)


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _heirs(number: int, kind: str, row: Mapping[str, Any]) -> tuple[Share, ...]:
    if kind in (Kind.MERGE, Kind.DISSOLVE):
        return (Share(str(row["heir"]).strip(), Decimal(1), main=True),)
    if kind != Kind.SPLIT:
        return ()
    rows = _list(row["heirs"])
    if not all(isinstance(one, Mapping) and one.get("unit") for one in rows):
        raise _wrong(number, lazy("each heir of a split has a unit and, if the decision states it, a share"))
    if len(_codes(number, [str(one["unit"]) for one in rows])) < 2:
        raise _wrong(number, lazy("a split has two heirs or more"))
    shares = [_share(number, one.get("share")) for one in rows]
    # Where the decision names no main part, it is the largest one, or the first.
    named = [bool(one.get("main")) for one in rows]
    largest = max(range(len(rows)), key=lambda place: (shares[place] or Decimal(0), -place))
    main = named if any(named) else [place == largest for place in range(len(rows))]
    return tuple(Share(str(one["unit"]).strip(), shares[place], main[place]) for place, one in enumerate(rows))


def _share(number: int, value: object) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value)).quantize(Decimal("0.000001"))
    except InvalidOperation:
        raise _wrong(number, lazy("“%(value)s” is no share: write 0.6"), value=str(value)) from None


def _called(row: Mapping[str, Any]) -> Called:
    def text(name: str) -> str:
        return " ".join(str(row.get(name) or "").split())

    return Called(
        vi=text("vi"),
        en=text("en"),
        short_vi=text("short_vi"),
        short_en=text("short_en"),
        abbreviation=text("abbreviation"),
        official_code=text("official_code"),
        also=tuple(str(one) for one in _list(row.get("also") or [])),
    )


def _wrong(number: int, why: str | Promise, *, value: str = "") -> NotAccepted:
    return NotAccepted(
        lazy("Step %(step)s: %(why)s."), {"step": number, "why": str(why) % {"value": value}}, field="steps"
    )
