"""A directory of accounts of one department, and a machine that speaks for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from isotherm.accounts.acts.provisioning import make_client
from isotherm.accounts.models import ProvisioningClient
from isotherm.actor import Actor
from isotherm.units.models import Unit
from tests.world import MONDAY, World

JOB = Actor.system("test")
BODY = "P-52.SYT"  # the health department of Gia Lai


class Machine:
    """Sends JSON with the token of a directory, as its software would; no cookie is ever kept."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        client: Callable[..., HttpResponse] = Client(enforce_csrf_checks=True).generic
        return client(
            method,
            f"/scim/v2{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/scim+json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )


def directory(name: str, unit: str, *hands: str) -> tuple[ProvisioningClient, Machine]:
    made, token = make_client(
        name,
        Unit.objects.get(code=unit),
        hands=hands or ("officer", "clerk"),
        ground="12/QĐ-SYT",
        actor=JOB,
        at=MONDAY,
    )
    return made, Machine(token)


@pytest.fixture
def health(world: World) -> ProvisioningClient:
    return directory("health", BODY)[0]


@pytest.fixture
def machine(world: World) -> Machine:
    return directory("health", BODY)[1]
