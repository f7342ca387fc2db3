"""The words by which directives give orders, from the phrase tables of the country package, as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property

from isotherm import country
from isotherm.directives.letters import any_of, like

# What stands after "phối hợp", "cùng" without "với".
_PARTNERS = (
    r"bộ |các (?:bộ|sở|ban|ngành|địa phương|cơ quan|đơn vị|tỉnh|tổ chức|hội|đoàn thể)(?!\w)|ủy ban|ubnd|hđnd|sở "
    r"|ngân hàng|văn phòng|thanh tra|công an|hội |tập đoàn|ban |mặt trận|cục |tòa án|viện kiểm sát|liên đoàn|thuế "
    r"|chi nhánh"
    r"|trung tâm|kho bạc|bảo hiểm xã hội|đoàn thanh niên|trung ương (?:đoàn|hội)|tổng liên đoàn|đài |thông tấn xã"
    r"|học viện|quân khu|học viện|trường |bệnh viện|tỉnh |thành phố "
)


class Grammar:
    """The patterns of one language, compiled once."""

    def __init__(self, language: str) -> None:
        self.language = language

    def _rows(self, table: str, **wanted: str) -> Iterable[dict[str, str]]:
        for row in country.table(f"phrases/{table}"):
            if row["language"] == self.language and all(row[key] == value for key, value in wanted.items()):
                yield row

    @cached_property
    def orders(self) -> re.Pattern[str]:
        rows = [row for row in self._rows("orders") if row["kind"] != "address"]
        return re.compile(any_of(row["phrase"] for row in rows) + r"(?: cho| thêm)?:?\s+")

    @cached_property
    def assigns(self) -> re.Pattern[str]:
        return re.compile(any_of(row["phrase"] for row in self._rows("orders", kind="assign")) + r"(?: cho)?:?\s+")

    @cached_property
    def address(self) -> re.Pattern[str]:
        return re.compile(any_of(row["phrase"] for row in self._rows("orders", kind="address")) + r":?\s+")

    @cached_property
    def ways(self) -> re.Pattern[str]:
        phrases = (
            any_of(row["phrase"] for row in self._rows("predicates", kind="way")) if self.language == "vi" else "(?!)"
        )
        adverbs = (
            r"(?:urgently|promptly|proactively|actively|immediately|continue to|regularly|resolutely|hereby|also"
            r"|closely"
            r"|strictly|directly|jointly|fully|thoroughly|in addition|effectively|seriously|firmly|timely|periodically)"
        )
        one = phrases if self.language == "vi" else adverbs
        return re.compile(r"(?:(?:,|và|and)?\s*" + one + r"(?!\w)(?: được giao| của mình| quản lý)?)+,?\s*")

    @cached_property
    def duties(self) -> re.Pattern[str]:
        return re.compile(any_of(row["phrase"] for row in self._rows("predicates", kind="duty")) + r"(?!\w)")

    @cached_property
    def modals(self) -> re.Pattern[str]:
        """The words of duty that no noun can be taken for."""
        return re.compile(
            any_of(row["phrase"] for row in self._rows("predicates", kind="duty") if row["phrase"] != "to") + r"(?!\w)"
        )

    @cached_property
    def leading(self) -> re.Pattern[str]:
        if self.language == "en":
            return re.compile(
                r"(?:presid(?:e|es|ing) over|tak(?:e|es|ing) the (?:prime responsibility|lead)(?: in| for)?"
                r"|be in charge of"
                r"|assum(?:e|es|ing) (?:the )?(?:prime|main|lead) responsibility (?:for|in)|leads?|chairs?"
                r"|is in charge of)(?!\w)"
            )
        return re.compile(any_of(row["phrase"] for row in self._rows("predicates", kind="lead")) + r"(?!\w)")

    @cached_property
    def past(self) -> re.Pattern[str]:
        if self.language == "en":
            return re.compile(r"(?:has|have|had|was|were|is|are|did)(?!\w)")
        things = (
            "kế hoạch|giải pháp|phương án|biện pháp|văn bản|báo cáo|hướng dẫn|hình thức|cơ chế|chính sách|lộ trình"
            "|ý kiến|công văn|thông báo"
        )
        words = any_of(row["phrase"] for row in self._rows("predicates", kind="past"))
        return re.compile(rf"(?!có (?:ngay |các |những )?(?:{things}))" + words + r"(?!\w)")

    @cached_property
    def verbs(self) -> re.Pattern[str]:
        extra = (
            (
                "|có (?:ngay |các |những )?(?:kế hoạch|giải pháp|phương án|biện pháp|văn bản|báo cáo"
                "|hướng dẫn|hình thức|cơ chế|ý kiến|công văn|thông báo)"
            )
            if self.language == "vi"
            else ""
        )
        words = [row["verb"] for row in self._rows("verbs") if row["kind"] in {"strong", "vague"}]
        if self.language == "en":
            words = [form for word in words for form in (word, *_other_forms(word))]
        return re.compile("(?:" + any_of(words) + extra + r")(?!\w)")

    @cached_property
    def vague(self) -> re.Pattern[str]:
        return re.compile(any_of(row["verb"] for row in self._rows("verbs", kind="vague")) + r"(?!\w)")

    @cached_property
    def qualifiers(self) -> re.Pattern[str]:
        return re.compile(any_of(row["verb"] for row in self._rows("verbs", kind="qualifier")) + r"(?!\w)")

    @cached_property
    def no_verbs(self) -> frozenset[str]:
        """Words that no order begins with: "của", "đã", "các"."""
        return frozenset(row["word"] for row in self._rows("particles", kind="no_verb"))

    @cached_property
    def joints(self) -> frozenset[str]:
        """Words after which a verb belongs to the phrase before it: "việc", "công tác", "để"."""
        return frozenset(row["word"] for row in self._rows("particles", kind="joint"))

    @cached_property
    def openers(self) -> re.Pattern[str]:
        return re.compile(any_of(row["phrase"] for row in self._rows("openers")) + r"(?!\w)")

    @cached_property
    def coordination(self) -> re.Pattern[str]:
        if self.language == "en":
            return re.compile(
                r"(?:(?:closely )?(?:co-?ordinat(?:e|ing)|co-?operat(?:e|ing)|collaborat(?:e|ing)"
                r"|work(?:ing)?)(?: closely| actively)? with"
                r"|in (?:close )?(?:co-?ordination|co-?operation|collaboration) with|together with|in conjunction with"
                r"|with (?:the )?participation of|jointly with)\s+"
            )
        return re.compile(
            r"cùng (?:với )?(?=" + _PARTNERS + r")|(?:chủ trì )?(?:họp|làm việc) với (?=" + _PARTNERS + ")"
            r"|ph[ốổồôỗộ]i hợp(?:,? (?:chặt chẽ|đồng bộ|hiệu quả|thống nhất|tích cực|kịp thời|chủ động|có hiệu quả"
            r"|nhịp nhàng|thường xuyên|mật thiết|và))*+(?:,? (?:với|cùng(?: với)?)\s*:?\s+| (?=" + _PARTNERS + "))"
        )

    @cached_property
    def leave_out(self) -> tuple[tuple[re.Pattern[str], str, bool], ...]:
        return tuple(
            (re.compile(any_of([row["phrase"]]) + r"(?!\w)"), row["kind"], row["where"] == "start")
            for row in self._rows("leave-out")
        )

    @cached_property
    def sections(self) -> dict[str, str]:
        return {like(row["heading"]): row["role"] for row in self._rows("sections")}

    @cached_property
    def labels(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple(
            (
                re.compile(
                    like(row["label"])
                    .replace("( |, )*", "(?: |, )*")
                    .replace("((", "(?:(")
                    .replace("(", "(?:")
                    .replace("(?:?:", "(?:")
                ),
                row["field"],
            )
            for row in self._rows("labels")
        )

    @cached_property
    def products(self) -> re.Pattern[str]:
        words = any_of(row["product"] for row in self._rows("products"))
        if self.language == "en":
            return re.compile(
                (
                    r"(?:develop|formulate|draft|prepare|finali[sz]e|issue|submit|complete"
                    r"|organi[sz]e|send|set up|establish|consolidate)\w*(?: [\w,']+){0,5}? ("
                )
                + words
                + r"(?!\w)(?: (?:on|of|for) [^,;.:]{3,80})?)"
            )
        verbs = (
            r"(?:xây dựng|soạn thảo|hoàn thiện|hoàn thành|ban hành|lập|trình|phê duyệt|sửa đổi"
            r"|bổ sung|tham mưu|đề xuất|tổ chức|nghiên cứu|rà soát|thành lập|công bố|cập nhật|ký|gửi"
            r"|có)"
        )
        return re.compile(
            r"(?<!\w)(?<!chương )(?<!tờ )(?<!quy )(?<!công )"
            + verbs
            + r"(?:,? (?:và )?[\w]+){0,7}? ((?:dự thảo |hồ sơ )?"
            + words
            + r"(?!\w)(?! (?:của pháp luật|tại|hiện hành|trên|này))[^,;.:()]{0,90})"
        )

    @cached_property
    def receivers(self) -> re.Pattern[str]:
        return re.compile(any_of(row["phrase"] for row in self._rows("receivers")) + r"\s+")


def _other_forms(verb: str) -> tuple[str, ...]:
    """ "submit": "submitting"; "take the lead": "taking the lead", "takes the lead"."""
    first, blank, rest = verb.partition(" ")
    if first.endswith("ly"):
        return ()
    if first.endswith("e") and not first.endswith("ee"):
        stem = first[:-1]
    elif re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", first) or first in {"submit", "permit", "commit", "transfer"}:
        stem = first + first[-1]
    else:
        stem = first
    return (f"{stem}ing{blank}{rest}",)


@cache
def grammar_of(language: str) -> Grammar:
    return Grammar(language)
