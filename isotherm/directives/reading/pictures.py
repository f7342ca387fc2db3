"""
Pictures of pages, one at a time: .png, .jpg, .tif of several pages. What is damaged or larger than any scanned page is
refused before its points are unpacked.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps

from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_PIXELS = 60_000_000
MOST_PAGES = 400
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
        upright = ImageOps.exif_transpose(picture)
        return _on_white(upright if upright is not None else picture)


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
    if picture.width * picture.height > MOST_PIXELS:
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


def _on_white(frame: Image.Image) -> Image.Image:
    if frame.mode in {"RGBA", "LA", "PA"} or "transparency" in frame.info:
        clear = frame.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    if frame.mode.startswith(("I", "F")):
        # Sixteen bits a point: brought to eight by the brightest there is.
        points = np.asarray(frame.convert("F"))
        even = (points * (255.0 / max(1.0, float(points.max())))).clip(0, 255)
        return Image.fromarray(even.astype(np.uint8)).convert("RGB")
    return frame.convert("RGB")
