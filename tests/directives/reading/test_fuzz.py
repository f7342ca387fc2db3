"""Damaged files of every kind: read or refused with a sentence, never anything else; what is read fits its text."""

from __future__ import annotations

import functools
import io
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isotherm.directives.reading import Reading, read_file
from isotherm.refusals import Refusal, Secret
from tests.directives.reading import programme
from tests.directives.reading.papers import PAPER, pdf_of, word_of
from tests.directives.reading.test_pdf import ENGLISH, locked
from tests.directives.reading.test_word import noted

pytestmark = pytest.mark.slow

KINDS = ["word", "word with notes", "excel", "pdf", "pdf without lines", "plain pdf", "locked pdf", "page", "text"]
FEW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))


@functools.cache
def whole(kind: str) -> bytes:
    some = programme.rows()[:25]
    made = {
        "word": lambda: programme.as_word(some),
        "word with notes": noted,
        "excel": lambda: programme.as_excel(some),
        "pdf": lambda: programme.as_pdf(some),
        "pdf without lines": lambda: programme.as_pdf(some, ruled=False),
        "plain pdf": lambda: unpacked(pdf_of(PAPER)),
        "locked pdf": lambda: locked(ENGLISH, user=b"", owner=b"x"),
        "page": lambda: programme.as_page(some),
        "text": lambda: "\n".join(" | ".join(row.cells) for row in some).encode(),
    }
    return made[kind]() if kind in made else word_of(PAPER)


def unpacked(pdf: bytes) -> bytes:
    """With its streams as they are before packing, so that a changed byte changes what is drawn."""
    out, at = bytearray(), 0
    while (begin := pdf.find(b"stream\n", at)) >= 0:
        begin += len(b"stream\n")
        end = pdf.find(b"endstream", begin)
        try:
            plain = zlib.decompress(pdf[begin:end].rstrip(b"\r\n"))
        except zlib.error:
            plain = pdf[begin:end]
        out += pdf[at:begin].replace(b"/FlateDecode", b"") + plain + b"\nendstream"
        at = end + len(b"endstream")
    return bytes(out + pdf[at:])


Change = tuple[int, int, bytes]
places = st.integers(0, 2**32)
pieces = st.one_of(
    st.binary(min_size=1, max_size=6),
    st.sampled_from(
        [
            b"<",
            b">",
            b"/",
            b"[",
            b"(",
            b")",
            b"<<",
            b">>",
            b"-1",
            b"99999999999",
            b"\x00",
            b"\xff\xfe",
            b"&a;",
            b"<w:tbl>",
        ]
        + [
            b"<tr>",
            b"</table>",
            b'gridSpan w:val="-5"',
            b'rowspan="0"',
            b' r="A0"',
            b' t="s"',
            b"1e400",
            b"NaN",
            b" re f ",
        ]
        + [
            b"<w:vMerge/>",
            b" 0 0 0 0 0 0 cm ",
            b"stream",
            b"\n | \n",
            "↑ | ←".encode(),
            "▸ ".encode(),
            b"<mergeCell ref='B2:A1'/>",
        ]
    ),
)
changes = st.lists(st.tuples(places, st.integers(-2, 400), pieces), min_size=1, max_size=12)


def changed(content: bytes, how: list[Change]) -> bytes:
    """Pieces put in, over or instead of others, doubled or cut off."""
    out = bytearray(content)
    for place, length, piece in how:
        at = place % (len(out) + 1)
        if length == -2:
            out[at:at] = out[: min(2000, len(out))]
        elif length == -1:
            del out[at + (len(out) - at) // 2 :]
        else:
            out[at : at + length // 10] = piece
    return bytes(out)


def changed_inside(content: bytes, how: list[Change], which: int) -> bytes:
    """The same done to one part of a packed file."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        names = [entry.filename for entry in old.infolist() if entry.filename.endswith((".xml", ".rels"))]
        chosen = names[which % len(names)]
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, changed(data, how) if entry.filename == chosen else data)
    return held.getvalue()


def is_read_or_refused(content: bytes) -> None:
    try:
        reading = read_file(content, "tệp")
    except Refusal as no:
        assert not isinstance(no, Secret)
        assert str(no)
        assert str(no.remedy)
        return
    assert isinstance(reading, Reading)
    for passage in reading.passages:
        assert 0 <= passage.start < passage.end <= len(reading.text)
    for task in reading.candidates:
        assert reading.text[task.start : task.end] == task.quote
        assert task.lead


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(how=changes)
def test_a_changed_file_is_read_or_refused(kind: str, how: list[Change]) -> None:
    is_read_or_refused(changed(whole(kind), how))


@pytest.mark.parametrize("kind", ["word", "word with notes", "excel"])
@FEW
@given(how=changes, which=places)
def test_a_file_with_a_changed_part_is_read_or_refused(kind: str, how: list[Change], which: int) -> None:
    is_read_or_refused(changed_inside(whole(kind), how, which))


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@MANY
@given(how=changes)
def test_any_changed_file_is_read_or_refused(kind: str, how: list[Change]) -> None:
    is_read_or_refused(changed(whole(kind), how))


@pytest.mark.long
@pytest.mark.parametrize("kind", ["word", "word with notes", "excel"])
@MANY
@given(how=changes, which=places)
def test_any_file_with_a_changed_part_is_read_or_refused(kind: str, how: list[Change], which: int) -> None:
    is_read_or_refused(changed_inside(whole(kind), how, which))


@FEW
@given(st.lists(st.lists(st.text(max_size=20), max_size=7), max_size=8))
def test_rows_of_any_words_are_read_or_refused(rows: list[list[str]]) -> None:
    heads = " | ".join(programme.HEADS)
    body = "\n".join(" | ".join(row) for row in rows)
    is_read_or_refused(f"{PAPER}\n{heads}\n{body}".encode("utf-8", errors="ignore"))
