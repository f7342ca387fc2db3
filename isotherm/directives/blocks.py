"""Plan blocks: a title line followed by "Cơ quan chủ trì: ...", "Thời gian thực hiện: ..." lines is one task."""

from __future__ import annotations

import re

from isotherm.directives.letters import one_line
from isotherm.directives.source import Source
from isotherm.directives.structure import LISTS, WORK, Passage, mark_end

_HAS_WORK = re.compile(
    r"(?:ở|tại) (?:trung ương|địa phương)(?! ?: ?[^,;.]{0,40}$)[^;.]{3,160}? (?:tổ chức|triển khai|xây dựng"
    r"|biên soạn|rà soát|thực hiện)(?!\w)"
)


class Blocks:
    """`labels` holds the fields of each title by its passage; `taken` the lines that belong to titles."""

    def __init__(self, source: Source, passages: tuple[Passage, ...], children: dict[int, list[int]]) -> None:
        self.text = source.text
        self.alike = source.alike
        self.grammar = source.grammar
        self.passages = passages
        self.children = children
        self.labels: dict[int, dict[str, str]] = {}
        self.taken: set[int] = set()
        self._take_labels()

    def _take_labels(self) -> None:
        """ "Cơ quan chủ trì: ...", "Thời gian: ..." belong to the title above them."""
        lines: list[tuple[int, dict[str, str]]] = []
        for index, passage in enumerate(self.passages):
            if passage.kind not in WORK or passage.kind == "table_row" or index in self.taken:
                continue
            values = self._label_values(mark_end(self.text, passage), passage.end)
            if "lead" in values and _HAS_WORK.search(self.alike, passage.start, passage.end):
                # "Ở trung ương: Bộ A chủ trì, phối hợp với Bộ B tổ chức hội nghị" is itself an order.
                continue
            if not values or not (
                {"lead", "coordinate", "deadline", "product", "authority", "responsible", "monitor"} & set(values)
            ):
                continue
            for name, value in values.items():
                if not value:
                    below = self.children.get(index, [])
                    self.taken.update(below)
                    values[name] = "; ".join(
                        self.text[mark_end(self.text, self.passages[i]) : self.passages[i].end] for i in below
                    )
            lines.append((index, values))
            self.taken.add(index)
        for index, passage in enumerate(self.passages):
            if passage.kind in LISTS and index not in self.taken:
                inside = self._inside(mark_end(self.text, passage), passage.end)
                if "lead" in inside:
                    self.labels[index] = inside
        owners: dict[int, list[tuple[int, dict[str, str]]]] = {}
        for index, values in lines:
            parent = self.passages[index].parent
            owners.setdefault(parent if parent is not None else -1, []).append((index, values))
        for parent, under in owners.items():
            several = sum("lead" in values for _index, values in under) > 1
            for index, values in under:
                owner = self._before(index) if several or parent < 0 or self._is_section(parent) else parent
                if owner is None:
                    continue
                merged = self.labels.setdefault(owner, {})
                for name, value in values.items():
                    merged.setdefault(name, value)
                if owner == parent:
                    self.taken.update(i for i in self.children.get(parent, []) if self.passages[i].kind in LISTS)

    def _inside(self, at: int, end: int) -> dict[str, str]:
        """ "Kiểm tra ... . Thời gian: tháng 4. Đơn vị chủ trì: Vụ A": title and lines written on end."""
        for found in re.compile(r"[.;] (?=\w)").finditer(self.alike, at, end):
            if self._label(found.end(), end):
                values = self._label_values(found.end(), end)
                return values if {"lead", "deadline", "coordinate"} & set(values) else {}
        return {}

    def _is_section(self, index: int) -> bool:
        passage = self.passages[index]
        below = {"clause", "heading"} if passage.kind == "heading" else {"clause", "point"}
        return passage.kind in {"heading", "clause", "article"} and any(
            self.passages[i].kind in below and i not in self.taken for i in self.children.get(index, [])
        )

    def _before(self, index: int) -> int | None:
        for earlier in range(index - 1, -1, -1):
            if earlier not in self.taken and self.passages[earlier].kind in WORK:
                return earlier
        return None

    def _label_values(self, at: int, end: int) -> dict[str, str]:
        first = self._label(at, end)
        if not first:
            return {}
        values: dict[str, str] = {}
        name, value_at = first
        here = value_at
        for found in re.compile(r"[;.,|\n]\s*[-+•]?\s*").finditer(self.alike, value_at, end):
            following = self._label(found.end(), end)
            if following:
                values.setdefault(name, one_line(self.text[here : found.start()]))
                name, here = following
        values.setdefault(name, one_line(self.text[here:end]).strip(" .;"))
        return values

    def _label(self, at: int, end: int) -> tuple[str, int] | None:
        """The field of a label that begins here, and where its value begins."""
        for pattern, name in self.grammar.labels:
            found = pattern.match(self.alike, at, end)
            if not found or found.end() == at:
                continue
            colon = re.compile(r"\s?(?:\([^)]{0,40}\))?\s?:\s?").match(self.alike, found.end(), end)
            if colon:
                return name, colon.end()
        return None
