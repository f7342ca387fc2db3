"""
A scanned page made fit for recognition: grey, of a size at which letters are known, upright and level, even in light.

What is done, and how much of it, was chosen by counting misread words on worn pages (docs/reading.md). Nothing is made
black and white here: Tesseract does that itself, and better on grey letters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageFilter

WIDTH = 1654  # an A4 page at 200 dots an inch
DPI = 200
_WIDEST, _NARROWEST = 1.35, 0.75
_MOST_SIDE = 3600
_STEEPEST = 6.0
_SMALL = 720
_INK = 22
_GRAIN = 3.0
_FAINTEST = 0.5
_PROBE = 640


@dataclass(frozen=True, slots=True)
class Clean:
    """`grey`: dark letters on white. `colour`: the same page, level, in its colours. `scale`: points an inch."""

    grey: Image.Image
    colour: Image.Image
    dpi: float
    angle: float


def cleaned(page: Image.Image) -> Clean:
    page = sized(page)
    grey = _grey(page)
    grey = _without_grain(grey)
    angle = skew_of(grey)
    if abs(angle) >= 0.1:
        paper = int(np.median(np.asarray(grey.resize((200, 200)))))
        grey = grey.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=paper)
        page = page.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    return Clean(_even(grey), page, page.width / 8.27 if _is_sheet(page) else DPI, angle)


def sized(page: Image.Image) -> Image.Image:
    """About 200 dots an inch, taking the page for an A4 one: small ones are enlarged, huge ones shrunk."""
    shorter = min(page.size)
    scale = 1.0
    if shorter > WIDTH * _WIDEST:
        scale = WIDTH / shorter
    elif 250 <= shorter < WIDTH * _NARROWEST and _is_sheet(page):
        scale = min(2.5, WIDTH / shorter)
    scale = min(scale, _MOST_SIDE / max(page.size))
    if scale == 1.0:
        return page
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    return page.resize(size, Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BOX)


def _is_sheet(page: Image.Image) -> bool:
    return 1.2 <= max(page.size) / max(1, min(page.size)) <= 1.7


def _grey(page: Image.Image) -> Image.Image:
    """Red is paper here: a stamp over a signature hides no words then."""
    red, _green, _blue = page.split()
    return ImageChops.lighter(page.convert("L"), red)


def _without_grain(grey: Image.Image) -> Image.Image:
    """Specks go where there are any; letters that are sharp stay as they are."""
    across, along = min(_PROBE, grey.width) // 2, min(_PROBE, grey.height) // 2
    x, y = grey.width // 2, grey.height // 2
    part = grey.crop((x - across, y - along, x + across, y + along))
    smooth = part.filter(ImageFilter.MedianFilter(3))
    rough = np.abs(np.asarray(part, dtype=np.float32) - np.asarray(smooth, dtype=np.float32))
    if not rough.size or float(rough.mean()) < _GRAIN:
        return grey
    return grey.filter(ImageFilter.MedianFilter(3)).filter(ImageFilter.GaussianBlur(0.5))


def skew_of(grey: Image.Image) -> float:
    """By how many degrees the page is to be turned for its lines to lie level: then rows are fullest and emptiest."""
    small = grey.resize((_SMALL, max(1, round(grey.height * _SMALL / grey.width))), Image.Resampling.BOX)
    around = small.filter(ImageFilter.BoxBlur(15))
    dark = np.asarray(around, dtype=np.float32) - np.asarray(small, dtype=np.float32) > _INK
    if dark.mean() < 0.002:
        return 0.0
    ink = Image.fromarray((dark * 255).astype(np.uint8))

    def contrast(angle: float) -> float:
        rows = np.asarray(ink.rotate(angle, Image.Resampling.BILINEAR), dtype=np.float32).sum(axis=1)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    best = 0.0
    for step, reach in ((1.0, _STEEPEST), (0.5, 0.5), (0.1, 0.4)):
        best = float(max(np.arange(best - reach, best + reach + 0.01, step), key=contrast))
    return best if contrast(best) > contrast(0.0) * 1.02 else 0.0


def _even(grey: Image.Image) -> Image.Image:
    """Paper white everywhere, ink dark: each point against the brightness of the paper around it."""
    small = grey.resize((max(1, grey.width // 4), max(1, grey.height // 4)), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.BoxBlur(10))
    light = np.maximum(np.asarray(paper.resize(grey.size, Image.Resampling.BILINEAR), dtype=np.float32), 1.0)
    even = np.asarray(grey, dtype=np.float32) / light * np.float32(255)
    low, high = (float(one) for one in np.percentile(even[::3, ::3], (1, 50)))
    # A page with few words has less ink than that share: its grain is not to become ink.
    low = min(low, high * _FAINTEST)
    if high - low < 20:
        return grey
    return Image.fromarray(np.clip((even - low) * (255 / (high - low)), 0, 255).astype(np.uint8))
