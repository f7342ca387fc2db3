"""A page's own facts never take the place of the frame's: the menu would count the wrong thing."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRAME = {"person_name", "post_title", "unit_name", "waiting", "theme"}


def test_no_page_gives_its_template_a_word_that_belongs_to_the_frame() -> None:
    taken = []
    for path in sorted((ROOT / "isotherm" / "doors" / "web").glob("*.py")):
        if path.name in ("page.py", "environment.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
                taken += [f"{path.name}: {word}" for word in sorted(keys & FRAME)]
    assert not taken
