"""The country as tiles of one size, one for each province: share overdue in the tile, its name spelled out.

A shape on the map would show how large a province is; a tile shows how it does. Insets stand apart, always:
Hoàng Sa and Trường Sa are drawn whether or not anything is due there.
"""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path

from django.utils.translation import gettext as _
from markupsafe import Markup

from isotherm.doors.web.charts.measure import width, wrap
from isotherm.doors.web.charts.pen import Pen, alone, one
from isotherm.doors.web.charts.shapes import Place, Strip, Tile, TileMap
from isotherm.doors.web.formats import number, percent

WIDE, NARROW = 640.0, 300.0
BOUNDS = (0.10, 0.25, 0.40, 0.55, 0.70)


@cache
def grid_of(folder: Path) -> tuple[Place, ...]:
    """The country package's grid, or nothing where it ships none."""
    files = sorted(folder.glob("*tile-grid*.json"))
    if not files:
        return ()
    data = json.loads(files[0].read_text(encoding="utf-8"))
    places = [Place(code=p["code"], name=p["name"], column=p["col"], row=p["row"]) for p in data["tiles"]]
    insets = [
        Place(code=p["code"], name=p.get("short", p["name"]), column=p["col"], row=p["row"], inset=True)
        for p in data["insets"]
    ]
    return (*places, *insets)


def step_of(share: float | None) -> int | None:
    """1 to 6, or None where nothing is due."""
    return None if share is None else 1 + sum(share >= bound for bound in BOUNDS)


def _tile_words(place: Place, tile: Tile | None) -> str:
    if tile is None or tile.share is None:
        return _("%(name)s: nothing due") % {"name": place.name}
    return _("%(name)s: %(overdue)s of %(due)s due are overdue") % {
        "name": place.name,
        "overdue": number(tile.overdue),
        "due": number(tile.due),
    }


def _in_words(shape: TileMap) -> str:
    apart = [
        f"{place.name} {percent(shape.tiles[place.code].share)}" for place in shape.places if _stands_out(shape, place)
    ]
    if not apart:
        return _("No province stands well apart from the rest.")
    return _("Well apart from the rest: %(places)s.") % {"places": ", ".join(apart)}


def _stands_out(shape: TileMap, place: Place) -> bool:
    tile = shape.tiles.get(place.code)
    return bool(tile and tile.stands_out)


def _draw(pen: Pen, shape: TileMap) -> None:
    mainland = [place for place in shape.places if not place.inset]
    last = max(place.column for place in mainland)
    # Without room for a sea of empty columns, an inset keeps its row and moves to the last column.
    columns = (max(place.column for place in shape.places) if pen.wide else last) + 1
    rows = max(place.row for place in shape.places) + 1
    pitch = pen.width / columns
    gap = 3.0 if pen.wide else 2.0
    tall = 50.0
    with pen.lettering(size=12.0 if pen.wide else 11.0, anchor="middle"):
        for place in shape.places:
            column = min(place.column, columns - 1)
            x, y = column * pitch + gap / 2, place.row * tall + 2
            _draw_tile(pen, place, shape.tiles.get(place.code), x, y, pitch - gap, tall - gap)
    pen.height = rows * tall + 4
    _draw_key(pen)


def _draw_tile(pen: Pen, place: Place, tile: Tile | None, x: float, y: float, wide: float, tall: float) -> None:
    step = step_of(tile.share if tile else None)
    paint = f"on-h{step}" if step else "soft"
    middle = x + wide / 2
    size = 12.0 if pen.wide else 11.0
    lines = wrap(place.name, wide - 2, size)
    with pen.link(tile.href if tile else "", _tile_words(place, tile), paint):
        if step is None:
            pen.rect(x + 0.5, y + 0.5, wide - 1, tall - 1, "c-card", round_=4)
            pen.path(outline(x + 0.5, y + 0.5, wide - 1, tall - 1), "l-edge", dash="3 3" if place.inset else "")
        else:
            pen.rect(x, y, wide, tall, f"h{step}", round_=4)
        if tile and tile.stands_out:
            pen.path(outline(x + 1.2, y + 1.2, wide - 2.4, tall - 2.4), "l-ink", thick=2.4)
        figure = step is not None
        high = len(lines) * 12.5 + (17 if figure else 0)
        top = y + (tall - high) / 2 + 10
        for row, line in enumerate(lines):
            squeeze = wide - 2.5 if width(line, size) > wide - 1.5 else 0
            pen.inherit(middle, top + row * 12.5, line, room=squeeze)
        if figure and tile and tile.share is not None:
            pen.inherit(middle, top + (len(lines) - 1) * 12.5 + 16.5, number(tile.share * 100), size=14.5, bold=True)


def outline(x: float, y: float, wide: float, tall: float, corner: float = 3.5) -> str:
    across, down = wide - 2 * corner, tall - 2 * corner
    arc = f"a{corner} {corner} 0 0 1 "
    return (
        f"M{x + corner:.1f} {y:.1f}h{across:.1f}{arc}{corner} {corner}v{down:.1f}{arc}-{corner} {corner}"
        f"h-{across:.1f}{arc}-{corner} -{corner}v-{down:.1f}{arc}{corner} -{corner}z"
    )


def _draw_key(pen: Pen) -> None:
    y = pen.height + 12
    cell = min(60.0, pen.width / 6)
    pen.text(0, y + 10, _("Per cent overdue"), "soft", size=12)
    y, x = y + 18, 0.0
    for step in range(1, 7):
        pen.rect(x + (step - 1) * cell, y, cell - 2, 14, f"h{step}")
    for index, bound in enumerate(BOUNDS):
        pen.text(x + (index + 1) * cell - 1, y + 28, number(bound * 100), "soft", size=12, anchor="middle")
    pen.height = y + 34


def tile_map(shape: TileMap, name: str = "map") -> Markup:
    """Beside the reading column it has a phone's width, so one drawing serves both; the file alone is drawn wide."""
    return one(name, title=shape.title, desc=_in_words(shape), width=NARROW, draw=partial(_draw, shape=shape))


def tile_map_alone(shape: TileMap) -> str:
    return alone("map", title=shape.title, desc=_in_words(shape), wide=WIDE, draw=partial(_draw, shape=shape))


CELL, CELL_TALL = 37.5, 26.0


def strip(shape: Strip, name: str = "strip") -> Markup:
    """Too many units for their names: a cell each with its per cent, the name in its tooltip and the table."""
    draw = partial(_draw_strip, shape=shape)
    return one(name, title=shape.title, desc=_strip_in_words(shape), width=NARROW, draw=draw)


def strip_alone(shape: Strip) -> str:
    draw = partial(_draw_strip, shape=shape)
    return alone("strip", title=shape.title, desc=_strip_in_words(shape), wide=WIDE, draw=draw)


def _strip_in_words(shape: Strip) -> str:
    late = [f"{name} {percent(tile.share)}" for name, tile in shape.cells if tile.overdue][:12]
    return ", ".join(late) or _("No unit has anything overdue.")


def _draw_strip(pen: Pen, shape: Strip) -> None:
    across = int(pen.width // CELL)
    with pen.lettering(size=12, anchor="middle"):
        for index, (name, tile) in enumerate(shape.cells):
            x, y = index % across * CELL, index // across * CELL_TALL + 2
            step = step_of(tile.share)
            place = Place(code=tile.code, name=name, column=0, row=0)
            with pen.link(tile.href, _tile_words(place, tile), f"on-h{step}" if step else "soft"):
                if step is None or tile.share is None:
                    pen.rect(x + 0.5, y + 0.5, CELL - 3, CELL_TALL - 3, "l-edge", round_=3)
                    pen.inherit(x + CELL / 2 - 1, y + 16, "–")
                    continue
                pen.rect(x, y, CELL - 2, CELL_TALL - 2, f"h{step}", round_=3)
                if tile.stands_out:
                    pen.path(outline(x + 1, y + 1, CELL - 4, CELL_TALL - 4), "l-ink", thick=2)
                pen.inherit(x + CELL / 2 - 1, y + 16.5, number(tile.share * 100))
    pen.height = -(-len(shape.cells) // across) * CELL_TALL + 6
    _draw_key(pen)
