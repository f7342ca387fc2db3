"""
Bytes of a text become Unicode letters, or a refusal; nothing is garbled silently.

Old Vietnamese files use fonts with tables of their own (TCVN3/ABC, VNI). They are converted letter by letter, and the
result is believed only when its syllables are Vietnamese.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.functional import Promise

from isotherm.directives.letters import like
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}
_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|th|tr|qu|[bcdđghklmnpqrstvx])?"
_RHYME = (
    r"(?:oa|oă|oe|ooc|uâ|uê|uy|uơ|ua|iê|yê|uô|ươ|ia|ya|ưa|uyê|uya|oai|oay|oao|oeo|uây|uôi|ươi|iêu"
    r"|yêu|ươu|uyu|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu"
    r"|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y)(?:ch|ng|nh|[cmnpt])?"
)
_SYLLABLE = re.compile(_ONSET + _RHYME + "$")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
MISREAD = re.compile(r"[ÃÄÆá][\u0080-\u00bf»º¡-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


# Controls, halves of letters, letters for private use but for the bullet of Symbol; and signs without width.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf0b6\uf0b8-\uf8ff\U000f0000-\U0010ffff\u00ad\ufeff\u200b]"
)
_BLANK = re.compile("[\u00a0\u2007\u202f]")


def text_of(content: bytes) -> str:
    """The text of a .txt file, composed (NFC), with \\n line ends."""
    return tidy(_decoded(content))


def tidy(text: str) -> str:
    """NFC, \\n line ends, no control letters: the one form that spans index into."""
    ends = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .replace("\v", "\n")
    )
    plain = _BLANK.sub(" ", _UNSHOWN.sub("", ends))
    # Blanks at line ends and doubled ones are typing; three and more stand between columns.
    return unicodedata.normalize("NFC", re.sub(r"(?<=\S) {2}(?=\S)", " ", re.sub(r"[ \t]+\n", "\n", plain)))


def converted(text: str) -> str:
    """Letters of an old font kept as Latin ones (a .docx in .VnTime, a .pdf without a map) made Vietnamese."""
    if _share(text) >= 0.8:
        return text
    return _best(text)


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return converted(_strict(content, encoding))
    blind = _utf16_without_mark(content)
    if blind:
        return converted(_strict(content, blind))
    return converted(unicodedata.normalize("NFC", unmarked(content)))


def unmarked(content: bytes, *, without: re.Pattern[bytes] | None = None) -> str:
    """The letters of a content that does not say which they are; an old font's stay as they stand in its table.

    `without`: what is no text of it (the tags of a page) and says nothing of its letters.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\x00" in content:
        raise not_text()
    words = without.sub(b" ", content) if without else content
    windows = unicodedata.normalize("NFC", words.decode("cp1258", errors="replace"))
    if "\ufffd" not in windows and _share(windows) >= 0.8 and _accented(windows):
        return content.decode("cp1258")
    return content.decode("latin-1") if _has_c1(content) else content.decode("cp1252", errors="replace")


def _strict(content: bytes, encoding: str) -> str:
    try:
        return unicodedata.normalize("NFC", content.decode(encoding))
    except UnicodeDecodeError:
        raise not_text() from None


def _utf16_without_mark(content: bytes) -> str | None:
    sample = content[:2000]
    if len(sample) < 8 or len(content) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.3 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.3 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _has_c1(content: bytes) -> bool:
    """Bytes that Windows-1252 leaves empty."""
    return any(byte in content for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))


def _best(text: str) -> str:
    """The reading in which most accented words are Vietnamese syllables; refused when none is."""
    if len(_accented(text)) < 3 and not MISREAD.search(text) and "\ufffd" not in text:
        return text
    readings = [text, from_tcvn3(text), from_vni(text), _undone(text)]
    scored = max(((_share(one), -position, one) for position, one in enumerate(readings) if one), key=lambda s: s[:2])
    if scored[0] < 0.8 or "\ufffd" in scored[2] or MISREAD.search(scored[2]):
        raise NotAccepted(
            lazy(
                "The letters of this file are in an encoding that could not be recognised, so "
                "its words would be garbled."
            ),
            remedy=lazy(
                "Open it in the program it was written with, convert it to Unicode (UTF-8) and hand it in again."
            ),
        )
    return unicodedata.normalize("NFC", scored[2])


def _undone(text: str) -> str:
    """UTF-8 that somebody once read as Windows-1252."""
    try:
        return unicodedata.normalize("NFC", text.encode("cp1252").decode("utf-8"))
    except (UnicodeDecodeError, UnicodeEncodeError):
        return ""


def from_tcvn3(text: str) -> str:
    return "".join(TCVN3.get(letter, letter) for letter in text)


def from_vni(text: str) -> str:
    out: list[str] = []
    for letter in text:
        small = letter.lower()
        before = out[-1].lower() if out else ""
        mark: str | None = None
        if before in {"a", "e", "o", "u", "y", "ơ", "ư"} and small in _VNI_TONES:
            mark = _VNI_TONES[small]
        elif before in {"a", "e", "o"} and small in _VNI_CIRCUMFLEX:
            mark = "\u0302" + _VNI_CIRCUMFLEX[small]
        elif before == "a" and small in _VNI_BREVE:
            mark = "\u0306" + _VNI_BREVE[small]
        if mark is not None:
            out[-1] = unicodedata.normalize("NFC", out[-1] + mark)
        elif small in _VNI_ALONE:
            alone = _VNI_ALONE[small]
            out.append(alone.upper() if letter.isupper() else alone)
        else:
            out.append(letter)
    return "".join(out)


def _accented(text: str) -> list[str]:
    words = re.findall(r"[^\W\d_]*[^\W\d_a-zA-Z\s][^\s\d.,;:!?()\"'/\-]*", unicodedata.normalize("NFC", text[:60000]))
    return [word for word in words if not all(ord(letter) < 128 for letter in word)]


def _share(text: str) -> float:
    """How many of the words with accents are Vietnamese syllables."""
    body = text[:60000]
    words = [w for w in re.findall(r"[^\s.,;:!?()\[\]\"'“”‘’/…–—\-•·]+", body) if any(ord(c) > 127 for c in w)]
    # Arrows, ticks and boxes are signs in any font, never letters of an old one.
    words = [w for w in words if any(c.isalpha() or 160 < ord(c) < 0x2190 for c in w)]
    if not words:
        return 0.0 if MISREAD.search(body) else 1.0
    return sum(_is_syllable(word) for word in words) / len(words)


def _is_syllable(word: str) -> bool:
    if not word.islower() and not word.isupper() and not word.istitle():
        rest = word[1:]
        if not rest.islower() and not word[:1].isupper():
            return False
    plain = unicodedata.normalize("NFD", like(word)).translate(_TONES)
    return bool(_SYLLABLE.match(unicodedata.normalize("NFC", plain)))


def too_long() -> NotAccepted:
    return NotAccepted(
        lazy("The text is longer than any directive."),
        remedy=lazy("Hand in the directive without its appendices, or in parts."),
    )


def not_text() -> NotAccepted:
    return NotAccepted(
        lazy("This file is not a document that can be read."),
        remedy=kinds(),
    )


def kinds() -> Promise:
    return lazy("Hand in the directive as .docx, .pdf, .xlsx, .html, .txt or a scan (.png, .jpg, .tif).")
