"""The heat page's drawings from its facts."""

from __future__ import annotations

from isotherm.doors.web.charts.bars import holding
from isotherm.doors.web.charts.curve import curve
from isotherm.doors.web.charts.ladder import ladder
from isotherm.doors.web.charts.shapes import Drawings, HeatPage
from isotherm.doors.web.charts.tiles import strip, tile_map


def draw(page: HeatPage) -> Drawings:
    return Drawings(
        ladder=ladder(page.ladder) if page.ladder else None,
        curve=curve(page.curve) if page.curve else None,
        holding=holding(page.holding) if page.holding else None,
        map=tile_map(page.map) if page.map and page.map.places else None,
        strip=strip(page.strip) if page.strip and page.strip.cells else None,
    )
