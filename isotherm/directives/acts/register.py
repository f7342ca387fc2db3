"""Registering a document: read it, keep the file, store what was read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from isotherm.accounts.models import SigningAuthority
from isotherm.actor import Actor
from isotherm.directives import policy
from isotherm.directives.acts import scanning
from isotherm.directives.acts.proposing import propose
from isotherm.directives.models import Document, Passage, Relation, ScanReading
from isotherm.directives.queries import symbol_key
from isotherm.directives.reading import Reading, Scan, open_file, read_file
from isotherm.directives.signing import Signing, giver_of
from isotherm.records import files, ledger
from isotherm.refusals import NotAccepted, NotNow, refuse_unless
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Heading:
    """What the document says of itself, as read or as a person corrected it. Empty stays empty."""

    symbol: str = ""
    issuer: str = ""
    signed_on: date | None = None
    subject: str = ""
    type_code: str = ""
    type_name: str = ""
    signer: str = ""
    signer_title: str = ""
    place: str = ""
    urgency: str = ""
    signed_how: str = ""  # own, by_order, by_delegation
    signed_for: str = ""  # the head's title, as the signature says it

    @classmethod
    def of(cls, reading: Reading) -> Heading:
        header = reading.header
        return cls(
            symbol=header.symbol or "",
            issuer=header.issuer or "",
            signed_on=header.signed_on,
            subject=header.subject or "",
            type_code=header.type_code or "",
            type_name=header.type_name or "",
            signer=header.signer or "",
            signer_title=header.signer_title or "",
            place=header.place or "",
            urgency=header.urgency or "",
            signed_how=header.signing.how,
            signed_for=header.signing.head,
        )

    def corrected(self, **given: str | date | None) -> Heading:
        """A person's words win over what was read, where she wrote any."""
        return replace(self, **{name: value for name, value in given.items() if value})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was read and kept, not registered yet."""

    sha256: str
    name: str
    reading: Reading
    scan_id: int | None = None


def receive(content: bytes, name: str, *, workers: int = 1, tell: Callable[[int, int], None] | None = None) -> Received:
    """
    Read, check for secrecy marks, then keep. Refuses before anything is stored. Slow: not inside a transaction, and not
    where somebody waits for a page, since every page of a scan is read here (`hand_in`).
    """
    reading = read_file(content, name, limit_bytes=_limit(), workers=workers, tell=tell)
    kept = files.keep(content, media_type=reading.media_type)
    return Received(sha256=kept.sha256, name=plain_name(name), reading=reading)


def hand_in(content: bytes, name: str, *, actor: Actor, at: datetime) -> Received | ScanReading:
    """The same, but a scan is only taken in, to be recognised in the background."""
    refuse_unless(policy.may_hand_in(actor))
    found = open_file(content, name, limit_bytes=_limit())
    if isinstance(found, Scan):
        return scanning.begin(found, plain_name(name), actor=actor, at=at)
    kept = files.keep(content, media_type=found.media_type)
    return Received(sha256=kept.sha256, name=plain_name(name), reading=found)


def received(sha256: str, name: str, *, post_id: int | None = None) -> Received:
    """The same from the store, for the second step of the form; a scan as it was recognised for this post."""
    known = ScanReading.objects.filter(sha256=sha256)
    one = known.filter(post_id=post_id).last() if post_id is not None else None
    if one is not None:
        if one.state != ScanReading.State.DONE:
            raise _not_recognised()
        return Received(sha256=sha256, name=one.file_name, reading=scanning.reading_of(one), scan_id=one.pk)
    with files.open_file(sha256) as kept:
        found = open_file(kept.read(), name, limit_bytes=_limit())
    if isinstance(found, Scan):
        raise _not_recognised()
    return Received(sha256=sha256, name=plain_name(name), reading=found)


def _not_recognised() -> NotNow:
    return NotNow(lazy("This scan has not been recognised to its end."), remedy=lazy("Hand the document in again."))


def _limit() -> int:
    return int(settings.UPLOAD_LIMIT_MB) * 1024 * 1024


def issuer_of(text: str, day: date) -> Unit | None:
    """The unit that the issuer's words mean on the signing day."""
    found = unit_queries.resolve([text], day)[0]
    return Unit.objects.get(pk=found.unit_id) if found.unit_id is not None else None


def register(incoming: Received, heading: Heading, *, actor: Actor, at: datetime) -> Document:
    """The registered document with its passages, relations and proposed tasks."""
    _refuse_missing(heading)
    signed_on = heading.signed_on
    assert signed_on is not None
    if signed_on > actor.day:
        raise NotAccepted(lazy("The document's date lies in the future."), field="signed_on")
    issuer = issuer_of(heading.issuer, signed_on)
    if issuer is None:
        raise NotAccepted(
            lazy("The issuing body “%(name)s” is not in the register."),
            {"name": heading.issuer},
            remedy=lazy("Choose the issuing body from the register."),
            field="issuer",
        )
    how = heading.signed_how or "own"
    if how not in ("own", *SigningAuthority.How.values):
        sentence = lazy("Say whether it was signed in its own name, by order or by delegation.")
        raise NotAccepted(sentence, field="signed_how")
    refuse_unless(policy.may_register(actor, issuer.pk, how=how, day=signed_on))
    if incoming.scan_id is not None:
        files.admit(incoming.sha256)
    try:
        with transaction.atomic():
            return _store(incoming, heading, issuer=issuer, signed_on=signed_on, actor=actor, at=at)
    except IntegrityError as clash:
        if "a_symbol_is_registered_once_for_its_issuer_and_year" not in str(clash):
            raise
        raise _already(heading, issuer, signed_on) from None


def _store(
    incoming: Received, heading: Heading, *, issuer: Unit, signed_on: date, actor: Actor, at: datetime
) -> Document:
    reading = incoming.reading
    key = symbol_key(heading.symbol)
    if Document.objects.filter(symbol_key=key, issuer=issuer, signed_on__year=signed_on.year).exists():
        raise _already(heading, issuer, signed_on)
    assert actor.unit_id is not None
    how = heading.signed_how or "own"
    giver = giver_of(issuer.pk, Signing(how, heading.signed_for), day=signed_on)
    document = Document.objects.create(
        code=_code(heading.symbol, signed_on),
        symbol=heading.symbol.strip(),
        symbol_key=key,
        type_code=heading.type_code,
        type_name=heading.type_name,
        issuer=issuer,
        issuer_text=heading.issuer,
        signed_on=signed_on,
        signer=heading.signer,
        signer_title=heading.signer_title,
        place=heading.place,
        subject=heading.subject.strip(),
        urgency=heading.urgency,
        language=reading.header.language,
        text=reading.text,
        kind=reading.kind,
        file_sha256=incoming.sha256,
        file_name=incoming.name,
        office_id=actor.unit_id,
        signed_how=how,
        in_name_of_id=giver if giver != issuer.pk else None,
        registered_at=at,
    )
    Passage.objects.bulk_create(
        Passage(
            document=document,
            position=position,
            path=passage.path[:160],
            label=passage.label[:200],
            kind=passage.kind,
            role=passage.role,
            start=passage.start,
            end=passage.end,
        )
        for position, passage in enumerate(reading.passages)
    )
    _relate(document, reading)
    propose(document, reading.candidates)
    if incoming.scan_id is not None:
        ScanReading.objects.filter(pk=incoming.scan_id).update(document=document, doubtful=reading.doubtful)
    ledger.write(
        actor,
        "document.registered",
        at=at,
        subject_kind="document",
        subject_id=document.pk,
        subject_code=document.code,
        document_id=document.pk,
        facts={"symbol": document.symbol, "file": incoming.sha256, "candidates": len(reading.candidates)},
    )
    return document


def _relate(document: Document, reading: Reading) -> None:
    known: dict[str, int] = {}
    keys = {symbol_key(one.symbol) for one in reading.header.cited}
    for other in Document.objects.filter(symbol_key__in=keys).exclude(pk=document.pk).order_by("signed_on"):
        known[other.symbol_key] = other.pk
    Relation.objects.bulk_create(
        Relation(
            document=document,
            what=one.relation,
            symbol=one.symbol,
            symbol_key=symbol_key(one.symbol),
            other_id=known.get(symbol_key(one.symbol)),
            start=one.start,
            end=one.end,
        )
        for one in reading.header.cited
    )
    # Earlier documents that cited this one by its symbol now find it.
    Relation.objects.filter(symbol_key=document.symbol_key, other=None).update(other=document)


def _refuse_missing(heading: Heading) -> None:
    missing = {
        "symbol": (heading.symbol, lazy("number and symbol")),
        "issuer": (heading.issuer, lazy("issuing body")),
        "signed_on": (heading.signed_on, lazy("date of issue")),
        "subject": (heading.subject, lazy("subject")),
    }
    absent = {name: str(words) for name, (value, words) in missing.items() if not value}
    if absent:
        raise NotAccepted(
            lazy("The document does not show its %(parts)s."),
            {"parts": ", ".join(absent.values())},
            remedy=lazy("Fill in what is missing; nothing is made up."),
            field=next(iter(absent)),
        )


def _already(heading: Heading, issuer: Unit, signed_on: date) -> NotNow:
    return NotNow(
        lazy("The document %(symbol)s of %(year)s is already registered."),
        {"symbol": heading.symbol, "year": signed_on.year},
        remedy=lazy("Open it from the list of documents. If this is another document, check its symbol and date."),
        field="symbol",
    )


# Addresses that are pages of their own.
_TAKEN = {"new", "draft-check", "scans"}


def _code(symbol: str, signed_on: date) -> str:
    """The address: the symbol in plain letters, with the year, then a number, where it repeats."""
    letters = unicodedata.normalize("NFKD", symbol.replace("Đ", "D").replace("đ", "d").replace("Ð", "D"))
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    plain = re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-")[:100] or "document"
    for code in (plain, f"{plain}-{signed_on.year}", *(f"{plain}-{signed_on.year}-{n}" for n in range(2, 1000))):
        if code not in _TAKEN and not Document.objects.filter(code=code).exists():
            return code
    raise NotNow(lazy("Too many documents carry this symbol."), field="symbol")


def plain_name(name: str) -> str:
    return re.sub(r"[\x00-\x1f/\\]+", "_", name).strip()[-200:] or "document"
