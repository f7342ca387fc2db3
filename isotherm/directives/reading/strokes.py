"""
Roman figures, by counting their strokes: "II" behind "Quý" is often taken for 1, 11 or H, and a quarter decides a day.

Only what stands where nothing but such a figure stands is looked at, and only where the picture shows two or three
upright strokes of one height.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from PIL import Image

from isotherm.directives.letters import like
from isotherm.directives.reading.recognition import Word

_BEFORE = frozenset({"quý", "quí", "lục"})
_STROKES = re.compile(r"[1IlÍíìïiịH|!„\]\[]{1,4}(?=[/.,;:)]|$)")
_DARK = 140
_FULL, _SOME = 0.8, 0.15


def with_roman(grey: Image.Image, line: Sequence[Word]) -> None:
    """Puts the figure where it is told by its strokes; the word stays doubtful as it was."""
    for at, word in enumerate(line):
        behind = at > 0 and like(line[at - 1].words) in _BEFORE
        found = _STROKES.match(word.words)
        # "l)" is the mark of a point; the stroke of its bracket is none of a figure.
        first = at == 0 and found is not None and not found[0].isdigit() and word.words[found.end() :] != ")"
        if found is None or not (behind or first):
            continue
        if re.match(r"[.,;:]\w", word.words[found.end() :]):
            # "I.MỤC" in one: the strokes of the letters behind it would count, too.
            continue
        count = _upright(grey.crop((word.left - 2, word.upper, word.right + 2, word.lower)))
        # A bracket behind the figure may be a stroke, too.
        most = len(found[0]) if word.words[found.end() :].startswith(")") else 3
        if 2 <= count <= most and len(found[0]) <= count + 1:
            word.words = "I" * count + word.words[found.end() :]


def _upright(picture: Image.Image) -> int:
    """How many upright strokes stand at the beginning, before anything else."""
    dark = np.asarray(picture) < _DARK
    rows = np.flatnonzero(dark.any(axis=1))
    if len(rows) < 8:
        return 0
    tall = int(rows[-1] - rows[0] + 1)
    # Beside the middle: there "H" has its bar, at the ends letters have feet.
    inner = dark[rows[0] + tall * 25 // 100 : rows[0] + tall * 75 // 100]
    shares = inner.mean(axis=0)
    count, at, wide = 0, 0, len(shares)
    while at < wide:
        if shares[at] < _SOME:
            at += 1
            continue
        begin = at
        while at < wide and shares[at] >= _SOME:
            at += 1
        run = shares[begin:at]
        if run.max() < _FULL or at - begin > tall * 0.4:
            break
        count += 1
    return count
