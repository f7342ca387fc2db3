from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from isotherm.database.last_words import explain

FOLDER = Path("/srv/isotherm/postgresql")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('FATAL:  could not write to file "pg_wal/xlogtemp.7": No space left on device', "full"),
        ('could not create directory "/srv/x": Permission denied', "may not write"),
        ("FATAL:  database files are incompatible with server", "another version"),
        ('FATAL:  lock file "postmaster.pid" already exists', "already holds"),
        ("could not bind Unix address: Address already in use", "already holds"),
        ('Unix-domain socket path "/x" is too long (maximum 107 bytes)', "too long"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "not enough memory"),
        ("LOG: one\nFATAL:  something new\n\n", "something new"),
    ],
)
def test_a_programs_last_words_become_a_sentence(words, said):
    with translation.override("en"):
        assert said in str(explain(words, folder=FOLDER))
