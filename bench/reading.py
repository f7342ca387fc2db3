"""
A text document of 15, 30, 60 and 120 pages, as Word and as PDF, read into its tasks, against the bare extraction of its
text by the library (python-docx, PDFium) in the same run; and a table of as many pages, against the same.

    python -m bench.reading [--rounds 3] [--pages 15 30 60 120]

Bar: reading takes at most three times the bare extraction and two seconds for 60 pages, and grows with the pages.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")

DEMO = Path(__file__).parents[1] / "countries" / "vn" / "demo" / "directives" / "01-nq-01-chuong-trinh.txt"
ISSUED = date(2026, 1, 5)
LETTERS_OF_A_PAGE = 2600
ROWS_OF_A_PAGE = 11
MOST_TIMES = 3.0
MOST_MORE = 2.0
MOST_GROWTH = 1.35
HEADS = ("TT", "Nhiệm vụ, giải pháp", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn", "Sản phẩm")


def lines_of(pages: int) -> list[str]:
    """The demo's programme, as often as it takes; the measures go on counting."""
    from isotherm.doors.cli.demo_texts import render

    text = render(DEMO.read_text(encoding="utf-8"), ISSUED)
    head, body = text.split("\n")[:14], text.split("\n")[14:-12]
    lines, letters = list(head), 0
    while letters < pages * LETTERS_OF_A_PAGE:
        for line in body:
            lines.append(line)
            letters += len(line)
            if letters >= pages * LETTERS_OF_A_PAGE:
                break
    return lines


def rows_of(pages: int) -> list[tuple[str, ...]]:
    from isotherm.directives.reading import read_text

    found = read_text("\n".join(lines_of(16))).candidates
    rows = [
        (
            str(number),
            one.action,
            ", ".join(one.lead),
            ", ".join(one.coordinate),
            one.deadline_text or "",
            one.product or "",
        )
        for number, one in enumerate(found, start=1)
    ]
    return (rows * (pages * ROWS_OF_A_PAGE // len(rows) + 1))[: pages * ROWS_OF_A_PAGE]


def word(lines: list[str], rows: list[tuple[str, ...]]) -> bytes:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(rows=1, cols=len(HEADS))
        for cell, words in zip(table.rows[0].cells, HEADS, strict=True):
            cell.text = words
        blank = table.rows[0]._tr
        from copy import deepcopy

        for row in rows:
            made = deepcopy(blank)
            for text, words in zip(made.iter("{*}t"), row, strict=True):
                text.text = words
            table._tbl.append(made)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def pdf(lines: list[str], rows: list[tuple[str, ...]]) -> bytes:
    import typst

    def quoted(words: str) -> str:
        return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'

    parts = [
        '#set page(paper: "a4", margin: 2.2cm, numbering: "1")',
        "#set text(size: 13pt)",
        "#set par(justify: true)",
    ]
    parts += [f"#text({quoted(line)})\n" for line in lines]
    if rows:
        cells = ",\n".join(", ".join(map(quoted, row)) for row in rows)
        heads = ", ".join(map(quoted, HEADS))
        parts.append(
            f"#set text(size: 10pt)\n#table(columns: (1fr, 6fr, 3fr, 3fr, 2fr, 3fr), table.header({heads}), {cells})"
        )
    made = typst.compile("\n".join(parts).encode())
    assert isinstance(made, bytes)
    return made


def bare_word(content: bytes) -> int:
    from docx import Document

    document = Document(io.BytesIO(content))
    told = [one.text for one in document.paragraphs]
    for table in document.tables:
        told += ["".join(node.text or "" for node in row.iter("{*}t")) for row in table._tbl.iter("{*}tr")]
    return sum(map(len, told))


def bare_pdf(content: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        letters = 0
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            letters += len(words.get_text_bounded())
            words.close()
            page.close()
        return letters
    finally:
        document.close()


def best(do: Callable[[], object], rounds: int) -> float:
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        do()
        took.append(time.perf_counter() - began)
    return min(took)


def main() -> None:
    ways = argparse.ArgumentParser(description=__doc__)
    ways.add_argument("--rounds", type=int, default=3)
    ways.add_argument("--pages", type=int, nargs="+", default=[15, 30, 60, 120])
    asked = ways.parse_args()
    import django

    django.setup()
    from isotherm.directives.reading import read_file

    missed = False
    print("kind         pages    tasks   bare s   read s   times   read s a page")
    for kind in ("text", "table"):
        for name, make, bare in (("docx", word, bare_word), ("pdf", pdf, bare_pdf)):
            a_page: dict[int, float] = {}
            for pages in asked.pages:
                lines = lines_of(pages) if kind == "text" else lines_of(1)
                content = make(lines, [] if kind == "text" else rows_of(pages))
                tasks = len(read_file(content, "a").candidates)
                took_bare = best(lambda content=content, bare=bare: bare(content), asked.rounds)
                took = best(lambda content=content: read_file(content, "a"), asked.rounds)
                a_page[pages] = took / pages
                over = pages <= 60 and took > MOST_TIMES * took_bare + MOST_MORE
                missed = missed or over
                print(
                    f"{name} {kind:6} {pages:6} {tasks:8} {took_bare:8.3f} {took:8.3f} {took / took_bare:7.1f}"
                    f" {took / pages:12.4f}{'   over the bar' if over else ''}"
                )
            few, many = min(a_page), max(a_page)
            if a_page[many] > a_page[few] * MOST_GROWTH:
                missed = True
                print(f"{name} {kind}: a page of {many} takes {a_page[many] / a_page[few]:.2f} times one of {few}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
