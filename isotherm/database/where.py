from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def settings(environ: Mapping[str, str], data_folder: Path) -> dict[str, dict[str, Any]]:
    raise NotImplementedError
