"""Papers that the tests make: texts of our own, as bytes of each kind of file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document
from PIL import Image, ImageDraw, ImageFont

HEAD = """THỦ TƯỚNG CHÍNH PHỦ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 77/CT-TTg
Hà Nội, ngày 12 tháng 5 năm 2026
CHỈ THỊ
Về việc chuẩn bị mùa mưa bão năm 2026
"""
BODY = """Để chủ động ứng phó với mưa bão, Thủ tướng Chính phủ yêu cầu:
1. Bộ Xây dựng rà soát các công trình ven sông, báo cáo Thủ tướng Chính phủ trước ngày 30 tháng 6 năm 2026.
2. Bộ Công Thương chủ trì, phối hợp với Bộ Quốc phòng kiểm tra an toàn các hồ chứa thủy điện.
3. Văn phòng Chính phủ theo dõi, đôn đốc việc thực hiện Chỉ thị này./.
Nơi nhận:
- Lưu: VT.
THỦ TƯỚNG
Nguyễn Văn Mẫu
"""
PAPER = HEAD + BODY
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf",
    "/usr/share/fonts/opentype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
)


def word_of(text: str) -> bytes:
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    return saved(document)


def sheet_of(text: str) -> bytes:
    """One line a row, in the first column."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, line in enumerate(text.split("\n")):
        sheet.write_string(number, 0, line)
    book.close()
    return held.getvalue()


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def with_part(word: bytes, name: str, content: bytes) -> bytes:
    """The same Word file with one part put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def part_of(word: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        return archive.read(name)


def picture_of(text: str, *, stamp: str = "", red: bool = False, size: int = 28) -> Image.Image:
    """A page as a scanner sees it, with a boxed stamp at the top left if wanted."""
    path = next((font for font in FONTS if Path(font).exists()), None)
    if path is None:
        pytest.skip("no font with Vietnamese letters on this machine")
    page = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(path, size)
    top = 260 if stamp else 120
    if stamp:
        colour = (190, 20, 30) if red else (0, 0, 0)
        big = ImageFont.truetype(path, 44)
        left, upper, right, lower = draw.textbbox((130, 120), stamp, font=big)
        draw.rectangle((left - 24, upper - 18, right + 24, lower + 18), outline=colour, width=5)
        draw.text((130, 120), stamp, font=big, fill=colour)
    for number, line in enumerate(_wrapped(text, 88)):
        draw.text((130, top + number * 44), line, font=font, fill=(10, 10, 10))
    return page


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        row = ""
        for word in line.split():
            if row and len(row) + len(word) >= width:
                lines.append(row)
                row = ""
            row = f"{row} {word}".strip()
        lines.append(row)
    return lines


def image_bytes(page: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    page.save(out, form)
    return out.getvalue()


def pdf_of(text: str) -> bytes:
    """A PDF with a text layer, made by the typesetter that the product ships."""
    import typst

    font_folders = [str(Path(font).parent) for font in FONTS if Path(font).exists()]
    escaped = "\n\n".join(f"#text({_quoted(line)})" for line in text.split("\n") if line.strip())
    source = '#set page(paper: "a4", margin: 2cm)\n#set text(size: 12pt)\n' + escaped
    made = typst.compile(source.encode(), font_paths=font_folders)
    assert isinstance(made, bytes)
    return made


def _quoted(line: str) -> str:
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
