"""Lines that the phrase tables might take, from what people corrected: proposed with evidence, merged by a person.

1. A lead that people wrote again and again and that the reader does not know.
2. A verb that begins tasks which people added, and that no table has.
3. A heading whose proposed tasks were always set aside.
4. The words that begin clauses of which people said that they forbid, or state a principle.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from isotherm import country
from isotherm.directives.corrections import Example, Said, heading_over
from isotherm.directives.grammar import grammar_of
from isotherm.directives.leads import bodies_at, names_for
from isotherm.directives.letters import like, one_line

LEAST = 2  # a single correction proposes nothing
LEAST_SET_ASIDE = 3  # tasks under one heading
SHOWN = 3
_MARK = re.compile(
    r"^(?:[ivxlc]{1,6}|\d{1,3}(?:\.\d{1,2})*|[a-hđ])(?:[.)/]|(?= - )) ?|^(?:điều|mục|chương|phần) \S+ ?[.:] ?|^[-+•] ?"
)
_MOST_HEADING = 120  # a longer paragraph is no heading


@dataclass(frozen=True, slots=True)
class Line:
    """One line for a table, as its columns; how many tasks or clauses speak for it, and the words of some."""

    table: str
    cells: tuple[str, ...]
    evidence: int
    documents: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def written(self) -> str:
        return _written([self.cells]).rstrip("\n")


def proposals(
    examples: Sequence[Example], said: Sequence[Said], headings: Mapping[int, Mapping[str, str]], *, least: int = LEAST
) -> list[Line]:
    """`headings`: of each document, by its id."""
    found = [*_leads(examples), *_verbs(examples), *_sections(examples, headings), *_openings(said)]
    needed = {"sections": max(least, LEAST_SET_ASIDE)}
    return [line for line in found if line.evidence >= needed.get(line.table, least)]


class _Evidence:
    """Words by what they speak for, with the documents they stand in."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)

    def add(self, key: tuple[str, ...], symbol: str, words: str) -> None:
        self.found[key].append((symbol, one_line(words)[:160]))

    def lines(self, table: str, cells: Mapping[tuple[str, ...], tuple[str, ...]]) -> Iterable[Line]:
        for key, seen in sorted(self.found.items(), key=lambda one: (-len(one[1]), one[0])):
            yield Line(
                table=table,
                cells=cells[key],
                evidence=len(seen),
                documents=tuple(dict.fromkeys(symbol for symbol, _words in seen)),
                examples=tuple(dict.fromkeys(words for _symbol, words in seen))[:SHOWN],
            )


def _leads(examples: Sequence[Example]) -> Iterable[Line]:
    evidence = _Evidence()
    cells: dict[tuple[str, ...], tuple[str, ...]] = {}
    for one in examples:
        if one.final is None:
            continue
        before = {like(name) for name in (one.proposed or {}).get("lead", ())}
        for name in one.final["lead"]:
            if like(name) in before or _is_known(name, one.document.language, one.document.signed_on):
                continue
            key = (one.document.language, like(name))
            column = "name_vi" if one.document.language == "vi" else "name_en"
            cells.setdefault(key, _cells("bodies", {column: name}))
            evidence.add(key, one.document.symbol, one.text)
    return evidence.lines("bodies", cells)


def _is_known(name: str, language: str, day: date) -> bool:
    bodies, end = bodies_at(name, like(name), 0, names=names_for(language, day))
    return bool(bodies) and not name[end:].strip(" .,;")


def _verbs(examples: Sequence[Example]) -> Iterable[Line]:
    evidence = _Evidence()
    cells: dict[tuple[str, ...], tuple[str, ...]] = {}
    for one in examples:
        if one.final is None or one.proposed is not None or "added" not in one.changed:
            continue
        language = one.document.language
        verb = _first_verb(one.final["action"], language, one.document.signed_on)
        if not verb:
            continue
        cells[(language, verb)] = _cells("verbs", {"verb": verb, "language": language, "kind": "strong"})
        evidence.add((language, verb), one.document.symbol, one.text)
    return evidence.lines("verbs", cells)


def _first_verb(action: str, language: str, day: date) -> str:
    """The first words of the work past its mark, its lead and the words on the way; nothing where the reader knows
    them. A Vietnamese verb has mostly two syllables."""
    words = one_line(action)
    at = _past_mark(like(words))
    bodies, end = bodies_at(words, like(words), at, names=names_for(language, day))
    alike = like(words)[end if bodies else at :].lstrip(" ,:;")
    grammar = grammar_of(language)
    for pattern in (grammar.duties, grammar.leading, grammar.coordination, grammar.ways):
        passed = pattern.match(alike)
        alike = alike[passed.end() :].lstrip(" ,") if passed else alike
    if any(pattern.match(alike) for pattern in (grammar.verbs, grammar.qualifiers, grammar.orders)):
        return ""
    found = re.match(r"[^\W\d_]+(?: [^\W\d_]+)?" if language == "vi" else r"[^\W\d_]+", alike)
    return found.group() if found else ""


def _past_mark(alike: str) -> int:
    mark = _MARK.match(alike)
    return mark.end() if mark else 0


def _sections(examples: Sequence[Example], headings: Mapping[int, Mapping[str, str]]) -> Iterable[Line]:
    evidence = _Evidence()
    cells: dict[tuple[str, ...], tuple[str, ...]] = {}
    confirmed: Counter[tuple[str, str]] = Counter()
    for one in examples:
        words = _heading_words(heading_over(one.path, headings.get(one.document.pk, {})))
        if not words or words in grammar_of(one.document.language).sections:
            continue
        key = (one.document.language, words)
        if one.final is not None or "joined" in one.changed:
            confirmed[key] += 1
        elif one.proposed is not None:
            cells[key] = _cells("sections", {"heading": words, "language": one.document.language, "role": "other"})
            evidence.add(key, one.document.symbol, one.text)
    for key in confirmed:
        evidence.found.pop(key, None)
    return evidence.lines("sections", cells)


def _heading_words(heading: str) -> str:
    """As `sections.csv` writes them; nothing for a paragraph."""
    alike = like(one_line(heading))
    if len(alike) > _MOST_HEADING:
        return ""
    return re.sub(r"[\s.:]+$", "", alike[_past_mark(alike) :])


def _openings(said: Sequence[Said]) -> Iterable[Line]:
    evidence = _Evidence()
    cells: dict[tuple[str, ...], tuple[str, ...]] = {}
    for one in said:
        if one.final not in ("principle", "prohibition"):
            continue
        language = one.document.language
        alike = like(one_line(one.text))
        alike = alike[_past_mark(alike) :]
        known = any(start and pattern.match(alike) for pattern, _kind, start in grammar_of(language).leave_out)
        found = re.match(r"[^\W\d_]+ [^\W\d_]+", alike)
        if known or not found:
            continue
        key = (language, found.group(), one.final)
        row = {"phrase": found.group(), "language": language, "kind": one.final, "where": "start"}
        cells[key] = _cells("leave-out", row)
        evidence.add(key, one.document.symbol, one.text)
    return evidence.lines("leave-out", cells)


# --- files ------------------------------------------------------------------------------------------------
def _cells(table: str, row: Mapping[str, str]) -> tuple[str, ...]:
    """The row in the order of the table's own columns."""
    return tuple(row.get(column, "") for column in _columns(table))


def _columns(table: str) -> Sequence[str]:
    with _path(table).open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines))


def _path(table: str) -> Path:
    return country.folder() / "phrases" / f"{table}.csv"


def _written(rows: Iterable[Sequence[str]]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows(rows)
    return held.getvalue()


def as_csv(lines: Sequence[Line]) -> str:
    """What is proposed, for a person to read: table, line, evidence, documents, examples."""
    head = ("change", "table", "line", "evidence", "documents", "examples")
    rows = [
        ("+", line.table, line.written, str(line.evidence), "; ".join(line.documents), " | ".join(line.examples))
        for line in lines
    ]
    return _written([head, *rows])


def as_diff(lines: Sequence[Line]) -> str:
    """The same for `git apply`, one table after the other; the evidence stands above each as words that it skips."""
    by_table: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_table[line.table].append(line)
    written = []
    for table, added in by_table.items():
        name = "/".join(_path(table).parts[-4:])  # countries/vn/phrases/verbs.csv
        old = _path(table).read_text(encoding="utf-8").splitlines(keepends=True)
        if old and not old[-1].endswith("\n"):
            old[-1] += "\n"
        new = [*old, *(f"{line.written}\n" for line in added)]
        written += [f"# {line.evidence}: {line.written} ({'; '.join(line.documents)})\n" for line in added]
        written += list(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}"))
    return "".join(written)
