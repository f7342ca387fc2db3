"""Files made to hurt: refused within a moment and half a gigabyte, and nothing they name is fetched or run."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from isotherm.directives.reading import apart, pictures, read_file
from isotherm.refusals import NotAccepted
from tests.directives.reading import programme
from tests.directives.reading.papers import PAPER, part_of, pdf_of, sheet_of, with_part, word_of
from tests.directives.reading.test_web import page, paragraphs

pytestmark = pytest.mark.slow

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MOST_MEGABYTES = 512
MEASURED = """
import json, os, resource, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "isotherm.settings"
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
import django
django.setup()
from isotherm.directives.reading import read_file
from isotherm.refusals import Refusal
touched = []
def look(event, facts):
    if event.startswith("socket.") or (event == "subprocess.Popen" and "pdfium_process" not in str(facts[1])):
        touched.append(f"{event} {facts[1:]}")
sys.addaudithook(look)
content = sys.stdin.buffer.read()
began = time.monotonic()
try:
    said = "read: " + str(len(read_file(content, "tệp").candidates))
except Refusal as no:
    said = "refused: " + str(no)
took = time.monotonic() - began
from isotherm.directives.reading import apart
apart._forget()
# What getrusage says of a process itself counts the one that started it, too.
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
print(json.dumps({"said": said, "peak": peak, "seconds": took, "touched": touched}))
"""


def measured(content: bytes) -> dict[str, object]:
    ended = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input=content,
        capture_output=True,
        check=False,
        env={**os.environ, "PATH": "/nonexistent"},
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
    told: dict[str, object] = json.loads(ended.stdout)
    return told


def packed(**parts: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return held.getvalue()


def body(blocks: str) -> bytes:
    return packed(word__document_xml=f"<w:document {W}><w:body>{blocks}</w:body></w:document>")


def pdf_with(content: bytes, filters: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Filter [%s] /Length %d >>\nstream\n" % (filters, len(content)) + content + b"\nendstream",
    ]
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


def blanks(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([packer.compress(b" " * (1 << 20)) for _one in range(megabytes)] + [packer.flush()])


def sheet(rows: str) -> bytes:
    whole = sheet_of(PAPER)
    old = part_of(whole, "xl/worksheets/sheet1.xml").decode()
    return with_part(whole, "xl/worksheets/sheet1.xml", old.replace("</sheetData>", f"{rows}</sheetData>").encode())


HOSTILE = {
    "pdf that unpacks to 600 megabytes": lambda: pdf_with(blanks(600), b"/FlateDecode"),
    "pdf packed twice": lambda: pdf_with(zlib.compress(blanks(600), 9), b"/FlateDecode /FlateDecode"),
    "pdf of forty thousand lines": lambda: pdf_with(
        zlib.compress(
            b"".join(
                b"%d 0 m %d 800 l S 0 %d m 600 %d l S " % (i % 600, i % 600, i % 800, i % 800) for i in range(20_000)
            )
        ),
        b"/FlateDecode",
    ),
    "word of a million empty paragraphs": lambda: body("<w:p/>" * 1_300_000),
    "word of many attributes": lambda: body("".join(f"<w:p w:a='{number * 7919}'/>" for number in range(600_000))),
    "word of tables inside tables": lambda: body(
        "<w:tbl><w:tr><w:tc>" * 900 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 900
    ),
    "word of a row of 10,000 cells": lambda: body(
        "<w:tbl>"
        + ("<w:tr>" + "<w:tc><w:p><w:r><w:t>giao Bộ</w:t></w:r></w:p></w:tc>" * 10_000 + "</w:tr>") * 4
        + "</w:tbl>"
    ),
    "word of a cell over a million columns": lambda: body(
        "<w:tbl>"
        + '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999"/></w:tcPr><w:p><w:r><w:t>giao</w:t></w:r></w:p></w:tc></w:tr>'
        * 5000
        + "</w:tbl>"
    ),
    "excel of a million empty rows": lambda: sheet(
        "".join(f'<row r="{row}" ht="15"/>' for row in range(40, 1_048_577))
    ),
    "excel of cells without end": lambda: sheet("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>"),
    "excel of merged cells without end": lambda: with_part(
        sheet_of(PAPER),
        "xl/worksheets/sheet1.xml",
        part_of(sheet_of(PAPER), "xl/worksheets/sheet1.xml")
        .decode()
        .replace(
            "</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 65_000 + "</mergeCells>"
        )
        .encode(),
    ),
    "page of attributes without end": lambda: (
        "<!doctype html><p " + " ".join(f"a{n}=b" for n in range(700_000)) + ">x"
    ).encode(),
    "page of parts without end": lambda: ("<!doctype html><body>" + "<p><b><i>" * 150_000 + PAPER).encode(),
    "page of cells that cover all": lambda: (
        "<!doctype html><table>" + ("<tr>" + "<td rowspan=60000 colspan=1000>giao" * 60 + "</tr>") * 3000
    ).encode(),
    "text of one letter": lambda: b"a" * 40_000_000,
    "text of strokes": lambda: ("TT | Nhiệm vụ | Chủ trì\n" + " | " * 600_000).encode(),
}


QUICK = {"pdf packed twice", "word of a cell over a million columns"}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=() if kind in QUICK else pytest.mark.slow) for kind in HOSTILE]
)
def test_a_file_made_to_hurt_costs_a_moment_and_half_a_gigabyte_at_most(kind: str) -> None:
    told = measured(HOSTILE[kind]())
    assert float(str(told["peak"])) < MOST_MEGABYTES, told
    assert str(told["said"]).startswith(("refused: ", "read: ")), told


FETCHING = {
    "page": lambda: page(
        paragraphs(PAPER) + '<object data="http://127.0.0.1:9/x"></object><script src="//127.0.0.1:9/a.js"></script>'
    ).encode(),
    "word": lambda: with_part(
        word_of(PAPER),
        "word/_rels/document.xml.rels",
        part_of(word_of(PAPER), "word/_rels/document.xml.rels").replace(
            b"</Relationships>",
            b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
            b' Target="http://127.0.0.1:9/evil.dotm" TargetMode="External"/></Relationships>',
        ),
    ),
    "excel": lambda: programme.as_excel(programme.rows()[:5]),
    "pdf": lambda: pdf_of(PAPER),
    "text": lambda: PAPER.encode(),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("kind", FETCHING)
def test_reading_opens_no_connection_and_starts_no_program(kind: str) -> None:
    told = measured(FETCHING[kind]())
    assert str(told["said"]).startswith("read: ")
    assert told["touched"] == []


OPENED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "isotherm.settings"
import django
django.setup()
from isotherm.directives.reading import cleaning, pictures
cleaning.cleaned(pictures.page_of(sys.stdin.buffer.read(), 0))
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(own / 1024)
"""
LARGEST = (6510, 9210)
FINEST = {
    "jpeg": ("RGB", "JPEG", {}),
    "colours": ("RGB", "PNG", {}),
    "clear": ("RGBA", "PNG", {}),
    "sixteen": ("I;16", "PNG", {}),
    "fax": ("1", "TIFF", {"compression": "group4"}),
    "print": ("CMYK", "TIFF", {"compression": "tiff_lzw"}),
}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("kind", FINEST)
def test_the_largest_picture_that_is_taken_is_opened_and_cleaned_within_half_a_gigabyte(kind: str) -> None:
    mode, form, how = FINEST[kind]
    held = io.BytesIO()
    Image.new(mode, LARGEST, 0).save(held, form, **how)
    assert LARGEST[0] * LARGEST[1] > pictures.MOST_PIXELS * 0.99
    ended = subprocess.run(
        [sys.executable, "-c", OPENED], input=held.getvalue(), capture_output=True, check=False, timeout=300
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2000:]
    assert float(ended.stdout) < MOST_MEGABYTES


# --- the process in which PDFium reads ----------------------------------------------------------------------


def test_a_file_that_ends_the_process_is_refused_and_the_next_is_read() -> None:
    with pytest.raises(NotAccepted, match="memory or time"):
        read_file(pdf_with(blanks(600), b"/FlateDecode"), "a.pdf")
    assert read_file(pdf_of(PAPER), "a.pdf").candidates


def test_a_page_that_takes_too_long_is_given_up_and_the_next_file_is_read() -> None:
    content = pdf_of(PAPER)
    with pytest.raises(apart.Unreadable), apart.opened(content) as document:
        document._process.ask(b"P", (0).to_bytes(4, "big") + (300).to_bytes(4, "big"), within=0.0)
    assert read_file(content, "a.pdf").candidates


def test_a_process_that_was_ended_from_outside_is_begun_anew() -> None:
    content = pdf_of(PAPER)
    with apart.opened(content) as document:
        document._process.running.kill()
        document._process.running.wait()
    assert read_file(content, "a.pdf").candidates


def test_a_fork_reads_with_a_process_of_its_own() -> None:
    content = pdf_of(PAPER)
    with apart.opened(content) as document:
        mine = document._process.running.pid
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with apart.opened(content) as its:
                    code = 0 if its.count == 1 and its._process.running.pid != mine else 2
                apart._forget()
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert "77/CT-TTg" in document.page(0).text


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_process_knows_neither_settings_nor_secrets() -> None:
    with apart.opened(pdf_of(PAPER)) as document:
        known = Path(f"/proc/{document._process.running.pid}/environ").read_bytes()
    assert {one.partition(b"=")[0] for one in known.split(b"\0") if one} <= {b"PATH", b"LC_ALL", b"LC_CTYPE"}
