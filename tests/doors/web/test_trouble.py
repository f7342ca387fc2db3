"""The database goes away under a page: a sentence, not a fault."""

from __future__ import annotations

from django.db import OperationalError
from django.test import Client, RequestFactory

from isotherm.doors.web.trouble import server_error


def test_a_missing_database_is_said_in_a_sentence_and_may_be_tried_again() -> None:
    try:
        raise OperationalError("server closed the connection")
    except OperationalError:
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "server closed" not in answer.content.decode()


def test_a_fault_of_ours_shows_none_of_its_particulars() -> None:
    try:
        raise RuntimeError("secret particulars")
    except RuntimeError:
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "secret particulars" not in answer.content.decode()


def test_the_handler_is_the_one_that_pages_use(client: Client) -> None:
    from isotherm.doors.web import urls

    assert urls.handler500 == "isotherm.doors.web.trouble.server_error"
