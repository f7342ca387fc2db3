"""How numbers, shares, days and moments are written, in the reader's language."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

MINUS = "−"
MISSING = "–"


def _marks() -> tuple[str, str]:
    """(thousands mark, decimal mark): 1.234,5 in Vietnamese, 1,234.5 in English."""
    return (",", ".") if (get_language() or "vi").startswith("en") else (".", ",")


def number(value: int | float | Decimal | None, decimals: int = 0) -> str:
    if value is None:
        return MISSING
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    whole, _dot, rest = f"{abs(rounded):,f}".partition(".")
    thousands, point = _marks()
    sign = MINUS if rounded < 0 else ""
    return sign + whole.replace(",", thousands) + (point + rest if rest else "")


def percent(part: float | Decimal | None, whole: float | Decimal | None = None, decimals: int = 0) -> str:
    """`percent(0.57)`, `percent(57, 100)`. Less than the whole is never rounded up to it, nor something to nothing."""
    if part is None or (whole is not None and not whole):
        return MISSING
    share = Decimal(str(part)) / Decimal(str(whole if whole is not None else 1)) * 100
    step = Decimal(1).scaleb(-decimals)
    rounded = share.quantize(step, rounding=ROUND_HALF_UP)
    if (rounded == 100 and share < 100) or (rounded == 0 and share > 0):
        decimals = max(decimals, 1)
        least = Decimal(1).scaleb(-decimals)
        share = min(max(share, least), 100 - least)
    return number(share, decimals) + "%"


def _local(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def day(value: date | datetime | None) -> str:
    return f"{_local(value):%d/%m/%Y}" if value else MISSING


def short_day(value: date | datetime | None) -> str:
    """Day and month, where the year is plain from what stands beside it."""
    if not value:
        return MISSING
    on = _local(value)
    return f"{on.day}/{on.month}"


def moment(value: datetime | None) -> str:
    return f"{_local(value):%H:%M, %d/%m/%Y}" if value else MISSING


def iso(value: date | datetime | None) -> str:
    """For the `datetime` attribute of a `<time>`."""
    return _local(value).isoformat() if value else ""


def days(count: int | float | None, decimals: int = 0) -> str:
    if count is None:
        return MISSING
    return ngettext("%(count)s day", "%(count)s days", 1 if count == 1 else 2) % {"count": number(count, decimals)}


def _calendar_day(value: date | datetime) -> date:
    on = _local(value)
    return on.date() if isinstance(on, datetime) else on


def due_words(due: date | datetime | None, at: date | datetime) -> str:
    """How far a date lies ahead or behind, in calendar days as a reader counts them."""
    if due is None:
        return _("no deadline set")
    ahead = (_calendar_day(due) - _calendar_day(at)).days
    if isinstance(due, datetime) and isinstance(at, datetime) and ahead == 0 and due < at:
        return _("overdue since today")
    if ahead < 0:
        return _("%(days)s overdue") % {"days": days(-ahead)}
    if ahead == 0:
        return _("due today")
    if ahead == 1:
        return _("due tomorrow")
    return _("%(days)s left") % {"days": days(ahead)}


def urgency(due: date | datetime | None, at: date | datetime, soon: int = 3) -> str:
    """`overdue`, `soon`, `open` or `undated`: the class beside the words of `due_words`."""
    if due is None:
        return "undated"
    ahead = (_calendar_day(due) - _calendar_day(at)).days
    past = due < at if isinstance(due, datetime) and isinstance(at, datetime) else ahead < 0
    if past:
        return "overdue"
    return "soon" if ahead <= soon else "open"


def ago(then: datetime | None, now: datetime | None = None) -> str:
    if then is None:
        return MISSING
    seconds = ((now or timezone.now()) - then).total_seconds()
    if seconds < 60:
        return pgettext("time passed", "just now")
    minutes = int(seconds // 60)
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", minutes // 60) % {"n": minutes // 60}
    passed = (_calendar_day(now or timezone.now()) - _calendar_day(then)).days
    if passed < 31:
        return ngettext("%(n)d day ago", "%(n)d days ago", passed) % {"n": passed}
    return day(then)


def size(octets: int) -> str:
    """A file's size as its owner would say it."""
    if octets < 1024 * 1024:
        return f"{number(max(1, octets / 1024))} KB"
    return f"{number(octets / 1024 / 1024, 1)} MB"


def printable(words: str) -> str:
    """Letters that no Word document may hold are left out."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", words)


FILTERS = {
    "number": number,
    "percent": percent,
    "day": day,
    "short_day": short_day,
    "moment": moment,
    "iso": iso,
    "days": days,
    "due_words": due_words,
    "urgency": urgency,
    "ago": ago,
    "size": size,
}
