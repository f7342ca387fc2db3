"""
A scan recognised in the background, page by page, before anybody registers it.

A page is read outside of any transaction and kept as it comes: a killed worker goes on with the page that it left, and
gives one up by its number that ended it three times. Each page's words are looked at for secrecy marks: a marked paper
is refused, and its file, its pages and its name are taken away. Until a person registers it the file is only held.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q

from isotherm.actor import Actor
from isotherm.directives import policy, queries
from isotherm.directives.models import ScannedPage, ScanReading
from isotherm.directives.reading import Reading, Scan, of_scan, scan, secrecy
from isotherm.records import files, ledger
from isotherm.refusals import NotNow, Refusal, Secret, refuse_unless
from isotherm.words import _, lazy, ngettext

JOB = "scans"
OPEN = (ScanReading.State.WAITING, ScanReading.State.READING)
MOST_TRIES = 3
log = logging.getLogger("isotherm.jobs")


def begin(found: Scan, name: str, *, actor: Actor, at: datetime) -> ScanReading:
    """Take a scan in. Only that: no page is looked at here. Handed in twice it is the same one."""
    refuse_unless(policy.may_hand_in(actor))
    assert actor.post_id is not None
    sha256 = files.hold(found.source.content, media_type=found.media_type)
    known = ScanReading.objects.filter(
        sha256=sha256, post_id=actor.post_id, document=None, state__in=(*OPEN, ScanReading.State.DONE)
    ).last()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            reading = ScanReading.objects.create(
                sha256=sha256,
                file_name=name,
                media_type=found.media_type,
                pages=found.source.pages,
                asked_at=at,
                post_id=actor.post_id,
            )
            _write("scan.handed_in", reading, actor=actor, at=at)
            return reading
    except IntegrityError:
        return ScanReading.objects.get(sha256=sha256, post_id=actor.post_id, state__in=OPEN)


def read_waiting(at: datetime, *, seconds: float = 50.0) -> None:
    """Go on with what waits for about this long, whatever has the fewest pages left first."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told = Count("scanned", filter=~Q(scanned__state=ScannedPage.State.TRYING))
        waiting = ScanReading.objects.filter(state__in=OPEN).annotate(left=F("pages") - told)
        reading = waiting.order_by("left", "asked_at", "id").first()
        if reading is None:
            return
        read_next(reading, at)


def read_next(reading: ScanReading, at: datetime) -> None:
    """One page further, or the end of it."""
    told = set(reading.scanned.exclude(state=ScannedPage.State.TRYING).values_list("number", flat=True))
    number = next((one for one in range(reading.pages) if one not in told), None)
    if number is None:
        _end(reading, at)
        return
    page, _made = ScannedPage.objects.get_or_create(reading=reading, number=number)
    ScannedPage.objects.filter(pk=page.pk).update(tries=F("tries") + 1)
    ScanReading.objects.filter(pk=reading.pk, state=ScanReading.State.WAITING).update(state=ScanReading.State.READING)
    if page.tries >= MOST_TRIES:
        _page_failed(page, _("Its recognition was cut off several times."))
        return
    try:
        read = scan.read_page(_source(reading), number, language=_language(reading, number))
    except Secret:
        _refuse(reading, at)
    except Refusal as no:
        _page_failed(page, str(no.facts.get("why", no)))
    except Exception as wrong:  # one page never stops the others; what it was stands in the log, not on the page
        log.error("Page %s of scan %s: the reader failed with %s.", number + 1, reading.pk, type(wrong).__name__)
        _page_failed(page, _("The program failed on it (%(error)s).") % {"error": type(wrong).__name__})
    else:
        ScannedPage.objects.filter(pk=page.pk).update(
            state=ScannedPage.State.READ,
            content=read.to_json(),
            sure=read.sure,
            words=read.words,
            doubtful=read.doubtful,
            why="",
        )


@transaction.atomic
def stop(number: int, *, actor: Actor, at: datetime) -> None:
    """Read no further page, and keep nothing of it."""
    reading = queries.scan_for(actor, number)
    refuse_unless(policy.may_hand_in(actor))
    stopped = ScanReading.objects.filter(
        pk=reading.pk, document=None, state__in=(*OPEN, ScanReading.State.DONE, ScanReading.State.FAILED)
    ).update(state=ScanReading.State.STOPPED, ended_at=at, file_name="", sha256="")
    if not stopped:
        raise NotNow(lazy("This scan is not being recognised any more."))
    reading.scanned.all().delete()
    _write("scan.stopped", reading, actor=actor, at=at)
    transaction.on_commit(lambda: _let_go(reading.sha256))


@transaction.atomic
def again(number: int, *, actor: Actor, at: datetime) -> None:
    """Try the pages once more that could not be read."""
    reading = queries.scan_for(actor, number)
    refuse_unless(policy.may_hand_in(actor))
    waiting = ScanReading.objects.filter(pk=reading.pk, state=ScanReading.State.FAILED).update(
        state=ScanReading.State.WAITING, why="", ended_at=None
    )
    if not waiting:
        raise NotNow(lazy("Every page of this scan was read, or is still being read."))
    reading.scanned.exclude(state=ScannedPage.State.READ).delete()
    _write("scan.again", reading, actor=actor, at=at)


def reading_of(reading: ScanReading) -> Reading:
    """What its pages say, without looking at any of them again."""
    pages = [scan.ScannedPage.from_json(kept) for kept in _contents(reading)]
    return of_scan(pages, media_type=reading.media_type, count=reading.pages)


def _contents(reading: ScanReading) -> list[dict[str, Any]]:
    read = reading.scanned.filter(state=ScannedPage.State.READ).order_by("number")
    return [page.content for page in read if page.content]


def _source(reading: ScanReading) -> scan.Source:
    with files.open_held(reading.sha256) as held:
        return scan.Source(held.read(), reading.pages, is_pdf=reading.media_type == files.PDF)


def _language(reading: ScanReading, number: int) -> str:
    """That of the page before: most papers have one."""
    kept = reading.scanned.filter(state=ScannedPage.State.READ, number__lt=number).order_by("number").last()
    return str(kept.content["language"]) if kept and kept.content else ""


def _page_failed(page: ScannedPage, why: str) -> None:
    ScannedPage.objects.filter(pk=page.pk).update(state=ScannedPage.State.FAILED, why=why)


def _end(reading: ScanReading, at: datetime) -> None:
    """Every page was tried. The whole text is looked at for marks once more: one may run over two pages."""
    failed = reading.scanned.filter(state=ScannedPage.State.FAILED).count()
    if failed:
        words = ngettext("%(count)s page could not be read.", "%(count)s pages could not be read.", failed)
        _close(reading, ScanReading.State.FAILED, at, why=words % {"count": failed})
        return
    try:
        secrecy.refuse_if_marked(reading_of(reading).text)
    except Secret:
        _refuse(reading, at)
    except Refusal as no:
        _close(reading, ScanReading.State.FAILED, at, why=f"{no} {no.remedy}".strip())
    else:
        _close(reading, ScanReading.State.DONE, at)


def _close(reading: ScanReading, state: ScanReading.State, at: datetime, *, why: str = "") -> None:
    ScanReading.objects.filter(pk=reading.pk, state__in=OPEN).update(state=state, ended_at=at, why=why)


def _refuse(reading: ScanReading, at: datetime) -> None:
    """The paper must not be here: everything of it goes, for whoever handed it in."""
    sha256 = reading.sha256
    with transaction.atomic():
        same = ScanReading.objects.filter(sha256=sha256, document=None)
        ScannedPage.objects.filter(reading__in=same).delete()
        refused = list(same.values_list("pk", flat=True))
        same.update(state=ScanReading.State.REFUSED, ended_at=at, why="", sha256="", file_name="")
        for one in ScanReading.objects.filter(pk__in=refused):
            _write("scan.refused", one, actor=Actor.system(JOB), at=at)
    _let_go(sha256)


def _let_go(sha256: str) -> None:
    """Another post may have handed in the same."""
    if sha256 and not ScanReading.objects.filter(sha256=sha256, document=None).exists():
        files.let_go(sha256)


def _write(verb: str, reading: ScanReading, *, actor: Actor, at: datetime) -> None:
    """How many pages, never which words: what it says nobody has read yet."""
    ledger.write(actor, verb, at=at, subject_kind="scan", subject_id=reading.pk, facts={"pages": reading.pages})
