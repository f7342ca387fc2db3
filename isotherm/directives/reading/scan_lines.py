"""The lines of tables in a picture of a page: long straight runs of dark points, lying or standing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

_DARK = 150
_LYING, _STANDING = 60, 42  # the shortest run at 200 dots an inch: no letter has a stroke so long
_FILLED = 0.96
_SIDE = 2
_MOST_RUNS = 20_000

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Stroke:
    """From `begin` to `end`, between `first` and `last` across, in points of the picture."""

    first: int
    last: int
    begin: int
    end: int

    @property
    def at(self) -> float:
        return (self.first + self.last) / 2


def lines_in(grey: Image.Image, dpi: float) -> tuple[list[Stroke], list[Stroke]]:
    """Lying and standing ones."""
    dark: Mask = np.asarray(grey) < _DARK
    scale = dpi / 200
    lying = _strokes(dark, round(_LYING * scale))
    standing = _strokes(np.ascontiguousarray(dark.T), round(_STANDING * scale))
    return lying, standing


def _strokes(dark: Mask, shortest: int) -> list[Stroke]:
    """Runs along the rows; what touches in neighbouring rows is one stroke, also where it climbs a little."""
    tall, wide = dark.shape
    if wide <= shortest:
        return []
    # A line that is not quite level changes its row: a point counts for the rows beside it, too.
    thick = dark.copy()
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    sums = np.zeros((tall, wide + 1), dtype=np.int32)
    np.cumsum(thick, axis=1, out=sums[:, 1:])
    full = sums[:, shortest:] - sums[:, :-shortest] >= shortest * _FILLED
    made: list[Stroke] = []
    alive: list[Stroke] = []
    seen = 0
    for row in np.flatnonzero(full.any(axis=1)):
        line = np.concatenate(([False], full[row], [False]))
        turns = np.flatnonzero(line[1:] != line[:-1])
        alive = [one for one in alive if row - one.last <= 2]
        for begin, end in zip(turns[::2], turns[1::2], strict=True):
            seen += 1
            if seen > _MOST_RUNS:
                return []
            _grow(made, alive, int(row), int(begin), int(end) + shortest - 1)
    # A dark picture or a broad bar is no ruling.
    return [one for one in made if one.last - one.first <= 12]


def _grow(made: list[Stroke], alive: list[Stroke], row: int, begin: int, end: int) -> None:
    touching = [one for one in alive if one.begin <= end + 6 and begin <= one.end + 6]
    if not touching:
        stroke = Stroke(row, row, begin, end)
        made.append(stroke)
        alive.append(stroke)
        return
    first = touching[0]
    for other in touching[1:]:
        first.first = min(first.first, other.first)
        first.begin, first.end = min(first.begin, other.begin), max(first.end, other.end)
        alive.remove(other)
        made.remove(other)
    first.last = row
    first.begin, first.end = min(first.begin, begin), max(first.end, end)


def without(grey: Image.Image, lying: list[Stroke], standing: list[Stroke]) -> Image.Image:
    """The page with its table lines wiped out, so that no letter is seen in them."""
    points = np.array(grey)
    for one in lying:
        points[max(0, one.first - _SIDE) : one.last + _SIDE + 1, max(0, one.begin - 1) : one.end + 2] = 255
    for one in standing:
        points[max(0, one.begin - 1) : one.end + 2, max(0, one.first - _SIDE) : one.last + _SIDE + 1] = 255
    return Image.fromarray(points)
