"""How well the pages of a scan were read, for every page that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from isotherm.directives.models import ScannedPage, ScanReading

POOR = 80  # below it a page is worth a look before its tasks are


@dataclass(frozen=True, slots=True)
class PageRead:
    number: int  # as people count
    sure: int
    words: int
    doubtful: int

    @property
    def poor(self) -> bool:
        return self.sure < POOR


@dataclass(frozen=True, slots=True)
class PagesRead:
    pages: tuple[PageRead, ...]

    @property
    def words(self) -> int:
        return sum(page.words for page in self.pages)

    @property
    def doubtful(self) -> int:
        return sum(page.doubtful for page in self.pages)

    @property
    def sure(self) -> int:
        """Of all words, not of pages: an empty back page says nothing."""
        return round(sum(page.sure * page.words for page in self.pages) / self.words) if self.words else 100

    @property
    def poor(self) -> tuple[PageRead, ...]:
        return tuple(page for page in self.pages if page.poor)


def pages_of(scan_id: int | None) -> PagesRead | None:
    if scan_id is None:
        return None
    rows = ScannedPage.objects.filter(reading=scan_id, state=ScannedPage.State.READ).order_by("number")
    found = rows.values_list("number", "sure", "words", "doubtful")
    return PagesRead(tuple(PageRead(at + 1, round(sure or 0), words, doubtful) for at, sure, words, doubtful in found))


def pages_of_document(document_id: int) -> PagesRead | None:
    return pages_of(ScanReading.objects.filter(document=document_id).values_list("pk", flat=True).last())
