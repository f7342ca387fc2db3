"""Files of the years before Unicode are converted exactly, or refused; never garbled."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest

from isotherm.directives.reading import encodings, read_file
from isotherm.refusals import NotAccepted
from tests.directives.reading.papers import PAPER, part_of, with_part, word_of

SENTENCE = "Thủ tướng Chính phủ yêu cầu Bộ Tài chính hướng dẫn, kiểm tra kỹ việc chuyển đổi mẫu biểu ở các tỉnh"


def as_tcvn3(text: str) -> bytes:
    back = {unicode: letter for letter, unicode in encodings.TCVN3.items()}
    # The old table has no capitals with tones: they were lower-case letters in a font of capitals.
    return "".join(back.get(c, back.get(c.lower(), c)) for c in text).encode("latin-1", errors="replace")


def as_vni(text: str) -> str:
    tones = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
    round_ = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
    short = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
    alone = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ"}
    out = []
    for letter in text:
        small = letter.lower()
        if small in alone:
            made = alone[small]
        else:
            base, *marks = unicodedata.normalize("NFD", small)
            tone = next((m for m in marks if m in tones), "")
            if "\u0302" in marks:
                made = base + round_[tone]
            elif "\u0306" in marks:
                made = base + short[tone]
            elif "\u031b" in marks:
                made = {"o": "ô", "u": "ö"}[base] + (tones[tone] if tone else "")
            else:
                made = base + (tones[tone] if tone else "")
        out.append(made.upper() if letter.isupper() else made)
    return "".join(out)


def test_tcvn3_is_converted_letter_by_letter() -> None:
    assert encodings.text_of(as_tcvn3(SENTENCE)) == SENTENCE


def test_a_known_tcvn3_line_reads_as_everybody_knows_it() -> None:
    line = "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc"
    assert (
        encodings.text_of(line.encode("latin-1")) == "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
    )


def test_a_known_vni_line_reads_as_everybody_knows_it() -> None:
    line = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc"
    assert (
        encodings.text_of(line.encode("latin-1")) == "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
    )


def test_vni_is_converted_letter_by_letter() -> None:
    assert encodings.text_of(as_vni(PAPER).encode("latin-1")) == encodings.tidy(PAPER)


def test_every_letter_of_the_alphabet_survives_both_tables() -> None:
    letters = [
        base + tone for base in "aăâeêioôơuưy" for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
    ]
    words = " ".join(unicodedata.normalize("NFC", f"t{letter}") for letter in letters) + " đi"
    assert encodings.from_vni(as_vni(words)) == words
    assert encodings.from_tcvn3(as_tcvn3(words).decode("latin-1")) == words


def test_tcvn3_saved_as_utf8_is_converted_too() -> None:
    assert encodings.text_of(as_tcvn3(SENTENCE).decode("latin-1").encode()) == SENTENCE


def test_windows_1258_is_read() -> None:
    def piece(letter: str) -> bytes:
        """The code page has ê and ấ only as a letter and a tone after it."""
        for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"):
            base = unicodedata.normalize(
                "NFC", unicodedata.normalize("NFD", letter).replace(tone, "") if tone else letter
            )
            try:
                return (base + (tone if base != letter else "")).encode("cp1258")
            except UnicodeEncodeError:
                continue
        raise AssertionError(letter)

    assert encodings.text_of(b"".join(piece(letter) for letter in SENTENCE)) == SENTENCE


def test_a_paper_in_the_old_letters_gives_its_tasks() -> None:
    reading = read_file(as_vni(PAPER).encode("latin-1"), "cu.txt")
    assert [task.lead for task in reading.candidates][0] == ("Bộ Xây dựng",)


def test_a_word_file_in_an_old_font_is_converted() -> None:
    word = word_of(PAPER)
    line = as_tcvn3("Bộ Nội vụ tổng hợp kết quả").decode("latin-1")
    run = f'<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr><w:t>4. {line}</w:t></w:r></w:p><w:sectPr'
    body = part_of(word, "word/document.xml").decode().replace("<w:sectPr", run, 1)
    assert (
        "4. Bộ Nội vụ tổng hợp kết quả" in read_file(with_part(word, "word/document.xml", body.encode()), "a.docx").text
    )


def test_letters_of_an_unknown_table_are_refused() -> None:
    russian = "Правительство поручает министерству финансов подготовить доклад о ходе работ".encode("koi8-r")
    with pytest.raises(NotAccepted) as no:
        read_file(russian, "a.txt")
    assert str(no.value.remedy)


def test_vietnamese_read_twice_is_undone_or_refused() -> None:
    twice = SENTENCE.encode().decode("latin-1").encode()
    with contextlib.suppress(NotAccepted):
        assert encodings.text_of(twice) == SENTENCE


def test_english_is_left_alone() -> None:
    text = "The Ministry of Finance shall report to the Prime Minister’s office – before 30 June 2026."
    assert encodings.text_of(text.encode("cp1252")) == text
    assert encodings.text_of(text.encode()) == text


def test_foreign_names_in_a_vietnamese_text_do_no_harm() -> None:
    text = PAPER + "Đoàn công tác gặp ông François Müller tại Genève, Zürich và São Paulo.\n"
    assert encodings.text_of(text.encode()) == encodings.tidy(text)
