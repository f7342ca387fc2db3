"""
Clauses: a paragraph cut into the pieces of work that it orders, and what is no work left out.

1. A further sentence that orders something else is a task of its own; one that only gives a time belongs to all.
2. A sentence is cut where another body, another "chủ trì, phối hợp với" or another time begins.
3. Grounds, accounts of the past, approvals and "chịu trách nhiệm thi hành" are left out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from isotherm.directives.deadlines import SPECIFIC, Deadline
from isotherm.directives.letters import one_line
from isotherm.directives.names import Body
from isotherm.directives.orders import Context, Order, Orders
from isotherm.directives.source import Source
from isotherm.directives.structure import LISTS, Passage

# The repetitions are possessive (`*+`): a clause made of such words alone must not be tried in every combination.
_FILLER = re.compile(
    r"(?:\d{1,3} ?%|đúng tiến độ|thời hạn|thời gian|hoàn thành|xong|thực hiện|việc này|nhiệm vụ này|nội dung này"
    r"|phấn đấu|bảo đảm|đảm bảo|cơ bản|dứt điểm|chậm nhất|các nhiệm vụ (?:này|trên)|công việc trên|tất cả|toàn bộ"
    r"|to be completed|completed|deadline|time of completion|yêu cầu|là|và|phải|cần|tổ chức|triển khai|[\s.,:;/()-])*+$"
)
_EXHORTATION = re.compile(
    r"(?:thực hiện nghiêm túc|thực hiện nghiêm|nghiêm túc|nghiêm|tổ chức|khẩn trương|chủ động|quán triệt|triển khai"
    r"|thực hiện|có trách nhiệm|và|tích cực|,|\s)++"
    r"(?:nội dung )?(?:chỉ thị|công điện|nghị quyết|quyết định|kế hoạch|thông báo|kết luận"
    r"|công văn|văn bản) này[^;:]{0,40}$"
)
_COMPLETED = re.compile(
    r"(?:^|[,;] )(?:phấn đấu |bảo đảm |đảm bảo |cơ bản |tất cả |toàn bộ |và |phải |to be )*+(?:hoàn thành|hoàn tất"
    r"|xong|completed)"
    r"(?: việc này| toàn bộ| dứt điểm| tất cả| cơ bản)*+ ?$"
)
_FEW_LETTERS = 12
_SHORTEST_WORK = 5
_FEW_WORDS = 3
_AGAIN = re.compile(r",? and (?=(?:shall|must|is to|are to|is assigned|are assigned) )")
_AGAIN_BY_KIND = {"ministry", "committee", "state bank", "department", "inspectorate"}
_BODY_BEGINS = re.compile(
    r"(?<!\w)(?:Bộ|Sở|Ủy ban|Uỷ ban|UBND|Công an|Văn phòng|Ngân hàng|Thanh tra|Ban|Cục|Chi cục|Hội)(?= )"
)
# What is handed to a body for its part of the same work is not another order.
_PASSES_ON = re.compile(
    r"(?:gửi|trình|báo cáo|đề nghị|cung cấp|chuyển|giao|yêu cầu|chỉ đạo|phối hợp với|cùng|để|với|cho|của|và"
    r"|hướng dẫn|đôn đốc"
    r"|kiểm tra|tham mưu|hỗ trợ|lấy ý kiến|do|theo|tại|về|từ|giữa|gồm|như)(?: cho| với| về| tới)?"
    r" [^,;]*, ?$"
)
_ENGLISH_BODY = re.compile(
    r"(?<=, )(?P<joined>while |whereas |and |)(?:the |The )?(?:Minist|State Bank|Government|People's Committee"
    r"|Viet ?[Nn]am"
    r"|Chairperson"
    r"|Inspectorate|Ministries|Localities)"
)
_ASKED = re.compile(r"[\s\"]*(?:trân trọng |kính )?(?:đề nghị|yêu cầu|requests? )")
_SENTENCE_END = re.compile(r"[.!?]+[\"”)]?\s+(?=[\"“(]?[A-ZÀ-ỸĐ])")
_ABBREVIATED = re.compile(r"(?:\b(?:tp|tx|no|nos|st|ts|gs|pgs|ths|mr|mrs|dr|art|vs|kh|đ/c|\w))$")


@dataclass(slots=True)
class Draft:
    """
    A piece of work before its heading's lead and time are known. `said` is where its words stand when they are not at
    `start:end`: a row of a table below the one that holds them.
    """

    index: int
    start: int
    end: int
    order: Order
    deadlines: tuple[Deadline, ...]
    further: bool = False
    title: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    accountable: str | None = None
    said: tuple[int, int] | None = None
    doubts: tuple[str, ...] = ()


class Clauses:
    """`roles` is told of each passage that assigns nothing and why."""

    def __init__(self, source: Source, passages: tuple[Passage, ...], orders: Orders, roles: dict[int, str]) -> None:
        self.source = source
        self.text = source.text
        self.alike = source.alike
        self.language = source.language
        self.grammar = source.grammar
        self.passages = passages
        self.orders = orders
        self.roles = roles

    def clauses(self, index: int, at: int, end: int, context: Context) -> list[Draft]:
        drafts: list[Draft] = []
        for number, (start, stop) in enumerate(self._sentences(at, end)):
            self._sentence(index, start, stop, context, drafts, further=number > 0)
        return drafts

    def _sentence(
        self, index: int, start: int, stop: int, context: Context, drafts: list[Draft], *, further: bool
    ) -> None:
        times = self.source.deadlines(start, stop)
        if drafts and times and self._only_time(start, stop, times):
            for draft in drafts:
                draft.deadlines = draft.deadlines or times
            return
        parts = self._parts(start, stop, context)
        if self._left_out(index, start, stop, context, drafts):
            return
        leader = next((draft.order.lead for draft in reversed(drafts) if draft.order.lead), ())
        here = replace(context, lead=leader, coordinate=(), opening=False) if leader else context
        current: list[Draft] = []
        spoken: tuple[Body, ...] = ()
        for position, (part_at, part_end) in enumerate(parts):
            order = self.orders.order(part_at, part_end, here)
            if order is None and position == 0 and not further and self.passages[index].kind in LISTS:
                order = self.orders.point_order(part_at, part_end, here)
            if order is None and position > 0 and here.lead and self._is_work(part_at, part_end):
                order = Order((), (), part_at, complete=True, strong=False)
            if order is None:
                if current:
                    current[-1].end = part_end
                    current[-1].deadlines += self.source.deadlines(part_at, part_end)
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
                        draft.deadlines = draft.deadlines or self.source.deadlines(part_at, part_end)
                continue
            if self._left_out(index, part_at, part_end, context, [*drafts, *current]):
                spoken = order.lead or spoken
                continue
            if leader or here.lead:
                order = _same_again(order, leader or here.lead)
            if not order.lead and spoken:
                # "Chủ tịch UBND xã chịu trách nhiệm ...; tổng hợp ...": the part left out named who shall do the rest.
                order = replace(order, lead=spoken)
            if not order.lead and not here.lead:
                self.roles.setdefault(index, "unassigned")
            current.append(
                Draft(
                    index,
                    part_at,
                    part_end,
                    order,
                    self.source.deadlines(part_at, part_end),
                    further=further or position > 0,
                )
            )
            if order.lead:
                asked = bool(_ASKED.match(self.alike, part_at))
                here = replace(here, lead=order.lead, coordinate=(), opening=False, asked=asked)
        # A measure may name its lead at its end or in the next sentence; what stays without is dropped in the end.
        drafts.extend(current)

    def _unassigned(self, index: int, start: int, stop: int) -> None:
        for pattern, kind, at_start in self.grammar.leave_out:
            if kind in {"principle", "prohibition"} and at_start and pattern.match(self.alike, start):
                self.roles.setdefault(index, kind)

    def _left_out(self, index: int, start: int, stop: int, context: Context, drafts: list[Draft]) -> bool:
        words = self.alike[start:stop]
        bodies, after = self.source.bodies(start)
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
            if kind == "principle" and found.group().startswith("phấn đấu") and (context.lead or drafts):
                # Below "Bộ X:" to strive for something is what Bộ X is to do.
                continue
            if kind == "approval" and (context.lead or len(self._parts(start, stop, Context())) > 1):
                continue
            if kind == "accountable":
                if len(self._parts(start, stop, Context())) > 1:
                    continue
                if drafts:
                    drafts[-1].accountable = bodies[0].name if bodies else one_line(self.text[start:stop])[:120]
                elif re.search(r"(?:hoàn thiện|xây dựng|tổ chức|triển khai|khẩn trương|hoàn thành)", words):
                    continue
                return True
            if kind == "optional" and not at_start and stop - start > 700:
                continue
            if kind == "optional" and at_start and bodies and ";" in words:
                # "Ngân hàng Nhà nước khuyến khích ...; chỉ đạo ...": what stands behind is an order.
                continue
            self.roles.setdefault(index, kind if kind in {"principle", "prohibition"} else "other")
            return True
        generic = bodies and all(body.kind == "group" or body.group for body in bodies)
        return bool(
            generic
            and _EXHORTATION.match(self.alike[after:stop].rstrip(" ./;"))
            and not self.source.deadlines(start, stop)
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

    def _parts(self, start: int, stop: int, context: Context) -> list[tuple[int, int]]:
        """Cut at a semicolon or "giao ..." where another lead, another "chủ trì, phối hợp", another time begins."""
        cuts = [
            found.end()
            for found in re.compile(r";\s+").finditer(self.alike, start, stop)
            if not self.source.in_brackets(start, found.start())
        ]
        pieces = _spans(start, stop, self._outside_lists(start, cuts))
        # A time that is one part's own makes each part a task; "; hoàn thành trước ngày ..." is the time of them all.
        own_time = len(pieces) > 1 and any(self._has_own_time(*piece, first=piece is pieces[0]) for piece in pieces)
        kept: list[tuple[int, int]] = []
        for position, piece in enumerate(pieces):
            fresh = (
                position == 0
                or (own_time and self._is_work(*piece) and not self._only_time_here(*piece))
                or self._begins_lead(piece[0], piece[1], context)
                or self._begins_coordination(piece[0])
            )
            if fresh:
                kept.append(piece)
            else:
                kept[-1] = (kept[-1][0], piece[1])
        return [cut for piece in kept for cut in self._by_lead_or_time(piece, context)]

    def _is_work(self, start: int, stop: int) -> bool:
        """An order, or any clause with a time of its own that begins with a word that could be a verb."""
        if self._begins_order(start, stop):
            return True
        word = re.compile(r"[^\W\d_]+").match(self.alike, start, stop)
        if not word or word.group() in self.grammar.no_verbs or not self.text[start : start + 1].islower():
            return False
        return self.language == "vi" and self._has_own_time(start, stop, first=False)

    def _has_own_time(self, start: int, stop: int, *, first: bool) -> bool:
        times = [
            one
            for one in self.source.deadlines(start, stop)
            if one.kind in SPECIFIC
            or (
                not self.source.in_brackets(start, one.start)
                and (one.kind != "periodic" or (not first and self._recurs(start, stop, one)))
            )
        ]
        if not times:
            return False
        return first or not (self._only_time(start, stop, tuple(times)) or self._completes_all(start, tuple(times)))

    def _recurs(self, start: int, stop: int, one: Deadline) -> bool:
        """The period is that of the whole part: it opens or ends it, or names its day."""
        if one.recurrence == "ongoing":
            return False
        opens = one.start - self._past_ways(start) <= 1 or one.start - start <= _FEW_LETTERS
        after = re.sub(r"(?:^| )(?:trong|vào|của) [^,;]{2,40}$", "", self.alike[one.end : stop].strip(" .;,/"))
        ends = len(after.split()) <= _FEW_WORDS
        return opens or ends or bool(re.search(r"\d|thứ|chủ nhật|day", self.alike[one.start : one.end]))

    def _only_time_here(self, start: int, stop: int) -> bool:
        times = self.source.deadlines(start, stop)
        return bool(times) and self._only_time(start, stop, times)

    def _by_lead_or_time(self, piece: tuple[int, int], context: Context) -> list[tuple[int, int]]:
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
            if self.source.in_brackets(start, found.start()):
                continue
            asked = re.compile(words).match(self.alike, found.end())
            softer = asked and not asked.group().startswith(("giao", "phân", "assign"))
            if softer and (context.lead or not _ASKED.match(self.alike, start)):
                # "Bộ X ..., yêu cầu nhà thầu ...": the asking is Bộ X's own work.
                continue
            bodies, _after = self.source.bodies(asked.end() if asked else found.end())
            if bodies and bodies[0].kind != "government" and self.orders.order(found.end(), stop, Context()):
                cuts.append(found.end())
        cuts += self._other_subjects(start, stop)
        times = [
            one
            for one in self.source.deadlines(start, stop)
            if one.kind in SPECIFIC and not self.source.in_brackets(start, one.start)
        ]
        if self.language == "en":
            # ", and shall ...": the duty said again, with a time of its own on one side of it.
            again = [found.end() for found in _AGAIN.finditer(self.alike, start + _FEW_LETTERS, stop)]
            cuts += [cut for cut in again if self._has_time(start, cut) or self._has_time(cut, stop)]
        for earlier, later in itertools.pairwise(times):
            if earlier.day == later.day or (earlier.kind == "year" and later.kind in {"absolute", "month"}):
                continue
            gap = re.compile(r"\s?(?:[,;] (?:và )?(?:đồng thời,? )?|,? và |,? and )").match(
                self.alike, earlier.end, later.start
            )
            if gap and self.grammar.verbs.match(self.alike, gap.end()) and later.start - gap.end() > _SHORTEST_WORK:
                cuts.append(gap.end())
        return _spans(start, stop, sorted(set(cuts)))

    def _has_time(self, start: int, stop: int) -> bool:
        return any(one.kind != "event" for one in self.source.deadlines(start, stop))

    def _other_subjects(self, start: int, stop: int) -> list[int]:
        """ "Bộ A bố trí kinh phí, Bộ B tổng hợp ...": where after a comma another body begins its own work."""
        first, after = self.source.bodies(start)
        if not first:
            return []
        begins, joined = (_BODY_BEGINS, ", ") if self.language == "vi" else (_ENGLISH_BODY, ", ")
        lists = [(start, after)]
        cuts: list[int] = []
        for found in begins.finditer(self.text, start, stop):
            at = found.end("joined") if "joined" in begins.groupindex else found.start()
            if any(begin <= at < end for begin, end in lists):
                continue
            bodies, end = self.source.bodies(at)
            if not bodies:
                continue
            lists.append((at, end))
            if (
                (self.alike[at - 2 : at] == joined or self.language == "en")
                and at > start + _FEW_LETTERS
                and bodies[0].kind not in {"government", "group"}
                and not self.source.in_brackets(start, at)
                and self.orders.is_ordered(end, stop)
                and not _PASSES_ON.search(self.alike, start, at)
            ):
                cuts.append(found.start())
        return cuts

    def _outside_lists(self, start: int, cuts: list[int]) -> list[int]:
        """ "Giám đốc các Sở: A, B; Chủ tịch UBND các xã ...", "phối hợp với Sở A; Sở B ...": no clause ends there."""
        begins = [start]
        if cuts:
            begins += [found.end() for found in self.grammar.coordination.finditer(self.alike, start, cuts[-1])]
        lists = [(at, self.source.bodies(at, loose=at != start)[1]) for at in begins]
        return [cut for cut in cuts if not any(at < cut <= end - 1 for at, end in lists)]

    def _begins_coordination(self, start: int) -> bool:
        """ "...; phối hợp với Bộ Z ...": its own partners make it a task of its own."""
        joined = re.compile(r"(?:and |to |shall |must )*").match(self.alike, start)
        at = self._past_ways(joined.end() if joined else start)
        leading = self.grammar.leading.match(self.alike, at)
        gap = re.compile(r"[\s,]+(?:and )?").match(self.alike, leading.end()) if leading else None
        at = gap.end() if gap else at
        for here in (at, self._past_ways(at)):
            partner = self.grammar.coordination.match(self.alike, here)
            if partner:
                return bool(self.source.bodies(partner.end(), loose=True)[0])
        return False

    def _completes_all(self, start: int, times: tuple[Deadline, ...]) -> bool:
        """ "; không để xảy ra ..., hoàn thành trước ngày ...": the part itself is nothing that could be completed."""
        if not self.grammar.qualifiers.match(self.alike, self._past_ways(start)):
            return False
        begins = times[0].start
        inside = re.compile(r"(?:hoàn thành|hoàn tất|xong) ").match(self.alike, begins)
        return bool(_COMPLETED.search(self.alike[start : inside.end() - 1 if inside else begins]))

    def _past_ways(self, at: int) -> int:
        found = self.grammar.ways.match(self.alike, at)
        return found.end() if found else at

    def _begins_order(self, start: int, stop: int) -> bool:
        return self.orders.order(start, stop, Context()) is not None or self.orders.passive(start, stop) is not None

    def _begins_lead(self, start: int, stop: int, context: Context) -> bool:
        joined = re.compile(r"(?:đồng thời,? |và |and )").match(self.alike, start)
        order = self.orders.order(joined.end() if joined else start, stop, context)
        return bool(order and order.lead)


def _same_again(order: Order, before: tuple[Body, ...]) -> Order:
    """ "The Ministry shall also ...": the one that the words before it named."""
    said = order.lead[0].name.lower() if len(order.lead) == 1 else ""
    named = [body for body in before if said and body.name.lower().startswith(f"{said} ")]
    return replace(order, lead=(named[0],)) if said in _AGAIN_BY_KIND and len(named) == 1 else order


def _spans(start: int, stop: int, cuts: list[int]) -> list[tuple[int, int]]:
    edges = [start, *cuts, stop]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]
