"""What a task delivers, to whom, and who follows up: read from the words of the work itself."""

from __future__ import annotations

import re

from isotherm.directives.letters import one_line
from isotherm.directives.source import Source

_AFTER_PRODUCT = re.compile(
    r" (?:trước|trong|chậm nhất|để|nhằm|bảo đảm|theo|và (?:trình|gửi|báo cáo)|về (?=Bộ|Sở|Ủy ban|UBND|Văn phòng)"
    r"|(?<!tờ )(?<!chương )(?<!công )(?<!quy )(?<!lộ )(?<!quá )trình|gửi|before|by|within|to the|in the)(?: |$)",
    re.IGNORECASE,
)
_MONITOR = re.compile(
    r"(?:theo dõi|đôn đốc|giám sát)(?:, |,? và )(?:\w+ ){0,3}(?:đôn đốc|kiểm tra|giám sát"
    r"|hướng dẫn|tổng hợp|đánh giá)|monitor(?:,| and)? (?:and )?(?:urge|inspect|supervise)"
)
_MONITORED = re.compile(
    r"này|thực hiện (?:công điện|chỉ thị|nghị quyết|quyết định|kế hoạch|chương trình|thông báo"
    r"|các nhiệm vụ)|việc thực hiện|tình hình thực hiện|this |implement"
)


def product_of(source: Source, at: int, end: int) -> str | None:
    found = source.grammar.products.search(source.alike, at, end)
    if found:
        words = one_line(source.text[found.start(1) : found.end(1)])
        cut = _AFTER_PRODUCT.search(words)
        return (words[: cut.start()] if cut else words)[:160]
    report = re.compile(
        r"(?:gửi |có )?báo cáo(?= (?:thủ tướng|chính phủ|bộ|văn phòng|ủy ban|cấp|kết quả|về))"
        r"|reports?(?= (?:to|on))"
    ).search(source.alike, at, end)
    return ("Báo cáo" if source.language == "vi" else "Report") if report else None


def authority_of(source: Source, at: int, end: int) -> str | None:
    for found in source.grammar.receivers.finditer(source.alike, at, end):
        here = re.compile(r"(?:the )?(?:kết quả |tình hình )?(?:lên |về |cho |đến |với )?").match(
            source.alike, found.end()
        )
        place = here.end() if here else found.end()
        bodies, _after = source.bodies(place)
        if bodies:
            return bodies[0].name
        above = re.compile(r"(?:cấp (?:có )?thẩm quyền|cơ quan có thẩm quyền|competent (?:authorities|levels?))").match(
            source.alike, place
        )
        if above:
            return one_line(source.text[above.start() : above.end()])
    return None


def follows_up(words: str, *, office: bool) -> bool:
    """Who monitors and urges the others: an office ("Văn phòng Chính phủ"), or whoever does so for this very paper."""
    return bool(_MONITOR.search(words) and (office or _MONITORED.search(words)))
