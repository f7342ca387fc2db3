"""
Times in the words of a directive. A date is given only where the text gives one: by day, month, quarter or year.

What is counted from an event (receipt, signing) keeps its words and no date: days are added by the working-day
calendar, once the event is known. What recurs keeps its words and its period.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from isotherm import country
from isotherm.directives.letters import is_vietnamese, like

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
ENGLISH_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
ENGLISH_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
SPECIFIC = ("absolute", "month", "quarter", "half", "year")

_TIME = r"(?P<hour>\d{1,2}) ?(?:giờ|h|g|:) ?(?P<minute>\d{2})?(?: ?phút)?(?: ?(?P<noon>a\.?m\.?|p\.?m\.?|sáng|chiều))?"
_YEAR = r"(?:năm )?(?P<year>20\d{2})"
_ATOMS = {
    "vi": {
        "time": _TIME,
        "day": (
            r"(?:ngày )?(?P<day>\d{1,2})(?: ?[/.-] ?| tháng )(?P<month>\d{1,2})(?:(?: ?[/.-] ?"
            r"|,? năm | ?/ ?năm )(?P<year>20\d{2}))?(?!\d|%)"
        ),
        "since": r"(?:ngày )?\d{1,2}(?: ?[/.-] ?\d{1,2}| tháng \d{1,2})?(?: ?[/.-] ?20\d{2}| năm 20\d{2})?",
        "sincemonth": r"tháng \d{1,2}(?: ?[/.-] ?20\d{2}|,? năm 20\d{2})?",
        "month": r"(?:các )?tháng (?:\d{1,2}(?: ?- ?\d{1,2})?(?: ?/ ?20\d{2}| năm 20\d{2})?"
        r"(?:, | và |,? đến | ?- ?)tháng ){0,2}"
        r"(?:\d{1,2}(?:, | và | ?- ?)(?=\d{1,2}(?:, \d{1,2}| và \d{1,2})?(?: ?/ ?| năm )20)){0,2}"
        r"(?P<month>\d{1,2})(?:(?: ?[/.-] ?|,? năm )(?P<year>20\d{2}|nay))?"
        r"(?!\d| (?:hằng|hàng|mỗi) năm| và (?:thời gian|những tháng|các tháng|giai đoạn))",
        "quarter": r"quý (?:(?:iv|iii|ii|i|[1-4])(?: ?/ ?20\d{2}| năm 20\d{2})?(?:, | và | ?- ?"
        r"| đến )(?:quý )?(?=[iv1-4])){0,3}"
        r"(?P<quarter>iv|iii|ii|i|[1-4])(?:(?: ?[/.-] ?|,? năm | )(?P<year>20\d{2}|nay))?(?!\w)",
        "years": r"(?:giai đoạn |các năm |năm )?20\d{2} ?(?:-|và|đến|,) ?(?:năm )?(?P<year>20\d{2})",
        "year": r"năm (?P<year>20\d{2}|nay)(?! ?[-,] ?20\d| và (?:các|những) năm)",
        "halfyear": r"năm(?: (?P<year>20\d{2}|nay))?(?! ?[-,] ?20\d)(?! (?:hoạt động|thực hiện|sau|trước|qua))",
        "number": r"(?P<number>\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mười lăm)(?: \([\w ]{1,12}\))?",
        "dom": r"(?P<day>\d{1,2})",
        "mon": r"(?P<month>\d{1,2})",
        "event": r"(?P<event>[^,;.:()]{1,90}?(?= (?:phải|thì|cần|sẽ) )|[^,;.:()]{1,90})",
        "tail": r"[^,;.:()]{0,40}",
    },
    "en": {
        "time": _TIME,
        "day": r"(?:(?P<month_name>MONTHS)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>20\d{2}))?"
        r"|(?P<day_2>\d{1,2})(?:st|nd|rd|th)? (?:of )?(?P<month_name_2>MONTHS)(?:,? (?P<year_2>20\d{2}))?"
        r"|(?P<day_3>\d{1,2})/(?P<month_3>\d{1,2})/(?P<year_3>20\d{2}))(?!\d)",
        "month": r"(?:(?:MONTHS)(?:,? 20\d{2})?(?: and |, | to | - "
        r"|-)){0,2}(?P<month_name>MONTHS)(?:,? (?:of )?(?P<year>20\d{2}))?(?! \d|\w)",
        "quarter": r"(?:(?:first|second|third|fourth)(?: quarters?)?(?: and |, | to )(?:the )?)?(?:(?P<quarter>first"
        r"|second|third|fourth) quarters?|(?:q|quarter )(?P<quarter_2>iv|iii|ii|i|[1-4]))"
        r"(?:(?: of(?: the year)?|/|,)? ?(?P<year>20\d{2}))?",
        "since": r"(?:(?:MONTHS)\.? \d{1,2}(?:st|nd|rd|th)?|\d{1,2}(?:st|nd|rd"
        r"|th)?(?: (?:of )?(?:MONTHS))?)(?:,? 20\d{2})?",
        "years": r"20\d{2} ?(?:-|and|to) ?(?P<year>20\d{2})",
        "year": r"(?P<year>20\d{2})(?!\w| ?- ?\d)",
        "number": r"(?P<number>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|thirty)(?: \(\w+\))?",
        "dom": r"(?P<day>\d{1,2})",
        "mon": r"(?P<month>\d{1,2})",
        "event": r"(?P<event>[^,;.:()]{1,90})",
        "tail": r"[^,;.:()]{0,40}",
    },
}
# A noun before "hằng năm" makes it a name ("kế hoạch hằng năm"), not a time.
_NOT_A_PERIOD = re.compile(
    r"(?<!\w)(kế hoạch|dự toán|ngân sách|chương trình|vốn|chi|thu|bình quân|trung bình|tăng trưởng|kinh phí|nhiệm vụ"
    r"|chi tiết|cam kết|lộ trình|phân kỳ|cá nhân|tập thể|xếp loại|tiêu chí|đánh giá, xếp loại|khen thưởng|thường niên"
    r"|công tác|danh mục|đầu tư công|phí|nguồn|lễ|giải|quỹ|tài chính|lịch|khám|plan|budget"
    r"|average|estimates?)( [\w-]{1,10}){0,4} ?$"
)
_REPORTED = re.compile(r"báo cáo( [\w-]{1,10}){1,5} ?$")
_WISH = re.compile(r"(bảo đảm|đảm bảo|nhằm|để|ensuring|so as to|in order to|so that)[^;.]{0,120}$")
_SINCE = re.compile(r"(?:from|since|starting|từ|kể từ)(?: [\d:]{1,5}(?: ?giờ| ?h)?)? ?$")
_MEETING = re.compile(
    r"(?:trước|trong|tại|at|before|during)(?: khai mạc| the| its| their)?(?: các)? ?(?:phiên|kỳ họp|hội nghị|đại hội"
    r"|cuộc họp|(?:[\w'-]+ ){0,4}(?:session|meeting))"
)
_GOAL = re.compile(r"(?:phấn đấu|mục tiêu|bảo đảm|đảm bảo|quyết tâm)(?: \w+){0,2}? ?(?:đến |tới |là |rằng |: ?)*$")
_GOES_ON = re.compile(r",? (?!(?:phải |cơ bản )?(?:hoàn thành|xong|kết thúc|theo|và|để|nhằm|trên|tại|cho)(?!\w))\w")
_PAST = re.compile(r"(đã|từng|được) (?:[\w]+ ){0,4}$")
# "hồ sơ tiếp nhận trước ngày 01/7/2026": the day tells the things apart, it is not the day of the work.
_CONDITION = re.compile(
    r"(?:đã được|đã|(?<!phải )(?<!cần )(?<!sẽ )được(?! hoàn thành)|phát sinh|có hiệu lực|tiếp nhận|xảy ra|còn hiệu lực"
    r"|(?:dự án|công trình|hợp đồng|hồ sơ|văn bản|giấy phép)(?: \w+){0,3} (?:cấp|ký|ban hành|khởi công|nộp)"
    r")(?: (?:cấp|phê duyệt|ban hành|ký|(?<=đã được )giao|tiếp nhận|thành lập|khởi công|công nhận|nộp|bố trí"
    r"|phân bổ))*+ ?$"
)
# Said by itself, a month or a quarter is a time only where a clause or a bracket opens, or after what is delivered.
_OPENS = re.compile(
    r"(?:^|[(;:,.] ?|\b(?:trình|ban hành|hoàn thành|xong|tổ chức|báo cáo|khởi công|khánh thành|triển khai|phê duyệt"
    r"|công bố|thông xe|vận hành)(?: (?!phiên|kỳ|hội nghị|kế hoạch|chương trình|tình hình|kết quả|số liệu"
    r"|công tác)\w+){0,4} )$"
)
_RECURRENCES = (
    (re.compile(r"(06|6|sáu) tháng|six months|semi"), "semiannual"),
    (re.compile(r"(?<![\w/])(12|mười hai) tháng"), "yearly"),
    (re.compile(r"(?<![\w/])(0?3|ba) tháng( một|/| /|$)"), "quarterly"),
    (
        re.compile(r"^(?!0?1 |một |mỗi |hằng |hàng )(\d+|hai|ba|bốn|năm|sáu|bảy|mười) (ngày|tuần|giờ|năm|tháng)"),
        "periodic",
    ),
    (re.compile(r"tháng cuối|\bquý\b|quarter"), "quarterly"),
    (re.compile(r"tuần|week|monday|tuesday|wednesday|thursday|friday|saturday|sunday"), "weekly"),
    (re.compile(r"\d ?/ ?\d.* và .*\d ?/ ?\d.*(hằng|hàng) năm"), "semiannual"),
    (re.compile(r"hằng năm|hàng năm|mỗi năm|theo năm|\bnăm\b(?! \d)|year|annual"), "yearly"),
    (re.compile(r"tháng|month"), "monthly"),
    (re.compile(r"(hằng|hàng|mỗi|theo|kỳ) ngày|ngày một|/ ?lần|/ ?ngày|daily|\bday\b"), "daily"),
    (re.compile(r"định kỳ|periodic|regular basis"), "periodic"),
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time found at `start:end`; `day` only where the words themselves give it."""

    kind: str
    day: date | None
    at: time | None
    text: str
    start: int
    end: int
    recurrence: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    kind: str
    gives: str
    needs: re.Pattern[str] | None = None


# What a time of the kind cannot do without: most clauses hold none of it and need not be tried.
_NEEDS = {
    ("vi", "absolute"): re.compile(r"\d"),
    ("vi", "month"): re.compile(r"tháng \d"),
    ("vi", "quarter"): re.compile(r"quý"),
    ("vi", "half"): re.compile(r"tháng (?:đầu|cuối)"),
    ("vi", "year"): re.compile(r"năm (?:\d|nay)|\d{4}"),
    ("vi", "relative"): re.compile(r"ngày|tuần|tháng|giờ|năm|\dh"),
    ("en", "absolute"): re.compile(r"\d"),
    ("en", "quarter"): re.compile(r"quarter|q"),
    ("en", "half"): re.compile(r"months|half"),
    ("en", "year"): re.compile(r"\d{4}"),
}
_DAYS = _Form(re.compile("(?!)"), "absolute", "day")


@dataclass(frozen=True, slots=True)
class Counted:
    """ "15 ngày làm việc kể từ ngày ký": for the working-day calendar to add to its beginning, once that is known."""

    amount: int
    unit: str
    begins: str


_UNITS = (
    ("working_day", r"làm việc|working"),
    ("hour", r"giờ|hour|\bh\b"),
    ("day", r"ngày|day"),
    ("week", r"tuần|week"),
    ("month", r"tháng|month"),
    ("year", r"năm|year"),
)
_BEGINNINGS = (
    ("receipt", r"nhận|receipt|receiving"),
    ("dossier", r"đủ hồ sơ|hồ sơ hợp lệ|dossier"),
    ("effect", r"hiệu lực|effect|force"),
    ("signing", r"ký|ban hành|sign|issu"),
)
_WORD_NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười lăm": 15,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "fifteen": 15, "thirty": 30,
}  # fmt: skip


def counted(words: str) -> Counted | None:
    """What a relative time counts: how many of which unit, from signing, receipt, effect, dossier or another event."""
    alike = like(words)
    numbers = "|".join(sorted(_WORD_NUMBERS, key=len, reverse=True))
    found = re.search(
        (
            rf"(?<!\w)(\d{{1,3}}|{numbers})(?: \([^)]*\))? (?=(?:working |ngày|tuần|tháng|giờ|năm|day|week"
            rf"|month|hour|year))"
        ),
        alike,
    )
    if not found:
        return None
    rest = alike[found.end() :]
    begins_at = re.search(r"(?<!\w)(?:từ|sau|from|after|of|following)(?!\w)", rest)
    span, event = (rest[: begins_at.start()], rest[begins_at.end() :]) if begins_at else (rest, "")
    unit = next((name for name, pattern in _UNITS if re.search(pattern, span)), None)
    if unit is None:
        return None
    begins = next(
        (name for name, pattern in _BEGINNINGS if re.search(pattern, event)),
        "other" if event.strip() else "signing",
    )
    return Counted(int(found.group(1)) if found.group(1).isdigit() else _WORD_NUMBERS[found.group(1)], unit, begins)


@cache
def _a_day(language: str) -> re.Pattern[str]:
    months = "|".join([*ENGLISH_MONTHS, *(name[:3] for name in ENGLISH_MONTHS)])
    return re.compile(
        r"(?<!\w)"
        + _ATOMS[language]["day"]
        .replace("MONTHS", months)
        .replace(" ", r"\s+")
        .replace(r"\s+?", r"\s*")
        .replace(r"\s+]", " ]")
    )


@cache
def _forms(language: str) -> tuple[_Form, ...]:
    atoms = _ATOMS[language]
    months = "|".join([*ENGLISH_MONTHS, *(name[:3] for name in ENGLISH_MONTHS)])
    forms = []
    for row in country.table("phrases/deadlines"):
        if row["language"] != language:
            continue
        pattern = like(row["pattern"])
        pattern = re.sub(r"\((?!\?)", "(?:", pattern)
        for name, atom in atoms.items():
            pattern = pattern.replace("{" + name + "}", atom.replace("MONTHS", months))
        pattern = pattern.replace(" ", r"\s+").replace(r"\s+?", r"\s*").replace(r"\s+]", " ]")
        needs = _NEEDS.get((language, row["kind"]))
        forms.append(_Form(re.compile(r"(?<!\w)" + pattern + r"(?!\w)"), row["kind"], row["gives"], needs))
    return tuple(forms)


def deadlines_in(text: str, alike: str = "", *, issued: date | None = None, language: str = "") -> tuple[Deadline, ...]:
    """Every time in the text, leftmost and longest first choice; spans index into `text`."""
    alike = alike or like(text)
    found: list[Deadline] = []
    there: dict[re.Pattern[str], bool] = {}
    for form in _forms(language or ("vi" if is_vietnamese(text) else "en")):
        if form.needs and not there.setdefault(form.needs, form.needs.search(alike) is not None):
            continue
        for match in form.pattern.finditer(alike):
            deadline = _deadline(form, match, text=text, alike=alike, issued=issued)
            if deadline:
                found.append(deadline)
    found.sort(key=lambda one: (one.start, -one.end, one.day is None))
    kept: list[Deadline] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.kind == "periodic" and kept[-1].kind == "event":
            # "tại phiên họp thường kỳ hằng tháng" recurs with the meeting.
            kept.append(one)
        elif one.day and not kept[-1].day and kept[-1].kind == "event" and not _MEETING.match(like(kept[-1].text)):
            kept[-1] = one
    return tuple(kept)


def days_in(alike: str, *, issued: date | None, language: str) -> list[date]:
    """Every day that the text names with its month, as deadline or otherwise, in order."""
    days = (_day(_DAYS, found, issued=issued) for found in _a_day(language).finditer(alike) if _month(found))
    return [day for day in days if day]


def main_deadline(found: tuple[Deadline, ...]) -> Deadline | None:
    """A date before a number of days, a number of days before an event."""
    if len(found) > 1 and found[0].kind == "year" and found[1].kind in {"absolute", "month"}:
        # "propose tax relief in 2025, submitting it in May 2025": the year is that of the thing.
        year, nearer = found[0], found[1]
        if year.day and nearer.day and nearer.day <= year.day and nearer.start > year.start >= 0:
            found = found[1:]
    for kinds in (SPECIFIC, ("periodic",), ("relative",), ("event",)):
        for one in found:
            if one.kind in kinds and (one.kind != "periodic" or one.recurrence not in {"ongoing", "periodic"}):
                return one
    return next(iter(found), None)


def main_recurrence(found: tuple[Deadline, ...]) -> str | None:
    periods = [one.recurrence for one in found if one.recurrence]
    named = [period for period in periods if period not in {"ongoing", "periodic"}]
    if named:
        return named[0]
    return min(periods, key=["periodic", "ongoing"].index, default=None)


def _deadline(form: _Form, match: re.Match[str], *, text: str, alike: str, issued: date | None) -> Deadline | None:
    before = alike[max(0, match.start() - 140) : match.start()]
    words = text[match.start() : match.end()].strip(" ,:")
    start = (
        match.start() + len(text[match.start() : match.end()]) - len(text[match.start() : match.end()].lstrip(" ,:"))
    )
    end = start + len(words)
    if form.kind == "periodic":
        recurrence = _recurrence(match.group())
        bare = not re.search(r"\d|thứ|định kỳ .|lần|basis", match.group())
        if recurrence is None or (bare and _NOT_A_PERIOD.search(before) and not _REPORTED.search(before)):
            return None
        if bare and re.search(r"(?:để|nhằm) [^,;.]{0,40}$", before):
            return None
        if (
            match.group() == "định kỳ"
            and re.match(r"\s*[.,;)]", alike[match.end() :])
            and "báo cáo" not in before[-20:]
        ):
            return None
        return Deadline("periodic", None, _clock(match), words, start, end, recurrence=recurrence)
    if form.gives == "same_day":
        return Deadline("same_day", None, _clock(match), words, start, end)
    if form.gives.endswith("_alone") and not (_part(match, "year") and _OPENS.search(before)):
        return None
    if form.kind in {"relative", "event"}:
        if form.kind == "event" and _WISH.search(before):
            return None
        event = (match.groupdict().get("event") or "").strip() or None
        if form.kind == "relative" and event is None and match.group().startswith("trong năm"):
            return None
        return Deadline(form.kind, None, None, words, start, end, event=event)
    if form.kind == "absolute" and _SINCE.search(before):
        return None
    if _is_target(form, before, alike[match.end() :]):
        return None
    day = _day(form, match, issued=issued)
    if day is None or (issued and day < issued) or (not issued and _PAST.search(before)) or _CONDITION.search(before):
        return None
    return Deadline("absolute" if form.kind == "half" else form.kind, day, _clock(match), words, start, end)


def _is_target(form: _Form, before: str, after: str) -> bool:
    """ "phấn đấu đến hết năm 2026 mỗi hộ có ...": what shall be so by then, not when the work is done."""
    if form.kind not in {"year", "quarter", "month", "absolute"}:
        return False
    return bool(_GOAL.search(before) and _GOES_ON.match(after))


def _part(match: re.Match[str], name: str) -> str | None:
    parts = match.groupdict()
    for key in (name, f"{name}_2", f"{name}_3"):
        if parts.get(key):
            return parts[key]
    return None


def _clock(match: re.Match[str]) -> time | None:
    hour = _part(match, "hour")
    if hour is None or int(hour) > 24:
        return None
    noon = _part(match, "noon") or ""
    late = int(hour) < 12 and (noon.startswith("p") or noon == "chiều")
    minute = int(_part(match, "minute") or 0)
    return time((int(hour) + 12 * late) % 24, minute if minute < 60 else 0)


def _recurrence(words: str) -> str | None:
    if (
        re.match(r"thường xuyên|regularly$|on a regular basis|.*subsequent years", words)
        or "các năm" in words
        or "những năm" in words
    ):
        return "ongoing"
    if words.startswith("định kỳ") and not re.search(r"\d ?(?:/|tháng) ?\d", words):
        # "định kỳ hằng quý, hằng năm": the shortest stands first.
        words = next((one for one in re.split(r"[,(]| và ", words) if re.search(r"tuần|tháng|quý|năm", one)), words)
    for pattern, name in _RECURRENCES:
        if pattern.search(words):
            return name
    return "periodic" if words.startswith("periodically") else None


def _day(form: _Form, match: re.Match[str], *, issued: date | None) -> date | None:
    said = _part(match, "year")
    if said == "nay" and not issued:
        return None
    year = issued.year if said == "nay" and issued else int(said or 0) or None
    if form.gives in {"year", "years"}:
        return date(year, 12, 31) if year else None
    if form.kind == "year":
        return date(year - 1, 12, 31) if year else None
    if form.gives in {"half1", "half2"}:
        return _next(issued, year, 6 if form.gives == "half1" else 12)
    if form.gives.startswith("quarter"):
        number = _part(match, "quarter") or ""
        quarter = ROMAN.get(number) or ENGLISH_QUARTERS.get(number) or int(number)
        return _next(issued, year, quarter * 3)
    month = _month(match)
    if month is None or not 1 <= month <= 12:
        return None
    if form.gives.startswith("month"):
        return _next(issued, year, month)
    if form.gives == "before":
        after = _next(issued, year, month)
        return (
            date(
                after.year - (month == 1), (month - 2) % 12 + 1, _days(after.year - (month == 1), (month - 2) % 12 + 1)
            )
            if after
            else None
        )
    return _next(issued, year, month, day=int(_part(match, "day") or 0))


def _month(match: re.Match[str]) -> int | None:
    name = _part(match, "month_name")
    if name:
        return next(number for full, number in ENGLISH_MONTHS.items() if full.startswith(name[:3]))
    number = _part(match, "month")
    return int(number) if number else None


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _next(issued: date | None, year: int | None, month: int, *, day: int | None = None) -> date | None:
    """The named day, or the last of the month; without a year the next such one after the document's date."""
    if year is None:
        if issued is None:
            return None
        year = issued.year
        last = day or _days(year, month)
        if (month, last) < (issued.month, issued.day):
            year += 1
    last = day if day is not None else _days(year, month)
    if not 1 <= last <= _days(year, month):
        return None
    return date(year, month, last)
