"""The chain with its levels as branches, a bar for each, and the bottleneck drawn where it is.

A bar's whole length is what fell due. What is paused or not connected stands after a gap: beside the rate, not in it.
"""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext as _
from markupsafe import Markup

from isotherm.doors.web.charts.measure import fits, width, wrap
from isotherm.doors.web.charts.pen import Pen, alone, both
from isotherm.doors.web.charts.shapes import Bottleneck, Counts, Ladder, Outcome, Rung
from isotherm.doors.web.charts.words import counts_in_words, outcome_words
from isotherm.doors.web.formats import number, percent

WIDE, NARROW = 780.0, 320.0
GAP = 2.0
APART = 10.0
LEAST = 3.0
RATED = (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE)
BESIDE = (Outcome.PAUSED, Outcome.UNCONNECTED)


def bottleneck_words(found: Bottleneck) -> str:
    facts = {"link": found.link, "rate": percent(found.rate)}
    if found.low is None or found.high is None:
        return _("Main bottleneck: %(link)s, %(rate)s") % facts
    facts |= {"low": number(found.low * 100), "high": number(found.high * 100)}
    return _("Main bottleneck: %(link)s, %(rate)s (%(low)s–%(high)s)") % facts


def conduction_words(rate: float) -> str:
    return _("%(rate)s taken up in time once passed on") % {"rate": percent(rate)}


def _in_words(shape: Ladder) -> str:
    sentences = [
        f"{rung.name}: {counts_in_words(rung.counts) if rung.counts else rung.detail}." for rung in shape.rungs
    ]
    if shape.bottleneck:
        sentences.append(bottleneck_words(shape.bottleneck) + ".")
    else:
        sentences.append(_("No link stands out from the others."))
    return " ".join(sentences)


def parts_of(counts: Counts, room: float) -> list[tuple[Outcome, float, float]]:
    """(outcome, offset, length) along a bar. Something is never drawn as nothing: a sliver stays visible."""
    shown = [(one, counts.of(one)) for one in (*RATED, *BESIDE) if counts.of(one)]
    if not shown:
        return []
    apart = APART if counts.due and counts.beside else 0.0
    gaps = GAP * (len(shown) - 1) + apart
    total = sum(value for _one, value in shown)
    lengths = [max(LEAST, (room - gaps) * value / total) for _one, value in shown]
    over = sum(lengths) - (room - gaps)
    lengths[lengths.index(max(lengths))] -= over
    places, at = [], 0.0
    for (one, _value), length in zip(shown, lengths, strict=True):
        if apart and one in BESIDE:
            at, apart = at + apart, 0.0
        places.append((one, at, length))
        at += length + GAP
    return places


def draw_bar(pen: Pen, rung: Rung, *, x: float, y: float, room: float, height: float, size: float, hatch: str) -> None:
    counts = rung.counts
    if counts is None:
        return
    if not counts.due and not counts.beside:
        pen.rect(x, y, room, height, "c-raised", round_=3)
        pen.text(x + 10, y + height / 2 + size * 0.36, _("nothing due yet"), "soft", size=size)
        return
    for outcome, offset, length in parts_of(counts, room):
        value = counts.of(outcome)
        rated = outcome in RATED
        said = f"{outcome_words(outcome)}: {number(value)}" + (f" ({percent(value, counts.due)})" if rated else "")
        with pen.link(rung.hrefs.get(outcome, ""), f"{rung.name}. {said}"):
            _segment(pen, outcome, x + offset, y, length, height, hatch)
            _label(pen, outcome, counts, x + offset, y + height / 2 + size * 0.36, length, size)


def _segment(pen: Pen, outcome: Outcome, x: float, y: float, length: float, height: float, hatch: str) -> None:
    if outcome is Outcome.OVERDUE:
        pen.rect(x + 0.75, y + 0.75, max(1.5, length - 1.5), height - 1.5, "c-overdue", "c-outlined", round_=3)
    elif outcome is Outcome.PAUSED:
        pen.rect(x + 0.5, y + 0.5, length - 1, height - 1, "l-edge", round_=3)
        pen.rect(x + 0.5, y + 0.5, length - 1, height - 1, round_=3, fill=hatch)
    else:
        kind = "c-grey" if outcome is Outcome.UNCONNECTED else f"c-{outcome}"
        pen.rect(x, y, length, height, kind, round_=3)


def _label(pen: Pen, outcome: Outcome, counts: Counts, x: float, y: float, length: float, size: float) -> None:
    if outcome is Outcome.PAUSED:
        return  # no words on hatching; its count stands in the level's second line
    value = counts.of(outcome)
    share = percent(value, counts.due) if outcome in RATED else ""
    paint = "on-grey" if outcome is Outcome.UNCONNECTED else f"on-{outcome}"
    for words in filter(None, (f"{share} · {number(value)}" if share else "", share or number(value))):
        if fits(words, length - 18, size):
            pen.text(x + 9, y, words, paint, size=size, weight=600)
            return
        if fits(words, length - 4, size):
            pen.text(x + length / 2, y, words, paint, size=size, weight=600, anchor="middle")
            return


def _beside_words(counts: Counts | None) -> str:
    said: list[str] = []
    if counts is None:
        return ""
    if counts.paused:
        said.append(_("%(n)s paused") % {"n": number(counts.paused)})
    if counts.unconnected:
        said.append(_("%(n)s not connected") % {"n": number(counts.unconnected)})
    return " · ".join(said)


def _depths(shape: Ladder) -> list[int]:
    depths: list[int] = []
    for rung in shape.rungs:
        depths.append(0 if rung.parent is None else depths[rung.parent] + 1)
    return depths


def _wave(x: float, end: float, y: float) -> str:
    """The isotherm itself: a gentle wave from left to right."""
    turns = int((end - x) // 12)
    return f"M{x:.0f} {y:.0f}q6-5 12 0" + "t12 0" * (turns - 1) if turns > 0 else ""


def _draw_wide(pen: Pen, shape: Ladder) -> None:
    hatch = pen.hatch() if any(rung.counts and rung.counts.paused for rung in shape.rungs) else ""
    depths = _depths(shape)
    indent = 30.0
    labels = max(
        indent * depth + max(width(rung.name, 14.5), width(rung.detail, 13), width(_beside_words(rung.counts), 13))
        for rung, depth in zip(shape.rungs, depths, strict=True)
    )
    bars = min(350.0, max(230.0, labels + 24))
    y = 4.0
    ends: list[float] = []
    for index, (rung, depth) in enumerate(zip(shape.rungs, depths, strict=True)):
        if index:
            y = _draw_boundary(pen, shape, index, y, x=bars, label_x=indent * depth)
        beside = _beside_words(rung.counts)
        names = wrap(rung.name, bars - indent * depth - 14, 14.5)
        block = (58.0 if beside else 40.0) + 19 * (len(names) - 1)
        left = indent * depth
        if rung.parent is not None:
            elbow = indent * (depth - 1) + 7
            start = ends[rung.parent] + 4
            pen.behind(f"M{elbow:.1f} {start:.1f}V{y + 17:.1f}h{indent - 14:.1f}", "l-edge", thick=1.2)
        with pen.link(rung.href, ""):
            for row, name in enumerate(names):
                pen.text(left, y + 15 + 19 * row, name, size=14.5, weight=600)
        below = y + 15 + 19 * len(names)
        pen.text(left, below, rung.detail, "soft", size=13)
        if beside:
            pen.text(left, below + 18, beside, "soft", size=13)
        draw_bar(pen, rung, x=bars, y=y, room=pen.width - bars, height=38, size=13.5, hatch=hatch)
        y += block
        ends.append(y)
    pen.height = y + 6


def _draw_boundary(pen: Pen, shape: Ladder, index: int, y: float, *, x: float, label_x: float) -> float:
    """What lies between a level and the one above: the bottleneck, the share that got through, or only room."""
    rung, found = shape.rungs[index], shape.bottleneck
    if found and found.below == index:
        words = bottleneck_words(found)
        middle = y + 27
        pill = width(words, 14) + 32
        left = min(x, pen.width - pill)
        pen.path(_wave(label_x + 4, left - 6, middle), "l-accent", thick=2)
        if left + pill + 6 < pen.width - 12:
            pen.path(_wave(left + pill + 6, pen.width, middle), "l-accent", thick=2)
        with pen.link(found.href, ""):
            pen.rect(left, middle - 16, pill, 32, "c-beyond", round_=16)
            pen.text(left + 16, middle + 5, words, "on-beyond", size=14, weight=600)
        return y + 56
    if rung.conduction is not None:
        pen.text(x, y + 22, conduction_words(rung.conduction), "soft", size=13)
        return y + 34
    return y + 26


def _draw_narrow(pen: Pen, shape: Ladder) -> None:
    hatch = pen.hatch() if any(rung.counts and rung.counts.paused for rung in shape.rungs) else ""
    depths = _depths(shape)
    y = 2.0
    rails: dict[int, float] = {}
    for index, (rung, depth) in enumerate(zip(shape.rungs, depths, strict=True)):
        left = 14.0 * depth
        found = shape.bottleneck
        if index and found and found.below == index:
            y = _draw_pill_narrow(pen, found, y)
        elif index and rung.conduction is not None:
            pen.text(left, y + 20, conduction_words(rung.conduction), "soft", size=12)
            y += 32
        elif index:
            y += 20
        if rung.parent is not None:
            rail = 14.0 * (depth - 1) + 3
            pen.behind(f"M{rail:.1f} {rails[rung.parent]:.1f}V{y + 9:.1f}h7", "l-edge")
        names = wrap(rung.name, pen.width - left, 14)
        with pen.link(rung.href, ""):
            for row, name in enumerate(names):
                pen.text(left, y + 13 + 18 * row, name, size=14, weight=600)
        y += 18 * (len(names) - 1)
        said = [words for words in (rung.detail, _beside_words(rung.counts)) if words]
        lines = [" · ".join(said)] if fits(" · ".join(said), pen.width - left, 12.5) else said
        for line in lines:
            pen.text(left, y + 30, line, "soft", size=12.5)
            y += 17
        draw_bar(pen, rung, x=left, y=y + 20, room=pen.width - left, height=30, size=12.5, hatch=hatch)
        y += 50 if rung.counts else 18
        rails[index] = y + 4
    pen.height = y + 4


def _draw_pill_narrow(pen: Pen, found: Bottleneck, y: float) -> float:
    words = bottleneck_words(found)
    lines = wrap(words, pen.width - 28, 13.5)
    tall = 14 + 19 * len(lines)
    pen.path(_wave(0, pen.width, y + 16), "l-accent", thick=2)
    with pen.link(found.href, ""):
        pen.rect(0, y + 26, pen.width, tall, "c-beyond", round_=12)
        for row, line in enumerate(lines):
            pen.text(14, y + 26 + 21 + 19 * row, line, "on-beyond", size=13.5, weight=600)
    return y + 26 + tall + 18


def _draw(pen: Pen, shape: Ladder) -> None:
    if pen.wide:
        _draw_wide(pen, shape)
    else:
        _draw_narrow(pen, shape)


def ladder(shape: Ladder, name: str = "ladder") -> Markup:
    return both(
        name, title=shape.title, desc=_in_words(shape), wide=WIDE, narrow=NARROW, draw=partial(_draw, shape=shape)
    )


def ladder_alone(shape: Ladder) -> str:
    return alone("ladder", title=shape.title, desc=_in_words(shape), wide=WIDE, draw=partial(_draw, shape=shape))
