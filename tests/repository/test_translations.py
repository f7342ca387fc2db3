"""The repository itself: a reader of Vietnamese meets no English sentence."""

from __future__ import annotations

import re

from isotherm.doors.cli import words


def test_every_sentence_has_its_vietnamese_with_the_same_placeholders() -> None:
    assert [str(finding) for finding in words.check()] == []


def test_the_same_sentence_is_said_the_same_way_in_every_area() -> None:
    assert len(words.merged()) > 100


def test_no_sentence_of_a_template_breaks_when_its_placeholders_are_filled() -> None:
    """Templates fill every sentence, also one without placeholders: there a bare per cent sign is an error."""
    catalogue = words.merged()
    bare = re.compile(r"%(?!%|\([a-z_0-9]+\)[sd])", re.IGNORECASE)
    broken = [
        f"{where}: {sentence}"
        for where, message_id in words._extracted()
        if ".html:" in where
        for sentence in (message_id, words._said(catalogue[message_id]) if message_id in catalogue else "")
        if bare.search(sentence.replace("%%", ""))
    ]
    assert broken == []
