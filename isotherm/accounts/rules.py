"""What must hold of posts; plain values only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from isotherm.actor import Hand
from isotherm.refusals import NotAccepted, Refusal
from isotherm.words import lazy


def wrong_hands(hands: Iterable[str]) -> Refusal | None:
    wanted = set(hands)
    if not wanted or wanted - {hand.value for hand in Hand}:
        return NotAccepted(lazy("Choose what the post does inside its body."), field="hands")
    if Hand.ADMINISTRATOR.value in wanted and len(wanted) > 1:
        return NotAccepted(
            lazy("Who administers people and posts does no work in the same post: nobody grants himself what he does."),
            remedy=lazy("Found two posts."),
            field="hands",
        )
    return None


def wrong_scope(hands: Iterable[str]) -> Refusal | None:
    """A directory that filled the seats of administrators would widen its own rights."""
    wanted = set(hands)
    if wanted and not wanted - {hand.value for hand in Hand if hand is not Hand.ADMINISTRATOR}:
        return None
    return NotAccepted(
        lazy("Say which work the posts that the directory fills may do; never that of an administrator."), field="hands"
    )


def wrong_login(login: str) -> Refusal | None:
    """`#` marks the login of a person whom a directory removed."""
    if 0 < len(login) <= 80 and login.isprintable() and not set(login) & set(" #"):
        return None
    return NotAccepted(
        lazy("A login has up to 80 characters, without spaces and without #."),
        remedy=lazy("Such as an.nguyen."),
        field="login",
    )


def wrong_seat(seat: str) -> Refusal | None:
    plain = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    if seat and not set(seat) - plain and len(seat) <= 40:
        return None
    return NotAccepted(
        lazy("A seat's code has small plain letters, digits and dashes, such as pho-chu-tich-1."), field="seat"
    )


def wrong_days(start: date, end: date | None) -> Refusal | None:
    if end is None or end > start:
        return None
    return NotAccepted(lazy("It would end before it begins."), field="end")


def wrong_ground(ground: str) -> Refusal | None:
    if ground.strip():
        return None
    return NotAccepted(lazy("Name the decision by its symbol."), field="ground")
