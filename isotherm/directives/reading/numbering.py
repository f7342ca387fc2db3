"""
The numbers that Word prints before the paragraphs of its lists and does not store.

A paragraph names its list itself or by its style (or a style that this one is based on). Lists that share a definition
go on counting together; a list with a start of its own begins there when it is first used. A deeper level begins anew
after each number of a level above it, unless its definition says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VIETNAMESE_LETTERS = "abcdđeghiklmnopqrstuvxy"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_DEEPEST = 9
_STYLES_UP = 20


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "decimal"
    text: str = "%1."
    start: int = 1
    restarts_after: int | None = None
    plain: bool = False


@dataclass(slots=True)
class _Style:
    based_on: str
    numbering: str | None
    depth: int | None


@dataclass(slots=True)
class Numbering:
    numbering: Element | None = None
    styles: Element | None = None
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    own_levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    level_of_style: dict[tuple[str, str], int] = field(default_factory=dict)
    by_style: dict[str, _Style] = field(default_factory=dict)
    plain_style: str = ""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.styles is not None:
            self._read_styles(self.styles)
        if self.numbering is not None:
            self._read_lists(self.numbering)

    def label(self, paragraph: Element) -> str:
        """What Word prints before this paragraph, counted on; paragraphs are asked once each, in their order."""
        found = self._list_of(paragraph)
        if found is None:
            return ""
        identity, depth = found
        definition = self.abstract.get(identity, "")
        level = self._level(identity, depth)
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "+" if level.text.strip() == "+" else "-"
        counts = self.counts.setdefault(definition, {})
        start = self.starts.get((identity, depth))
        if start is not None and (identity, depth) not in self.begun:
            self.begun.add((identity, depth))
            counts[depth] = start
        else:
            counts[depth] = counts.get(depth, (level.start if start is None else start) - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            below = self._level(identity, deeper)
            after = below.restarts_after if below else None
            # "Restart after level n": 0 is never; without it, after any level above.
            if after is None or depth < after:
                del counts[deeper]
        return re.sub(
            r"%([1-9])",
            lambda sign: self._shown(identity, counts, int(sign.group(1)) - 1, plain=level.plain),
            level.text,
        ).strip()

    def _shown(self, identity: str, counts: dict[int, int], depth: int, *, plain: bool) -> str:
        level = self._level(identity, depth) or _Level()
        number = counts.get(depth, level.start)
        return shown(number, "decimal" if plain and level.form not in {"decimal", "decimalZero"} else level.form)

    def _level(self, identity: str, depth: int) -> _Level | None:
        own = self.own_levels.get((identity, depth))
        return own or self.levels.get(self.abstract.get(identity, ""), {}).get(depth)

    def _list_of(self, paragraph: Element) -> tuple[str, int] | None:
        properties = paragraph.find(f"{W}pPr")
        identity, depth = _named_list(properties)
        style = (_value(properties, "pStyle") if properties is not None else None) or self.plain_style
        for _step in range(_STYLES_UP):
            known = self.by_style.get(style)
            if known is None or identity is not None:
                break
            if known.numbering is not None:
                identity = known.numbering
                # A style's level is the one that its list ties to the style.
                tied = self.level_of_style.get((self.abstract.get(identity, ""), style))
                depth = depth if depth is not None else (tied if tied is not None else known.depth)
            style = known.based_on
        if identity is None or identity == "0":
            return None
        return identity, min(depth or 0, _DEEPEST - 1)

    def _read_styles(self, styles: Element) -> None:
        for style in styles.iter(f"{W}style"):
            name = style.get(f"{W}styleId")
            if not name:
                continue
            identity, depth = _named_list(style.find(f"{W}pPr"))
            self.by_style[name] = _Style(_value(style, "basedOn") or "", identity, depth)
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true"}:
                self.plain_style = name

    def _read_lists(self, numbering: Element) -> None:
        linked: dict[str, str] = {}
        named: dict[str, str] = {}
        for abstract in numbering.iter(f"{W}abstractNum"):
            key = abstract.get(f"{W}abstractNumId") or ""
            self.levels[key] = {}
            for level in abstract.findall(f"{W}lvl"):
                depth = number_of(level.get(f"{W}ilvl"), 0)
                self.levels[key][depth] = _level_of(level)
                style = _value(level, "pStyle")
                if style:
                    self.level_of_style[(key, style)] = depth
            if link := _value(abstract, "styleLink"):
                named[link] = key
            if link := _value(abstract, "numStyleLink"):
                linked[key] = link
        for num in numbering.iter(f"{W}num"):
            identity = num.get(f"{W}numId") or ""
            key = _value(num, "abstractNumId") or ""
            # A definition may only point at the style that holds the levels.
            self.abstract[identity] = named.get(linked.get(key, ""), key)
            for override in num.findall(f"{W}lvlOverride"):
                depth = number_of(override.get(f"{W}ilvl"), 0)
                own = override.find(f"{W}lvl")
                if own is not None:
                    self.own_levels[(identity, depth)] = _level_of(own)
                start = _value(override, "startOverride")
                if start is not None:
                    self.starts[(identity, depth)] = number_of(start, 1)


def shown(number: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letters = _VIETNAMESE_LETTERS
        letter = letters[(number - 1) % len(letters)] * min((number - 1) // len(letters) + 1, 3)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        out, rest = "", number
        for value, sign in _ROMAN:
            while rest >= value:
                out, rest = out + sign, rest - value
        return out if form == "upperRoman" else out.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _level_of(level: Element) -> _Level:
    after = _value(level, "lvlRestart")
    return _Level(
        form=_value(level, "numFmt") or "decimal",
        text=_value(level, "lvlText") or "",
        start=number_of(_value(level, "start"), 1),
        restarts_after=None if after is None else number_of(after, 0),
        plain=_on(level, "isLgl"),
    )


def _named_list(properties: Element | None) -> tuple[str | None, int | None]:
    numbered = properties.find(f"{W}numPr") if properties is not None else None
    if numbered is None:
        return None, None
    depth = _value(numbered, "ilvl")
    return _value(numbered, "numId"), None if depth is None else number_of(depth, 0)


def _on(node: Element, name: str) -> bool:
    found = node.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val") not in {"0", "false", "off"}


def _value(node: Element, name: str) -> str | None:
    found = node.find(f"{W}{name}")
    return found.get(f"{W}val") if found is not None else None


def number_of(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"-?\d{1,6}", value) else default
