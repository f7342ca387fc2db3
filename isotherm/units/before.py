"""What stood until the present local bodies began: provinces, districts and communes of the old lists.

Which unit goes on and which one ended is decided here, once:

1. A province that absorbed no other goes on as the same unit.
2. A commune goes on if it was formed of exactly one old commune, undivided, and kept its name and its kind.
3. Everything else ended on that day, and each new unit took over from those that went into it. Of a commune that was
   divided nobody stated the shares: they stay unknown, and the list names the main part.
4. Districts ended as a level. Their open duties go to the province that they lay in; an island district without
   communes goes on in the special zone of its name.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

Row = Mapping[str, str]


@dataclass(frozen=True)
class Before:
    """The old lists, read once; rows by their old codes."""

    table: Callable[[str], tuple[Row, ...]]
    rules: Mapping[str, Any]

    @property
    def ended_on(self) -> date:
        day: date = self.rules["since"]
        return day

    @property
    def since(self) -> date:
        day: date = self.rules["before"]["since"]
        return day

    @property
    def provinces_since(self) -> date:
        day: date = self.rules["before"]["provinces_since"]
        return day

    @cached_property
    def provinces(self) -> dict[str, Row]:
        return {row["code"]: row for row in self.table("vn-provinces-63")}

    @cached_property
    def districts(self) -> dict[str, Row]:
        return {row["code"]: row for row in self.table("vn-districts-2025")}

    @cached_property
    def communes(self) -> dict[str, Row]:
        return {row["code"]: row for row in self.table("vn-communes-10035")}

    @cached_property
    def unmerged(self) -> dict[str, Row]:
        """New code → the old province that goes on under it."""
        formed = Counter(row["heir"] for row in self.provinces.values())
        return {row["heir"]: row for row in self.provinces.values() if formed[row["heir"]] == 1}

    @cached_property
    def heirs(self) -> dict[str, list[tuple[str, bool]]]:
        """Old commune → its new communes with the main part first."""
        return {
            code: [(one.removesuffix("*"), one.endswith("*")) for one in row["heirs"].split()]
            for code, row in self.communes.items()
        }

    @cached_property
    def went_into(self) -> dict[str, list[str]]:
        """New commune → the old communes that it was formed of, whole or in part."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, heirs in self.heirs.items():
            for heir, _main in heirs:
                found[heir].append(code)
        return found

    @cached_property
    def going_on(self) -> dict[str, Row]:
        """New code → the old commune that goes on under it (rule 2)."""
        found = {}
        for row in self.table("vn-communes-3321"):
            formed = self.went_into.get(row["code"], [])
            if len(formed) != 1 or len(self.heirs[formed[0]]) != 1:
                continue
            old = self.communes[formed[0]]
            if (old["name_vi"], old["type"]) == (row["name_vi"], row["type"]):
                found[row["code"]] = old
        return found

    @cached_property
    def gone_on(self) -> frozenset[str]:
        """Old codes of the communes of `going_on`."""
        return frozenset(row["code"] for row in self.going_on.values())

    def province_code(self, old: str) -> str:
        heir = self.provinces[old]["heir"]
        if heir in self.unmerged:
            return f"P-{heir}"
        code: str = self.rules["old_province"]["code"].format(code=old)
        return code

    def district_code(self, old: str) -> str:
        code: str = self.rules["old_district"]["code"].format(code=old)
        return code

    def commune_code(self, old: str) -> str:
        if old in self.gone_on:
            return f"C-{self.heirs[old][0][0]}"
        code: str = self.rules["old_commune"]["code"].format(code=old)
        return code

    def place(self, row: Row) -> dict[str, str]:
        """Words for the patterns. The old lists have no English names: those are the Vietnamese without its marks."""
        pattern = self.rules["places"][row["type"]]
        english = plain(row["name_vi"])
        return {
            "code": row["code"],
            "branch": row["type"],
            "vi": row["name_vi"],
            "en": english,
            "short_en": english,
            "place_vi": pattern["vi"].format(vi=row["name_vi"]),
            "place_en": pattern["en"].format(en=english),
        }


def plain(vi: str) -> str:
    """`Đắk Lắk` becomes `Dak Lak`."""
    letters = unicodedata.normalize("NFD", vi.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
