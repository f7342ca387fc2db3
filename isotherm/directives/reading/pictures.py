"""
Pictures of pages, one at a time: .png, .jpg, .tif of several pages. What is damaged or larger than any scanned page is
refused before its points are unpacked. A page scanned finer than it is read is made smaller band by band, so that no
second copy of it is held.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import ExifTags, Image

from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_PIXELS = 60_000_000
MOST_PROGRESSIVE = 40_000_000  # such a JPEG is held in memory twice and more while it is unpacked
MOST_PAGES = 400
SHORTER, LONGER = 1654, 3600  # as a page is read (`cleaning.py`): what is at least twice that is reduced here
_BAND = 64
_ORIENTATION = ExifTags.Base.Orientation
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF")  # the last two only inside other files
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    AttributeError,
    RuntimeError,
)


def is_picture(content: bytes) -> bool:
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*"))


def media_type_of(content: bytes) -> str:
    kinds = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
    return next((kind for mark, kind in kinds.items() if content.startswith(mark)), "image/tiff")


def count_of(content: bytes) -> int:
    """How many pages; nothing is unpacked. One more than are read is enough to know."""
    with _opened(content) as picture:
        count = 1
        while picture.format == "TIFF" and count <= MOST_PAGES:
            try:
                picture.seek(count)
            except EOFError:
                break
            count += 1
        return count


def page_of(content: bytes, number: int) -> Image.Image:
    """A page, counted from 0, upright as its camera says, on white."""
    with _opened(content) as picture:
        if number:
            picture.seek(number)
        _refuse_huge(picture)
        turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
        by = max(1, min(picture.size) // SHORTER, max(picture.size) // LONGER)
        if by > 1:
            # A JPEG can be unpacked at a half, a quarter, an eighth of its size.
            whole = picture.size
            picture.draft(None, (whole[0] // by, whole[1] // by))
            by = max(1, by * picture.width // whole[0])
        page = _on_white(picture) if by == 1 else _reduced(picture, by)
        return page.transpose(turn) if turn is not None else page


def refuse_too_many(count: int) -> None:
    if count > MOST_PAGES:
        raise NotAccepted(
            lazy("This scan has more than %(most)s pages."),
            {"most": MOST_PAGES},
            remedy=lazy("Hand in the directive without its appendices, or in parts."),
        )


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                _refuse_huge(picture)
                yield picture
    except NotAccepted:
        raise
    except Image.DecompressionBombError:
        raise _huge() from None
    except _BROKEN:
        raise damaged() from None
    except Exception as broken:
        if type(broken).__module__.startswith(("PIL", "struct", "zlib")):
            raise damaged() from None
        raise


def _refuse_huge(picture: Image.Image) -> None:
    if picture.width * picture.height > (MOST_PROGRESSIVE if picture.info.get("progressive") else MOST_PIXELS):
        raise _huge()


def _huge() -> NotAccepted:
    return NotAccepted(
        lazy("The picture is larger than any scanned page."),
        remedy=lazy("Scan at 200 to 300 dots an inch and hand in the new file."),
    )


def damaged() -> NotAccepted:
    return NotAccepted(
        lazy("This picture is damaged and cannot be opened."),
        remedy=lazy("Scan the paper again, or hand in the .docx or .pdf with text."),
    )


def _reduced(picture: Image.Image, by: int) -> Image.Image:
    brightest = _brightest(picture)
    page = Image.new("RGB", (-(-picture.width // by), -(-picture.height // by)), "white")
    for down in range(0, picture.height, _BAND * by):
        band = picture.crop((0, down, picture.width, min(picture.height, down + _BAND * by)))
        page.paste(_on_white(band, brightest).reduce(by), (0, down // by))
    return page


def _brightest(picture: Image.Image) -> float:
    """Of a picture of more than eight bits a point the brightest there is; nought of others."""
    if not picture.mode.startswith(("I", "F")):
        return 0.0
    least_and_most = picture.getextrema()
    most = least_and_most[-1]
    return float(most[-1] if isinstance(most, tuple) else most)


def _on_white(frame: Image.Image, brightest: float = 0.0) -> Image.Image:
    if frame.mode in {"RGBA", "LA", "PA"} or "transparency" in frame.info:
        clear = frame.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    if frame.mode.startswith(("I", "F")):
        # Sixteen bits a point: brought to eight by the brightest there is.
        points = np.asarray(frame.convert("F"))
        even = (points * (255.0 / max(1.0, brightest or float(points.max())))).clip(0, 255)
        return Image.fromarray(even.astype(np.uint8)).convert("RGB")
    return frame.convert("RGB")
