"""
Pictures of papers, read by Tesseract when the machine has it.

A scan that nothing can read is refused: it could carry a secrecy mark that nobody has looked for. The picture goes to
Tesseract through a pipe, so that nothing of it touches the disk.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import warnings
from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageOps, ImageSequence, UnidentifiedImageError

from isotherm.directives.reading.encodings import tidy
from isotherm.directives.reading.secrecy import refuse_if_stamped
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_PIXELS = 60_000_000
MOST_PAGES = 8
SECONDS_A_PAGE = 90
WIDTH = 1700


@cache
def tesseract() -> str | None:
    """The program, if it is there and knows Vietnamese."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if b"vie" in listed.stdout.split() else None


def is_picture(content: bytes) -> bool:
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*"))


def read_picture(content: bytes) -> tuple[str, int]:
    """Text and number of pages of a .png, .jpg or .tif."""
    return read_pages(_frames(content))


def read_pages(pages: list[Image.Image], *, total: int | None = None) -> tuple[str, int]:
    """The first page is looked at for marks, three ways, before any other is read."""
    require_tesseract()
    texts: list[str] = []
    for number, page in enumerate(pages[:MOST_PAGES]):
        if number == 0:
            look_for_marks(page)
        text = recognise(page)
        refuse_if_stamped(text)
        texts.append(text)
    return tidy("\n".join(texts)), total if total is not None else len(pages)


def require_tesseract() -> None:
    if tesseract() is None:
        raise NotAccepted(
            lazy(
                "This is a scan, and this machine has no text recognition for Vietnamese "
                "(Tesseract), so it cannot be checked for secrecy marks."
            ),
            remedy=lazy("Hand in the .docx or the signed .pdf with text, or have Tesseract with Vietnamese installed."),
        )


def look_for_marks(page: Image.Image) -> None:
    """The top of the page, also as scattered words, and red stamps by themselves."""
    page = _prepared(page)
    top = page.crop((0, 0, page.width, int(page.height * 0.42)))
    refuse_if_stamped(recognise(top, layout=11), head_lines=60)
    red = _red(top)
    if red is not None:
        _refuse_stamp(red)


def _refuse_stamp(picture: Image.Image) -> None:
    """A word in a frame by itself: the frame is taken away, since recognition sees a drawing in it."""
    word = _without_frame(picture)
    for one, layout in ((picture, 11), (picture, 6), (word, 6), (word, 7)):
        refuse_if_stamped(recognise(one, layout=layout), head_lines=60)


def look_at_stamps(pictures: list[bytes]) -> None:
    """Pictures inside a Word file; those that are no pictures are left alone, nothing is shown of them."""
    if tesseract() is None:
        return
    for content in pictures:
        try:
            frames = _frames(content)
        except NotAccepted:
            continue
        for page in frames[:1]:
            if page.width * 2 > page.height * 3 or page.width < 900:
                _refuse_stamp(page)
            else:
                look_for_marks(page)


def recognise(page: Image.Image, *, layout: int = 3) -> str:
    program = tesseract()
    if program is None:
        return ""
    buffer = io.BytesIO()
    _prepared(page).convert("L").save(buffer, "PNG", compress_level=1)
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            [program, "stdin", "stdout", "-l", "vie", "--psm", str(layout), "--dpi", "200"],
            input=buffer.getvalue(),
            capture_output=True,
            timeout=SECONDS_A_PAGE,
            check=False,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode != 0:
        raise NotAccepted(
            lazy("The scan could not be read, so it cannot be checked for secrecy marks."),
            remedy=lazy(
                "Scan it again, upright and at 200 to 300 dots an inch, or hand in the .docx or .pdf with text."
            ),
        )
    return tidy(done.stdout.decode("utf-8", errors="replace"))


def _frames(content: bytes) -> list[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF", "BMP", "GIF")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise NotAccepted(
                        lazy("The picture is larger than any scanned page."),
                        remedy=lazy("Scan at 200 to 300 dots an inch and hand in the new file."),
                    )
                frames: list[Image.Image] = []
                for frame in ImageSequence.Iterator(picture):
                    if len(frames) >= MOST_PAGES or frame.width * frame.height > MOST_PIXELS:
                        break
                    upright = ImageOps.exif_transpose(frame)
                    frames.append(_on_white(upright if upright is not None else frame))
                return frames
    except NotAccepted:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
        OverflowError,
        MemoryError,
        ZeroDivisionError,
        AttributeError,
        RuntimeError,
        Image.DecompressionBombError,
    ):
        raise NotAccepted(
            lazy("This picture is damaged and cannot be opened."),
            remedy=lazy("Scan the paper again, or hand in the .docx or .pdf with text."),
        ) from None
    except Exception as broken:
        if type(broken).__module__.startswith(("PIL", "struct", "zlib")):
            raise NotAccepted(
                lazy("This picture is damaged and cannot be opened."),
                remedy=lazy("Scan the paper again, or hand in the .docx or .pdf with text."),
            ) from None
        raise


def _on_white(frame: Image.Image) -> Image.Image:
    if frame.mode in {"RGBA", "LA", "PA"} or "transparency" in frame.info:
        clear = frame.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return frame.convert("RGB")


def _prepared(page: Image.Image) -> Image.Image:
    """About 200 dots an inch on an A4 page: smaller letters are enlarged, huge scans shrunk."""
    if page.width > WIDTH * 1.5:
        return page.resize((WIDTH, max(1, page.height * WIDTH // page.width)))
    if page.width < 900 and page.width >= 300:
        return page.resize((page.width * 2, page.height * 2))
    return page


def _without_frame(picture: Image.Image) -> Image.Image:
    dark = np.asarray(picture.convert("L")) < 140
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if len(rows) < 10 or len(columns) < 10:
        return picture
    inner = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    inner[inner.mean(axis=1) > 0.7, :] = False
    inner[:, inner.mean(axis=0) > 0.7] = False
    word = Image.fromarray(np.where(inner, 0, 255).astype(np.uint8))
    scale = max(1, round(110 / max(1, word.height)))
    return ImageOps.expand(word.resize((word.width * scale, word.height * scale)), border=60, fill=255).convert("RGB")


def _red(page: Image.Image) -> Image.Image | None:
    red, green, blue = page.convert("RGB").split()
    stamp = ImageChops.subtract(red, ImageChops.lighter(green, blue)).point(lambda value: 255 if value > 60 else 0)
    if stamp.histogram()[255] < 150:
        return None
    return ImageOps.invert(stamp).convert("RGB")
