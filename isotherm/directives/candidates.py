"""
Candidate tasks: the pieces of work that a text gives to named bodies, each anchored to its clause.

1. A heading that names a body gives its lead, coordinators and time to the points below it.
2. A point is cut where another body, another "chủ trì, phối hợp với" or another time begins; a further sentence that
   orders something else is a task of its own.
3. Lead, coordinators, time, product and receiver are read from the words; what they do not say stays None.
4. Grounds, accounts of the past, approvals, aims and "chịu trách nhiệm thi hành" are left out.

The grammar's words stand in the country package (`phrases/*.csv`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time

from isotherm.directives.deadlines import SPECIFIC, Deadline, deadlines_in, main_deadline, main_recurrence
from isotherm.directives.grammar import grammar_of
from isotherm.directives.header import Header
from isotherm.directives.leads import Body, Names, bodies_at, names_for
from isotherm.directives.letters import like, one_line
from isotherm.directives.structure import Passage, mark_end
from isotherm.words import lazy

DOUBTS = {
    "lead_from_opening": lazy("The lead is taken from the opening sentence, not from the clause itself."),
    "lead_unsure": lazy("Where the name of the lead ends is not certain."),
    "several_leads": lazy("Several bodies are named; each task has one lead."),
    "lead_open": lazy("The text says “relevant bodies” without naming them."),
    "work_vague": lazy("The work has no result that could be checked."),
    "further_sentence": lazy("This is a further sentence of the clause; it may only explain the first."),
    "no_year": lazy("The text gives no year; the next such date was taken."),
    "event_time": lazy("The time depends on an event; the text gives no date."),
}
_LISTS = {"heading", "article", "clause", "point", "dash", "plus"}
_WORK = {*_LISTS, "paragraph", "preamble", "table_row"}


@dataclass(frozen=True, slots=True)
class CandidateTask:
    """A proposal for a person to decide on: `quote` is the text at `start:end`."""

    quote: str
    start: int
    end: int
    clause: str
    path: str
    lead: tuple[str, ...]
    coordinate: tuple[str, ...]
    action: str
    deadline: date | None
    deadline_time: time | None
    deadline_text: str | None
    deadline_kind: str | None
    recurrence: str | None
    product: str | None
    responsible: str | None
    authority: str | None
    group: str | None
    monitor: bool
    confidence: float
    doubts: tuple[str, ...]
    optional: bool = False


def six_points(candidate: CandidateTask) -> dict[str, bool]:
    """What the text makes clear: person, work, time, responsibility, product, authority."""
    return {
        "person": bool(candidate.lead) and not {"lead_open", "lead_unsure"} & set(candidate.doubts),
        "work": bool(candidate.action) and "work_vague" not in candidate.doubts,
        "time": candidate.deadline is not None
        or candidate.deadline_text is not None
        or candidate.recurrence is not None,
        "responsibility": candidate.responsible is not None,
        "product": candidate.product is not None,
        "authority": candidate.authority is not None,
    }


def candidates_of(
    text: str, passages: tuple[Passage, ...], header: Header
) -> tuple[tuple[CandidateTask, ...], tuple[Passage, ...]]:
    """The candidates in the order of the text, and the passages with their roles."""
    return _Reading(text, passages, header).result()


# --- reading ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Order:
    """What one clause orders: `lead` empty means that the clause leaves it to its heading."""

    lead: tuple[Body, ...]
    coordinate: tuple[Body, ...]
    action_at: int
    complete: bool
    strong: bool = True
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class _Context:
    lead: tuple[Body, ...] = ()
    coordinate: tuple[Body, ...] = ()
    deadline: Deadline | None = None
    recurrence: str | None = None
    role: str | None = None
    opening: bool = False
    contents: bool = False
    only_named: bool = False


@dataclass(slots=True)
class _Draft:
    index: int
    start: int
    end: int
    order: _Order
    deadlines: tuple[Deadline, ...]
    further: bool = False
    title: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    accountable: str | None = None


# The repetitions are possessive (`*+`): a clause made of such words alone must not be tried in every combination.
_FILLER = re.compile(
    r"(?:thời hạn|thời gian|hoàn thành|xong|thực hiện|việc này|nhiệm vụ này|nội dung này"
    r"|các nhiệm vụ (?:này|trên)|công việc trên|tất cả|toàn bộ"
    r"|to be completed|completed|deadline|time of completion|yêu cầu|là|và|phải|cần|tổ chức|triển khai|[\s.,:;/()-])*+$"
)
_EMPTY_WORK = re.compile(
    r"(?:có trách nhiệm|chỉ đạo|tập trung(?: chỉ đạo)?|khẩn trương|tổ chức|triển khai|thực hiện các(?= ?:)"
    r"|thực hiện|nghiêm túc|quyết liệt|đồng bộ|hiệu quả|theo thẩm quyền|để|các việc"
    r"|(?:nhiệm vụ|nội dung|công việc) (?:này|trên)"
    r"|(?:(?:một số|các|những) )?(?:nhiệm vụ|giải pháp|nội dung|công việc|biện pháp)(?: trọng tâm"
    r"| cụ thể| chủ yếu| cấp bách)?"
    r"|như|sau(?: đây)?|gồm|nghiêm|tốt|ngay|shall|to|must|the following(?: tasks| contents| measures| solutions)?"
    r"|perform|implement|carry out|focus on|và|and|[\s.,:;/])*+$"
)
_STANDING = re.compile(
    r"(?:chấp hành|tuân thủ|thực hiện)(?: nghiêm| đúng| nghiêm túc| đầy đủ)*(?: một số| các"
    r"| những)* (?:yêu cầu|quy định|nguyên tắc|điều cấm)[\w ]{0,20}:$"
    r"|(?:comply with|observe|abide by) (?:strictly )?the following[^.;:]{0,40}:$"
)
_CONTENTS = re.compile(
    r"(?:báo cáo|thống kê|tổng hợp|kê khai|đánh giá|bao gồm|reports?|list)[^.;:]{0,80}(?:nội dung"
    r"|thông tin|số liệu|contents?|information|figures)[^.;:]{0,25}:$"
    r"|(?:bảo đảm|đảm bảo|đáp ứng|theo|tuân thủ|trên cơ sở|ensur\w+|meeting"
    r"|following)[^.;:]{0,40}(?:yêu cầu|nguyên tắc|tiêu chí|điều kiện|quan điểm|requirements"
    r"|principles|criteria)[^.;:]{0,20}:$"
    r"|(?:bao gồm|gồm|trong đó có|cụ thể như sau|including|as follows):$"
)
_EXHORTATION = re.compile(
    r"(?:thực hiện nghiêm túc|thực hiện nghiêm|nghiêm túc|nghiêm|tổ chức|khẩn trương|chủ động|quán triệt|triển khai"
    r"|thực hiện|có trách nhiệm|và|tích cực|,|\s)++"
    r"(?:nội dung )?(?:chỉ thị|công điện|nghị quyết|quyết định|kế hoạch|thông báo|kết luận"
    r"|công văn|văn bản) này[^;:]{0,40}$"
)
_MONITOR = re.compile(
    r"(?:theo dõi|đôn đốc|giám sát)(?:, |,? và )(?:\w+ ){0,3}(?:đôn đốc|kiểm tra|giám sát"
    r"|hướng dẫn|tổng hợp|đánh giá)|monitor(?:,| and)? (?:and )?(?:urge|inspect|supervise)"
)
_MONITORED = re.compile(
    r"này|thực hiện (?:công điện|chỉ thị|nghị quyết|quyết định|kế hoạch|chương trình|thông báo"
    r"|các nhiệm vụ)|việc thực hiện|tình hình thực hiện|this |implement"
)
_SENTENCE_END = re.compile(r"[.!?]+[\"”)]?\s+(?=[\"“(]?[A-ZÀ-ỸĐ])")
_ABBREVIATED = re.compile(r"(?:\b(?:tp|tx|no|nos|st|ts|gs|pgs|ths|mr|mrs|dr|art|vs|kh|đ/c|\w))$")
_AFTER_PRODUCT = re.compile(
    r" (?:trước|trong|chậm nhất|để|nhằm|bảo đảm|theo|và (?:trình|gửi|báo cáo)|về (?=Bộ|Sở|Ủy ban|UBND|Văn phòng)"
    r"|(?<!tờ )(?<!chương )(?<!công )(?<!quy )(?<!lộ )(?<!quá )trình|gửi|before|by|within|to the|in the)(?: |$)",
    re.IGNORECASE,
)
# A cell or a line says "Quý IV/2025" alone; the words of its column are put before it.
_TIMED = "thời gian: "
_NO_VERBS = frozenset(
    [
        "của",
        "và",
        "là",
        "đã",
        "được",
        "tại",
        "về",
        "cho",
        "trong",
        "ở",
        "với",
        "đến",
        "do",
        "này",
        "khác",
        "có",
        "cùng",
        "thuộc",
        "trên",
        "nêu",
        "như",
        "hoặc",
        "theo",
        "từ",
        "khi",
        "nếu",
        "số",
        "tổng",
        "các",
        "những",
        "một",
        "việc",
        "công",
        "kết",
        "nội",
        "danh",
        "tỷ",
        "mức",
        "thời",
        "đối",
        "người",
        "hồ",
        "of",
        "in",
        "for",
        "and",
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "with",
        "by",
        "from",
    ]
)
_COMMITTEE_OFFICES = ("văn phòng", "government office")


class _Reading:
    def __init__(self, text: str, passages: tuple[Passage, ...], header: Header) -> None:
        # Nothing is read across the end of a passage: the break there is made a letter that no pattern knows.
        letters = list(text)
        for passage in passages:
            if passage.end < len(letters) and letters[passage.end].isspace():
                letters[passage.end] = "\0"
        self.text = "".join(letters)
        self.alike = like(self.text)
        self.passages = passages
        self.header = header
        self.language = header.language
        self.grammar = grammar_of(self.language)
        self.names: Names = names_for(self.language, header.signed_on)
        self.children: dict[int, list[int]] = {}
        for index, passage in enumerate(passages):
            if passage.parent is not None:
                self.children.setdefault(passage.parent, []).append(index)
        self.contexts: dict[int, _Context] = {}
        self.opening = _Context()
        self.drafts: list[_Draft] = []
        self.roles: dict[int, str] = {}
        self.labels: dict[int, dict[str, str]] = {}
        self.taken: set[int] = set()
        self.columns: dict[str, int] | None = None
        self.row_lead: tuple[Body, ...] = ()

    def result(self) -> tuple[tuple[CandidateTask, ...], tuple[Passage, ...]]:
        self._take_labels()
        for index, passage in enumerate(self.passages):
            if passage.kind in _WORK and index not in self.taken:
                self._passage(index, passage)
            elif passage.kind not in _WORK:
                self.columns, self.row_lead = None, ()
        self._drop_titles()
        found = [self._candidate(draft) for draft in self.drafts]
        tasks = {draft.index for draft in self.drafts}
        roles = tuple(
            replace(passage, role="task" if index in tasks else self.roles.get(index, "other"))
            for index, passage in enumerate(self.passages)
        )
        return tuple(sorted(found, key=lambda one: one.start)), roles

    # --- plan blocks --------------------------------------------------------------------------------------

    def _label(self, at: int, end: int) -> tuple[str, int] | None:
        """The field of a label that begins here, and where its value begins."""
        for pattern, name in self.grammar.labels:
            found = pattern.match(self.alike, at, end)
            if not found or found.end() == at:
                continue
            colon = re.compile(r"\s?(?:\([^)]{0,40}\))?\s?:\s?").match(self.alike, found.end(), end)
            if colon:
                return name, colon.end()
        return None

    def _take_labels(self) -> None:
        """ "Cơ quan chủ trì: ...", "Thời gian: ..." belong to the title above them."""
        lines: list[tuple[int, dict[str, str]]] = []
        for index, passage in enumerate(self.passages):
            if passage.kind not in _WORK or passage.kind == "table_row" or index in self.taken:
                continue
            values = self._label_values(mark_end(self.text, passage), passage.end)
            if not values or not (
                {"lead", "coordinate", "deadline", "product", "authority", "responsible", "monitor"} & set(values)
            ):
                continue
            for name, value in values.items():
                if not value:
                    below = self.children.get(index, [])
                    self.taken.update(below)
                    values[name] = "; ".join(
                        self.text[mark_end(self.text, self.passages[i]) : self.passages[i].end] for i in below
                    )
            lines.append((index, values))
            self.taken.add(index)
        owners: dict[int, list[tuple[int, dict[str, str]]]] = {}
        for index, values in lines:
            parent = self.passages[index].parent
            owners.setdefault(parent if parent is not None else -1, []).append((index, values))
        for parent, under in owners.items():
            several = sum("lead" in values for _index, values in under) > 1
            for index, values in under:
                owner = self._before(index) if several or parent < 0 or self._is_section(parent) else parent
                if owner is None:
                    continue
                merged = self.labels.setdefault(owner, {})
                for name, value in values.items():
                    merged.setdefault(name, value)
                if owner == parent:
                    self.taken.update(i for i in self.children.get(parent, []) if self.passages[i].kind in _LISTS)

    def _is_section(self, index: int) -> bool:
        passage = self.passages[index]
        return passage.kind == "heading" and any(
            self.passages[i].kind in {"clause", "heading"} for i in self.children.get(index, [])
        )

    def _before(self, index: int) -> int | None:
        for earlier in range(index - 1, -1, -1):
            if earlier not in self.taken and self.passages[earlier].kind in _WORK:
                return earlier
        return None

    def _label_values(self, at: int, end: int) -> dict[str, str]:
        first = self._label(at, end)
        if not first:
            return {}
        values: dict[str, str] = {}
        name, value_at = first
        here = value_at
        for found in re.compile(r"[;.,|\n]\s*[-+•]?\s*").finditer(self.alike, value_at, end):
            following = self._label(found.end(), end)
            if following:
                values.setdefault(name, one_line(self.text[here : found.start()]))
                name, here = following
        values.setdefault(name, one_line(self.text[here:end]).strip(" .;"))
        return values

    # --- passages -----------------------------------------------------------------------------------------

    def _context(self, passage: Passage) -> _Context:
        if passage.parent is None:
            return self.opening if passage.kind != "preamble" else _Context()
        return self.contexts.get(passage.parent, _Context())

    def _passage(self, index: int, passage: Passage) -> None:
        context = self._context(passage)
        at = mark_end(self.text, passage)
        if passage.kind != "table_row":
            self.columns, self.row_lead = None, ()
        section = self._section(at, passage.end)
        if section or context.role:
            role = section or context.role or "other"
            self.roles[index] = self._prohibits(at) if role == "standing" else role
            self.contexts[index] = replace(context, role=role)
            return
        if context.contents and passage.kind in _LISTS:
            self.contexts[index] = context
            return
        if passage.kind == "table_row":
            self._row(index, passage, context)
            return
        if index in self.labels:
            self._block(index, passage, at, context)
            return
        if passage.kind == "preamble":
            self._preamble(index, passage, at)
            return
        points = [i for i in self.children.get(index, []) if self.passages[i].kind in _LISTS and i not in self.taken]
        heads = bool(points) or self.text[at : passage.end].rstrip().endswith(":")
        named = self._named_heading(at, passage.end)
        if named and (heads or self.children.get(index)):
            self.contexts[index] = replace(
                context, lead=named, coordinate=(), deadline=None, recurrence=None, opening=False, only_named=True
            )
            return
        drafts = [draft for draft in self._clauses(index, at, passage.end, context) if heads or draft.order.complete]
        if heads:
            drafts = self._heading(index, passage, at, drafts, context, bool(points))
        else:
            self.contexts[index] = self._carried(drafts, context)
        if drafts and passage.kind in {"clause", "point", "dash", "plus"}:
            drafts[0].start = passage.start
        self.drafts.extend(drafts)

    def _carried(self, drafts: list[_Draft], context: _Context) -> _Context:
        """A paragraph below "1. Bộ X ..." goes on speaking to Bộ X."""
        own = next((draft.order.lead for draft in drafts if draft.order.lead), ())
        return replace(context, lead=own, coordinate=(), opening=False) if own else context

    def _prohibits(self, at: int) -> str:
        patterns = (pattern for pattern, kind, _start in self.grammar.leave_out if kind == "prohibition")
        return "prohibition" if any(pattern.match(self.alike, at) for pattern in patterns) else "standing"

    def _section(self, at: int, end: int) -> str | None:
        if end - at > 120:
            return None
        words = re.sub(r"[\s.:]+$", "", one_line(self.alike[at:end]))
        words = re.sub(r"^(?:về|i+\.) ", "", words)
        return self.grammar.sections.get(words)

    def _preamble(self, index: int, passage: Passage, at: int) -> None:
        """Only an order of the issuer counts here; one that ends in a colon speaks to all points below."""
        words = self.alike[at : passage.end].rstrip()
        issuers = (
            r"(?:chính phủ|thủ tướng chính phủ|thủ tướng|phó thủ tướng[^,;.]{0,40}|prime minister"
            r"|government|chủ tịch [^,;.]{3,60}|ủy ban nhân dân [^,;.]{3,60})"
        )
        spoken = None
        for found in re.finditer(issuers + r" (?:hereby )?(?=(?:" + self.grammar.orders.pattern + "))", words):
            spoken = found
        if words.endswith(":"):
            if spoken:
                order = self._order(at + spoken.end(), passage.end, _Context())
                if order and order.lead:
                    self.opening = _Context(lead=order.lead, coordinate=(), opening=True)
                    return
            own = self._order(at, passage.end, _Context())
            if own and own.lead and not own.complete:
                self.contexts[index] = _Context(lead=own.lead, coordinate=own.coordinate)
            return
        drafts = self._clauses(index, at, passage.end, _Context())
        self.drafts.extend(draft for draft in drafts if draft.order.lead)

    def _heading(
        self, index: int, passage: Passage, at: int, drafts: list[_Draft], context: _Context, points: bool
    ) -> list[_Draft]:
        """The last clause speaks to the points below; those before it stand for themselves."""
        words = self.alike[at : passage.end].rstrip()
        if _STANDING.search(words):
            self.contexts[index] = replace(context, role="standing")
            return drafts[:-1]
        contents = bool(_CONTENTS.search(words))
        last = drafts[-1] if drafts else None
        if last is None or (last.end < passage.end - 1 and not points):
            self.contexts[index] = replace(context, contents=contents)
            return drafts
        order = last.order
        shared = main_deadline(last.deadlines)
        inherited = replace(
            context,
            deadline=shared or context.deadline,
            recurrence=main_recurrence(last.deadlines) or context.recurrence,
            contents=contents,
        )
        if order.lead:
            inherited = replace(
                inherited, lead=order.lead, coordinate=order.coordinate, opening=False, only_named=not order.complete
            )
        elif order.coordinate:
            inherited = replace(inherited, coordinate=order.coordinate)
        self.contexts[index] = inherited
        if not order.complete:
            return drafts[:-1]
        ends_as_sentence = words.endswith((".", ";")) and bool(order.lead)
        last.title = not ends_as_sentence
        short = not order.lead and len(words.split()) <= 9 and not words.endswith(".")
        return drafts[:-1] if short and points else drafts

    def _named_heading(self, at: int, end: int) -> tuple[Body, ...]:
        """ "3. Bộ Y tế", "Điều 5. Trách nhiệm của Bộ Tài chính", "Đối với các địa phương:"."""
        here = at
        opened = re.compile(
            r"(?:về |đối với |trách nhiệm (?:tổ chức thực hiện |thực hiện )?của "
            r"|nhiệm vụ (?:cụ thể )?của |phân công nhiệm vụ cho |giao nhiệm vụ cho |giao "
            r"|đề nghị |yêu cầu "
            r"|for |responsibilities of |tasks of |as for |assign )+(?:the )?"
        ).match(self.alike, at)
        for start in ([opened.end()] if opened else []) + [here]:
            bodies, after = bodies_at(self.text, self.alike, start, names=self.names)
            if bodies and bodies[0].kind != "government":
                rest = self.alike[after:end]
                if re.fullmatch(
                    r"[\s.:;,]*(?:có trách nhiệm|chỉ đạo|thực hiện|tổ chức thực hiện|triển khai)?[\s.:;,]*", rest
                ) and not rest.startswith(","):
                    return bodies
        if self.text[at:end].isupper() and end - at < 140:
            # A heading in capitals hides which words begin names; only bodies known by name are taken from it.
            known = self.names.known[0].match(self.alike, opened.end() if opened else at)
            if known and re.fullmatch(r"[\s.:;]*", self.alike[known.end() : end]):
                name, kind = self.names.known[1][" ".join(known.group().split())]
                return (Body(name, known.start(), known.end(), kind),)
        return ()

    def _block(self, index: int, passage: Passage, at: int, context: _Context) -> None:
        labels = self.labels[index]
        lead = self._listed(labels.get("lead", "")) or context.lead
        times = deadlines_in(_TIMED + labels.get("deadline", ""), issued=self.header.signed_on, language=self.language)
        own = self._deadlines(at, passage.end)
        order = self._order(at, passage.end, context) or _Order((), (), at, complete=True)
        order = replace(
            order,
            lead=lead or order.lead,
            coordinate=self._listed(labels.get("coordinate", "")) or order.coordinate,
            complete=True,
        )
        self.contexts[index] = replace(context, lead=order.lead)
        if not order.lead:
            self.roles[index] = "unassigned"
            return
        self.drafts.append(_Draft(index, passage.start, passage.end, order, times or own, labels=labels))

    def _listed(self, words: str) -> tuple[Body, ...]:
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

    # --- tables -------------------------------------------------------------------------------------------

    def _row(self, index: int, passage: Passage, context: _Context) -> None:
        cells = re.split(r"\s*\|\s*", self.text[passage.start : passage.end])
        columns = self._columns(cells)
        if columns:
            self.columns, self.row_lead = columns, ()
            return
        filled = [cell.strip() for cell in cells if cell.strip()]
        if self.columns is None:
            return
        if len(filled) <= 2 and len(cells) >= 3:
            self.row_lead = self._listed(filled[-1]) if filled else ()
            return
        values = {name: cells[at].strip() for name, at in self.columns.items() if at < len(cells)}
        task = values.get("task", "")
        if len(task.split()) < 3:
            return
        lead = self._listed(values.get("lead", "")) or self.row_lead or context.lead
        task_at = passage.start + self.text[passage.start : passage.end].index(task)
        order = self._order(task_at, task_at + len(task), context) or _Order((), (), task_at, complete=True)
        order = replace(
            order,
            lead=lead or order.lead,
            coordinate=self._listed(values.get("coordinate", "")) or order.coordinate,
            complete=True,
        )
        if not order.lead:
            self.roles[index] = "unassigned"
            return
        times = deadlines_in(_TIMED + values.get("deadline", ""), issued=self.header.signed_on, language=self.language)
        own = times or self._deadlines(task_at, task_at + len(task))
        self.drafts.append(_Draft(index, task_at, task_at + len(task), order, own, labels=values))

    def _columns(self, cells: list[str]) -> dict[str, int] | None:
        found: dict[str, int] = {}
        for position, cell in enumerate(cells):
            words = one_line(like(cell))
            for pattern, name in self.grammar.labels:
                if words and pattern.fullmatch(words):
                    found.setdefault(name, position)
                    break
        return found if "task" in found and ({"lead", "deadline", "coordinate"} & set(found)) else None

    # --- clauses ------------------------------------------------------------------------------------------

    def _clauses(self, index: int, at: int, end: int, context: _Context) -> list[_Draft]:
        drafts: list[_Draft] = []
        for number, (start, stop) in enumerate(self._sentences(at, end)):
            self._sentence(index, start, stop, context, drafts, further=number > 0)
        return drafts

    def _sentence(
        self, index: int, start: int, stop: int, context: _Context, drafts: list[_Draft], *, further: bool
    ) -> None:
        times = self._deadlines(start, stop)
        if drafts and times and self._only_time(start, stop, times):
            for draft in drafts:
                draft.deadlines = draft.deadlines or times
            return
        parts = self._parts(start, stop, context)
        if self._left_out(index, start, stop, context, drafts):
            return
        leader = next((draft.order.lead for draft in reversed(drafts) if draft.order.lead), ())
        here = replace(context, lead=leader, coordinate=(), opening=False) if leader else context
        current: list[_Draft] = []
        for position, (part_at, part_end) in enumerate(parts):
            order = self._order(part_at, part_end, here)
            if order is None and position == 0 and not further and self.passages[index].kind in _LISTS:
                order = self._point_order(part_at, part_end, here)
            if order is None:
                if current:
                    current[-1].end = part_end
                    current[-1].deadlines += self._deadlines(part_at, part_end)
                elif drafts and position == 0:
                    drafts[-1].end = part_end
                    drafts[-1].deadlines += tuple(one for one in times if not drafts[-1].deadlines)
                elif position == 0:
                    self._unassigned(index, start, stop)
                continue
            bare_lead = (
                order.lead
                and not order.complete
                and (current or drafts)
                and not self.text[part_at:part_end].rstrip().endswith(":")
            )
            if bare_lead:
                for draft in [*drafts, *current]:
                    if not draft.order.lead:
                        draft.order = replace(draft.order, lead=order.lead, coordinate=order.coordinate)
                        draft.deadlines = draft.deadlines or self._deadlines(part_at, part_end)
                continue
            if self._left_out(index, part_at, part_end, context, [*drafts, *current]):
                continue
            if not order.lead and not here.lead:
                self.roles.setdefault(index, "unassigned")
            current.append(
                _Draft(
                    index, part_at, part_end, order, self._deadlines(part_at, part_end), further=further or position > 0
                )
            )
            if order.lead:
                here = replace(here, lead=order.lead, coordinate=(), opening=False)
        # A measure may name its lead at its end or in the next sentence; what stays without is dropped in the end.
        drafts.extend(current)

    def _unassigned(self, index: int, start: int, stop: int) -> None:
        for pattern, kind, at_start in self.grammar.leave_out:
            if kind in {"principle", "prohibition"} and at_start and pattern.match(self.alike, start):
                self.roles.setdefault(index, kind)

    def _left_out(self, index: int, start: int, stop: int, context: _Context, drafts: list[_Draft]) -> bool:
        words = self.alike[start:stop]
        bodies, after = bodies_at(self.text, self.alike, start, names=self.names)
        ways = self.grammar.ways.match(self.alike, after, stop) if bodies else None
        action_at = (ways.end() if ways else after) if bodies else start
        action_at += len(self.alike[action_at:stop]) - len(self.alike[action_at:stop].lstrip(" ,"))
        for pattern, kind, at_start in self.grammar.leave_out:
            if at_start:
                found = pattern.match(self.alike, start)
                if kind != "approval":
                    found = found or pattern.match(self.alike, action_at)
            else:
                found = pattern.search(self.alike, start, stop)
            if not found:
                continue
            if kind == "ask_back" and found.start() - start > 60:
                continue
            if kind == "approval" and (context.lead or len(self._parts(start, stop, _Context())) > 1):
                continue
            if kind == "accountable":
                if drafts:
                    drafts[-1].accountable = bodies[0].name if bodies else one_line(self.text[start:stop])[:120]
                elif re.search(r"(?:hoàn thiện|xây dựng|tổ chức|triển khai|khẩn trương|hoàn thành)", words):
                    continue
                return True
            if kind == "optional" and not at_start and stop - start > 700:
                continue
            self.roles.setdefault(index, kind if kind in {"principle", "prohibition"} else "other")
            return True
        generic = bodies and all(body.kind == "group" or body.group for body in bodies)
        return bool(
            generic and _EXHORTATION.match(self.alike[after:stop].rstrip(" ./;")) and not self._deadlines(start, stop)
        )

    def _only_time(self, start: int, stop: int, times: tuple[Deadline, ...]) -> bool:
        words = self.alike[start:stop]
        for one in times:
            words = words.replace(self.alike[one.start : one.end], " ")
        return bool(_FILLER.fullmatch(words.strip()))

    def _sentences(self, at: int, end: int) -> Iterable[tuple[int, int]]:
        start = at
        for found in _SENTENCE_END.finditer(self.text, at, end):
            before = self.alike[start : found.start()].strip()
            if found.group().strip() == "." and (before.isdigit() or _ABBREVIATED.search(before[-6:])):
                continue
            yield start, found.start() + len(found.group().rstrip())
            start = found.end()
        if start < end:
            yield start, end

    def _parts(self, start: int, stop: int, context: _Context) -> list[tuple[int, int]]:
        """Cut at a semicolon or "giao ..." where another lead, or another time, begins."""
        cuts = [
            found.end()
            for found in re.compile(r";\s+").finditer(self.alike, start, stop)
            if not self._in_brackets(start, found.start())
        ]
        pieces = _spans(start, stop, cuts)
        timed = [self._deadlines(*piece) for piece in pieces]
        dated = [number for number, times in enumerate(timed) if any(one.kind in SPECIFIC for one in times)]
        # One time at the end is the time of the whole point; a time before the end is its part's own.
        own_time = (
            len(pieces) > 1
            and dated not in ([], [len(pieces) - 1])
            and all(self._begins_order(*piece) for piece in pieces[1:])
        )
        kept: list[tuple[int, int]] = []
        for position, piece in enumerate(pieces):
            fresh = position == 0 or own_time or self._begins_lead(piece[0], piece[1], context)
            if fresh:
                kept.append(piece)
            else:
                kept[-1] = (kept[-1][0], piece[1])
        return [cut for piece in kept for cut in self._by_lead_or_time(piece, context)]

    def _in_brackets(self, start: int, at: int) -> bool:
        before = self.alike[start:at]
        return before.count("(") > before.count(")")

    def _by_lead_or_time(self, piece: tuple[int, int], context: _Context) -> list[tuple[int, int]]:
        start, stop = piece
        cuts: list[int] = []
        words = (
            r"(?:giao|phân công|trân trọng đề nghị|đề nghị|yêu cầu) "
            if self.language == "vi"
            else r"(?:assign|request)s? "
        )
        for found in re.compile(r"(?:, (?:đồng thời,? )?|(?:,)? và |(?:,)? and )(?=" + words + ")").finditer(
            self.alike, start + 12, stop
        ):
            if self._in_brackets(start, found.start()):
                continue
            asked = re.compile(words).match(self.alike, found.end())
            softer = asked and not asked.group().startswith(("giao", "phân", "assign"))
            if softer and context.lead:
                continue
            bodies, _after = bodies_at(self.text, self.alike, asked.end() if asked else found.end(), names=self.names)
            if bodies and bodies[0].kind != "government" and self._order(found.end(), stop, _Context()):
                cuts.append(found.end())
        times = [
            one
            for one in self._deadlines(start, stop)
            if one.kind in SPECIFIC and not self._in_brackets(start, one.start)
        ]
        for earlier, later in itertools.pairwise(times):
            if earlier.day == later.day:
                continue
            gap = re.compile(r"\s?(?:[,;] (?:và )?(?:đồng thời,? )?|,? và |,? and )").match(
                self.alike, earlier.end, later.start
            )
            if gap and self.grammar.verbs.match(self.alike, gap.end()) and later.start - gap.end() > 12:
                cuts.append(gap.end())
        return _spans(start, stop, sorted(set(cuts)))

    def _begins_order(self, start: int, stop: int) -> bool:
        return self._order(start, stop, _Context()) is not None

    def _begins_lead(self, start: int, stop: int, context: _Context) -> bool:
        joined = re.compile(r"(?:đồng thời,? |và |and )").match(self.alike, start)
        order = self._order(joined.end() if joined else start, stop, context)
        return bool(order and order.lead)

    def _deadlines(self, start: int, stop: int) -> tuple[Deadline, ...]:
        if not re.search(
            (
                r"\d|ngày|hằng|hàng|định kỳ|kỳ họp|sau khi|tết|quý|tháng|tuần|thường xuyên|thời gian"
                r"|after|upon|every|each|month|quarter|annual|period|session|soon|week|regular|daily"
                r"|year"
            ),
            self.alike[start:stop],
        ):
            return ()
        found = deadlines_in(self.text[start:stop], issued=self.header.signed_on, language=self.language)
        return tuple(replace(one, start=one.start + start, end=one.end + start) for one in found)

    # --- one order ----------------------------------------------------------------------------------------

    def _order(self, start: int, stop: int, context: _Context) -> _Order | None:
        at = start + len(self.text[start:stop]) - len(self.text[start:stop].lstrip(" \n\t\"“'"))
        joined = re.compile(r"(?:đồng thời|ngoài ra|bên cạnh đó|theo đó|và|and|at the same time),? ").match(
            self.alike, at, stop
        )
        if (joined and not self.grammar.verbs.match(self.alike, at)) or (
            joined and joined.group().startswith(("đồng thời", "theo đó"))
        ):
            at = joined.end()
        return (
            self._assigned(at, stop, context)
            or self._subject(at, stop, strict=False)
            or self._after_opening(at, stop, context)
            or self._led_at_end(at, stop)
            or self._verb_first(at, stop)
        )

    def _point_order(self, start: int, stop: int, context: _Context) -> _Order | None:
        """The first clause of a point: below "Bộ X:" each is an order, also "Bảo đảm ..." and a verb not listed."""
        at = start + len(self.text[start:stop]) - len(self.text[start:stop].lstrip(" \n\t\"“'"))
        bodies, after = bodies_at(self.text, self.alike, at, names=self.names)
        if bodies and bodies[0].kind not in {"government", "unit", "group"} and self._goes_on_with_work(after, stop):
            return self._from_subject(bodies, after, stop)
        if not context.lead or bodies:
            return None
        named = self.grammar.qualifiers.match(self.alike, at, stop)
        if named or (context.only_named and self._goes_on_with_work(at - 1, stop)):
            return _Order((), self._coordinators(at, stop), at, complete=True, strong=not named)
        return None

    def _goes_on_with_work(self, at: int, stop: int) -> bool:
        word = re.compile(r"[\s,]*([^\W\d_]+)").match(self.text, at, stop)
        if not word or (self.alike[at : at + 1] not in {" ", ","} and at > 0):
            return False
        if self.grammar.past.match(self.alike, word.start(1), stop):
            return False
        return like(word.group(1)) not in _NO_VERBS

    def _assigned(self, at: int, stop: int, context: _Context) -> _Order | None:
        """ "Giao Bộ X ...", "Thủ tướng Chính phủ yêu cầu Bộ X ...", "Assign the Ministry of X to ..."."""
        here = at
        issuer, after = bodies_at(self.text, self.alike, at, names=self.names)
        by_issuer = False
        if issuer:
            speaks = self.grammar.orders.match(self.alike, _blank(self.alike, after), stop)
            ours = issuer[0].kind == "government" or (
                self.header.issuer and like(issuer[0].name) == like(self.header.issuer)
            )
            if not speaks or not ours:
                return None
            here, by_issuer = _blank(self.alike, after), True
        spoken = self.grammar.orders.match(self.alike, here, stop)
        if not spoken:
            return None
        heading_lead = bool(context.lead) and not context.opening
        assigns = bool(self.grammar.assigns.match(self.alike, here, stop))
        bodies, after = bodies_at(self.text, self.alike, spoken.end(), names=self.names)
        if not bodies or bodies[0].kind == "government":
            return None
        if heading_lead and not by_issuer and not assigns:
            return None
        if spoken.group().startswith("chỉ đạo") and not by_issuer:
            return None
        return self._from_subject(bodies, after, stop)

    def _subject(self, at: int, stop: int, *, strict: bool) -> _Order | None:
        bodies, after = bodies_at(self.text, self.alike, at, names=self.names)
        if not bodies or bodies[0].kind == "government":
            return None
        predicate = self._predicate(after, stop)
        if predicate == "order":
            return self._from_subject(bodies, after, stop)
        if predicate == "past" or strict:
            return None
        further = re.compile(r"[^;.:]{1,90}?(?= (?:chủ trì|có trách nhiệm|shall|must)(?!\w))").match(
            self.alike, after, stop
        )
        if further and not self.grammar.past.match(self.alike, _blank(self.alike, after)):
            name = one_line(self.text[bodies[-1].start : further.end()]) if len(bodies) == 1 else bodies[-1].name
            widened = (*bodies[:-1], replace(bodies[-1], name=name, end=further.end()))
            order = self._from_subject(widened, further.end(), stop)
            return replace(order, unsure=True) if order else None
        return None

    def _predicate(self, at: int, stop: int) -> str | None:
        """ "order", "past" or None: what follows the bodies."""
        here = at
        gap = re.compile(r"[\s,]*").match(self.alike, here, stop)
        here = gap.end() if gap else here
        if here >= stop or self.alike[here] == ":":
            return "order"
        if self.language == "en":
            aside = re.compile(
                r"(?:within|according to|in accordance with|based on|under|on the basis of"
                r"|in coordination with)[^,;.]{3,120}, "
            ).match(self.alike, here, stop)
            here = aside.end() if aside else here
            ways = self.grammar.ways.match(self.alike, here, stop)
            here = ways.end() if ways else here
            if self.grammar.duties.match(self.alike, here, stop):
                return "order"
            return "past" if self.grammar.past.match(self.alike, here, stop) else None
        ways = self.grammar.ways.match(self.alike, here, stop)
        if self.grammar.verbs.match(self.alike, here, stop) and not self.grammar.past.match(self.alike, here, stop):
            return "order"
        if ways and ways.end() > here:
            here = ways.end()
        else:
            aside = re.compile(
                r"(?:theo|căn cứ|trên cơ sở|trong phạm vi)[^,;.:]{3,100}?(?:,| (?=chủ trì"
                r"|có trách nhiệm|tổ chức|chỉ đạo|rà soát|phối hợp|xây dựng)) ?"
            ).match(self.alike, here, stop)
            here = aside.end() if aside else here
            ways = self.grammar.ways.match(self.alike, here, stop)
            here = ways.end() if ways else here
        for words in (self.grammar.duties, self.grammar.leading, self.grammar.verbs):
            if words.match(self.alike, here, stop):
                return "order"
        if self.grammar.past.match(self.alike, here, stop):
            return "past"
        if here > at and re.match(r"[\s:.;]*$", self.alike[here:stop]):
            return "order"
        opened = re.compile(r"(?:không|bảo đảm|đảm bảo|tuyệt đối không|nghiêm cấm)(?!\w)").match(self.alike, here, stop)
        return "order" if opened else None

    def _from_subject(self, bodies: tuple[Body, ...], at: int, stop: int) -> _Order | None:
        """What follows the lead: its coordinators, and where the work begins."""
        lead, with_lead = self._without_companions(bodies)
        passed_on = re.compile(r"[ ,]*(?:[\w ]{0,40}?)chỉ đạo (?=\S)").match(self.alike, at, stop)
        if passed_on:
            below, after = bodies_at(self.text, self.alike, passed_on.end(), names=self.names)
            if below and re.compile(r"[ ,]*chủ trì").match(self.alike, after, stop):
                lead, at = below, after
        here = at
        aside = re.compile(r"[\s,]*(?:in (?:close )?(?:coordination|cooperation) with|together with) ").match(
            self.alike, at, stop
        )
        if aside:
            _beside, here = bodies_at(self.text, self.alike, aside.end(), names=self.names, loose=True)
        for _turn in range(4):
            moved = here
            for words in (re.compile(r"[\s,]+"), self.grammar.ways, self.grammar.duties, self.grammar.leading):
                found = words.match(self.alike, here, stop)
                if found and (words is not self.grammar.ways or self._comes_to_work(found.end(), stop)):
                    here = found.end()
            if here == moved:
                break
        partners = self._coordinators(at, stop)
        second = self._seconds(here, stop)
        coordinate = (*with_lead, *partners, *second)
        action_at = self._action_start(here, stop)
        complete = not _EMPTY_WORK.fullmatch(self.alike, action_at, stop)
        vague = self._is_vague(action_at, stop)
        return _Order(tuple(lead), _unique(coordinate, lead), action_at, complete, strong=not vague)

    def _comes_to_work(self, at: int, stop: int) -> bool:
        """ "khẩn trương rà soát" goes on to its verb; in "tăng cường công tác" the word is the verb itself."""
        grammar = self.grammar
        steps = (grammar.verbs, grammar.leading, grammar.duties, grammar.coordination, re.compile(r"[:.;]|$"))
        return any(words.match(self.alike, at, stop) for words in steps)

    def _without_companions(self, bodies: tuple[Body, ...]) -> tuple[tuple[Body, ...], tuple[Body, ...]]:
        for position in range(1, len(bodies)):
            between = self.alike[bodies[position - 1].end : bodies[position].start]
            if "cùng" in between or "together with" in between:
                return bodies[:position], bodies[position:]
        return bodies, ()

    def _coordinators(self, at: int, stop: int) -> tuple[Body, ...]:
        found: list[Body] = []
        for match in self.grammar.coordination.finditer(self.alike, at, stop):
            bodies, _after = bodies_at(self.text, self.alike, match.end(), names=self.names, loose=True)
            found.extend(body for body in bodies if body.kind != "government")
        return tuple(found)

    def _seconds(self, at: int, stop: int) -> tuple[Body, ...]:
        """ "Bộ A chủ trì, Bộ B phối hợp ..."."""
        bodies, after = bodies_at(self.text, self.alike, _blank(self.alike, at), names=self.names)
        if bodies and re.compile(r"[ ,]*(?:cùng )?phối hợp(?! với)").match(self.alike, after, stop):
            return bodies
        return ()

    def _action_start(self, at: int, stop: int) -> int:
        """Past "chủ trì, phối hợp với X, Y" to the verb of the work."""
        here = at
        if self.language == "en":
            here = re.compile(r"(?:,? ?and )?").match(self.alike, here).end()  # type: ignore[union-attr]
        for _turn in range(3):
            partner = self.grammar.coordination.match(self.alike, here, stop)
            if not partner:
                break
            bodies, after = bodies_at(self.text, self.alike, partner.end(), names=self.names, loose=True)
            here = after if bodies else partner.end()
            here = re.compile(r"[\s,]*(?:(?:in|to|để)(?=[ ,]))?[\s,]*").match(self.alike, here).end()  # type: ignore[union-attr]
            ways = self.grammar.ways.match(self.alike, here, stop)
            if ways and self.grammar.verbs.match(self.alike, ways.end(), stop):
                here = ways.end()
        return min(here, stop)

    def _is_vague(self, at: int, stop: int) -> bool:
        """Begins with a word like "tăng cường" and names neither a product nor who receives a report."""
        begins = _blank(self.alike, at)
        if not self.grammar.vague.match(self.alike, begins, stop):
            return False
        return not (self.grammar.products.search(self.alike, at, stop) or self._authority(at, stop))

    def _after_opening(self, at: int, stop: int, context: _Context) -> _Order | None:
        """ "Trên cơ sở ..., Bộ X ...", "Trước ngày ..., giao Bộ Y ...", "Về thể chế: Bộ Z ..."."""
        limit = min(stop, at + 420)
        colon = re.compile(r"[^:;.]{3,160}: (?=\S)").match(self.alike, at, stop)
        places = [colon.end()] if colon else []
        if self.grammar.openers.match(self.alike, at):
            places += [found.end() for found in re.compile(r"(?:, |; )(?:thì )?").finditer(self.alike, at, limit)]
        for place in places:
            order = self._assigned(place, stop, replace(context, lead=())) or self._subject(place, stop, strict=True)
            if order and (order.complete or place != (colon.end() if colon else -1)):
                return order
        return None

    def _led_at_end(self, at: int, stop: int) -> _Order | None:
        """ "Xây dựng ... (Bộ X chủ trì, hoàn thành trong ...)" and "...; do Bộ X chủ trì"."""
        for found in re.compile(r"\(([^()]{4,200})\)").finditer(self.alike, at, stop):
            inner = re.compile(r"(?:giao |cơ quan chủ trì:? |lead(?:ing agency)?:? )?").match(
                self.alike, found.start(1)
            )
            bodies, after = bodies_at(self.text, self.alike, inner.end() if inner else found.start(1), names=self.names)
            rest = self.alike[after : found.end(1)]
            says = re.match(r"[\s,]*(?:chủ trì|thực hiện|làm đầu mối|takes? the lead|leads?)", rest) or (
                not rest.strip() and inner and inner.group()
            )
            if bodies and says and self.grammar.verbs.match(self.alike, self._past_ways(at, stop)):
                partners = self._coordinators(after, found.end(1))
                return _Order(bodies, _unique(partners, bodies), at, complete=True)
        return None

    def _past_ways(self, at: int, stop: int) -> int:
        ways = self.grammar.ways.match(self.alike, at, stop)
        return ways.end() if ways and self.grammar.verbs.match(self.alike, ways.end(), stop) else at

    def _verb_first(self, at: int, stop: int) -> _Order | None:
        here = re.compile(r"(?:to )").match(self.alike, at) if self.language == "en" else None
        start = self._past_ways(here.end() if here else at, stop)
        if self.text[at:stop].isupper() or (
            self.grammar.qualifiers.match(self.alike, start) and not self.grammar.verbs.match(self.alike, start)
        ):
            return None
        timed = re.compile(r"(?:trước|trong|chậm nhất|định kỳ|hằng \w+|ngay|before|by|within)[^,;]{2,70}, ").match(
            self.alike, start, stop
        )
        if timed and self.grammar.verbs.match(self.alike, timed.end(), stop):
            start = timed.end()
        if not (
            self.grammar.verbs.match(self.alike, start, stop) or self.grammar.leading.match(self.alike, start, stop)
        ):
            return None
        partners = self._coordinators(start, stop)
        leading = self.grammar.leading.match(self.alike, start, stop)
        after = _blank(self.alike, leading.end()) if leading else start
        action_at = self._action_start(after, stop)
        complete = not _EMPTY_WORK.fullmatch(self.alike, action_at, stop)
        return _Order((), partners, action_at, complete, strong=not self._is_vague(action_at, stop))

    # --- the candidate ------------------------------------------------------------------------------------

    def _drop_titles(self) -> None:
        """A point whose sub-points are tasks is their title; a clause that nobody was given is not a task."""
        given: list[_Draft] = []
        for draft in self.drafts:
            if not draft.order.lead and not self._context_at(draft).lead:
                self.roles[draft.index] = self.roles.get(draft.index, "unassigned")
                continue
            given.append(draft)
        with_tasks: set[int] = set()
        for draft in given:
            parent = self.passages[draft.index].parent
            while parent is not None:
                if self.passages[draft.index].kind in _LISTS:
                    with_tasks.add(parent)
                parent = self.passages[parent].parent
        self.drafts = [draft for draft in given if not (draft.title and draft.index in with_tasks)]

    def _context_at(self, draft: _Draft) -> _Context:
        passage = self.passages[draft.index]
        context = self._context(passage)
        if draft.order.lead or not draft.further:
            return context
        earlier = [
            one for one in self.drafts if one.index == draft.index and one.start < draft.start and one.order.lead
        ]
        return (
            replace(context, lead=earlier[-1].order.lead, coordinate=(), deadline=context.deadline, opening=False)
            if earlier
            else context
        )

    def _candidate(self, draft: _Draft) -> CandidateTask:
        passage = self.passages[draft.index]
        context = self._context_at(draft)
        order = draft.order
        own = bool(order.lead)
        lead = order.lead or context.lead
        coordinate = order.coordinate or (() if own else context.coordinate)
        start, end = draft.start, _trimmed(self.text, draft.start, draft.end)
        times = self._without_quality(draft.deadlines)
        deadline = main_deadline(times) or (None if own else context.deadline)
        recurrence = main_recurrence(times) or (None if own else context.recurrence)
        authority = draft.labels.get("authority") or self._authority(order.action_at, end)
        product = draft.labels.get("product") or self._product(order.action_at, end)
        doubts = self._doubts(draft, lead=lead, deadline=deadline, opening=not own and context.opening)
        words = self.alike[start:end]
        return CandidateTask(
            quote=self.text[start:end],
            start=start,
            end=end,
            clause=passage.label,
            path=passage.path,
            lead=tuple(dict.fromkeys(body.name for body in lead)),
            coordinate=tuple(dict.fromkeys(body.name for body in coordinate)),
            action=self._action(order.action_at, end),
            deadline=deadline.day if deadline else None,
            deadline_time=deadline.at if deadline else None,
            deadline_text=deadline.text.removeprefix(_TIMED) if deadline else None,
            deadline_kind=deadline.kind if deadline else self._immediate(words),
            recurrence=recurrence,
            product=product,
            responsible=draft.labels.get("responsible") or draft.accountable or _responsible(lead, self.language),
            authority=authority,
            group=_group(lead),
            monitor=bool(
                _MONITOR.search(words)
                and (lead[0].name.lower().startswith(_COMMITTEE_OFFICES) or _MONITORED.search(words))
            ),
            confidence=_confidence(doubts),
            doubts=doubts,
        )

    def _without_quality(self, times: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
        """ "..., bảo đảm chi trả trước ngày 15 hằng tháng" beside a date says how well, not when."""
        if not any(one.kind in SPECIFIC for one in times):
            return times
        how_well = re.compile(r"(?:bảo đảm|đảm bảo|ensuring)[^,;.]{0,60}$")
        return tuple(
            one
            for one in times
            if one.kind != "periodic" or not how_well.search(self.alike[max(0, one.start - 70) : one.start])
        )

    def _immediate(self, words: str) -> str | None:
        return (
            "immediate"
            if re.search(
                r"(?<!\w)(?:ngay|khẩn trương|khẩn cấp|kịp thời|hỏa tốc|urgently|immediately|promptly)(?!\w)", words
            )
            else None
        )

    def _doubts(
        self, draft: _Draft, *, lead: tuple[Body, ...], deadline: Deadline | None, opening: bool
    ) -> tuple[str, ...]:
        found: list[str] = []
        if opening:
            found.append("lead_from_opening")
        if draft.order.unsure:
            found.append("lead_unsure")
        named = {body.name for body in lead if body.kind != "group"}
        if len(named) > 1 and not all(body.kind in {"province", "commune"} for body in lead):
            found.append("several_leads")
        if lead and all(body.relevant for body in lead):
            found.append("lead_open")
        if not draft.order.strong:
            found.append("work_vague")
        if draft.further and not draft.order.lead:
            found.append("further_sentence")
        if deadline and deadline.day and not re.search(r"20\d{2}", deadline.text):
            found.append("no_year")
        if deadline and deadline.kind in {"event", "relative"}:
            found.append("event_time")
        return tuple(found)

    def _action(self, at: int, end: int) -> str:
        words = one_line(self.text[at:end]).strip(" .;:,/")
        return words[:1].upper() + words[1:]

    def _authority(self, at: int, end: int) -> str | None:
        for found in self.grammar.receivers.finditer(self.alike, at, end):
            here = re.compile(r"(?:the )?(?:kết quả |tình hình )?(?:lên |về |cho |đến |với )?").match(
                self.alike, found.end()
            )
            place = here.end() if here else found.end()
            bodies, _after = bodies_at(self.text, self.alike, place, names=self.names)
            if bodies:
                return bodies[0].name
            above = re.compile(
                r"(?:cấp (?:có )?thẩm quyền|cơ quan có thẩm quyền|competent (?:authorities|levels?))"
            ).match(self.alike, place)
            if above:
                return one_line(self.text[above.start() : above.end()])
        return None

    def _product(self, at: int, end: int) -> str | None:
        found = self.grammar.products.search(self.alike, at, end)
        if found:
            words = one_line(self.text[found.start(1) : found.end(1)])
            cut = _AFTER_PRODUCT.search(words)
            return (words[: cut.start()] if cut else words)[:160]
        report = re.compile(
            r"(?:gửi |có )?báo cáo(?= (?:thủ tướng|chính phủ|bộ|văn phòng|ủy ban|cấp|kết quả|về))"
            r"|reports?(?= (?:to|on))"
        ).search(self.alike, at, end)
        return ("Báo cáo" if self.language == "vi" else "Report") if report else None


def _responsible(lead: tuple[Body, ...], language: str) -> str | None:
    """The head of the body, when the text speaks to him."""
    if len(lead) != 1 and not all(body.title for body in lead):
        return None
    first = lead[0] if lead else None
    if first is None:
        return None
    if first.kind == "person":
        return first.name
    if not first.title:
        return None
    if language == "en":
        return f"{first.title.removesuffix(' of')} ({first.name})"
    return first.title if first.title.endswith(first.name) else f"{first.title} {first.name}"


def _group(lead: tuple[Body, ...]) -> str | None:
    groups = {body.group for body in lead}
    if groups == {"provinces", "communes"}:
        return "provinces_communes"
    found = groups.pop() if len(groups) == 1 else None
    return found if found in {"provinces", "ministries", "communes", "provinces_communes"} else None


_WEIGHTS = {
    "lead_from_opening": 0.2,
    "lead_unsure": 0.25,
    "lead_open": 0.15,
    "work_vague": 0.1,
    "further_sentence": 0.15,
    "several_leads": 0.05,
    "no_year": 0.05,
}


def _confidence(doubts: tuple[str, ...]) -> float:
    return round(max(0.2, 0.95 - sum(_WEIGHTS.get(doubt, 0.0) for doubt in doubts)), 2)


def _unique(bodies: Iterable[Body], lead: tuple[Body, ...]) -> tuple[Body, ...]:
    leads = {body.name for body in lead}
    return tuple({body.name: body for body in bodies if body.name not in leads}.values())


def _spans(start: int, stop: int, cuts: list[int]) -> list[tuple[int, int]]:
    edges = [start, *cuts, stop]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]


def _blank(alike: str, at: int) -> int:
    found = re.compile(r"[\s,]*").match(alike, at)
    return found.end() if found else at


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip(" \n\t"))
