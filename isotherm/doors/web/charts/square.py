"""A QR code, drawn on the server: modules as one path, dark on white whatever the theme, for a phone to read."""

from __future__ import annotations

import numpy as np
import zxingcpp
from markupsafe import Markup

from isotherm.words import _

SIDE = 232


def square(text: str) -> Markup:
    """With its quiet zone. What it holds stands beside it as text, for whoever cannot point a camera."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = np.asarray(code.to_image(scale=1, add_quiet_zones=True)) == 0
    marks = []
    for row, line in enumerate(dark):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
        marks += [f"M{start} {row}h{end - start}v1h{start - end}z" for start, end in edges.reshape(-1, 2)]
    size = dark.shape[0]
    return Markup(
        '<svg class="qr" role="img" aria-labelledby="square-title square-desc" width="{side}" height="{side}" '
        'viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><title id="square-title">{title}</title>'
        '<desc id="square-desc">{desc}</desc><rect width="{size}" height="{size}" fill="#fff"/>'
        '<path fill="#000" d="{marks}"/></svg>'
    ).format(
        side=SIDE,
        size=size,
        title=_("Square to be read by the phone"),
        desc=_("It holds the key that stands below as text."),
        marks="".join(marks),
    )
