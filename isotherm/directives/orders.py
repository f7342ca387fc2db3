"""
One order: whether the words of a clause give work to a body, to which, with whom, and where the work begins.

"Giao Bộ X ...", "Bộ X chủ trì, phối hợp với Bộ Y ...", "Trên cơ sở ..., Bộ X ...", "... (Bộ X chủ trì)", or a verb
alone below a heading that names the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from isotherm.directives.deadlines import Deadline
from isotherm.directives.letters import like, one_line
from isotherm.directives.names import Body
from isotherm.directives.names_vietnamese import THINGS
from isotherm.directives.products import authority_of
from isotherm.directives.source import Source


@dataclass(frozen=True, slots=True)
class Order:
    """What one clause orders: `lead` empty means that the clause leaves it to its heading."""

    lead: tuple[Body, ...]
    coordinate: tuple[Body, ...]
    action_at: int
    complete: bool
    strong: bool = True
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a clause takes from what stands above it. `asked`: its lead was addressed by "đề nghị ...", so may"
    " another be."""

    lead: tuple[Body, ...] = ()
    coordinate: tuple[Body, ...] = ()
    deadline: Deadline | None = None
    recurrence: str | None = None
    role: str | None = None
    opening: bool = False
    contents: bool = False
    only_named: bool = False
    asked: bool = False


# The repetitions are possessive (`*+`): a clause made of such words alone must not be tried in every combination.
_EMPTY_WORK = re.compile(
    r"(?:có trách nhiệm|chỉ đạo|tập trung(?: chỉ đạo)?|khẩn trương|tổ chức|triển khai|thực hiện các(?= ?:)"
    r"|thực hiện|nghiêm túc|quyết liệt|đồng bộ|hiệu quả|theo thẩm quyền|để|các việc"
    r"|(?:nhiệm vụ|nội dung|công việc) (?:này|trên)"
    r"|(?:(?:một số|các|những) )?(?:nhiệm vụ|giải pháp|nội dung|công việc|biện pháp)(?: trọng tâm"
    r"| cụ thể| chủ yếu| cấp bách)?"
    r"|như|sau(?: đây)?|gồm|nghiêm|tốt|ngay|shall|to|must|the following(?: tasks| contents| measures| solutions)?"
    r"|perform|implement|carry out|focus on|và|and|[\s.,:;/])*+$"
)
# Between the body and what it shall do: "..., với vai trò là cơ quan thường trực, ..."
_ASIDE = re.compile(
    r"(?:theo|căn cứ|trên cơ sở|trong phạm vi|trong thời gian|với vai trò|với tư cách|với chức năng|trong vai trò"
    r"|là (?:cơ quan|đơn vị|bộ|đầu mối|thành viên|chủ đầu tư|chủ sở hữu|đại diện)|thông qua|ngoài|bên cạnh|sau khi"
    r"|ngay sau"
    r"|khi|để|nhằm|từ nay|từ ngày|từ tháng|trước ngày|trước mắt|trong tháng|trong quý|trong năm|trong quá trình"
    r"|cùng với việc"
    r"|hằng|hàng|định kỳ|chậm nhất|tùy|tùy theo|nếu|tại)(?!\w)"
)
# What tells one body of a group from the others: "các địa phương có dự án đi qua", "các Tổ công tác của Thủ tướng".
_TAIL = re.compile(
    r"(?:có|của|thuộc|trực thuộc|được|bị|chịu|nơi|trên|tại|nằm|quản lý|kinh doanh|sản xuất|liên quan|chưa|đang|còn"
    r"|cung cấp"
    r"|hoạt động|sử dụng|vận tải|tham gia|khai thác|làm|phụ trách|thường trú|đóng)(?!\w)"
)
_ENGLISH_ASIDE = re.compile(
    r"(?:within|according to|in accordance with|based on|depending on|under|on the basis of"
    r"|in (?:close )?(?:co-?ordination|co-?operation|collaboration) with"
    r"|in conjunction with|together with|as|the (?:standing|lead|focal)|in addition|through|with|each|who"
    r"|pursuant to"
    r"|on behalf of|in the course of|during|before|by|no later than)(?!\w)"
)
_ENGLISH_TAIL = re.compile(
    r" (?:established|set up|formed|named|having|with|in|under|that|which|where|whose|affected|located|through)(?!\w)"
    r"[^,;:]{2,100}? (?=shall |must |is |are |should )"
)
# "(i) ...; (ii) ...", "(1) ...": counted inside a sentence.
_COUNTED = re.compile(r"\((?:[ivx]{1,4}|\d{1,2}|[a-zđ])\) ")
_DUTY_AHEAD = re.compile(
    r"(?!(?:việc|công tác|kinh phí|nội dung|trường hợp|trong|nhiệm vụ|thời gian|kết quả|chủ động|tập trung|cá nhân"
    r"|người|những"
    r"|nguồn|hồ sơ|văn bản|dự án|phạm vi)(?!\w))[^,;.:()\d]{3,70}?(?= (?:chủ trì,? phối hợp|chủ trì|có trách nhiệm) )"
)
_TAIL_LETTERS = 110
_SHORT_TAIL_LETTERS = 40
_TIME_WITHIN = 12
# "Đối với nhóm công nhân: đề xuất ...", "Đợt 1: luân phiên ...": the work stands behind the colon.
_TOPIC = re.compile(
    r"(?:đối với|về|riêng|với|đợt|giai đoạn|từ năm|bước|phase|as for|regarding|concerning)(?!\w)[^:;.]{1,120}: "
)
_MANY = re.compile(r"(?:Các|Những) (?P<who>[^\W\d_][^:;.,()]{2,60}?): ?(?=\S)")
_SPEAKS = re.compile(r"(?:(?:kết luận|nhấn mạnh)[, và]{1,4})?(?:yêu cầu|chỉ đạo|đề nghị|giao)(?: như sau| sau)?:")
_NEAR = 60
_FEWEST_TITLE_WORDS = 3
_ASIDE_LETTERS = 140
_BOUND = re.compile(r"[ ,]+")
_ENSURES = re.compile(r"(?:bảo đảm|đảm bảo|không được|không để)(?!\w)")
_FIRM = re.compile(
    r"(?:rà soát|báo cáo|chỉ đạo|tổ chức|xây dựng|phối hợp|hoàn thành|triển khai|thực hiện|gửi|bố trí|đẩy nhanh|lập"
    r"|ban hành"
    r"|có (?:kế hoạch|giải pháp|phương án|biện pháp|văn bản|báo cáo))(?!\w)"
)


class Orders:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.alike = source.alike
        self.header = source.header
        self.language = source.language
        self.grammar = source.grammar

    def order(self, start: int, stop: int, context: Context) -> Order | None:
        at = start + len(self.text[start:stop]) - len(self.text[start:stop].lstrip(" \n\t\"“'"))
        counted = _COUNTED.match(self.alike, at, stop)
        at = counted.end() if counted else at
        joined = re.compile(
            r"(?:(?:đồng thời|ngoài ra|bên cạnh đó|theo đó|và|and|while|whereas|at the same time|in particular"
            r"|in addition"
            r"|moreover|furthermore),? )+"
        ).match(self.alike, at, stop)
        if (joined and not self.grammar.verbs.match(self.alike, at)) or (
            joined and joined.group().startswith(("đồng thời", "theo đó"))
        ):
            at = joined.end()
        return (
            self._assigned(at, stop, context)
            or self._subject(at, stop, strict=False)
            or (self._named_by_duty(at, stop) if not context.lead or context.opening else None)
            or self._after_opening(at, stop, context)
            or (self._named_by_colon(at, stop) if not context.lead or context.opening else None)
            or self._led_at_end(at, stop)
            or self._done_by(at, stop)
            or self._verb_first(at, stop)
            or (self.passive(at, stop) if context.lead else None)
        )

    def point_order(self, start: int, stop: int, context: Context) -> Order | None:
        """The first clause of a point: below "Bộ X:" each is an order, also "Bảo đảm ..." and a verb not listed."""
        at = start + len(self.text[start:stop]) - len(self.text[start:stop].lstrip(" \n\t\"“'"))
        bodies, after = self.source.bodies(at)
        if bodies and bodies[0].kind not in {"government", "unit", "group"} and self._goes_on_with_work(after, stop):
            return self._from_subject(bodies, after, stop)
        if not context.lead or bodies:
            return None
        topic = _TOPIC.match(self.alike, at, stop)
        if topic and self._goes_on_with_work(topic.end() - 1, stop):
            return Order((), self._coordinators(at, stop), topic.end(), complete=True, strong=False)
        named = self.grammar.qualifiers.match(self.alike, at, stop)
        if named or (not context.opening and self._goes_on_with_work(at - 1, stop)):
            return Order((), self._coordinators(at, stop), at, complete=True, strong=context.only_named and not named)
        return None

    def _goes_on_with_work(self, at: int, stop: int) -> bool:
        word = re.compile(r"[\s,]*([^\W\d_]+)").match(self.text, at, stop)
        if not word or (self.alike[at : at + 1] not in {" ", ","} and at > 0):
            return False
        if self.grammar.past.match(self.alike, word.start(1), stop):
            return False
        return like(word.group(1)) not in self.grammar.no_verbs

    def _assigned(self, at: int, stop: int, context: Context) -> Order | None:
        """ "Giao Bộ X ...", "Thủ tướng Chính phủ yêu cầu Bộ X ...", "Assign the Ministry of X to ..."."""
        here = at
        issuer, after = self.source.bodies(at)
        by_issuer = False
        if issuer:
            speaks = self.grammar.orders.match(self.alike, self.source.past_blank(after), stop)
            ours = issuer[0].kind == "government" or (
                self.header.issuer and like(self.header.issuer).startswith(like(issuer[0].name))
            )
            if not speaks or not ours:
                return None
            here, by_issuer = self.source.past_blank(after), True
        spoken = self.grammar.orders.match(self.alike, here, stop)
        if not spoken:
            return None
        heading_lead = bool(context.lead) and not context.opening
        assigns = bool(self.grammar.assigns.match(self.alike, here, stop))
        bodies, after = self.source.bodies(spoken.end())
        if not bodies or bodies[0].kind == "government":
            return None
        if heading_lead and not by_issuer and not assigns and not context.asked:
            return None
        if spoken.group().startswith("chỉ đạo") and not by_issuer:
            return None
        if self._predicate(after, stop) != "order":
            tailed = self._tailed(bodies, after, stop)
            bodies, after = (tailed, tailed[-1].end) if tailed else (bodies, after)
        return self._from_subject(bodies, after, stop)

    def _subject(self, at: int, stop: int, *, strict: bool) -> Order | None:
        bodies, after = self.source.bodies(at)
        if not bodies or bodies[0].kind == "government":
            return None
        if self._only_speaks(after, stop):
            return None
        predicate = self._predicate(after, stop)
        charged = re.compile(r" được (?:giao|phân công)(?! (?:chủ trì,? )?phối hợp)").match(self.alike, after, stop)
        if predicate == "order" and not charged:
            return self._from_subject(bodies, after, stop)
        tailed = self._tailed(bodies, after, stop)
        if tailed:
            return self._from_subject(tailed, tailed[-1].end, stop)
        if predicate == "order":
            return self._from_subject(bodies, after, stop)
        if predicate == "past" or strict:
            return None
        narrowing = _ENGLISH_TAIL.match(self.alike, after, stop) if self.language == "en" else None
        if narrowing and self.grammar.modals.match(self.alike, narrowing.end(), stop):
            return self._from_subject(bodies, narrowing.end(), stop)
        further = re.compile(r"[^;.:]{1,90}?(?= (?:chủ trì|có trách nhiệm|shall|must)(?!\w))").match(
            self.alike, after, stop
        )
        if further and not self.grammar.past.match(self.alike, self.source.past_blank(after)):
            name = one_line(self.text[bodies[-1].start : further.end()]) if len(bodies) == 1 else bodies[-1].name
            widened = (*bodies[:-1], replace(bodies[-1], name=name, end=further.end()))
            order = self._from_subject(widened, further.end(), stop)
            return replace(order, unsure=True) if order else None
        return None

    def _only_speaks(self, at: int, stop: int) -> bool:
        """ "Chủ tịch UBND tỉnh yêu cầu:" says who orders, not who is ordered."""
        said = _SPEAKS.match(self.alike, self.source.past_blank(at), stop)
        return said is not None and said.end() >= len(self.alike[:stop].rstrip())

    def _tailed(self, bodies: tuple[Body, ...], at: int, stop: int) -> tuple[Body, ...]:
        """The bodies with the words that narrow the last one, if what it shall do comes after them."""
        if bodies[-1].kind not in {"group", "committee", "unit", "corporation"} or self.language == "en":
            return ()
        opened = _TAIL.match(self.alike, at + 1, stop) if self.alike[at : at + 1] == " " else None
        if not opened and bodies[-1].kind == "group" and self.alike[at : at + 1] == " ":
            opened = re.compile("").match(self.alike, at + 1)
        if not opened:
            return ()
        limit = min(stop, at + (_TAIL_LETTERS if opened.group() else _SHORT_TAIL_LETTERS))
        duty = re.compile(r"[^,;.:()]{2,110}? (?=(?:có trách nhiệm|chịu trách nhiệm|phải|cần)(?!\w))").match(
            self.alike, opened.end(), limit
        )
        end = duty.end() - 1 if duty else self._work_after(opened.start(), limit, opened.group())
        if end is None:
            return ()
        cited = re.compile(r" (?:(?:tại|theo) (?=quyết định|nghị quyết|công điện|chỉ thị|văn bản)|ngày (?=\d))").search(
            self.alike, at, end
        )
        name_end = cited.start() if cited else end
        if len(bodies) > 1 and all(body.kind == "group" for body in bodies[:-1]):
            # The words narrow the whole list: it keeps its names and stands for no closed set.
            return (*(replace(body, group=None) for body in bodies[:-1]), replace(bodies[-1], end=end, group=None))
        said = one_line(self.text[bodies[-1].start : at])
        tail = one_line(self.text[at:name_end]).rstrip(" ,:")
        begins = bodies[-1].name if bodies[-1].title else said
        name = f"{begins} {tail}"
        return (*bodies[:-1], replace(bodies[-1], name=name[0].lower() + name[1:], end=end, group=None))

    def _is_work(self, at: int, stop: int, *, firm: bool) -> bool:
        """A duty, "chủ trì", a way that leads to a verb, or a verb; with `firm` only one of the verbs that mostly"
        " order."""
        grammar = self.grammar
        if any(words.match(self.alike, at, stop) for words in (grammar.duties, grammar.leading, _FIRM)):
            return True
        ways = grammar.ways.match(self.alike, at, stop)
        if ways and self._comes_to_work(ways.end(), stop):
            return True
        if _ENSURES.match(self.alike, at, stop):
            return True
        verb = None if firm else grammar.verbs.match(self.alike, at, stop)
        return bool(verb and " " in verb.group())

    def _work_after(self, at: int, stop: int, opened: str) -> int | None:
        """Where a clause comes to a word of duty or a firm verb, with no account of the past before it."""
        for gap in _BOUND.finditer(self.alike, at + len(opened), stop):
            here = gap.end()
            if self.alike[gap.end() - 1] == "," or re.match(r"[;.:()]", self.alike[here : here + 1]):
                return None
            before = self.alike[at : gap.start()].rsplit(" ", 1)[-1]
            if before in self.grammar.joints:
                continue
            if before == "đã" or self.alike.startswith("đã ", here):
                return None
            if self._is_work(here, stop, firm=opened in {"có", "bị", "chịu", "đang", "còn", "chưa"}):
                return gap.start()
        return None

    def is_ordered(self, at: int, stop: int) -> bool:
        """Whether the words after a body give it work."""
        return self._predicate(at, stop) == "order"

    def _predicate(self, at: int, stop: int) -> str | None:
        """ "order", "past" or None: what follows the bodies."""
        here = at
        gap = re.compile(r"(?: - (?=[^\W\d_]))?[\s,]*").match(self.alike, here, stop)
        here = gap.end() if gap else here
        if here >= stop or self.alike[here] == ":":
            return "order"
        if self.language == "en":
            here = self._past_english_aside(here, stop)
            if self.grammar.duties.match(self.alike, here, stop):
                return "order"
            return "past" if self.grammar.past.match(self.alike, here, stop) else None
        ways = self.grammar.ways.match(self.alike, here, stop)
        if self.grammar.verbs.match(self.alike, here, stop) and not self.grammar.past.match(self.alike, here, stop):
            return "order"
        begins = (self.grammar.duties, self.grammar.leading, self.grammar.verbs)
        beyond = self._past_aside(here, stop)
        if ways and ways.end() > here:
            if beyond > here and not any(words.match(self.alike, ways.end(), stop) for words in begins):
                # "theo chức năng quản lý nhà nước về khoáng sản, hướng dẫn ...": the way goes on to a comma.
                ways = self.grammar.ways.match(self.alike, beyond, stop)
                here = ways.end() if ways else beyond
            else:
                here = ways.end()
        else:
            here = beyond
            ways = self.grammar.ways.match(self.alike, here, stop)
            here = ways.end() if ways else here
        for words in begins:
            if words.match(self.alike, here, stop):
                return "order"
        if self.grammar.past.match(self.alike, here, stop):
            return "past"
        if here > at and re.match(r"[\s:.;]*$", self.alike[here:stop]):
            return "order"
        opened = re.compile(r"(?:không|bảo đảm|đảm bảo|tuyệt đối không|nghiêm cấm)(?!\w)").match(self.alike, here, stop)
        return "order" if opened else None

    def _past_english_aside(self, at: int, stop: int) -> int:
        """Past ", as standing body,", ", in coordination with the Ministry of X," and adverbs to "shall", "is to"."""
        ways = self.grammar.ways.match(self.alike, at, stop)
        here = ways.end() if ways else at
        if self.grammar.duties.match(self.alike, here, stop) or self.grammar.past.match(self.alike, here, stop):
            return here
        opened = _ENGLISH_ASIDE.match(self.alike, at, stop)
        if not opened:
            return here
        for found in re.compile(r",? ").finditer(self.alike, opened.end(), min(stop, at + _ASIDE_LETTERS)):
            if re.search(r"[;.:]", self.alike[at : found.start()]):
                return here
            ways = self.grammar.ways.match(self.alike, found.end(), stop)
            after = ways.end() if ways else found.end()
            if found.group() == ", " and self.alike.startswith("to ", after):
                return after
            if self.grammar.modals.match(self.alike, after, stop):
                return after
        return here

    def _named_by_duty(self, at: int, stop: int) -> Order | None:
        """ "Cảng vụ hàng không miền Bắc có trách nhiệm ...": a name that no table knows, told by the duty behind it."""
        if self.language == "en" or not self.text[at : at + 1].isupper():
            return None
        found = _DUTY_AHEAD.match(self.alike, at, stop)
        if not found or self.grammar.verbs.match(self.alike, at) or self.grammar.openers.match(self.alike, at):
            return None
        words = self.alike[at : found.end()].split()
        if words[0] in self.grammar.no_verbs or {"đã", "được", "do", "khi", "nếu", "để"} & set(words):
            return None
        name = one_line(self.text[at : found.end()])
        order = self._from_subject((Body(name, at, found.end(), "unknown"),), found.end(), stop)
        return replace(order, unsure=True) if order and order.complete else None

    def _named_by_colon(self, at: int, stop: int) -> Order | None:
        """ "Các chủ rừng: Xây dựng ...": many whom no table knows, and behind the colon what they shall do."""
        found = _MANY.match(self.text, at, stop)
        if not found or THINGS.match(self.alike, found.start("who")) or not self._begins_order(found.end(), stop):
            return None
        name = one_line(self.text[at : found.end("who")])
        body = Body(name[0].lower() + name[1:], at, found.end("who"), "group")
        order = self._from_subject((body,), found.end(), stop)
        return replace(order, unsure=True) if order and order.complete else None

    def _begins_order(self, at: int, stop: int) -> bool:
        return self._begins_work(self._past_ways(at, stop), stop)

    def _past_aside(self, at: int, stop: int) -> int:
        """Past "với vai trò là cơ quan thường trực,", "trên cơ sở ý kiến của ..." to the words of the order."""
        opened = _ASIDE.match(self.alike, at, stop)
        if not opened:
            return at
        limit = min(stop, at + _ASIDE_LETTERS)
        for gap in _BOUND.finditer(self.alike, opened.end(), limit):
            here = gap.end()
            if re.search(r"[;.:]", self.alike[at:here]) or self.alike.startswith("đã ", here):
                return at
            before = self.alike[at : gap.start()].rsplit(" ", 1)[-1]
            if "," not in gap.group() and before in self.grammar.joints:
                continue
            words: tuple[re.Pattern[str], ...] = (self.grammar.duties, self.grammar.leading, _FIRM)
            if "," in gap.group():
                words = (*words, self.grammar.verbs, self.grammar.ways)
            elif self.grammar.ways.match(self.alike, here, stop):
                ways = self.grammar.ways.match(self.alike, here, stop)
                if ways and self._comes_to_work(ways.end(), stop):
                    return here
            if any(pattern.match(self.alike, here, stop) for pattern in words):
                return here
        return at

    def _from_subject(self, bodies: tuple[Body, ...], at: int, stop: int) -> Order | None:
        """What follows the lead: its coordinators, and where the work begins."""
        lead, with_lead = self._without_companions(bodies)
        passed_on = re.compile(r"[ ,]*(?:[\w ]{0,40}?)chỉ đạo (?=\S)").match(self.alike, at, stop)
        if passed_on:
            below, after = self.source.bodies(passed_on.end())
            if below and re.compile(r"[ ,]*chủ trì").match(self.alike, after, stop):
                lead, at = below, after
        here = at
        if self.language == "en":
            gap = re.compile(r"[\s,]*").match(self.alike, at, stop)
            here = self._past_english_aside(gap.end() if gap else at, stop)
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
        complete = bool(_EMPTY_WORK.fullmatch(self.alike, action_at, stop)) is False or lead[0].kind == "person"
        vague = self._is_vague(action_at, stop)
        return Order(tuple(lead), _unique(coordinate, lead), action_at, complete, strong=not vague)

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
            bodies, _after = self.source.bodies(match.end(), loose=True)
            if not all(body.kind == "government" for body in bodies):
                found.extend(bodies)
        return tuple(found)

    def _seconds(self, at: int, stop: int) -> tuple[Body, ...]:
        """ "Bộ A chủ trì, Bộ B phối hợp ..."."""
        bodies, after = self.source.bodies(self.source.past_blank(at))
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
            bodies, after = self.source.bodies(partner.end(), loose=True)
            here = after if bodies else partner.end()
            here = re.compile(r"[\s,]*(?:(?:in|to|để)(?=[ ,]))?[\s,]*").match(self.alike, here).end()  # type: ignore[union-attr]
            ways = self.grammar.ways.match(self.alike, here, stop)
            if ways and self.grammar.verbs.match(self.alike, ways.end(), stop):
                here = ways.end()
        return min(here, stop)

    def _is_vague(self, at: int, stop: int) -> bool:
        """Begins with a word like "tăng cường" and names neither a product nor who receives a report."""
        begins = self.source.past_blank(at)
        if not self.grammar.vague.match(self.alike, begins, stop):
            return False
        return not (self.grammar.products.search(self.alike, at, stop) or authority_of(self.source, at, stop))

    def _after_opening(self, at: int, stop: int, context: Context) -> Order | None:
        """ "Trên cơ sở ..., Bộ X ...", "Trước ngày ..., giao Bộ Y ...", "Về thể chế: Bộ Z ..."."""
        limit = min(stop, at + 420)
        colon = re.compile(r"[^:;.]{3,160}: (?:\((?:[ivx]{1,4}|\d{1,2}|[a-zđ])\) )?(?=\S)").match(self.alike, at, stop)
        places = [colon.end()] if colon else []
        single = re.compile(r"(?:riêng|đối với|as for) ").match(self.alike, at, stop)
        if single:
            places.append(single.end())
        opener = self.grammar.openers.match(self.alike, at)
        verb = self.grammar.verbs.match(self.alike, at)
        # "Theo dõi, đôn đốc ..." opens with a verb, "theo đề nghị ..." does not.
        if opener and not (verb and verb.end() > opener.end()):
            places += [found.end() for found in re.compile(r"(?:, |; )(?:thì )?").finditer(self.alike, at, limit)]
        listed = at
        for place in places:
            if place < listed:
                continue
            order = self._assigned(place, stop, replace(context, lead=())) or self._subject(place, stop, strict=True)
            if order and (order.complete or place != (colon.end() if colon else -1)):
                return order
            if order and colon and self._is_titled(at, colon.end(), stop):
                # "Số hóa hồ sơ hộ tịch: Sở Tư pháp chủ trì, phối hợp Công an tỉnh; ...": the work stands before.
                return replace(order, action_at=at, complete=True)
            bodies, listed = self.source.bodies(place)
            if bodies and self._predicate(listed, stop) == "past":
                return None
        return None

    def _is_titled(self, at: int, place: int, stop: int) -> bool:
        """Words of work, a colon, and who leads: not the heading of points below."""
        return (
            len(self.alike[at:place].split()) >= _FEWEST_TITLE_WORDS
            and self.grammar.verbs.match(self.alike, self._past_ways(at, stop)) is not None
            and not self.alike[:stop].rstrip().endswith(":")
        )

    def _led_at_end(self, at: int, stop: int) -> Order | None:
        """ "Xây dựng ... (Bộ X chủ trì, hoàn thành trong ...)" and "...; do Bộ X chủ trì"."""
        for found in re.compile(r"\(([^()]{4,200})\)").finditer(self.alike, at, stop):
            inner = re.compile(r"(?:giao |do |cơ quan chủ trì:? |lead(?:ing agency)?:? )?").match(
                self.alike, found.start(1)
            )
            bodies, after = self.source.bodies(inner.end() if inner else found.start(1))
            rest = self.alike[after : found.end(1)]
            says = re.match(
                r"[\s,]*(?:chủ trì|thực hiện|tham mưu|phụ trách|đảm nhiệm|làm đầu mối|làm chủ đầu tư"
                r"|chịu trách nhiệm|xây dựng"
                r"|takes? the lead|leads?|to (?=\w))",
                rest,
            ) or (not rest.strip() and inner and inner.group())
            leads = says is not None and "chủ trì" in rest[:12]
            if bodies and says and (leads or self.grammar.verbs.match(self.alike, self._past_ways(at, stop))):
                partners = (*self._coordinators(after, found.end(1)), *self._beside(after, found.end(1)))
                return Order(bodies, _unique(partners, bodies), at, complete=True)
        return None

    def _past_opener(self, at: int, stop: int) -> int:
        """ "Trên cơ sở ý kiến của các sở, tham mưu ...", "Hằng tuần tổng hợp ...": to the verb behind the opening"
        " words."""
        limit = min(stop, at + 300)
        for found in re.compile(r",? ").finditer(self.alike, at, limit):
            if found.end() - at > _NEAR and not found.group().startswith(","):
                continue
            here = self._past_ways(found.end(), stop)
            if self.grammar.verbs.match(self.alike, here, stop) or self.grammar.leading.match(self.alike, here, stop):
                before = self.alike[at : found.start()].rsplit(" ", 1)[-1]
                if found.group().startswith(",") or (
                    before not in self.grammar.joints and self._is_time(at, found.start())
                ):
                    return here
        return at

    def _past_time(self, at: int, stop: int) -> int:
        """ "Quý IV năm 2026 tổ chức ...", "ít nhất mỗi quý một lần nghe ...": to the verb behind a time that opens."""
        for one in self.source.deadlines(at, stop):
            if one.start > at + _TIME_WITHIN:
                return at
            gap = re.compile(r"[\s,:]*").match(self.alike, one.end, stop)
            here = self._past_ways(gap.end() if gap else one.end, stop)
            if one.kind != "event" and self._begins_work(here, stop):
                return here
        return at

    def _begins_work(self, at: int, stop: int) -> bool:
        return bool(self.grammar.verbs.match(self.alike, at, stop) or self.grammar.leading.match(self.alike, at, stop))

    def _is_time(self, at: int, end: int) -> bool:
        times = self.source.deadlines(at, end)
        return bool(times) and times[0].start <= at + 1 and times[-1].end >= end - 1

    def _done_by(self, at: int, stop: int) -> Order | None:
        """ "Phần kết nối do Bộ Công an chủ trì", "việc này do Sở Y tế thực hiện"."""
        if self.language == "en":
            found = re.compile(
                r"[^;.:()]{5,120}? (?:shall|must|is to|are to) be [^;.:()]{2,90}? by (?=(?:the )?\w)"
            ).match(self.alike, at, stop)
            bodies, _after = self.source.bodies(found.end()) if found else ((), 0)
            return Order(bodies, (), at, complete=True) if bodies else None
        found = re.compile(r"[^,;.:()]{3,120}? do (?=\S)").match(self.alike, at, stop)
        if not found or self.grammar.verbs.match(self.alike, self._past_ways(at, stop)):
            return None
        bodies, after = self.source.bodies(found.end())
        if not bodies or not re.compile(
            r"[ ,]*(?:chủ trì|thực hiện|đảm nhiệm|chịu trách nhiệm|làm chủ đầu tư)(?!\w)"
        ).match(self.alike, after, stop):
            return None
        return Order(bodies, _unique(self._coordinators(after, stop), bodies), at, complete=True)

    def passive(self, at: int, stop: int) -> Order | None:
        """ "; dossiers shall be submitted to ... before ...": what becomes of the work of the body named before."""
        if self.language != "en":
            return None
        found = re.compile(r"[^,;.:()]{3,90}? (?:shall|must|are to|is to) be (?!based|in |on |responsible)\w+").match(
            self.alike, at, stop
        )
        return Order((), (), at, complete=True) if found else None

    def _beside(self, at: int, stop: int) -> tuple[Body, ...]:
        """ "(Sở Y tế tham mưu, Sở Nội vụ phối hợp)"."""
        for found in re.compile(r"[,;] ").finditer(self.alike, at, stop):
            bodies, after = self.source.bodies(found.end())
            if bodies and re.compile(r"[ ,]*(?:cùng )?phối hợp(?! với)").match(self.alike, after, stop):
                return bodies
        return ()

    def _past_ways(self, at: int, stop: int) -> int:
        ways = self.grammar.ways.match(self.alike, at, stop)
        return ways.end() if ways and self.grammar.verbs.match(self.alike, ways.end(), stop) else at

    def _verb_first(self, at: int, stop: int) -> Order | None:
        here = None
        if self.language == "en":
            here = re.compile(r"(?:to|shall|must|should|shall also|is to|are to) ").match(self.alike, at)
        start = self._past_ways(here.end() if here else at, stop)
        if self.text[at:stop].isupper() or (
            self.grammar.qualifiers.match(self.alike, start) and not self.grammar.verbs.match(self.alike, start)
        ):
            return None
        beside = self.grammar.coordination.match(self.alike, start, stop)
        if beside and self.source.bodies(beside.end(), loose=True)[0]:
            work = self._action_start(start, stop)
            return Order((), self._coordinators(start, stop), work, complete=work < stop - 1)
        topic = _TOPIC.match(self.alike, start, stop)
        if topic and self._begins_work(self._past_ways(topic.end(), stop), stop):
            start = self._past_ways(topic.end(), stop)
        elif self.grammar.openers.match(self.alike, start):
            start = self._past_opener(start, stop)
        start = self._past_time(start, stop)
        if not (
            self.grammar.verbs.match(self.alike, start, stop) or self.grammar.leading.match(self.alike, start, stop)
        ):
            return None
        partners = self._coordinators(start, stop)
        leading = self.grammar.leading.match(self.alike, start, stop)
        after = self.source.past_blank(leading.end()) if leading else start
        action_at = self._action_start(after, stop)
        complete = not _EMPTY_WORK.fullmatch(self.alike, action_at, stop)
        return Order((), partners, action_at, complete, strong=not self._is_vague(action_at, stop))


def _unique(bodies: Iterable[Body], lead: tuple[Body, ...]) -> tuple[Body, ...]:
    leads = {body.name for body in lead}
    return tuple({body.name: body for body in bodies if body.name not in leads}.values())
