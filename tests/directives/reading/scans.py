"""
Scans that the tests make: a text set on pages as an office sets it, then worn as a scanner and a bad copy wear it.

Everything follows from the seed: the same text and seed give the same letters of the same picture.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import typst
from PIL import Image, ImageFilter

from tests.directives.reading.papers import FONTS, image_bytes

DPI = 200
_BEGINS = re.compile(r"(?:Căn cứ|Kính gửi|Pursuant|To:|Để |Thực hiện |Sau khi |Ngày )")
_PAGE = (
    '#set page(paper: "a4", margin: (top: 2cm, bottom: 2cm, left: 3cm, right: 1.8cm),'
    " header: context { if counter(page).get().first() > 1 [#align(center)[#counter(page).display()]] })\n"
    '#set text(font: "%s", size: %spt, lang: "vi", hyphenate: false)\n'
    "#set par(leading: 0.62em, spacing: 0.85em)\n"
)


def rendered(text: str, *, font: str = "Libertinus Serif", size: float = 13, dpi: int = DPI) -> list[Image.Image]:
    """Pages as a printer makes them: a centred head, even paragraphs with an indent, ruled tables, page numbers."""
    # A text with hard line ends is set so that its lines fit.
    longest = max(map(len, text.split("\n")))
    size = min(size, 13 * 78 / longest) if longest < 110 else size
    source = _PAGE % (font, size) + "\n".join(_set(text))
    folders = [str(Path(one).parent) for one in FONTS if Path(one).exists()]
    made = typst.compile(source.encode(), font_paths=folders, format="png", ppi=dpi)
    pages = made if isinstance(made, list) else [made]
    return [Image.open(io.BytesIO(page)).convert("RGB") for page in pages]


def _set(text: str) -> Iterator[str]:
    lines = [line.strip("\n") for line in text.split("\n")]
    broken = max(map(len, lines)) < 110  # hard line ends stay
    head = True
    for is_row, group in groupby((line for line in lines if line.strip()), key=lambda line: "\t" in line):
        if is_row:
            yield _table([line.split("\t") for line in group])
            continue
        for line in group:
            head = head and len(line) < 90 and not _BEGINS.match(line)
            if head:
                yield f"#align(center)[#text({_quoted(line)})]"
            elif broken:
                yield f"#par[#text({_quoted(line)})]"
            else:
                yield f"#par(justify: true, first-line-indent: (amount: 1cm, all: true))[#text({_quoted(line)})]"


def _table(rows: Sequence[Sequence[str]]) -> str:
    wide = max(map(len, rows))
    share = ["0.5fr", "3fr", *["1.6fr"] * (wide - 2)][:wide]
    whole = [[*row, *[""] * (wide - len(row))] for row in rows]
    cells = ", ".join(f"[#text(size: 11pt, {_quoted(cell)})]" for row in whole for cell in row)
    return f"#table(columns: ({', '.join(share)}), stroke: 0.6pt, {cells})"


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def worn(page: Image.Image, seed: int, *, quality: int = 50) -> Image.Image:
    """Skew of half a degree to one and a half, soft letters, uneven light, grain, specks, a small JPEG."""
    chance = np.random.default_rng(seed)
    angle = float(chance.uniform(0.5, 1.5)) * (1 if chance.random() < 0.5 else -1)
    grey = page.convert("L").rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    grey = grey.filter(ImageFilter.GaussianBlur(float(chance.uniform(0.7, 1.1))))
    dots = np.asarray(grey, dtype=np.float32)
    tall, wide = dots.shape
    dots = 40 + dots * (205 / 255)  # faded ink on grey paper
    light = np.linspace(-18, 10, wide)[None, :] + np.linspace(8, -14, tall)[:, None]
    dots = dots + light + chance.normal(0, 14, dots.shape)
    specks = chance.random(dots.shape)
    dots[specks < 0.0006] = 40
    dots[specks > 0.9996] = 245
    made = Image.fromarray(np.clip(dots, 0, 255).astype(np.uint8))
    with Image.open(io.BytesIO(_jpeg(made, quality))) as small:
        return small.convert("RGB")


def _jpeg(page: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality)
    return out.getvalue()


def as_pdf(pages: Sequence[Image.Image]) -> bytes:
    """The pages as a scanner saves them: pictures, no text."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=list(pages[1:]), resolution=DPI, quality=60)
    return out.getvalue()


def as_tiff(pages: Sequence[Image.Image]) -> bytes:
    out = io.BytesIO()
    # Their points alone: a picture that was saved as a PDF keeps the settings of that, which no TIFF takes.
    plain = [Image.fromarray(np.asarray(page)) for page in pages]
    plain[0].save(out, "TIFF", save_all=True, append_images=plain[1:], compression="jpeg", dpi=(DPI, DPI))
    return out.getvalue()


__all__ = ["DPI", "as_pdf", "as_tiff", "image_bytes", "rendered", "worn"]
