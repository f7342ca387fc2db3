"""The text of one paper together with what reads it: its language's names and phrases, and its times."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from isotherm.directives.deadlines import Deadline, days_in, deadlines_in
from isotherm.directives.grammar import grammar_of
from isotherm.directives.header import Header
from isotherm.directives.leads import Names, bodies_at, names_for
from isotherm.directives.letters import like, one_line
from isotherm.directives.misread import mended
from isotherm.directives.names import Body
from isotherm.directives.structure import Passage

# A cell or a line says "Quý IV/2025" alone; the words of its column are put before it.
TIMED = {"vi": "thời gian: ", "en": "time: "}
SAME_DAY_LETTERS = 1500
_PAGE_NUMBER = re.compile(r"(?<=\n)[ \t]*(?:[-–] ?)?\d{1,3}(?: ?[-–])?[ \t]*(?=\n\s*[^\W\d_])")
_LIKE_ONE = re.compile(r"(?<![^\W\d_])[lI|](?=\d)")
_LIKE_NOUGHT = re.compile(r"(?<=\d)[oO](?![^\W\d_])")
_THIS_PLACE = re.compile(r"(Tỉnh|Thành phố)(?= [^\W\d_A-ZĐÀ-Ỹ])")


class Source:
    """Spans are those of `paper`, the text as it came; `alike` is the text as it is compared (see `letters.like`)."""

    def __init__(self, text: str, passages: tuple[Passage, ...], header: Header, *, recognised: bool = False) -> None:
        self.paper = text
        # Nothing is read across the end of a passage: the break there is made a letter that no pattern knows.
        letters = list(text)
        for passage in passages:
            if passage.end < len(letters) and letters[passage.end].isspace():
                letters[passage.end] = "\0"
        self.raw = "".join(letters)
        # The number of a page stands inside a sentence of a scanned paper, and there 0 and 1 look like letters.
        self.text = _PAGE_NUMBER.sub(lambda found: " " * len(found.group()), self.raw)
        self.text = _LIKE_ONE.sub("1", _LIKE_NOUGHT.sub("0", self.text))
        self.alike = like(self.text)
        self.header = header
        self.language = header.language
        recognised = recognised or any("\n" in text[passage.start : passage.end] for passage in passages)
        if self.language == "vi" and recognised:
            self.alike = mended(self.alike)
        self.grammar = grammar_of(self.language)
        self.names: Names = names_for(self.language, header.signed_on)
        self._deadlines: dict[tuple[int, int], tuple[Deadline, ...]] = {}
        self._bodies: dict[tuple[int, bool], tuple[tuple[Body, ...], int]] = {}

    def bodies(self, at: int, *, loose: bool = False) -> tuple[tuple[Body, ...], int]:
        """The list of bodies that begins at `at` and where it ends; empty when none begins there."""
        asked = (at, loose)
        if asked not in self._bodies:
            found = bodies_at(self.text, self.alike, at, names=self.names, loose=loose)
            self._bodies[asked] = found if found[0] else self._this_place(at)
        return self._bodies[asked]

    def _this_place(self, at: int) -> tuple[tuple[Body, ...], int]:
        """ "Tỉnh làm việc với Bộ Y tế ..." in a paper about one province: the province that its head names."""
        said = _THIS_PLACE.match(self.text, at)
        if not said or not self.place:
            return self._places(at)
        name = f"{said.group(1).lower()} {self.place}"
        return (Body(name, at, said.end(), "province"),), said.end()

    def _places(self, at: int) -> tuple[tuple[Body, ...], int]:
        """ "...; Hà Nội giải quyết dứt điểm ...": a province by its name alone, when a verb follows."""
        listed = self.names.places(self.text, self.alike, at)
        after = self.past_blank(listed[-1].end) if listed else at
        works = (self.grammar.verbs, self.grammar.ways, self.grammar.duties)
        if not listed or not any(words.match(self.alike, after) for words in works):
            return (), at
        return listed, listed[-1].end

    @cached_property
    def place(self) -> str | None:
        """The one province that the subject names, if it names one."""
        subject = self.header.subject or self.text[:2000]
        named = {subject[found.start() : found.end()] for found in self.names.provinces[0].finditer(like(subject))}
        named = {name for name in named if name[:1].isupper()}
        return named.pop() if len(named) == 1 else None

    def listed(self, words: str) -> tuple[Body, ...]:
        """Every body that a cell or a line names."""
        clean = one_line(words)
        alike = like(clean)
        found: dict[str, Body] = {}
        at = 0
        while at < len(clean):
            bodies, end = bodies_at(clean, alike, at, names=self.names, loose=True)
            for body in bodies:
                found.setdefault(body.name, body)
            step = re.compile(r"(?:và |and |the )|[\s,;.•+/|-]+|[^\s,;]+").match(clean, end if bodies else at)
            at = step.end() if step else len(clean)
        return tuple(found.values())

    def deadlines(self, start: int, stop: int) -> tuple[Deadline, ...]:
        asked = (start, stop)
        if asked not in self._deadlines:
            self._deadlines[asked] = self._deadlines_between(start, stop)
        return self._deadlines[asked]

    def _deadlines_between(self, start: int, stop: int) -> tuple[Deadline, ...]:
        if not re.search(
            (
                r"\d|ngày|hằng|hàng|định kỳ|kỳ họp|sau khi|tết|quý|tháng|tuần|thường xuyên|thời gian"
                r"|after|upon|every|each|month|quarter|annual|period|session|soon|week|regular|daily"
                r"|year"
            ),
            self.alike[start:stop],
        ):
            return ()
        found = deadlines_in(
            self.text[start:stop], self.alike[start:stop], issued=self.header.signed_on, language=self.language
        )
        return tuple(self._dated(replace(one, start=one.start + start, end=one.end + start)) for one in found)

    def _dated(self, one: Deadline) -> Deadline:
        """ "trước 18 giờ cùng ngày": the day named last before it."""
        if one.kind != "same_day":
            return one
        earlier = days_in(
            self.alike[max(0, one.start - SAME_DAY_LETTERS) : one.start],
            issued=self.header.signed_on,
            language=self.language,
        )
        return replace(one, kind="absolute", day=earlier[-1]) if earlier else replace(one, kind="event")

    def times(self, words: str) -> tuple[Deadline, ...]:
        """The times of a cell or a line that holds nothing else."""
        found = deadlines_in(TIMED[self.language] + words, issued=self.header.signed_on, language=self.language)
        return tuple(replace(one, start=-1, end=-1) for one in found)

    def in_brackets(self, start: int, at: int) -> bool:
        before = self.alike[start:at]
        return before.count("(") > before.count(")")

    def past_blank(self, at: int) -> int:
        found = re.compile(r"[\s,]*").match(self.alike, at)
        return found.end() if found else at
