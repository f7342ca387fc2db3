"""How it came to be: the share that had taken up by each day, one line a level, from none to all."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from django.utils.translation import gettext as _
from markupsafe import Markup

from isotherm.doors.web.charts.measure import width, wrap
from isotherm.doors.web.charts.pen import Pen, alone, both
from isotherm.doors.web.charts.shapes import Curve, Series
from isotherm.doors.web.formats import day, percent, short_day

WIDE, NARROW = 560.0, 320.0
DASHES = ("", "6 4", "2 4", "10 3 2 3")


def _in_words(shape: Curve) -> str:
    return " ".join(
        _("%(name)s: %(share)s on %(day)s.")
        % {"name": one.name, "share": percent(one.points[-1][1]), "day": day(one.points[-1][0])}
        for one in shape.series
        if one.points
    )


def spread(wanted: list[float], apart: float, low: float, high: float) -> list[float]:
    """Labels at the heights they want, moved only as far as keeps them apart and inside."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    floor = low
    for i in order:
        placed[i] = max(placed[i], floor)
        floor = placed[i] + apart
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - apart
    return placed


def _path(points: tuple[tuple[date, float], ...], x_of: dict[date, float], y_of: list[float]) -> str:
    """A point that the line would pass through anyway is left out."""
    places = [(x_of[on], y) for (on, _share), y in zip(points, y_of, strict=True)]
    kept = places[:1]
    for at in range(1, len(places) - 1):
        (x0, y0), (x1, y1), (x2, y2) = kept[-1], places[at], places[at + 1]
        if abs(y0 + (y2 - y0) * (x1 - x0) / (x2 - x0) - y1) > 0.25:
            kept.append(places[at])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*kept, *places[1:][-1:]])


def _draw(pen: Pen, shape: Curve) -> None:
    drawn = [one for one in shape.series if one.points]
    if not drawn:
        pen.height = 60
        pen.text(0, 32, _("Nothing has been sent yet."), "soft", size=13)
        return
    size = 13.0 if pen.wide else 12.5
    first = min(one.points[0][0] for one in drawn)
    last = max(max(one.points[-1][0] for one in drawn), shape.due or first, first + timedelta(days=1))
    room = 150.0 if pen.wide else 86.0
    labels = [_label(one, room, size) for one in drawn]
    right = max(width(line, size) for lines in labels for line in lines) + 12
    left, tall = width("100%", 12) + 10, 208.0 if pen.wide else 168.0
    top = 28.0 if shape.due else 12.0
    span = pen.width - left - right
    x_of = {first + timedelta(days=i): left + span * i / (last - first).days for i in range((last - first).days + 1)}

    for step in (0, 25, 50, 75, 100):
        y = top + tall * (1 - step / 100)
        pen.path(f"M{left:.1f} {y:.1f}H{left + span:.1f}", "l-edge" if step == 0 else "l-line")
        pen.text(left - 8, y + 4, f"{step}%", "soft", size=12, anchor="end")
    _draw_days(pen, first, last, x_of, top + tall)
    if shape.due and first <= shape.due <= last:
        x = x_of[shape.due]
        pen.path(f"M{x:.1f} {top - 4:.1f}V{top + tall:.1f}", "l-soft", dash="3 3")
        words = shape.due_words or _("due %(day)s") % {"day": short_day(shape.due)}
        ahead = x - 4 + width(words, 12) <= pen.width
        pen.text(x - 4 if ahead else x + 4, top - 9, words, "soft", size=12, anchor="start" if ahead else "end")

    ends = []
    for index, one in enumerate(drawn):
        heights = [top + tall * (1 - min(1.0, max(0.0, share))) for _on, share in one.points]
        with pen.link("", f"{one.name}: {percent(one.points[-1][1])}"):
            pen.path(
                _path(one.points, x_of, heights),
                "l-accent" if one.matters else "l-ink",
                thick=3 if one.matters else 1.8,
                dash="" if one.matters else DASHES[index % len(DASHES)],
            )
        pen.dot(x_of[one.points[-1][0]], heights[-1], 3.2, "c-beyond" if one.matters else "ink")
        ends.append(heights[-1])
    lines = max(len(label) for label in labels)
    tops = spread(ends, apart=size * 1.28 * lines + 3, low=top, high=top + tall - size * 1.28 * (lines - 1))
    for one, label, y in zip(drawn, labels, tops, strict=True):
        for row, line in enumerate(label):
            pen.text(
                left + span + 9, y + 4 + row * size * 1.28, line, "accent" if one.matters else "",
                size=size, weight=600 if one.matters or row == len(label) - 1 else 400,
            )  # fmt: skip
    pen.height = top + tall + 26


def _label(one: Series, room: float, size: float) -> list[str]:
    share = percent(one.points[-1][1])
    whole = f"{one.name} {share}"
    return [whole] if width(whole, size) <= room else [*wrap(one.name, room, size), share]


def _draw_days(pen: Pen, first: date, last: date, x_of: dict[date, float], y: float) -> None:
    count = 5 if pen.wide else 3
    days = (last - first).days
    steps = sorted({round(days * i / (count - 1)) for i in range(count)})
    for index, step in enumerate(steps):
        on = first + timedelta(days=step)
        anchor = "start" if index == 0 else "end" if index == len(steps) - 1 else "middle"
        pen.path(f"M{x_of[on]:.1f} {y:.1f}v4", "l-edge")
        pen.text(x_of[on], y + 19, short_day(on), "soft", size=12, anchor=anchor)


def curve(shape: Curve, name: str = "curve") -> Markup:
    draw = partial(_draw, shape=shape)
    return both(name, title=shape.title, desc=_in_words(shape), wide=WIDE, narrow=NARROW, draw=draw, kind="slim")


def curve_alone(shape: Curve) -> str:
    return alone("curve", title=shape.title, desc=_in_words(shape), wide=WIDE, draw=partial(_draw, shape=shape))
