"""The tree before and after, side by side: what a person looks at before signing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from isotherm.units import queries
from isotherm.units.models import STATE, Unit
from isotherm.units.reorganisation.plan import Plan

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


def sides(plan: Plan, language: str) -> Sides:
    codes = plan.touched | set(_uppers(plan, plan.was)) | set(_uppers(plan, plan.placed))
    ids = dict(Unit.objects.filter(code__in=codes).values_list("id", "code"))
    names = {ids[unit]: name for unit, name in queries.named_on(ids, plan.eve, language).items()}
    after = dict(names)
    for code, one in plan.founded.items():
        after[code] = one.called.en if language == "en" and one.called.en else one.called.vi
    for code, (called, _step) in plan.named.items():
        after[code] = called.en if language == "en" and called.en else called.vi
    return Sides(
        before=tuple(_walk(plan, plan.was, names, is_after=False)),
        after=tuple(_walk(plan, plan.placed, after, is_after=True)),
        counts=_counts(plan),
    )


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


def _uppers(plan: Plan, placed: Mapping[tuple[str, str], str | None]) -> set[str]:
    found: set[str] = set()
    for code in plan.touched:
        at = placed.get((code, STATE))
        while at is not None and at not in found:
            found.add(at)
            at = placed.get((at, STATE))
    return found


def _walk(
    plan: Plan, placed: Mapping[tuple[str, str], str | None], names: Mapping[str, str], *, is_after: bool
) -> list[Node]:
    """Depth first over the touched units and those above them; alike ones are counted after the first few."""
    shown = {code for code in plan.touched if (code, STATE) in placed} | _uppers(plan, placed)
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
