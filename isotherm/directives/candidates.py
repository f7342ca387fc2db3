"""
Candidate tasks: the pieces of work that a text gives to named bodies, each anchored to its clause.

1. A heading that names a body gives its lead, coordinators and time to the points below it.
2. Blocks (`blocks.py`), rows (`tables.py`) and clauses (`clauses.py`) give the pieces of work; `orders.py` reads each.
3. Lead, coordinators, time, product and receiver are read from the words; what they do not say stays None.
4. A point whose sub-points are tasks is their title; what nobody was given is no task.

The grammar's words stand in the country package (`phrases/*.csv`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time

from isotherm.directives.blocks import Blocks
from isotherm.directives.clauses import Clauses, Draft
from isotherm.directives.confidence import confidence_of
from isotherm.directives.deadlines import SPECIFIC, Deadline, main_deadline, main_recurrence
from isotherm.directives.doubts import doubts_of, signs_of
from isotherm.directives.header import Header
from isotherm.directives.letters import any_of, one_line
from isotherm.directives.names import Body
from isotherm.directives.orders import Context, Order, Orders
from isotherm.directives.products import authority_of, follows_up, product_of
from isotherm.directives.source import TIMED, Source
from isotherm.directives.structure import LISTS, WORK, Passage, mark_end
from isotherm.directives.tables import Tables

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
    r"|(?:bao gồm|gồm|gồm (?:các|những) (?:thành viên|ông|bà|đồng chí)[^.;:]{0,40}|trong đó có|cụ thể như sau|including"
    r"|as follows):$"
)
# "..., hoàn thiện hồ sơ theo hướng: a) ... b) ...": the points say how, so the heading is work of its own.
_HOW = re.compile(r"(?:theo (?:các |những )?hướng|with the following orientations)(?: sau(?: đây)?)?:$")
# Letters of "giao ", "yêu cầu " before the body in a cell.
_ORDERING = 12
_BESIDE_LETTERS = 2500
_MOST_NARROWING = 14
_FEWEST_WORDS_OF_TITLE = 5
_COMMITTEE_OFFICES = ("văn phòng", "government office")


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
    # What the confidence is reckoned from.
    signs: tuple[str, ...] = ()
    # Where lead and time stand: in the clause, in the heading that gave them, or in the line or cell beside it.
    lead_span: tuple[int, int] | None = None
    deadline_span: tuple[int, int] | None = None


def six_points(candidate: CandidateTask) -> dict[str, bool]:
    """What the text makes clear: person, work, time, responsibility, product, authority."""
    return {
        "person": bool(candidate.lead) and not {"lead_open", "lead_unsure", "lead_from_above"} & set(candidate.doubts),
        "work": bool(candidate.action) and "work_vague" not in candidate.doubts,
        "time": candidate.deadline is not None
        or candidate.deadline_text is not None
        or candidate.recurrence is not None,
        "responsibility": candidate.responsible is not None,
        "product": candidate.product is not None,
        "authority": candidate.authority is not None,
    }


def candidates_of(
    text: str, passages: tuple[Passage, ...], header: Header, *, recognised: bool = False
) -> tuple[tuple[CandidateTask, ...], tuple[Passage, ...]]:
    """The candidates in the order of the text, and the passages with their roles. `recognised`: read from a scan."""
    return _Reading(text, passages, header, recognised=recognised).result()


class _Reading:
    def __init__(self, text: str, passages: tuple[Passage, ...], header: Header, *, recognised: bool) -> None:
        self.source = Source(text, passages, header, recognised=recognised)
        self.text = self.source.text
        self.alike = self.source.alike
        self.passages = passages
        self.header = header
        self.language = header.language
        self.grammar = self.source.grammar
        self.names = self.source.names
        self.children: dict[int, list[int]] = {}
        for index, passage in enumerate(passages):
            if passage.parent is not None:
                self.children.setdefault(passage.parent, []).append(index)
        self.contexts: dict[int, Context] = {}
        self.opening = Context()
        self.drafts: list[Draft] = []
        self.roles: dict[int, str] = {}
        self.orders = Orders(self.source)
        self.clauses = Clauses(self.source, passages, self.orders, self.roles)
        self.blocks = Blocks(self.source, passages, self.children)
        self.tables = Tables(self.source)

    def result(self) -> tuple[tuple[CandidateTask, ...], tuple[Passage, ...]]:
        for index, passage in enumerate(self.passages):
            if passage.kind in WORK and index not in self.blocks.taken:
                self._passage(index, passage)
            elif passage.kind not in WORK:
                self.tables.close()
        self._drop_titles()
        found = [self._candidate(draft) for draft in self.drafts]
        tasks = {draft.index for draft in self.drafts}
        roles = tuple(
            replace(passage, role="task" if index in tasks else self.roles.get(index, "other"))
            for index, passage in enumerate(self.passages)
        )
        return tuple(sorted(found, key=lambda one: one.start)), roles

    def _context(self, passage: Passage) -> Context:
        if passage.parent is None:
            return self.opening if passage.kind != "preamble" else Context()
        return self.contexts.get(passage.parent, Context())

    def _passage(self, index: int, passage: Passage) -> None:
        context = self._context(passage)
        at = mark_end(self.text, passage)
        if passage.kind != "table_row":
            self.tables.close()
        section = self._section(at, passage.end)
        if context.role == "costs" and not section:
            # Under "Kinh phí" only what is given to a body by name is work.
            self.contexts[index] = context
            drafts = self.clauses.clauses(index, at, passage.end, Context())
            self.drafts.extend(draft for draft in drafts if draft.order.lead and draft.order.complete)
            return
        if section or context.role:
            role = section or context.role or "other"
            self.roles[index] = self._prohibits(at) if role == "standing" else role
            self.contexts[index] = replace(context, role=role)
            return
        if context.contents and passage.kind in LISTS:
            self.contexts[index] = context
            return
        if passage.kind == "table_row":
            self._row(index, passage, context)
            return
        if index in self.blocks.labels:
            self._block(index, passage, at, context)
            return
        if passage.kind == "preamble":
            self._preamble(index, passage, at)
            return
        points = [
            i for i in self.children.get(index, []) if self.passages[i].kind in LISTS and i not in self.blocks.taken
        ]
        heads = bool(points) or self.text[at : passage.end].rstrip().endswith(":")
        named = self._named_heading(at, passage.end)
        if named and (heads or self.children.get(index)):
            self.contexts[index] = replace(
                context, lead=named, coordinate=(), deadline=None, recurrence=None, opening=False, only_named=True
            )
            return
        drafts = [
            draft for draft in self.clauses.clauses(index, at, passage.end, context) if heads or draft.order.complete
        ]
        if heads:
            drafts = self._heading(index, passage, at, drafts, context, bool(points))
            if passage.kind == "paragraph" and not points and self._opens_points(index, passage):
                drafts = drafts[:-1]
        else:
            self.contexts[index] = self._carried(drafts, context)
        if drafts and passage.kind in {"clause", "point", "dash", "plus"} and drafts[0].start <= at:
            drafts[0].start = passage.start
        self.drafts.extend(drafts)

    def _opens_points(self, index: int, passage: Passage) -> bool:
        """ "Thủ tướng yêu cầu các bộ ... sau:" before "1.", "2." of the same section: it speaks to those that name"
        " nobody."""
        given = self.contexts.get(index)
        following = self.passages[index + 1] if index + 1 < len(self.passages) else None
        if not given or not given.lead or following is None:
            return False
        if following.parent != passage.parent or following.kind not in LISTS:
            return False
        opened = replace(given, opening=True, only_named=False)
        if passage.parent is None:
            self.opening = opened
        else:
            self.contexts[passage.parent] = opened
        return True

    def _carried(self, drafts: list[Draft], context: Context) -> Context:
        """A paragraph below "1. Bộ X ..." goes on speaking to Bộ X."""
        own = next((draft.order.lead for draft in drafts if draft.order.lead), ())
        return replace(context, lead=own, coordinate=(), opening=False) if own else context

    def _prohibits(self, at: int) -> str:
        patterns = (pattern for pattern, kind, _start in self.grammar.leave_out if kind == "prohibition")
        return "prohibition" if any(pattern.match(self.alike, at) for pattern in patterns) else "standing"

    def _parted(self, words: str) -> tuple[tuple[Body, ...], tuple[Body, ...]]:
        """ "Bộ A chủ trì, phối hợp với Bộ B" on the line of the lead."""
        parts = re.split(
            r",? ?(?:chủ trì,? ?)?(?:phối hợp|cùng)(?: chặt chẽ)? với |in coordination with ", words, maxsplit=1
        )
        return self.source.listed(parts[0]), self.source.listed(parts[1]) if len(parts) > 1 else ()

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
        if self.header.issuer:
            # A ministry or a committee writes "Bộ Nội vụ trân trọng đề nghị ..." of itself.
            issuers = rf"(?:{issuers}|{any_of([self.header.issuer])})"
        spoken = None
        for found in re.finditer(issuers + r" (?:hereby )?(?=(?:" + self.grammar.orders.pattern + "))", words):
            spoken = found
        if words.endswith(":"):
            if spoken:
                order = self.orders.order(at + spoken.end(), passage.end, Context())
                if order and order.lead:
                    self.opening = Context(lead=order.lead, coordinate=(), opening=True)
                    return
            own = self.orders.order(at, passage.end, Context())
            if own and own.lead and not own.complete:
                self.contexts[index] = Context(lead=own.lead, coordinate=own.coordinate)
            return
        given = False
        for draft in self.clauses.clauses(index, at, passage.end, Context()):
            # "Bộ X hoàn thiện ...; gửi Bộ Y trước ngày ...": the part goes on speaking to Bộ X.
            given = draft.order.complete and (bool(draft.order.lead) or (given and draft.further))
            if given:
                self.drafts.append(draft)

    def _heading(
        self, index: int, passage: Passage, at: int, drafts: list[Draft], context: Context, points: bool
    ) -> list[Draft]:
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
        last.title = not ends_as_sentence and not contents and not _HOW.search(words)
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
            bodies, after = self.source.bodies(start)
            if bodies and bodies[0].kind != "government":
                rest = self.alike[after:end]
                narrowed = self._narrowed_heading(bodies, after, end)
                if narrowed:
                    return narrowed
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

    def _narrowed_heading(self, bodies: tuple[Body, ...], at: int, end: int) -> tuple[Body, ...]:
        """ "Các doanh nghiệp cung cấp dịch vụ viễn thông:" - the words up to the colon belong to the name."""
        if bodies[-1].kind != "group" or len(self.alike[at:end].split()) > _MOST_NARROWING:
            return ()
        tail = re.compile(
            r" ((?:cung cấp|kinh doanh|vận tải|sản xuất|khai thác|quản lý|hoạt động|có|thuộc|trên|được giao|chủ sở hữu"
            r"|sử dụng|providing|operating|managing|having|under)(?!\w)[^.;:()]{2,90}):$"
        ).match(self.alike, at, end)
        if not tail:
            return ()
        name = f"{bodies[-1].name} {one_line(self.text[tail.start(1) : tail.end(1)])}"
        if len(bodies) > 1:
            return tuple(replace(body, group=None) for body in bodies)
        return (replace(bodies[-1], name=name, end=tail.end(1), group=None),)

    def _block(self, index: int, passage: Passage, at: int, context: Context) -> None:
        labels = self.blocks.labels[index]
        named, partners = self._parted(labels.get("lead", ""))
        times = self.source.times(labels.get("deadline", ""))
        own = self.source.deadlines(at, passage.end)
        order = self.orders.order(at, passage.end, context) or Order((), (), at, complete=True)
        order = replace(
            order,
            lead=_elsewhere(named) or order.lead or context.lead,
            coordinate=self.source.listed(labels.get("coordinate", "")) or partners or order.coordinate,
            complete=True,
        )
        self.contexts[index] = replace(context, lead=order.lead)
        if not order.lead:
            self.roles[index] = "unassigned"
            return
        end = passage.end
        if len(self.alike[at:end].split()) < _FEWEST_WORDS_OF_TITLE and index + 1 < len(self.passages):
            # "1. Tiêm chủng" alone does not say what is done: the first line below it does.
            end = self.passages[index + 1].end
        self.drafts.append(Draft(index, passage.start, end, order, times or own, labels=labels))

    def _row(self, index: int, passage: Passage, context: Context) -> None:
        row = self.tables.row(passage)
        if row is None:
            return
        said = row.said or (row.start, row.end)
        order = self.orders.order(*said, context) or Order((), (), said[0], complete=True)
        # The cell is the work from its first word on, unless it begins with the body that is to do it.
        begins = bool(order.lead) and order.lead[0].start - said[0] <= _ORDERING
        order = replace(
            order,
            lead=_elsewhere(row.lead) or (order.lead if begins else ()) or context.lead or order.lead,
            coordinate=row.coordinate or order.coordinate,
            action_at=order.action_at if begins else said[0],
            complete=True,
        )
        if not order.lead:
            self.roles[index] = "unassigned"
            return
        self.drafts.append(
            Draft(
                index,
                row.start,
                row.end,
                order,
                row.deadlines,
                labels=row.values,
                said=row.said,
                doubts=row.doubts,
            )
        )

    # --- the candidate ------------------------------------------------------------------------------------

    def _drop_titles(self) -> None:
        """A point whose sub-points are tasks is their title; a clause that nobody was given is not a task."""
        given: list[Draft] = []
        for draft in self.drafts:
            if not draft.order.lead and not self._context_at(draft).lead:
                self.roles[draft.index] = self.roles.get(draft.index, "unassigned")
                continue
            given.append(draft)
        with_tasks: set[int] = set()
        for draft in given:
            parent = self.passages[draft.index].parent
            while parent is not None:
                if self.passages[draft.index].kind in LISTS:
                    with_tasks.add(parent)
                parent = self.passages[parent].parent
        above = {self.passages[draft.index].parent for draft in given}
        self.drafts = [
            draft
            for draft in given
            if not (draft.title and (draft.index in with_tasks or (draft.index in above and self._opens(draft))))
        ]

    def _opens(self, draft: Draft) -> bool:
        return self.text[draft.start : draft.end].rstrip().endswith(":")

    def _context_at(self, draft: Draft) -> Context:
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

    def _candidate(self, draft: Draft) -> CandidateTask:
        passage = self.passages[draft.index]
        context = self._context_at(draft)
        order = draft.order
        own = bool(order.lead)
        lead = order.lead or context.lead
        coordinate = order.coordinate or (() if own else context.coordinate)
        start, end = draft.start, _trimmed(self.text, draft.start, draft.end)
        said_from, said_to = draft.said or (start, end)
        times = self._without_quality(draft.deadlines)
        deadline = main_deadline(times) or (None if own else context.deadline)
        recurrence = main_recurrence(times) or (None if own else context.recurrence)
        authority = draft.labels.get("authority") or authority_of(self.source, order.action_at, said_to)
        product = draft.labels.get("product") or product_of(self.source, order.action_at, said_to)
        doubts = doubts_of(draft, lead=lead, deadline=deadline, opening=not own and context.opening)
        words = self.alike[said_from:said_to]
        signs = signs_of(draft, doubts, kind=passage.kind, lead=lead, language=self.language)
        return CandidateTask(
            quote=self.source.paper[start:end],
            start=start,
            end=end,
            clause=passage.label,
            path=passage.path,
            lead=tuple(dict.fromkeys(body.name for body in lead)),
            coordinate=tuple(dict.fromkeys(body.name for body in coordinate)),
            action=self._action(order.action_at, said_to),
            deadline=deadline.day if deadline else None,
            deadline_time=deadline.at if deadline else None,
            deadline_text=self._said(deadline) if deadline else None,
            deadline_kind=deadline.kind if deadline else self._immediate(words),
            recurrence=recurrence,
            product=product,
            responsible=draft.labels.get("responsible") or draft.accountable or _responsible(lead, self.language),
            authority=authority,
            group=_group(lead),
            monitor=follows_up(words, office=lead[0].name.lower().startswith(_COMMITTEE_OFFICES)),
            confidence=confidence_of(signs),
            doubts=doubts,
            signs=signs,
            lead_span=self._lead_span(draft, lead),
            deadline_span=self._deadline_span(draft, deadline) if deadline else None,
        )

    def _lead_span(self, draft: Draft, lead: tuple[Body, ...]) -> tuple[int, int] | None:
        if all(body.start >= 0 for body in lead):
            return min(body.start for body in lead), max(body.end for body in lead)
        return self._found_beside(draft, draft.labels.get("lead", ""))

    def _deadline_span(self, draft: Draft, deadline: Deadline) -> tuple[int, int] | None:
        if deadline.start >= 0:
            return deadline.start, deadline.end
        return self._found_beside(draft, self._said(deadline))

    def _said(self, deadline: Deadline) -> str:
        if deadline.start >= 0:
            return self.source.raw[deadline.start : deadline.end]
        return deadline.text.removeprefix(TIMED[self.language])

    def _found_beside(self, draft: Draft, words: str) -> tuple[int, int] | None:
        """On the lines below a title, or in the cells of the same row."""
        at = self.text.find(words, draft.start, draft.start + _BESIDE_LETTERS) if words else -1
        return (at, at + len(words)) if at >= 0 else None

    def _without_quality(self, times: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
        """ "..., bảo đảm chi trả trước ngày 15 hằng tháng" beside a date says how well, not when."""
        dated = [one for one in times if one.kind in SPECIFIC]
        if not dated:
            return times
        # "miễn phí cho khách đến hết năm 2026, báo cáo trong tháng 3": how long it lasts, beside when it is done.
        until = [one for one in dated if one.start >= 0 and self.alike[: one.start].endswith(("đến ", "tới "))]
        if len(until) < len(dated):
            times = tuple(one for one in times if one not in until)
        if any(one.recurrence not in {None, "ongoing", "periodic"} for one in times):
            # "hằng tuần ... đến hết tháng 12 năm 2026": how long it recurs, not when it is done.
            lasting = re.compile(r"(?:từ|đến|cho đến|tới) ?$")
            times = tuple(
                one
                for one in times
                if one.kind not in SPECIFIC
                or not (
                    lasting.search(self.alike[max(0, one.start - 10) : one.start])
                    or re.match(r"(?:từ|đến|from|until)(?!\w)", self.alike[one.start : one.end])
                )
            )
        how_well = re.compile(r"(?:bảo đảm|đảm bảo|ensuring)[^,;.]{0,60}$")
        return tuple(
            one
            for one in times
            if one.kind != "periodic"
            or one.start < 0
            or not how_well.search(self.alike[max(0, one.start - 70) : one.start])
        )

    def _immediate(self, words: str) -> str | None:
        return (
            "immediate"
            if re.search(
                r"(?<!\w)(?:ngay|khẩn trương|khẩn cấp|kịp thời|hỏa tốc|urgently|immediately|promptly)(?!\w)", words
            )
            else None
        )

    def _action(self, at: int, end: int) -> str:
        words = one_line(self.text[at:end]).strip(" .;:,/")
        return words[:1].upper() + words[1:]


def _elsewhere(bodies: tuple[Body, ...]) -> tuple[Body, ...]:
    """Bodies read from a line or a cell by itself: their places in it are none in the text."""
    return tuple(replace(body, start=-1, end=-1) for body in bodies)


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


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip(" \n\t"))
