"""An independent tester of the protocol finds nothing: every check, against the whole application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from isotherm.wsgi import application
from tests.doors.scim.conftest import Machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The application would close the connection after each request, and with it the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.slow
def test_the_tester_of_the_protocol_is_content_with_every_check(machine: Machine) -> None:
    client = WSGISCIMClient(
        application,
        base_url="http://testserver/scim/v2",
        headers={"Authorization": f"Bearer {machine.token}"},
    )
    results = check_server(client)
    assert [
        f"{one.resource_type} {one.title}: {one.reason}" for one in results if one.status is not Status.SUCCESS
    ] == []
    checked = {(one.resource_type, one.title) for one in results}
    assert len(results) > 60 and {"User", "Group"} <= {kind for kind, _title in checked}
