"""The tree before and after, side by side: what a person looks at before signing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from isotherm.units import queries
from isotherm.units.models import STATE, KindOfUnit, Unit
from isotherm.units.reorganisation.plan import Plan
from isotherm.units.reorganisation.steps import Share

# How many units of one kind, treated alike below one parent, are named before the rest is counted.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Node:
    """A line of one side. `what`: stays, ends, new, moves, renamed, changes, divided, takes_over; `other`: the heirs of
    what ends, else where it goes or came from. `more` stands for that many further units treated alike."""

    code: str
    name: str
    kind: str
    depth: int
    what: str
    other: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Sides:
    before: tuple[Node, ...]
    after: tuple[Node, ...]
    counts: Mapping[str, tuple[int, int]]  # kind -> how many before and after


@dataclass(frozen=True, slots=True)
class Region:
    """A province on the maps before and after. `what` as of a Node, or `inside`: only units within it are touched,
    `within` of them. `heirs` answer for its ground afterwards."""

    code: str
    name: str  # short, before
    what: str
    heirs: tuple[str, ...]
    after: str  # the short names of the heirs
    within: int


def sides(plan: Plan, language: str) -> Sides:
    codes = _shown(plan, plan.was) | _shown(plan, plan.placed)
    names, after = names_of(plan, codes, language)
    return Sides(
        before=tuple(_walk(plan, plan.was, names, is_after=False)),
        after=tuple(_walk(plan, plan.placed, after, is_after=True)),
        counts=_counts(plan),
    )


def names_of(
    plan: Plan, codes: Iterable[str], language: str, *, short: bool = False
) -> tuple[dict[str, str], dict[str, str]]:
    """By code, as they are called on the eve and on the day."""
    ids = dict(Unit.objects.filter(code__in=codes).values_list("id", "code"))
    names = {ids[unit]: name for unit, name in queries.named_on(ids, plan.eve, language, short=short).items()}
    after = dict(names)
    for code, called in (
        *((code, one.called) for code, one in plan.founded.items()),
        *((code, called) for code, (called, _step) in plan.named.items()),
    ):
        long = called.en if language == "en" and called.en else called.vi
        small = called.short_en if language == "en" else called.short_vi
        after[code] = (small or _place(long)) if short else long
    return names, after


_PLACE = re.compile(
    r"^(?:Ủy ban nhân dân |People's Committee of )?(?:tỉnh|thành phố|xã|phường|đặc khu)? ?(.+?)"
    r"(?: (?:Province|City|Commune|Ward|Special Zone))?$"
)


def _place(name: str) -> str:
    """Of a full name, the place: for a tile there is no room for "People's Committee of"."""
    found = _PLACE.match(name)
    return found[1] if found else name


def regions(plan: Plan, language: str) -> list[Region]:
    """Provinces that something happens to, or to units within them, in the order of their codes."""
    within: dict[str, int] = defaultdict(int)
    for code in plan.touched:
        if plan.kind_of(code)[0] == KindOfUnit.COMMUNE_COMMITTEE:
            above = _province(plan, code)
            if above is not None:
                within[above] += 1
    codes = {code for code in {*plan.touched, *within} if plan.kind_of(code)[0] == KindOfUnit.PROVINCE_COMMITTEE}
    absorbing = {share.unit for code in codes for share in _shares(plan, code)}
    codes |= absorbing
    names, after = names_of(plan, codes, language, short=True)
    found = []
    for code in sorted(codes):
        heirs = tuple(dict.fromkeys(share.unit for share in _shares(plan, code))) or (code,)
        node = _node(plan, code, "", 0, is_after=False)
        what = "takes_over" if node.what == "stays" and code in absorbing else node.what
        found.append(
            Region(
                code=code,
                name=names.get(code) or after.get(code, code),
                what="inside" if what == "stays" else what,
                heirs=heirs,
                after=", ".join(after.get(one, one) for one in heirs),
                within=within[code],
            )
        )
    return found


def _shares(plan: Plan, code: str) -> Sequence[Share]:
    if code in plan.ended:
        return [share for gone, share in plan.ended[code].heirs if gone == code]
    return plan.divided.get(code, ())


def _province(plan: Plan, code: str) -> str | None:
    """The province that it stands in before, or that it is founded in."""
    placed = plan.was if (code, STATE) in plan.was else plan.placed
    at = placed.get((code, STATE))
    while at is not None and plan.kind_of(at)[0] != KindOfUnit.PROVINCE_COMMITTEE:
        at = placed.get((at, STATE))
    return at


def beside(sides: Sides) -> list[tuple[Node | None, Node | None]]:
    """Line by line: what stands on both sides on one line, in the order of the tree before."""
    after = {node.code: node for node in sides.after if node.code}
    left = {node.code for node in sides.before if node.code}
    lines: list[tuple[Node | None, Node | None]] = []
    waiting = list(sides.after)
    for node in sides.before:
        if not node.code:
            lines.append((node, None))
            continue
        other = after.get(node.code)
        if other is not None:
            # What is new above it comes first.
            while waiting and waiting[0] is not other and waiting[0].code not in left:
                lines.append((None, waiting.pop(0)))
            if other in waiting:
                waiting.remove(other)
        lines.append((node, other))
    return lines + [(None, node) for node in waiting]


def _shown(plan: Plan, placed: Mapping[tuple[str, str], str | None]) -> set[str]:
    """The touched units that stand there, whoever takes over from them, and all above."""
    heirs = {share.unit for event in plan.ended.values() for _gone, share in event.heirs}
    shown = {code for code in plan.touched | heirs if (code, STATE) in placed}
    for code in tuple(shown):
        at = placed.get((code, STATE))
        while at is not None and at not in shown:
            shown.add(at)
            at = placed.get((at, STATE))
    return shown


def _walk(
    plan: Plan, placed: Mapping[tuple[str, str], str | None], names: Mapping[str, str], *, is_after: bool
) -> list[Node]:
    """Depth first over the touched units and those above them; alike ones are counted after the first few."""
    shown = _shown(plan, placed)
    below: dict[str | None, list[str]] = defaultdict(list)
    for code in sorted(shown):
        above = placed.get((code, STATE))
        below[above if above in shown else None].append(code)
    nodes: list[Node] = []

    def visit(code: str, depth: int) -> None:
        nodes.append(_node(plan, code, names.get(code, code), depth, is_after=is_after))
        alike: dict[tuple[str, str, tuple[str, ...]], list[Node]] = defaultdict(list)
        for child in below.get(code, ()):
            if below.get(child):
                visit(child, depth + 1)
            else:
                node = _node(plan, child, names.get(child, child), depth + 1, is_after=is_after)
                key = (node.kind, node.what, node.other if node.what != "ends" or len(node.other) > 1 else ())
                alike[key].append(node)
        for group in alike.values():
            nodes.extend(group[:NAMED])
            if len(group) > NAMED:
                first = group[0]
                nodes.append(Node("", "", first.kind, depth + 1, first.what, more=len(group) - NAMED))

    for root in below[None]:
        visit(root, 0)
    return nodes


def _node(plan: Plan, code: str, name: str, depth: int, *, is_after: bool) -> Node:
    kind = plan.kind_of(code)[0] if is_after else plan.before.get(code, ("", ""))[0]
    what = "stays"
    other: tuple[str, ...] = ()
    if code in plan.ended:
        what = "ends"
        other = tuple(share.unit for gone, share in plan.ended[code].heirs if gone == code)
    elif code in plan.founded:
        what = "new"
    elif (code, STATE) in plan.moved:
        what = "moves"
        place = plan.was if is_after else plan.placed
        above = place.get((code, STATE))
        other = (above,) if above else ()
    elif code in plan.named:
        what = "renamed"
    elif code in plan.made:
        what = "changes"
    elif code in plan.divided:
        what, other = "divided", tuple(share.unit for share in plan.divided[code] if share.unit != code)
    if is_after:
        absorbed = [gone for gone, event in plan.ended.items() for one, share in event.heirs
                    if one == gone and share.unit == code]  # fmt: skip
        if absorbed and what == "stays":
            what, other = "takes_over", tuple(sorted(absorbed))
    return Node(code, name, kind, depth, what, other)


def _counts(plan: Plan) -> dict[str, tuple[int, int]]:
    before: dict[str, int] = defaultdict(int)
    after: dict[str, int] = defaultdict(int)
    for kind, _branch in plan.before.values():
        before[kind] += 1
    for code in {*plan.before, *plan.founded}:
        if plan.stands(code):
            after[plan.kind_of(code)[0]] += 1
    return {kind: (before[kind], after[kind]) for kind in sorted({*before, *after}) if before[kind] != after[kind]}
