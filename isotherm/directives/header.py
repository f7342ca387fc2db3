"""Who wrote to whom, when, about what. What the text does not say stays None and is shown as missing."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache

from isotherm import country
from isotherm.directives.deadlines import ENGLISH_MONTHS
from isotherm.directives.letters import any_of, bare, is_vietnamese, like, one_line
from isotherm.directives.signing import Signing, signing_of
from isotherm.directives.structure import Passage, passages_of

_LONGEST_NAME = 60
_CODE = r"[A-ZĐÐa-zđ&.]{1,14}"
SYMBOL = re.compile(
    r"(?<![\w/.-])(?:"
    rf"\d{{1,5}}[a-z]?/\d{{4}}/(?:QH\d{{1,2}}|[A-ZĐÐ][\wĐÐ]*(?:-{_CODE}\d{{0,2}})+)"
    rf"|\d{{1,5}}[a-z]?/[A-ZĐÐ][\wĐÐ&]*(?:[-–]{_CODE}\d{{0,2}})+"
    rf"|\d{{1,5}}-[A-ZĐÐ]{{1,4}}[\w]*/[A-ZĐÐ]{{1,6}}[\wĐÐ]*(?:-[\wĐÐ]+)?"
    r")(?![\w/])"
)
_NUMBER_LINE = re.compile(r"(?:số|no\.?|number)\s*:?\s*(?=\d|/|\.{2,}|…)", re.IGNORECASE)
_DATE_VI = re.compile(r"ngày (\d{1,2}) tháng (\d{1,2}) năm (20\d{2})")
_DATE_EN = re.compile(
    r"(?:("
    + "|".join(ENGLISH_MONTHS)
    + r") (\d{1,2}),? (20\d{2})|(\d{1,2}) ("
    + "|".join(ENGLISH_MONTHS)
    + r"),? (20\d{2}))"
)
_NATION = re.compile(
    r"cộng hòa xã hội chủ nghĩa việt nam|độc lập ?- ?tự do|đảng cộng sản việt nam"
    r"|(the )?socialist republic of viet ?nam|independence ?- ?freedom"
)
_URGENT = re.compile(r"(hỏa tốc|thượng khẩn|khẩn|urgent|top urgent|express)(?: hẹn giờ.*| .{0,12})?[!*.]?$")
_CODES_WITHOUT_ACCENT = {"CD": "CĐ", "QD": "QĐ", "ND": "NĐ", "DA": "ĐA"}
_RULE = re.compile(r"[-–—_*=.\s]+")
# "KẾT LUẬN / CỦA BAN BÍ THƯ": who speaks, between the kind of paper and its subject.
_SPEAKER = re.compile(r"của (?!.*(?:về|về việc) )")
_FIRST_ADDRESSEES = re.compile(r"như (trên|điều|kính gửi|phần)|as above|as (in|stated)")
_OLD_SYMBOL = re.compile(r"(lưu|archives?) ?:")


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document named in the text: implements, amends, replaces, repeals, cites, based_on."""

    symbol: str
    relation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    symbol: str | None
    number: str | None
    type_code: str | None
    type_name: str | None
    issuer: str | None
    place: str | None
    signed_on: date | None
    subject: str | None
    signer: str | None
    signer_title: str | None
    urgency: str | None
    language: str
    recipients: tuple[str, ...]
    legal_bases: tuple[str, ...]
    cited: tuple[Citation, ...]
    signing: Signing


def header_of(text: str, passages: tuple[Passage, ...] | None = None) -> Header:
    language = "vi" if is_vietnamese(text) else "en"
    parts = passages if passages is not None else passages_of(text, language=language)
    top = [
        one_line(piece)[:600]
        for part in parts[:40]
        if part.kind == "title" and not part.path.startswith("att=")
        for piece in re.split(r" \| |\t|[^\S\n]{4,}", text[part.start : part.end])
        if piece.strip()
    ]
    top = [line for line in top if not _RULE.fullmatch(line)]
    if not top:
        top = [one_line(line) for line in text[:1500].split("\n") if line.strip()][:12]
    symbol = _symbol(top, text)
    type_code, type_name, type_line = _type(top, symbol, language)
    place, signed_on = _place_and_date(top, text)
    truecase = _Truecase(text)
    signer, signer_title = _signer(text, parts)
    return Header(
        symbol=symbol,
        number=re.match(r"\d+[a-z]?", symbol).group() if symbol else None,  # type: ignore[union-attr]
        type_code=type_code,
        type_name=type_name,
        issuer=_issuer(top, symbol, language, truecase, _speaker(top, type_line)),
        place=place,
        signed_on=signed_on,
        subject=_subject(top, type_line, truecase, symbol),
        signer=signer,
        signer_title=signer_title,
        urgency=next((truecase(line) for line in top if _URGENT.match(like(line)) and len(line) < 40), None),
        language=language,
        recipients=_recipients(text, parts),
        legal_bases=tuple(one_line(text[p.start : p.end]) for p in parts if p.kind == "basis"),
        cited=_citations(text, own=symbol, language=language),
        signing=signing_of(_signature_lines(text, parts)),
    )


def _symbol(top: list[str], text: str) -> str | None:
    for line in top:
        at = _NUMBER_LINE.search(line)
        if at:
            found = SYMBOL.search(line, at.end() - 1) or SYMBOL.search(line[at.end() :])
            return found.group() if found else None
    for line in top[:10]:
        found = SYMBOL.match(line)
        if found and len(line) < 60:
            return found.group()
    return None


@cache
def _types() -> tuple[tuple[str, str, str], ...]:
    rows = country.table("phrases/types")
    names = [(like(r["name_vi"]), r["code"], r["name_vi"]) for r in rows if r["name_vi"]]
    names += [(like(r["name_en"]), r["code"], r["name_vi"] or r["name_en"]) for r in rows if r["name_en"]]
    return tuple(sorted(names, key=lambda one: -len(one[0])))


def _type(top: list[str], symbol: str | None, language: str) -> tuple[str | None, str | None, int | None]:
    by_code: dict[str, str] = {}
    for row in country.table("phrases/types"):
        by_code.setdefault(row["code"], row["name_vi"] if language == "vi" else row["name_en"])
    named = next(
        (
            (index, code, name)
            for index, (line, alike) in enumerate(zip(top, map(like, top), strict=True))
            for words, code, name in _types()
            if alike == words or (line.isupper() and alike.startswith(words + " ") and len(line) > 30)
        ),
        None,
    )
    code = _type_code(symbol, set(by_code))
    if code is None and named:
        code = named[1]
    if code is None and symbol and re.match(r"\d+/[A-ZĐ]+[\wĐ]*-", symbol):
        code = "CV"
    name = by_code.get(code) if code else None
    if named and code == named[1] and language == "vi":
        name = named[2]
    return code, name or None, named[0] if named else None


def _type_code(symbol: str | None, codes: set[str]) -> str | None:
    if not symbol:
        return None
    party = re.match(r"\d+[a-z]?-([A-ZĐÐa-z]+)/", symbol)
    pieces = re.split(r"[/\-–]", symbol.replace("Ð", "Đ"))
    word = party.group(1) if party else next((p for p in pieces[1:] if not p.isdigit()), "")
    word = _CODES_WITHOUT_ACCENT.get(word, word)
    if word in codes:
        return word
    return "L" if re.search(r"/\d{4}/QH\d", symbol) else None


def _place_and_date(top: list[str], text: str) -> tuple[str | None, date | None]:
    for line in [*top, *text[:1200].split("\n")]:
        alike = like(line)
        found = _DATE_VI.search(alike) or _DATE_EN.search(alike)
        if not found or SYMBOL.search(line[: found.start()]) or re.match(r"(căn cứ|theo|pursuant)", alike):
            continue
        before = line[: found.start()].rstrip(" ,").split("|")[-1].strip()
        place = before if 1 < len(before) < 40 and before[0].isupper() else None
        return place, _date(found)
    return None, None


def _date(found: re.Match[str]) -> date | None:
    parts = found.groups()
    try:
        if len(parts) == 3:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        if parts[0]:
            return date(int(parts[2]), ENGLISH_MONTHS[parts[0]], int(parts[1]))
        return date(int(parts[5]), ENGLISH_MONTHS[parts[4]], int(parts[3]))
    except ValueError:
        return None


def _issuer(top: list[str], symbol: str | None, language: str, truecase: _Truecase, speaker: str | None) -> str | None:
    if speaker and symbol and symbol.endswith("/TW"):
        name = truecase.name(speaker.split(" ", 1)[1])
        return f"{name} Trung ương Đảng" if name == "Ban Bí thư" else name
    lines: list[str] = []
    for line in top:
        if _NATION.search(like(line)):
            if lines:
                break
            continue
        if _NUMBER_LINE.match(line) or _DATE_VI.search(like(line)) or _URGENT.match(like(line)):
            break
        if any(like(line) == words for words, _code, _name in _types()) or not line.isupper() or len(line) > 120:
            break
        lines.append(line)
    known = _by_symbol(symbol, language)
    if not lines:
        return known
    name = lines[-1]
    if len(lines) > 1 and re.match(r"(tỉnh|thành phố|xã|phường|đặc khu|quận|huyện) ", like(lines[-1])):
        name = f"{lines[-2]} {lines[-1]}"
    elif len(lines) > 1 and re.fullmatch(r"văn phòng|thanh tra|sở .+", like(lines[-1])):
        above = truecase.name(" ".join(lines[:-1]).replace("UBND", "ỦY BAN NHÂN DÂN"))
        place = re.sub(r"^Ủy ban nhân dân ", "", above) if like(lines[-1]).startswith("sở ") else above
        return f"{truecase(lines[-1])} {place}"
    if known and bare(known) in {bare(name), bare(name).removeprefix("the ")}:
        return known
    return truecase.name(name)


def _by_symbol(symbol: str | None, language: str) -> str | None:
    if not symbol:
        return None
    pieces = re.split(r"[/\-–]", symbol)
    for row in country.table("phrases/body-codes"):
        if row["code"] in pieces[1:]:
            return row["name_vi"] if language == "vi" else row["name_en"]
    return None


def _speaker(top: list[str], type_line: int | None) -> str | None:
    line = top[type_line + 1] if type_line is not None and type_line + 1 < len(top) else ""
    return line if line.isupper() and len(line) < _LONGEST_NAME and _SPEAKER.match(like(line)) else None


def _speaks(line: str, symbol: str | None) -> bool:
    """ "CHÍNH PHỦ", "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH ...", "THE PRIME MINISTER": who resolves, below the subject."""
    alike = like(line).removeprefix("the ")
    if re.search(r"(?:hereby )?(?:decides|resolves) ?:?$", alike):
        return True
    known = {like(name).removeprefix("the ") for name in (_by_symbol(symbol, "vi"), _by_symbol(symbol, "en")) if name}
    heads = r"(?:chủ tịch|bộ trưởng|thống đốc|giám đốc|tổng thanh tra|ủy ban nhân dân|hội đồng nhân dân) (?!.*về )"
    return line.isupper() and (alike in known or bool(re.match(heads, alike)))


def _subject(top: list[str], type_line: int | None, truecase: _Truecase, symbol: str | None) -> str | None:
    pieces: list[str] = []
    speaker = _speaker(top, type_line)
    for line in top[(type_line + 1 if type_line is not None else 0) :]:
        alike = like(line)
        opens = re.match(r"(về việc|v/v|về|on|re:|regarding) ", alike)
        if type_line is None and not opens and not pieces:
            continue
        if line == speaker and not pieces:
            continue
        if pieces and _speaks(line, symbol):
            break
        if re.match(r"(kính gửi|căn cứ|quyết định|quyết nghị|.*(điện|to) ?:$)", alike) or _NUMBER_LINE.match(line):
            break
        if _NATION.search(alike) or (_DATE_VI.search(alike) and len(line) < 60):
            if pieces:
                break
            continue
        if pieces and (opens or (line.isupper() and not pieces[-1].isupper()) or alike in {"resolves:", "decides:"}):
            break
        pieces.append(line)
    subject = one_line(" ".join(pieces))
    if not subject:
        return None
    if subject.isupper():
        subject = re.sub(r" (THỦ TƯỚNG CHÍNH PHỦ|CHÍNH PHỦ|BỘ TRƯỞNG BỘ [\w ]+)$", "", subject)
        subject = truecase(subject)
    subject = re.sub(r"(?i)^(về việc|v/v:?|về|on|re:|regarding) +", "", subject).strip(" .;")
    return subject[:1].upper() + subject[1:] if subject else None


@cache
def _known_names() -> tuple[tuple[str, str], ...]:
    """Names of bodies and provinces, longest first, each with the form in which it is compared."""
    names = {
        row[key]
        for table in ("phrases/bodies", "phrases/provinces")
        for row in country.table(table)
        for key in ("name_vi", "name_en")
        if row[key]
    }
    names |= {f"Sở {row['short_vi']}" for row in country.table("phrases/bodies") if row["short_vi"]}
    return tuple((name, like(name)) for name in sorted(names, key=len, reverse=True))


class _Truecase:
    """Capitals give way to the way the document itself writes each word in the middle of its sentences."""

    def __init__(self, text: str) -> None:
        forms: dict[str, Counter[str]] = {}
        pairs: dict[tuple[str, str], Counter[str]] = {}
        running = " ".join(line.strip() for line in text.split("\n") if not line.isupper())
        words = [(found.group(), found.start(), found.end()) for found in re.finditer(r"[^\W\d_]+", running)]
        for (first, _start, end), (word, begin, _end) in itertools.pairwise(words):
            # Only what follows another word or a comma shows its own letters; a sentence begins with a capital.
            if running[end:begin] in {" ", ", "}:
                forms.setdefault(like(word), Counter())[word] += 1
                pairs.setdefault((like(first), like(word)), Counter())[word] += 1
        self.forms = {word: counts.most_common(1)[0][0] for word, counts in forms.items()}
        self.pairs = {pair: counts.most_common(1)[0][0] for pair, counts in pairs.items()}
        self.names = _known_names()

    def __call__(self, line: str) -> str:
        if not line.isupper():
            return line
        words = self._cased(line)
        alike = like(words)
        for name, known in self.names:
            at = alike.find(known)
            if (
                at >= 0
                and (at == 0 or not alike[at - 1].isalpha())
                and not alike[at + len(name) : at + len(name) + 1].isalpha()
            ):
                words = words[:at] + name + words[at + len(name) :]
        return words[:1].upper() + words[1:]

    def _cased(self, line: str) -> str:
        """Each word as the text writes it behind the same word, else as it mostly writes it."""
        before = ""
        done: list[str] = []
        at = 0
        for found in re.finditer(r"[^\W\d_]+", line):
            alike = like(found.group())
            symbol = line[found.start() - 1 : found.start()] in {"-", "/"} or line[found.end() : found.end() + 1] in {
                "/"
            }
            form = self.pairs.get((before, alike)) or self.forms.get(alike) or found.group().lower()
            done += [line[at : found.start()], found.group() if symbol else form]
            before, at = alike, found.end()
        return "".join([*done, line[at:]])

    def name(self, line: str) -> str:
        alike = like(line)
        for name, known in self.names:
            if alike in {known, f"the {known}"}:
                return name
        lowered = self(line)
        parts = re.match(r"(ủy ban nhân dân|hội đồng nhân dân) (tỉnh|thành phố|xã|phường|đặc khu) (.+)", alike)
        if parts:
            head = "Ủy ban nhân dân" if parts.group(1).startswith("ủy") else "Hội đồng nhân dân"
            place = line[parts.start(3) :].title() if line.isupper() else line[parts.start(3) :]
            full = next((name for name, known in self.names if known == parts.group(3)), place)
            return f"{head} {parts.group(2)} {full}"
        return lowered


def _signature_lines(text: str, parts: tuple[Passage, ...]) -> list[str]:
    return [
        piece.strip()
        for part in parts
        if part.kind == "signature" and not part.path.startswith("att=")
        for line in text[part.start : part.end].split("\n")
        for piece in line.split(" | ")
        if piece.strip()
    ]


def _signer(text: str, parts: tuple[Passage, ...]) -> tuple[str | None, str | None]:
    lines = _signature_lines(text, parts)
    name = title = None
    for line in lines:
        alike = like(line).strip("[]() ./")
        if alike in {"đã ký", "signed", "ký tên"} or _OLD_SYMBOL.match(alike):
            continue
        if line.isupper():
            title = line
            continue
        words = line.split()
        if 2 <= len(words) <= 6 and all(word[0].isupper() and word.isalpha() for word in words) and not name:
            name = line
    if title:
        title = re.split(r"(?:TM|KT|TL|TUQ|Q)\. ?", title)[-1].strip()
        title = re.sub(
            r"^(?:THỦ TƯỚNG|BỘ TRƯỞNG|CHỦ TỊCH|CHỦ NHIỆM|THỐNG ĐỐC|GIÁM ĐỐC|BÍ THƯ|TỔNG THANH TRA) (?=PHÓ |THỨ )",
            "",
            title,
        )
        title = title.capitalize().removeprefix("The ").strip()
        title = re.sub(
            r"^.|thủ tướng|chủ tịch|chủ nhiệm|bộ trưởng|thống đốc|bí thư|giám đốc|minister",
            lambda word: word.group()[0].upper() + word.group()[1:],
            title,
        )
    return name, title or None


def _recipients(text: str, parts: tuple[Passage, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in parts:
        if part.kind != "recipients" or part.path.startswith("att="):
            continue
        for line in text[part.start : part.end].split("\n"):
            words = re.sub(
                r"^(?:[-•+*–]\s*|kính gửi ?:|nơi nhận ?:|gửi:|recipients? ?:|to ?:|.{3,60}\b(?:điện|to) ?:$)",
                "",
                line.strip(),
                flags=re.IGNORECASE,
            )
            words = one_line(words).strip(" ;.")
            alike = like(words)
            if words and not _FIRST_ADDRESSEES.match(alike) and not _OLD_SYMBOL.match(alike):
                found.setdefault(words)
    return tuple(found)


@cache
def _relations(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    kinds: dict[str, list[str]] = {}
    for row in country.table("phrases/relations"):
        if row["language"] == language:
            kinds.setdefault(row["relation"], []).append(row["phrase"])
    between = r"(?:(?:[^;.\n]|(?<=no)\.){0,110}?)$"
    return tuple(
        (re.compile(r"(?<!\w)" + any_of(phrases) + r"(?!\w)" + between), kind) for kind, phrases in kinds.items()
    )


def _citations(text: str, *, own: str | None, language: str) -> tuple[Citation, ...]:
    found: list[Citation] = []
    for match in SYMBOL.finditer(text):
        symbol = match.group().rstrip(".")  # the sentence's own full stop
        if symbol == own or "/" not in symbol:
            continue
        line_start = text.rfind("\n", 0, match.start()) + 1
        before = like(text[max(line_start, match.start() - 160) : match.start()])
        relation, nearest = "cites", -1
        if re.match(r"(căn cứ|pursuant to)", like(text[line_start : line_start + 20])):
            relation, nearest = "based_on", 0
        for pattern, kind in _relations(language):
            for one in pattern.finditer(before):
                if one.start() > nearest:
                    relation, nearest = kind, one.start()
        found.append(Citation(symbol, relation, match.start(), match.start() + len(symbol)))
    return tuple(found)
