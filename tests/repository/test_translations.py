"""The repository itself: a reader of Vietnamese meets no English sentence."""

from __future__ import annotations

from isotherm.doors.cli import words


def test_every_sentence_has_its_vietnamese_with_the_same_placeholders() -> None:
    assert [str(finding) for finding in words.check()] == []


def test_the_same_sentence_is_said_the_same_way_in_every_area() -> None:
    assert len(words.merged()) > 100
