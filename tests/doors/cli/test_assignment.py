"""The acts on assignments from a terminal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone, translation

from isotherm.directives.models import Document
from isotherm.doors.cli.assignment import group
from isotherm.execution.models import State
from isotherm.refusals import NotYours, OutOfReach
from tests.world import Wanted, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(world: World) -> Document:
    return world.issued("16/CT-TTg", [Wanted(["P-52"], due_in=30)], at=timezone.now() - timedelta(days=2))


def run(*arguments: str) -> str:
    with translation.override("en"):
        result = CliRunner().invoke(group, arguments)
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_document_goes_from_taking_up_to_confirmed_completion(document: Document, world: World) -> None:
    assert "Done for 1 assignment." in run("take-up", "16/CT-TTg", "--as", "P-52:van-thu")
    run("plan", "16/CT-TTg", "--as", "P-52:lanh-dao", "--words", "Làm trong tháng")
    run("report", "16/CT-TTg", "--as", "P-52:lanh-dao", "--percent", "40", "--words", "Đang làm")
    run("report", "16/CT-TTg", "--as", "P-52:lanh-dao", "--done", "--words", "Đã xong")
    run("confirm", "16/CT-TTg", "--as", "VPCP:lanh-dao", "--unit", "CP", "--of", "P-52")
    assert world.assignment(document, "P-52").state == State.DONE
    told = run("show", "16-CT-TTg.1", "--as", "P-52:lanh-dao")
    assert "Completion confirmed" in told
    assert "days within" in told


def test_a_post_of_another_body_is_refused(document: Document) -> None:
    with pytest.raises(OutOfReach):
        run("take-up", "16/CT-TTg", "--as", "P-66:van-thu")
    with pytest.raises(NotYours):
        run("report", "16/CT-TTg", "--as", "P-52:van-thu", "--percent", "10", "--words", "Đang làm")
