"""A body's line through time: bars for those that went into it, itself, and those it went into, joined on the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from django.utils.translation import gettext as _
from markupsafe import Markup

from isotherm.doors.web.charts.measure import fits, width
from isotherm.doors.web.charts.pen import Pen, both
from isotherm.doors.web.charts.shapes import Bar, LineOfTime
from isotherm.doors.web.formats import day as in_words

WIDE, NARROW = 720.0, 330.0
BEND = 8
ROW, THICK, SIZE, HEAD = 40.0, 9.0, 12.5, 26.0


def line_of_time(shape: LineOfTime, name: str = "line") -> Markup:
    draw = partial(_draw, shape=shape)
    return both(name, title=shape.title, desc=_in_words(shape), wide=WIDE, narrow=NARROW, draw=draw)


def _in_words(shape: LineOfTime) -> str:
    said = [
        _("%(day)s: %(gone)s into %(heir)s")
        % {"day": in_words(one.day), "gone": shape.bars[one.gone].name, "heir": shape.bars[one.heir].name}
        for one in shape.joints
    ]
    return "; ".join(said + [f"{in_words(day)}: {words}" for day, words in shape.changes])


def _draw(pen: Pen, shape: LineOfTime) -> None:
    at = _scale(shape.days, pen.width)
    pen.height = HEAD + len(shape.bars) * ROW + 8
    for day in shape.days:
        x = at(day)
        pen.path(f"M{x:.1f} {HEAD - 4:.1f}V{pen.height - 6:.1f}", "l-line")
        pen.text(x, 14, in_words(day), "soft", size=12, anchor="middle")
    ys = [HEAD + row * ROW + 28 for row in range(len(shape.bars))]
    for joint in shape.joints:
        x, top, bottom = at(joint.day), ys[joint.gone], ys[joint.heir]
        turn = BEND if bottom > top else -BEND
        pen.path(
            f"M{x:.1f} {top:.1f}h4q{BEND} 0 {BEND} {turn}V{bottom - turn:.1f}q0 {turn} {BEND} {turn}",
            "l-soft",
            thick=1.4,
            dash="" if joint.main else "4 3",
        )
    for bar, y in zip(shape.bars, ys, strict=True):
        _bar(pen, bar, y, at(bar.since) if bar.since in shape.days else 0.0, at(bar.until) if bar.until else pen.width)
    for day, words in shape.changes:
        y = ys[next(row for row, bar in enumerate(shape.bars) if bar.own)]
        with pen.link("", words):
            pen.dot(at(day), y, 6, "c-card")
            pen.dot(at(day), y, 4, "c-beyond")


def _bar(pen: Pen, bar: Bar, y: float, left: float, right: float) -> None:
    with pen.link(bar.href, "" if bar.href else bar.words):
        if bar.more:
            pen.rect(left, y - THICK / 2, right - left, THICK, "c-grey", round_=4)
            pen.rect(left, y - 1, right - left, 2, "c-card")
        else:
            pen.rect(left, y - THICK / 2, right - left, THICK, "c-beyond" if bar.own else "c-grey", round_=4)
        words = bar.name
        while not fits(words, pen.width - 4, SIZE) and " " in words:
            words = words.rsplit(" ", 1)[0]
        words = words if words == bar.name else f"{words} …"
        # Written where its bar begins, or as far left as the words need.
        x = max(0.0, min(left + 3 * BEND if left else 0.0, pen.width - width(words, SIZE) - 4))
        pen.text(x, y - 10, words, "over-lines", size=SIZE, weight=600 if bar.own else 400)


def _scale(days: Sequence[date], room: float) -> Callable[[date | None], float]:
    """Days of change stand at equal distances: what happened on them matters, not how long nothing did."""
    places = {day: room / 2 * (1 + index / len(days)) for index, day in enumerate(days)}
    return lambda day: places.get(day, 0.0) if day is not None else 0.0
