"""
How a row of a table stands in a text: one line, its cells joined by " | " in the order of the columns.

- "↑" is a cell that the cell above covers too, "←" one that its left neighbour covers.
- "▸" opens a row that heads the rows below it; it has no cells of its own for the other columns.
- A stroke inside a cell is written "¦", so that it never parts cells.

A table typed by hand, also with strokes at both ends of its lines, reads the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ABOVE = "↑"
LEFT = "←"
GROUP = "▸"
BETWEEN = " | "
NOTHING = "–"
_RULE = re.compile(r"[\s|:+=-]+$")


def is_row(line: str) -> bool:
    return BETWEEN in line or line.startswith((f"{GROUP} ", "| ")) or line.endswith(" |")


def is_rule(line: str) -> bool:
    """ "|---|---|" below the head of a typed table."""
    return bool(_RULE.match(line))


def cell(words: str) -> str:
    """The words of one cell as they stand in a row."""
    return " ".join(words.split()).replace("|", "¦")


def row(cells: Iterable[str]) -> str:
    words = list(cells)
    if len(words) > 1 and not words[0] and not words[-1]:
        # With strokes at both ends the line would be one that was typed so.
        words[-1] = NOTHING
    return BETWEEN.join(words)


def group(cells: Iterable[str]) -> str:
    return f"{GROUP} {BETWEEN.join(cells)}"


def cells_of(line: str) -> list[str]:
    words = line.strip()
    if words.startswith(f"{GROUP} "):
        words = words.removeprefix(f"{GROUP} ")
    elif words.startswith("|") and words.endswith("|") and len(words) > 1:
        words = words[1:-1]
    return [part.strip() for part in re.split(r"\s*\|\s*", words)]
