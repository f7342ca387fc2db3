"""The scene stands once for all that walks through it; each walk undoes its own steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from isotherm.accounts.providers import Provider
from tests.repository.scene import Scene


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    # A language model is set up where nobody answers: pages only write down that it is to be asked.
    # Neither does anybody at the provider of sign-in.
    nobody = Provider("nobody", "Không ai", "Nobody", "http://127.0.0.1:9", "isotherm")
    set_up = override_settings(READER_URL="http://127.0.0.1:9/v1", PROVIDERS=(nobody,))
    with set_up, django_db_blocker.unblock(), transaction.atomic():
        yield Scene()
        transaction.set_rollback(True)
