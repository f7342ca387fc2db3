"""Drawings made on the server. Each comes twice: one for a wide place, one drawn anew for a narrow one."""

from isotherm.doors.web.charts.bars import holding, holding_alone, spark
from isotherm.doors.web.charts.changes import change_map
from isotherm.doors.web.charts.curve import curve, curve_alone
from isotherm.doors.web.charts.ladder import ladder, ladder_alone
from isotherm.doors.web.charts.lineage import line_of_time
from isotherm.doors.web.charts.tiles import grid_of, strip, strip_alone, tile_map, tile_map_alone

__all__ = [
    "change_map",
    "curve",
    "curve_alone",
    "grid_of",
    "holding",
    "holding_alone",
    "ladder",
    "ladder_alone",
    "line_of_time",
    "spark",
    "strip",
    "strip_alone",
    "tile_map",
    "tile_map_alone",
]
