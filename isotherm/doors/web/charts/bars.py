"""Days at each holder, within what it was allowed and beyond; and the small bars that stand in tables."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext as _
from markupsafe import Markup

from isotherm.doors.web.charts.ladder import parts_of
from isotherm.doors.web.charts.measure import width, wrap
from isotherm.doors.web.charts.pen import Pen, alone, both
from isotherm.doors.web.charts.shapes import Counts, Held, Holding, Outcome
from isotherm.doors.web.charts.words import shares_in_words
from isotherm.doors.web.formats import number

WIDE, NARROW = 560.0, 320.0


def _days(value: float) -> str:
    """Whole days unless there are few: 0,4 is not nothing."""
    return number(value, 0 if value == int(value) or value >= 10 else 1)


def _row_words(row: Held) -> str:
    return _("%(name)s: %(within)s days within, %(beyond)s days beyond the allowed time (%(chains)s assignments)") % {
        "name": row.name,
        "within": _days(row.within),
        "beyond": _days(row.beyond),
        "chains": number(row.chains),
    }


def _in_words(shape: Holding) -> str:
    return "; ".join(_row_words(row) for row in shape.rows) + "."


def _draw(pen: Pen, shape: Holding) -> None:
    if not shape.rows:
        pen.height = 60
        pen.text(0, 32, _("Nothing has been sent yet."), "soft", size=13)
        return
    size = 13.0 if pen.wide else 12.5
    ends = [f"{_days(row.within)} + {_days(row.beyond)}" for row in shape.rows]
    right = max(width(end, size) for end in ends) + 12
    left = min(250.0, max(width(row.name, size) for row in shape.rows) + 18) if pen.wide else 0.0
    longest = max(row.within + row.beyond for row in shape.rows) or 1.0
    scale = (pen.width - left - right) / longest
    y = 4.0
    for row, end in zip(shape.rows, ends, strict=True):
        with pen.link(row.href, _row_words(row)):
            names = wrap(row.name, (left or pen.width) - 12, size)
            if pen.wide:
                for at, line in enumerate(names):
                    pen.text(0, y + 15 + at * 17, line, size=size)
            else:
                pen.text(0, y + 12, row.name if len(names) == 1 else names[0], size=size)
                y += 18 if len(names) == 1 else 0
                if len(names) > 1:
                    pen.text(0, y + 28, names[1], size=size)
                    y += 34
            _draw_days_bar(pen, row, x=left, y=y + 1, scale=scale, height=20 if pen.wide else 17)
            pen.text(
                left + (row.within + row.beyond) * scale + 10, y + (16 if pen.wide else 14), end, size=size, weight=600
            )
        y += (44 if len(names) > 1 else 34) if pen.wide else 32
    pen.height = y


def _draw_days_bar(pen: Pen, row: Held, *, x: float, y: float, scale: float, height: float) -> None:
    within, beyond = row.within * scale, row.beyond * scale
    if within > 0:
        pen.rect(x, y, max(1.5, within), height, "c-within")
    if beyond > 0:
        pen.rect(x + within + (1.5 if within else 0), y, max(1.5, beyond - (1.5 if within else 0)), height, "c-beyond")
    if not within and not beyond:
        pen.rect(x, y, 1.5, height, "c-within")


def holding(shape: Holding, name: str = "holding") -> Markup:
    draw = partial(_draw, shape=shape)
    return both(name, title=shape.title, desc=_in_words(shape), wide=WIDE, narrow=NARROW, draw=draw, kind="slim")


def holding_alone(shape: Holding) -> str:
    return alone("holding", title=shape.title, desc=_in_words(shape), wide=WIDE, draw=partial(_draw, shape=shape))


def spark(counts: Counts, length: int = 120, height: int = 12) -> Markup:
    """A bar small enough for a table's cell. Its words are its name, so it stands without the columns beside it."""
    words = shares_in_words(counts)
    pen = Pen(name="", width=length, wide=True)
    for outcome, offset, part in parts_of(counts, float(length)):
        if outcome is Outcome.OVERDUE:
            pen.rect(offset + 0.6, 0.6, max(1.2, part - 1.2), height - 1.2, "c-overdue", "c-outlined")
        elif outcome is Outcome.PAUSED:
            pen.rect(offset + 0.5, 0.5, max(1.0, part - 1), height - 1, "l-edge")
        else:
            pen.rect(offset, 0, part, height, "c-grey" if outcome is Outcome.UNCONNECTED else f"c-{outcome}")
    size = Markup('width="{}" height="{}"').format(length, height)
    return Markup('<svg class="spark" {} role="img"><title>{}</title>{}</svg>').format(
        size, words, Markup("").join(pen.marks)
    )
