"""
The parts of a directive: headings, articles, clauses, points, dashes, table rows, each with its span in the text.

1. Lines become paragraphs (a text with hard line breaks is joined by sense; the spans still fit the source).
2. Zones: head, addressees, grounds, body, recipients and signature; a title after the signature opens an attachment.
3. Marks at the beginning of a paragraph ("Điều 1.", "I.", "1.", "a)", "-", "+") make the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from isotherm.directives import rows
from isotherm.directives.columns import is_head
from isotherm.directives.letters import is_vietnamese, like

WRAP_SHARE = 0.55
LISTS = {"heading", "article", "clause", "point", "dash", "plus"}
WORK = {*LISTS, "paragraph", "preamble", "table_row"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text with the path by which it is cited. `role` says what the part asks of anyone."""

    path: str
    label: str
    kind: str
    start: int
    end: int
    parent: int | None
    role: str = "other"


@dataclass(frozen=True, slots=True)
class _Mark:
    key: str
    rank: float
    number: str
    kind: str


_MARKS: tuple[tuple[str, float, str, re.Pattern[str]], ...] = (
    ("part", 0, "heading", re.compile(r"(?:phần|part) (thứ [\w ]{2,10}?|[ivx]{1,5}|\d{1,2})(?=[.:]| |$)")),
    ("ch", 1, "heading", re.compile(r"(?:chương|chapter) ([ivxlc]{1,6}|\d{1,2})(?=[.:]| |$)")),
    ("sec", 2, "heading", re.compile(r"(?:mục|section) (\d{1,2}|[ivx]{1,5})(?=[.:]| - |$)")),
    ("art", 5, "article", re.compile(r"(?:điều|article) (\d{1,3}[a-zđ]?) ?[.:](?= |$)")),
    (
        "grp",
        5,
        "heading",
        re.compile(
            r"(?:nhóm nhiệm vụ|nhiệm vụ|nhóm giải pháp|giải pháp|task group|task"
            r"|group) (?:thứ )?(\d{1,3}|[ivx]{1,5}) ?[.:)](?= |$)"
        ),
    ),
    ("sub", 7, "clause", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})[.)]? (?=\D)")),
    ("cl", 6, "clause", re.compile(r"(\d{1,3}) ?[.)/] ?(?=[^\W\d]|[\"'(]|$)")),
    ("cl", 6, "clause", re.compile(r"(\d{1,3}) ?- (?=[^\W\d])")),
    ("par", 9, "point", re.compile(r"\((\d{1,3}|[ivx]{1,5})\) ?(?=\S)")),
    # A machine reads "c)" as "©)", and a speck behind the mark as a figure: "đ) 1 Đề nghị".
    ("pt", 8, "point", re.compile(r"([a-zđ©]\d?) ?[.)] ?(?:1 (?=[^\W\d_]))?(?=[^\W\d]|[\"'(])")),
    ("pt", 8, "point", re.compile(r"\(([a-zđ])\) ?(?=\S)")),
    ("plus", 11, "plus", re.compile(r"(\+) ?(?=\S)")),
    ("dash", 10, "dash", re.compile(r"([-•*▪·●◦]) ?(?=[^\W\d]|[\"'(\d])")),
)
_ROMAN = re.compile(r"([IVX]{1,6}) ?(?:[.)-]|/(?= )) ?(?=[^\W\d_])")
_LETTER = re.compile(r"([A-H])[.)] (?=[^\W\d_])")
_LABELS = {
    "vi": {
        "att": "phụ lục", "part": "phần", "ch": "chương", "sec": "mục", "let": "mục", "rom": "mục", "art": "Điều",
        "grp": "nhiệm vụ", "cl": "khoản", "sub": "khoản", "pt": "điểm", "par": "điểm", "dash": "gạch đầu dòng",
        "plus": "dấu cộng", "para": "đoạn", "row": "dòng", "over": "nhóm",
    },
    "en": {
        "att": "appendix", "part": "part", "ch": "chapter", "sec": "section", "let": "section", "rom": "section",
        "art": "Article", "grp": "task", "cl": "clause", "sub": "clause", "pt": "point", "par": "point",
        "dash": "dash", "plus": "plus", "para": "paragraph", "row": "row", "over": "group",
    },
}  # fmt: skip

_BASIS = re.compile(
    r"(căn cứ|theo đề nghị|xét đề nghị|xét tờ trình|trên cơ sở kết quả|pursuant to|based on the"
    r"|at the proposal|at the request)(?!\w)"
)
_ADDRESS = re.compile(r"(kính gửi|gửi:|to:|respectfully to|dear)|.{3,80}(?:\bđiện ?:|\bto ?:)$")
_RECIPIENTS = re.compile(r"(nơi nhận|recipients?) ?:?")
_SIGNED_FOR = re.compile(
    r"(tm|kt|tl|tuq|q|thừa lệnh|thừa ủy quyền)\. ?\S|on behalf of the|for the (prime minister|government|minister)$"
)
_OFFICES = re.compile(
    r"(the )?(phó )?(thủ tướng( chính phủ)?|chủ tịch|bộ trưởng, chủ nhiệm|bộ trưởng|thứ trưởng"
    r"|chủ nhiệm|giám đốc|thống đốc|bí thư|chánh văn phòng"
    r"|tổng thanh tra|cục trưởng|chủ tịch quốc hội|deputy prime minister|prime minister|minister"
    r"|chairman|chairperson|director)$"
)
_RESOLVES = re.compile(
    r"(quyết nghị|quyết định|nghị quyết|thông báo|chỉ thị|kết luận|resolves|decides|hereby decides)( ?như sau)? ?:?$"
)
_ATTACHMENT = re.compile(
    r"(phụ lục|kế hoạch|chương trình|chương trình hành động|đề án|quy chế|quy định|danh mục"
    r"|phân công|bảng phân công|phương án|nhiệm vụ"
    r"|chiến lược|appendix|annex|action plan|plan|programme|list of tasks)(?!\w)"
)
_PLACE_AND_DATE = re.compile(r".{2,40}, ?(?:ngày|date)? ?.{0,20}(?:tháng|20\d{2})")
_LONGEST_DATE_LINE = 90
# With a capital these words begin a sentence, also where the line before ends without a full stop.
_BEGINS = re.compile(
    r"(?:Ngày|Sáng ngày|Chiều ngày|Theo|Thực hiện|Căn cứ|Để|Trong|Trước|Tại|Hiện nay|Vừa qua|Sau khi|Xét|Nhằm|Qua"
    r"|Thời gian qua"
    r"|Pursuant|In order|To implement|Recently)(?= )"
)
_ZONE_KINDS = {
    "head": "title",
    "resolved": "title",
    "address": "recipients",
    "basis": "basis",
    "recipients": "recipients",
    "signature": "signature",
}
_NOTE = re.compile(r"\[\d{1,3}\] (?=\S)")
_PAGE_NUMBER = re.compile(r"[-–—]? ?\d{1,3} ?[-–—]?")
_SPECKS = re.compile(r"(?=[^\w]*_)[._~'`|,]{1,4} +(?=\S)")
_SUBJECT = re.compile(r"(về việc|v/v|về |on |re: ?|trích yếu)")


def passages_of(text: str, *, language: str = "") -> tuple[Passage, ...]:
    """Every paragraph of the text once, in order; a part's parent stands before it."""
    return tuple(_Tree(text, language or ("vi" if is_vietnamese(text) else "en")).passages())


def begins_part(paragraph: str) -> bool:
    """Whether "1.", "a)", "-", "Điều 1." stands before the words."""
    return _mark_of(paragraph) is not None


def begins_recipients(paragraph: str) -> bool:
    return bool(_RECIPIENTS.match(like(paragraph)))


def mark_end(text: str, passage: Passage) -> int:
    """Where the words begin after "1.", "a)", "-"."""
    start = passage.start + _speck(text[passage.start : passage.end])
    words = like(text[start : passage.end])
    roman = _ROMAN.match(text[start : passage.end]) or _LETTER.match(text[start : passage.end])
    if passage.path.rpartition(";")[2].startswith(("rom=", "let=")) and roman:
        return start + roman.end()
    for _key, _rank, kind, pattern in _MARKS:
        found = pattern.match(words)
        if found and kind == passage.kind:
            rest = re.compile(r"[.: -]*").match(words, found.end())
            return start + (rest.end() if rest else found.end())
    return start


def paragraphs_of(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the paragraphs without surrounding blanks; hard line breaks are seen through."""
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", text) if found.group().strip()]
    lines = [_trim(text, start, end) for start, end in lines]
    width = _wrap_width([end - start for start, end in lines])
    pending: tuple[int, int] | None = None
    pages: list[tuple[int, int]] = []
    for start, end in lines:
        if width and pending and _PAGE_NUMBER.fullmatch(text, start, end):
            pages.append((start, end))
            continue
        if pending and width and _goes_on(text, pending, (start, end), width=width, paged=bool(pages)):
            # The number of the page stays inside the paragraph that goes on behind it.
            pending, pages = (pending[0], end), []
            continue
        if pending:
            yield pending
        yield from pages
        pending, pages = (start, end), []
    if pending:
        yield pending
    yield from pages


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _wrap_width(lengths: list[int]) -> int:
    """The width at which lines were broken, or 0: one paragraph a line."""
    if len(lengths) < 8 or max(lengths) > 170:
        return 0
    ordered = sorted(lengths)
    width = ordered[int(len(ordered) * 0.9)]
    full = sum(length >= width * 0.8 for length in lengths)
    return width if width >= 45 and full >= len(lengths) * 0.3 else 0


def _goes_on(text: str, before: tuple[int, int], after: tuple[int, int], *, width: int, paged: bool) -> bool:
    """`paged`: the number of a page stood between the two lines, so that the blanks there say nothing."""
    last = text[before[0] : before[1]].rsplit("\n", 1)[-1].strip()
    following = text[after[0] + _speck(text[after[0] : after[1]]) : after[1]]
    if rows.is_row(last) or rows.is_row(following) or _mark_of(following) or _RECIPIENTS.match(like(following)):
        return False
    if _NOTE.match(following) or _NOTE.match(text[before[0] : before[1]]):
        return False
    far = text.count("\n", before[1], after[0]) > 1 and not paged
    lower = following[0].islower() or following[0] in "(0123456789"
    if last.endswith((".", ";", ":", "!", "?", "./.")):
        return lower and following[0].islower() and len(last) >= width * 0.8 and not far
    if last.isupper() or following.isupper() or _BEGINS.match(following):
        return False
    if far:
        shouts = following.split()[0].isupper() and len(following.split()[0]) > 1
        return following[0].islower() or (len(last) >= width * 0.75 and not shouts and " " in last)
    return (lower and len(last) >= width * WRAP_SHARE) or len(last) >= width * 0.8


def _speck(words: str) -> int:
    """Letters that a machine made of specks before the first word: "__ - Trình Chính phủ", "._ gỡ khó khăn"."""
    found = _SPECKS.match(words)
    return found.end() if found else 0


def _mark_of(paragraph: str) -> _Mark | None:
    paragraph = paragraph[_speck(paragraph) :]
    words = like(paragraph[:80])
    roman = _ROMAN.match(paragraph)
    if roman:
        return _Mark("rom", 4, roman.group(1), "heading")
    letter = _LETTER.match(paragraph)
    if letter:
        return _Mark("let", 3, letter.group(1), "heading")
    for key, rank, kind, pattern in _MARKS:
        found = pattern.match(words)
        if found:
            number = found.group(1).strip()
            roman_number = key in {"part", "ch", "sec", "grp"} and re.fullmatch(r"[ivxlc]+", number)
            return _Mark(key, rank, number.upper() if roman_number else number.replace("©", "c"), kind)
    return None


class _Tree:
    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self.found: list[Passage] = []
        self.stack: list[tuple[_Mark, int]] = []
        self.counts: dict[tuple[int | None, str], int] = {}
        self.attachment = 0

    def passages(self) -> list[Passage]:
        paragraphs = list(paragraphs_of(self.text))
        zone = "head"
        for index, (start, end) in enumerate(paragraphs):
            words = self.text[start:end]
            alike = like(words)
            if _NOTE.match(words) or _PAGE_NUMBER.fullmatch(words):
                self._add("note", start, end, None)
                continue
            is_row = rows.is_row(words) and not (words.startswith(rows.GROUP) and not self._in_table())
            # A table of tasks is work wherever it stands, also below a signature without a title of its own.
            if is_row and is_head(rows.cells_of(words)):
                zone = "body"
            elif not (is_row and self._in_table()):
                zone = self._zone(zone, words, alike, index, paragraphs)
            if zone in _ZONE_KINDS:
                self._add(_ZONE_KINDS[zone], start, end, None)
                zone = "body" if zone == "resolved" else zone
                continue
            mark = None if is_row else _mark_of(words)
            if mark:
                self._place(mark, start, end)
            elif is_row:
                self._row(words, start, end)
            else:
                self._paragraph(zone, start, end)
        return self.found

    def _in_table(self) -> bool:
        last = next((one for one in reversed(self.found) if one.kind != "note"), None)
        return last is not None and last.kind == "table_row"

    def _row(self, words: str, start: int, end: int) -> None:
        """A row that heads the rows below it is their parent."""
        self.stack = [(one, index) for one, index in self.stack if one.key != "over" or self._in_table()]
        if not words.startswith(rows.GROUP):
            self._add("table_row", start, end, _Mark("row", 12, "", "table_row"))
            return
        self.stack = [(one, index) for one, index in self.stack if one.key != "over"]
        mark = _Mark("over", 11.5, "", "table_row")
        self.stack.append((mark, self._add("table_row", start, end, mark)))

    def _zone(self, zone: str, words: str, alike: str, index: int, paragraphs: list[tuple[int, int]]) -> str:
        mark = _mark_of(words)
        if zone in {"recipients", "signature"} and (self._opens_attachment(words, alike) or "\f" in words):
            self.attachment += 1
            self.stack = []
            return "head"
        if self._addresses_copies(alike, index, paragraphs) and zone not in {"head", "address"}:
            return "recipients"
        if _RECIPIENTS.match(alike) and len(words) < 400:
            return "recipients"
        if zone == "recipients":
            return "recipients" if mark and mark.key in {"dash", "plus"} else "signature"
        if zone == "signature":
            return "signature" if len(words) < 160 else "body"
        if zone != "head" and _SIGNED_FOR.match(alike) and len(words) < 90:
            return "signature"
        if zone == "body" and words.isupper() and _OFFICES.match(alike) and index >= len(paragraphs) - 14:
            return "signature"
        if zone in {"body", "preamble"}:
            if words.isupper() and _RESOLVES.match(alike):
                return "body"
            if zone == "body" and words.isupper() and re.match(r"phụ lục|appendix|annex", alike) and len(words) < 60:
                self.attachment += 1
                self.stack = []
                return "head"
            return "body" if mark else zone
        if _ADDRESS.match(alike) and len(words) < 300 and not mark:
            return "address"
        if zone == "address" and mark and mark.key in {"dash", "plus"}:
            return "address"
        if zone == "address" and words[:1].islower():
            return "address"
        if _BASIS.match(alike):
            return "basis"
        if _RESOLVES.match(alike) and zone == "basis":
            return "resolved"
        if zone == "head" and rows.is_row(words) and index > 3:
            return "body"
        if zone == "head" and not mark and self._heads(words, alike):
            return "head"
        return "body" if mark else "preamble"

    def _addresses_copies(self, alike: str, index: int, paragraphs: list[tuple[int, int]]) -> bool:
        """ "To:" with "- As above;" below it: the list of copies, not of those addressed."""
        if alike.strip(" :") not in {"to", "copies", "gửi", "nơi gửi"} or index + 1 >= len(paragraphs):
            return False
        start, end = paragraphs[index + 1]
        return bool(re.match(r"[-+•] ?(?:as above|như trên|như điều|như kính gửi)", like(self.text[start:end])))

    def _heads(self, words: str, alike: str) -> bool:
        if words.isupper() or _RESOLVES.match(alike) or _SUBJECT.match(alike):
            return True
        if len(words) < _LONGEST_DATE_LINE and _PLACE_AND_DATE.match(alike):
            return True
        if re.match(r"(số|no\.?|số hiệu) ?:?", alike) and len(words) < 80:
            return True
        if re.match(r"(kèm theo|\(kèm theo|\(ban hành|\(attached|\(issued|độc lập|cộng hòa|đảng cộng sản)", alike):
            return True
        sentence = words.endswith((".", ";", ":")) and len(words.split()) >= 5
        return not sentence and len(words) <= 200

    def _opens_attachment(self, words: str, alike: str) -> bool:
        return len(words) < 160 and words.isupper() and bool(_ATTACHMENT.match(alike))

    def _place(self, mark: _Mark, start: int, end: int) -> None:
        keys = [one.key for one, _index in self.stack]
        ranks = [one.rank for one, _index in self.stack if one.key == "rom"]
        rank = mark.rank
        if mark.key == "par" and "pt" not in keys:
            rank = 6.5 if "cl" in keys or "art" in keys else 6
        if mark.key == "let" and "rom" in keys:
            rank = 4.5
        if mark.key == "sub":
            rank += mark.number.count(".") / 10
        if mark.key == "rom" and "let" not in keys and mark.number in {"C", "D"}:
            rank = 3
        if mark.key == "rom" and any(one.key == "art" for one, _index in self.stack) and (4 not in ranks):
            # "Điều 1. Phê duyệt Đề án với các nội dung sau: I. ... II. ...": the article holds the sections.
            rank = 5.5
        same = [
            position for position, (one, _index) in enumerate(self.stack) if one.key == mark.key and one.rank == rank
        ]
        if same:
            self.stack = self.stack[: same[0]]
        else:
            self.stack = [(one, index) for one, index in self.stack if one.rank < rank]
        placed = _Mark(mark.key, rank, mark.number, mark.kind)
        self.stack.append((placed, self._add(mark.kind, start, end, placed)))

    def _paragraph(self, zone: str, start: int, end: int) -> None:
        self.stack = [(one, index) for one, index in self.stack if one.rank < 7.5 and one.kind != "point"]
        mark = _Mark("para", 7.5, "", "paragraph")
        index = self._add("preamble" if zone == "preamble" else "paragraph", start, end, mark)
        words = self.text[start:end]
        if words.endswith(":") or (len(words) < 120 and not words.endswith((".", ";", ",", "/"))):
            self.stack.append((mark, index))

    def _add(self, kind: str, start: int, end: int, mark: _Mark | None) -> int:
        parent = self.stack[-1][1] if self.stack and mark else None
        path, label = self._citation(parent, mark)
        self.found.append(Passage(path, label, kind, start, end, parent))
        return len(self.found) - 1

    def _citation(self, parent: int | None, mark: _Mark | None) -> tuple[str, str]:
        names = _LABELS[self.language]
        prefix = f"att={self.attachment}" if self.attachment else ""
        spoken = f"{names['att'].capitalize()} {self.attachment}" if self.attachment else ""
        if mark is None:
            return prefix, spoken
        if parent is not None and self.found[parent].path:
            prefix, spoken = self.found[parent].path, self.found[parent].label
        number = mark.number if mark.key not in {"dash", "plus", "para", "row", "over"} else ""
        if not number:
            key = (parent, mark.key + str(self.attachment))
            self.counts[key] = self.counts.get(key, 0) + 1
            number = str(self.counts[key])
        name = names[mark.key]
        said = f"{name} {number}"
        if not spoken:
            said = said[0].upper() + said[1:]
        return f"{prefix};{mark.key}={number}".lstrip(";"), f"{spoken} {said}".strip()
