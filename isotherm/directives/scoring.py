"""
How a reading is scored against the tasks that a person wrote out for the same paper.

A proposal and a task match when they share, in order, half the words of the shorter and a fifth of the task's; each
matches once, best pairs first. Fields are compared on matched tasks that were not marked optional. Names are compared
without title, "các", kind of province and order of words; bodies that the text leaves open ("có liên quan") are not
compared. The rules are those by which the extraction is judged elsewhere, so that the figures mean the same.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

LEAST_WORDS = 4
MOST_LETTERS = 1200
SHORTER_SHARE, GOLD_SHARE = 0.5, 0.2

_SHORT_FORMS = (
    (r"\bubnd\b", "uy ban nhan dan"),
    (r"\bhdnd\b", "hoi dong nhan dan"),
    (r"\bvpcp\b", "van phong chinh phu"),
    (r"\bnhnn\b", "ngan hang nha nuoc"),
    (r"\btp\b", "thanh pho"),
    (r"\bmttq\b", "mat tran to quoc"),
    (r"\bngan hang nha nuoc viet nam\b", "ngan hang nha nuoc"),
    (r"\bministers? of\b", "ministry of"),
    (r"\bministers\b", "ministries"),
    (r"\boffice of the government\b", "government office"),
    (r"\btruc thuoc trung uong\b", " "),
    (r"\btruc thuoc\b", "thuoc"),
    (r"\bbo truong (cac )?(?=bo\b)", ""),
    (r"\bbo truong\b", "bo"),
    (
        r"\b(thu truong|chu tich|giam doc|tong giam doc|thong doc|chu nhiem|lanh dao|nguoi dung dau|dong chi|"
        r"heads?|chairpersons?|chairm[ae]n|presidents?|governors?|directors?)\b",
        " ",
    ),
)
_DEPUTY = r"^\s*pho thu tuong( thuong truc)?( chinh phu)? (?=\w)"
_DROPPED = r"\b(cac|va|tinh|thanh pho|nhung|the|of|and|provinces?|provincial|cities|city|centrally run)\b"
_PERIODS = {
    "week": "weekly", "tuan": "weekly", "month": "monthly", "thang": "monthly", "quarter": "quarterly",
    "quy": "quarterly", "year": "yearly", "annual": "yearly", "nam": "yearly", "day": "daily", "dai": "daily",
    "ngay": "daily", "period": "periodic", "dinh ky": "periodic",
}  # fmt: skip

Task = dict[str, Any]


def plain(words: object) -> str:
    parts = unicodedata.normalize("NFD", str(words or "").replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).lower().replace("’", "'")


def words_of(text: object) -> list[str]:
    return re.findall(r"[a-z0-9]+", plain(text))


def likeness(gold: list[str], found: list[str], block: list[str] | None = None) -> float:
    """0 where the two do not match, else how well."""
    shorter = min(len(gold), len(found))
    if shorter >= LEAST_WORDS:
        least = (SHORTER_SHARE * shorter, GOLD_SHARE * len(gold))
        if sum((Counter(gold) & Counter(found)).values()) >= max(least):
            blocks = SequenceMatcher(None, gold, found, autojunk=False).get_matching_blocks()
            common = sum(one.size for one in blocks)
            if common >= max(least):
                return 1 + 2.0 * common / (len(gold) + len(found))
    if block and LEAST_WORDS <= len(found) <= len(block) and f" {' '.join(found)} " in f" {' '.join(block)} ":
        return 0.5 + 0.5 * len(found) / len(block)
    return 0.0


def name_of(body: object) -> str:
    text = " ".join(words_of(plain(body).replace("people's", "peoples")))
    for pattern, full in _SHORT_FORMS:
        text = re.sub(pattern, full, text)
    text = re.sub(_DEPUTY, "", text.strip() + " ").strip()
    return " ".join(sorted(re.sub(_DROPPED, " ", text).split()))


def left_open(body: object) -> bool:
    return bool(re.search(r"lien quan|relevant|concerned|related", plain(body)))


def _items(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [item.strip() for item in re.split(r"[;\n]", value) if item.strip()]
    return [str(item) for item in value if str(item).strip()] if isinstance(value, list | tuple) else [str(value)]


def leads_of(value: object) -> frozenset[str]:
    items = _items(value)
    named = [item for item in items if not left_open(item)]
    return frozenset(name_of(item) for item in named or items) - {""}


def coordinators_of(value: object) -> frozenset[str]:
    return frozenset(name_of(item) for item in _items(value) if not left_open(item)) - {""}


def day_of(value: object) -> str | None:
    found = re.match(r"\s*(\d{4}-\d{2}-\d{2})", str(value or ""))
    return found.group(1) if found else None


def period_of(value: object) -> str | None:
    text = plain(value).strip()
    if not text or text in {"none", "null", "no", "false", "once"} or re.search("ongoing|continu|thuong xuyen", text):
        return None
    if re.search(r"6 month|half|semi|6 thang", text):
        return "semiannual"
    return next((period for word, period in _PERIODS.items() if word in text), text)


@dataclass(slots=True)
class Score:
    """What was counted over one or several papers, and where the reading went wrong, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: Score) -> Score:
        self.counts.update(other.counts)
        self.wrong += other.wrong
        return self

    def share(self, part: str, whole: str) -> float:
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 1.0

    @property
    def precision(self) -> float:
        proposed = self.counts["matched"] + self.counts["extra"] + self.counts["fragment"]
        return self.counts["matched"] / proposed if proposed else 1.0

    @property
    def recall(self) -> float:
        return self.share("matched", "gold")

    @property
    def spans(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def fields(self) -> dict[str, float]:
        """The share of matched tasks whose field is right."""
        return {name: self.share(name, "matched") for name in ("lead", "coordinators", "deadline", "recurrence")}

    def line(self, name: str) -> str:
        right = " ".join(f"{share:7.1%}" for share in (self.spans, *self.fields.values()))
        counts = self.counts
        return (
            f"{name:14} {counts['gold']:4} {counts['matched']:4} {counts['extra']:4} {counts['fragment']:4} "
            f"{self.precision:7.1%} {self.recall:7.1%} {right}"
        )


HEADING = (
    f"{'':14} {'gold':>4} {'hit':>4} {'xtra':>4} {'frag':>4} {'P':>7} {'R':>7} {'F1':>7} "
    f"{'lead':>7} {'coord':>7} {'dead':>7} {'recur':>7}"
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which proposal was matched with which task, and the tasks that each proposal resembles."""

    task_of: dict[int, int]
    proposal_of: dict[int, int]
    resembles: dict[int, set[int]]


def pairs_of(gold: list[Task], proposals: list[Task]) -> Pairs:
    wanted = [words_of(task.get("quote")) for task in gold]
    blocks = [words_of(task["block"]) if task.get("block") else None for task in gold]
    found = [words_of(str(task.get("quote") or "")[:MOST_LETTERS]) for task in proposals]
    alike = [
        (how, not gold[i].get("optional"), i, j)
        for i in range(len(gold))
        for j in range(len(proposals))
        if (how := likeness(wanted[i], found[j], blocks[i]))
    ]
    alike.sort(key=lambda pair: (-pair[0], -pair[1], pair[2], pair[3]))
    pairs = Pairs({}, {}, {})
    for _how, _required, i, j in alike:
        pairs.resembles.setdefault(j, set()).add(i)
        if i not in pairs.proposal_of and j not in pairs.task_of:
            pairs.proposal_of[i], pairs.task_of[j] = j, i
    return pairs


def right_fields(gold: Task, found: Task) -> dict[str, bool]:
    leads = [leads_of(gold.get("lead")), *(leads_of(other) for other in gold.get("lead_alt", []))]
    return {
        "lead": leads_of(found.get("lead")) in leads,
        "coordinators": coordinators_of(gold.get("coordinate")) == coordinators_of(found.get("coordinate")),
        "deadline": day_of(gold.get("deadline")) == day_of(found.get("deadline")),
        "recurrence": period_of(gold.get("recurrence")) == period_of(found.get("recurrence")),
    }


def score(gold: list[Task], proposals: list[Task], name: str = "") -> Score:
    pairs = pairs_of(gold, proposals)
    total = Score()
    counts = total.counts
    counts["gold"] = sum(not task.get("optional") for task in gold)
    for i, task in enumerate(gold):
        if task.get("optional"):
            continue
        if i not in pairs.proposal_of:
            total.wrong.append(f"{name} MISSED {task.get('id')} [{task.get('clause')}] {_start(task)}")
            continue
        counts["matched"] += 1
        found = proposals[pairs.proposal_of[i]]
        for part, right in right_fields(task, found).items():
            counts[part] += right
            if not right:
                key = {"coordinators": "coordinate"}.get(part, part)
                total.wrong.append(
                    f"{name} {part.upper()} {task.get('id')} wanted {task.get(key)} found {found.get(key)} "
                    f"({found.get('deadline_text')}) {_start(task)}"
                )
    for j, found in enumerate(proposals):
        if j in pairs.task_of:
            continue
        known = any(i in pairs.proposal_of for i in pairs.resembles.get(j, ()))
        counts["fragment" if known else "extra"] += 1
        total.wrong.append(f"{name} {'FRAGMENT' if known else 'EXTRA'} [{found.get('clause')}] {_start(found)}")
    return total


def _start(task: Task) -> str:
    return " ".join(str(task.get("quote")).split())[:150]


def total_of(scores: Iterable[Score]) -> Score:
    total = Score()
    for one in scores:
        total += one
    return total


def gold_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
