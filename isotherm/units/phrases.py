"""How directives name bodies, read against the words of the country package. No database, no clock.

    tokens = phrases.tokens("Chủ tịch UBND các tỉnh, thành phố: Hà Tĩnh, Quảng Trị")
    keys = phrases.keys_to_look_up(tokens)        the register says which of these name a unit
    reading = phrases.read(tokens, hits)          units, groups, or neither

A name is compared by its key: folded, abbreviations written out, joining words left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Any

from isotherm import country
from isotherm.units.folding import fold

LONGEST = 18  # tokens in a body's name
TOO_LONG = 80  # tokens in a phrase: longer is a sentence, not a body

_WORD = re.compile(r":|[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """`capital`: it began with a capital letter, as a person's name does. `listed`: a colon stood before it."""

    text: str
    capital: bool
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit that a key names. `what` is `name` or the kind of alias, `above_id` its parent in the state line."""

    unit_id: int
    kind: str
    what: str
    above_id: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a phrase names. `unsure` are the units among which it does not decide."""

    unit_ids: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    relevant: bool = False
    vague: bool = False
    former: bool = False
    unsure: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    vi: str
    en: str
    kinds: frozenset[str]
    branches: frozenset[str]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a run of tokens means: unit, group, head, ignored, relevant, vague or person."""

    what: str
    length: int
    hits: tuple[Hit, ...] = ()
    group: str = ""
    needs_plural: bool = False
    items: tuple[str, ...] = ()
    listed: bool = False


@dataclass(frozen=True)
class _Grammar:
    expand: Mapping[str, tuple[str, ...]]
    drop: frozenset[str]
    plural: frozenset[str]
    pieces: Mapping[tuple[str, ...], tuple[_Piece, ...]]
    groups: Mapping[str, Group]


def key(text: str) -> str:
    """What two names must share to be one name."""
    return " ".join(token.text for token in tokens(text))


def tokens(text: str) -> tuple[Token, ...]:
    return _tokens(text, expand=_grammar().expand, drop=_grammar().drop)


def groups() -> Mapping[str, Group]:
    return _grammar().groups


def keys_to_look_up(words: Sequence[Token]) -> set[str]:
    """Every run of tokens, alone and completed by the heads and groups that stand in the phrase."""
    if len(words) > TOO_LONG:
        return set()
    plain = [word.text for word in words]
    runs = {
        tuple(plain[start:end])
        for start in range(len(plain))
        for end in range(start + 1, min(len(plain), start + LONGEST) + 1)
    }
    items = {item for run in runs for piece in _grammar().pieces.get(run, ()) for item in piece.items}
    return {" ".join(run) for run in runs} | {
        _completed(item, run) for item in items for run in runs if len(run) <= LONGEST - 4
    }


def read(text: str, hits: Mapping[str, Sequence[Hit]], *, within: Callable[[int], bool] | None = None) -> Reading:
    """`within` narrows names that several units share ("Sở Tài chính") to those below the issuer."""
    words = tokens(text)
    if not words or len(words) > TOO_LONG:
        return Reading()
    plural = bool(_grammar().plural & set(fold(text).split()))
    # "Bộ trưởng" is one minister unless something says that it is all of them.
    pieces = _parse(words, hits, plural=plural) or _parse(words, hits, plural=True)
    return _meaning(pieces or [], plural=plural, within=within)


def _parse(words: Sequence[Token], hits: Mapping[str, Sequence[Hit]], *, plural: bool) -> list[_Piece] | None:
    """Longest pieces first, stepping back where the rest cannot be read; all tokens must be used."""
    plain = tuple(word.text for word in words)
    dead: set[tuple[int, tuple[str, ...]]] = set()

    def rest(at: int, items: tuple[str, ...], named: bool) -> list[_Piece] | None:
        if at == len(plain):
            return []
        if (at, items) in dead:
            return None
        for length in range(min(LONGEST, len(plain) - at), 0, -1):
            for piece in _pieces(plain[at : at + length], hits, items, listed=words[at].listed):
                if piece.needs_plural and not plural:
                    continue
                tail = rest(
                    at + length,
                    piece.items or items,
                    piece.what in {"unit", "ignored"} and (named or _is_title(piece)),
                )
                if tail is not None:
                    return [piece, *tail]
        if named and 2 <= len(plain) - at <= 5 and all(word.capital for word in words[at:]):
            return [_Piece("person", len(plain) - at)]
        dead.add((at, items))
        return None

    return rest(0, (), False)


def _pieces(
    run: tuple[str, ...], hits: Mapping[str, Sequence[Hit]], items: tuple[str, ...], *, listed: bool
) -> Iterable[_Piece]:
    completed = tuple(hit for item in items for hit in hits.get(_completed(item, run), ()))
    found = tuple(hits.get(" ".join(run), ())) or completed
    if found:
        yield _Piece("unit", len(run), hits=found, listed=listed or bool(completed))
    yield from _grammar().pieces.get(run, ())


def _is_title(piece: _Piece) -> bool:
    return piece.what == "ignored" or any(hit.what == "title" for hit in piece.hits)


def _meaning(pieces: Sequence[_Piece], *, plural: bool, within: Callable[[int], bool] | None) -> Reading:
    spoken = [piece for piece in pieces if piece.what not in {"ignored", "head", "person", "relevant"}]
    several = len([piece for piece in spoken if piece.what == "group"]) > 1
    units: list[int] = []
    named: list[str] = []
    former = False
    skip = False
    for piece, following in zip_longest(spoken, spoken[1:]):
        if skip:
            skip = False
            continue
        if piece.what == "group" and not (following is not None and _belongs(following, piece.group)):
            if piece.needs_plural and not plural and not several:
                return Reading()
            named.append(piece.group)
        if piece.what != "unit":
            continue
        choice = _choice(piece.hits, within)
        if len(choice) > 1 and following is not None:
            # "Ủy ban nhân dân xã Tân Tiến, tỉnh Đồng Nai": the second only says which one is meant.
            choice = _below(piece.hits, following.hits) or choice
            skip = len(choice) == 1
        if len(choice) != 1:
            return Reading(unsure=tuple(choice))
        units.extend(choice)
        former = former or all(hit.what == "former" for hit in piece.hits)
    unique_units, unique_groups = tuple(dict.fromkeys(units)), tuple(dict.fromkeys(named))
    return Reading(
        unit_ids=unique_units,
        groups=unique_groups,
        relevant=bool(named) and any(piece.what == "relevant" for piece in pieces),
        vague=not unique_units and not unique_groups and any(piece.what == "vague" for piece in pieces),
        former=former,
    )


def _belongs(piece: _Piece, code: str) -> bool:
    """`các Bộ: Công Thương, Xây dựng` names two ministries, `các bộ, Bộ Công an` all of them."""
    return piece.listed and any(hit.kind in _grammar().groups[code].kinds for hit in piece.hits)


def _choice(hits: Sequence[Hit], within: Callable[[int], bool] | None) -> list[int]:
    """A present name before a former one; the issuer's own before another's."""
    present = [hit for hit in hits if hit.what != "former"] or list(hits)
    choice = list(dict.fromkeys(hit.unit_id for hit in present))
    if len(choice) > 1 and within is not None:
        return [unit_id for unit_id in choice if within(unit_id)] or choice
    return choice


def _below(hits: Sequence[Hit], above: Sequence[Hit]) -> list[int]:
    parents = {hit.unit_id for hit in above}
    return list(dict.fromkeys(hit.unit_id for hit in hits if hit.above_id in parents))


def _completed(item: str, run: Sequence[str]) -> str:
    return item.replace("{}", " ".join(run))


def _tokens(text: str, *, expand: Mapping[str, tuple[str, ...]], drop: frozenset[str]) -> tuple[Token, ...]:
    result: list[Token] = []
    listed = False
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        if word == ":":
            listed = True
            continue
        for plain in fold(word).split():
            for token in expand.get(plain, (plain,)):
                if token not in drop:
                    result.append(Token(token, word[:1].isupper(), listed))
                    listed = False
    return tuple(result)


@cache
def _grammar() -> _Grammar:
    rules = country.rules("groups")
    words = rules["words"]
    expand = {fold(short): tuple(fold(long).split()) for short, long in words["expand"]}
    drop = frozenset(fold(word) for word in words["drop"])

    def run(text: str) -> tuple[str, ...]:
        return tuple(token.text for token in _tokens(text, expand=expand, drop=drop))

    def completion(item: str) -> str:
        head, _, tail = item.partition("{}")
        return " ".join((*run(head), "{}", *run(tail)))

    pieces: dict[tuple[str, ...], list[_Piece]] = {}

    def add(text: str, *, what: str, **more: Any) -> None:
        tokens_of = run(text)
        if tokens_of:
            pieces.setdefault(tokens_of, []).append(_Piece(what, len(tokens_of), **more))

    known: dict[str, Group] = {}
    for code, group in {**rules["groups"], **_department_groups(rules["department_groups"])}.items():
        items = tuple(completion(item) for item in group.get("item", ()))
        known[code] = Group(
            code=code,
            vi=group["vi"],
            en=group["en"],
            kinds=frozenset(group["kinds"]),
            branches=frozenset(group.get("branches", ())),
            items=items,
        )
        for phrase in group["phrases"]:
            needs = bool({"các", "những"} & set(phrase.casefold().split()))
            add(phrase, what="group", group=code, needs_plural=needs, items=items)
    for head in rules["heads"]:
        for phrase in head["phrases"]:
            add(phrase, what="head", items=tuple(completion(item) for item in head["item"]))
    for what, listed in (("ignored", "titles"), ("ignored", "ignored"), ("relevant", "relevant"), ("vague", "vague")):
        for phrase in words[listed]:
            add(phrase, what=what)
    return _Grammar(
        expand=expand,
        drop=drop,
        plural=frozenset(fold(word) for word in words["plural"]),
        pieces={tokens_of: tuple(found) for tokens_of, found in pieces.items()},
        groups=known,
    )


def _department_groups(rules: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for row in country.table("departments"):
        made[f"departments:{row['code']}"] = {
            "vi": rules["vi"].format(name=row["name_vi"]),
            "en": rules["en"].format(name=row["name_en"]),
            "kinds": ["province_department"],
            "branches": [row["branch"]],
            "phrases": [
                *(phrase.format(name=row["name_vi"]) for phrase in rules["phrases_vi"]),
                *(_plural(phrase, row["name_en"]) for phrase in rules["phrases_en"]),
            ],
        }
    return made


def _plural(phrase: str, name: str) -> str:
    """`{name}s of provinces`: Departments of Finance of provinces."""
    head, of, rest = name.partition(" of ")
    return phrase.replace("{name}s", f"{head}s{of}{rest}")
