"""The country before and after a reorganisation, as tiles: which provinces end, take over, are divided, change inside.

Two drawings of one grid, side by side; a tile stands for the ground of a province as it is today, also when another
province has it afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _
from markupsafe import Markup

from isotherm.doors.web.charts.measure import width, wrap
from isotherm.doors.web.charts.pen import Pen, one
from isotherm.doors.web.charts.shapes import Changed, ChangeMap, Place
from isotherm.doors.web.charts.tiles import outline

NARROW = 330.0
TALL, GAP, SIZE = 46.0, 2.0, 11.0
# How a tile is drawn, and whether its outline is broken: never colour alone.
PAINT = {
    "ends": ("c-card", "l-ink", "4 3"),
    "takes-over": ("c-within", "l-ink", ""),
    "joined": ("c-within", "", ""),
    "divided": ("", "l-ink", ""),
    "touched": ("c-raised", "l-edge", ""),
}


def change_map(shape: ChangeMap, name: str) -> Markup:
    return one(name, title=shape.title, desc=_in_words(shape), width=NARROW, draw=partial(_draw, shape=shape))


def _in_words(shape: ChangeMap) -> str:
    return "; ".join(tile.words for tile in shape.tiles.values()) or _("No province changes.")


def _draw(pen: Pen, shape: ChangeMap) -> None:
    mainland = [place for place in shape.places if not place.inset]
    columns = max(place.column for place in mainland) + 1
    pitch = pen.width / columns
    hatch = pen.hatch() if any(tile.how == "divided" for tile in shape.tiles.values()) else ""
    with pen.lettering(size=SIZE, anchor="middle"):
        for place in shape.places:
            x, y = min(place.column, columns - 1) * pitch + GAP / 2, place.row * TALL + 2
            _tile(pen, place, shape.tiles.get(place.code), (x, y, pitch - GAP, TALL - GAP), hatch)
    pen.height = (max(place.row for place in shape.places) + 1) * TALL + 4


def _tile(pen: Pen, place: Place, tile: Changed | None, box: tuple[float, float, float, float], hatch: str) -> None:
    x, y, wide, tall = box
    with pen.link(tile.href if tile else "", tile.words if tile else place.name, "" if tile else "soft"):
        if tile is None:
            pen.rect(x, y, wide, tall, "c-card", round_=4)
            pen.path(outline(x + 0.5, y + 0.5, wide - 1, tall - 1), "l-line", dash="3 3" if place.inset else "")
        else:
            fill, edge, dash = PAINT[tile.how]
            pen.rect(x, y, wide, tall, fill, round_=4, fill=hatch if tile.how == "divided" else "")
            if edge:
                pen.path(outline(x + 1, y + 1, wide - 2, tall - 2), edge, thick=1.6, dash=dash)
        _words(pen, tile.name if tile else place.name, tile.mark if tile else "", box, on_hatch=bool(hatch and tile))


def _words(pen: Pen, name: str, mark: str, box: tuple[float, float, float, float], *, on_hatch: bool) -> None:
    x, y, wide, tall = box
    lines: Sequence[str] = wrap(name, wide - 2, SIZE)
    top = y + (tall - len(lines) * 12.5 - (14 if mark else 0)) / 2 + 10
    if on_hatch:
        pen.rect(x + 3, top - 11, wide - 6, len(lines) * 12.5 + 2, "c-card", round_=2)
    for row, line in enumerate(lines):
        squeeze = wide - 2.5 if width(line, SIZE) > wide - 1.5 else 0
        pen.inherit(x + wide / 2, top + row * 12.5, line, room=squeeze)
    if mark:
        pen.inherit(x + wide / 2, top + len(lines) * 12.5 + 3, mark, size=13, bold=True)
