"""The acts on documents as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from isotherm.accounts.models import Post
from isotherm.directives.models import Correction, Document
from isotherm.doors.cli.directive import group
from isotherm.execution.models import Assignment
from isotherm.refusals import NotNow, NotYours, OutOfReach
from tests.directives.test_register import PAPER
from tests.world import World


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "91.txt"
    path.write_text(PAPER, encoding="utf-8")
    return path


def typed(*words: object, post: str = "VPCP:chuyen-vien") -> str:
    done = CliRunner().invoke(group, [*map(str, words), "--as", post], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


def test_a_document_goes_the_whole_way_from_a_terminal(world: World, paper: Path) -> None:
    assert "91-CD-TTg" in typed("register", paper, post="VPCP:van-thu")
    shown = json.loads(typed("show", "91-CD-TTg", "--format", "json"))
    assert [len(task["units"]) for task in shown["tasks"]] == [1, 34]
    typed("edit", "91-CD-TTg", 1, "--lead", "Bộ Xây dựng", "--due", "30/06/2026")
    typed("accept", "91-CD-TTg", "--all")
    typed("submit", "91-CD-TTg")
    typed("issue", "91-CD-TTg", "--preview", post="VPCP:lanh-dao")
    assert not Assignment.objects.exists()
    typed("issue", "91-CD-TTg", post="VPCP:lanh-dao")
    assert Assignment.objects.count() == 35
    typed("correct", "91-CD-TTg.1", "product", "Danh mục", "--reason", "Ghi thiếu sản phẩm", post="VPCP:lanh-dao")
    assert Correction.objects.count() == 1
    typed("recall", "91-CD-TTg.2", "--reason", "Trùng với văn bản khác", post="VPCP:lanh-dao")
    assert Assignment.objects.filter(state="withdrawn").count() == 34
    assert typed("list").split("\t")[2:5] == ["issued", "1", "35"]


def test_registering_twice_is_refused(world: World, paper: Path) -> None:
    typed("register", paper)
    with pytest.raises(NotNow):
        typed("register", paper)
    assert Document.objects.count() == 1


def test_the_post_that_submitted_does_not_give_from_a_terminal_either(world: World, paper: Path) -> None:
    typed("register", paper)
    typed("accept", "91-CD-TTg", "--all")
    typed("submit", "91-CD-TTg", post="VPCP:lanh-dao")
    with pytest.raises(NotYours):
        typed("issue", "91-CD-TTg", post="VPCP:lanh-dao")


def test_a_post_that_does_not_exist_is_named(world: World) -> None:
    assert not Post.objects.filter(code="VPCP:khong-co").exists()
    with pytest.raises(OutOfReach, match="khong-co"):
        typed("list", post="VPCP:khong-co")
