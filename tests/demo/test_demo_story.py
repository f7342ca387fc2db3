"""The demo tells what it must: the figures of its conclusions, what was planted, no commune with more than it bears."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from isotherm.accounts.queries import people_called
from isotherm.analysis.heat import Scope, heat
from isotherm.directives.models import Document
from isotherm.doors.cli import demo
from isotherm.doors.simulator import stage
from isotherm.records.verification import verify
from isotherm.units.models import Unit

pytestmark = pytest.mark.slow
UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC)
# Gia Lai and its neighbour, where demo people sit, and eight provinces with few communes.
PROVINCES = [
    *("UBND tỉnh Gia Lai", "UBND tỉnh Đắk Lắk", "UBND tỉnh Cao Bằng", "UBND tỉnh Điện Biên", "UBND tỉnh Lai Châu"),
    *("UBND tỉnh Sơn La", "UBND tỉnh Lạng Sơn", "UBND tỉnh Quảng Ninh", "UBND thành phố Huế", "UBND tỉnh Cà Mau"),
]


@pytest.fixture(scope="module")
def story(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, template: str, django_db_blocker: Any
) -> Iterator[Any]:
    from tests.conftest import _drop, _maintenance, _point_to

    # A database of its own has heads of its own: those of another test's seals would speak against it.
    heads, settings.SEALS_FOLDER = settings.SEALS_FOLDER, tmp_path_factory.mktemp("story-seals")
    before, name = settings.DATABASES["default"]["NAME"], "test_demo_story"
    with django_db_blocker.unblock(), _maintenance() as server:
        _drop(server, name)
        server.execute(f'create database "{name}" template "{template}"')
        _point_to(name)
        yield demo.load(until=UNTIL.astimezone(), provinces=PROVINCES, say=lambda _sentence: None)
        _point_to(before)
        _drop(server, name)
    settings.SEALS_FOLDER = heads


def counted(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_six_conclusions_have_69_tasks_of_which_42_are_completed_or_regular(story: Any) -> None:
    regular, completed, under_way = counted(
        """
        select count(*) filter (where kind = 'regular'), count(*) filter (where kind = 'task' and open = 0),
               count(*) filter (where kind = 'task' and open > 0)
        from (
            select t.kind, count(*) filter (where a.state <> 'done') as open
            from directives_task t join directives_document d on d.id = t.document_id
            join execution_assignment a on a.task_id = t.id and a.depth = 1
            where d.symbol like '%TB-VPCP' and t.state = 'issued' group by t.id
        ) tasks
        """
    )
    assert (regular + completed, under_way) == (42, 27)
    assert regular == 15


def test_a_programme_has_242_measures_and_no_commune_many_of_them(story: Any) -> None:
    assert counted("select count(*) from directives_task where code like '01-NQ-CP.%' and state = 'issued'") == (242,)
    (most,) = counted(
        "select max(n) from (select count(*) as n from execution_assignment where level = 'commune' "
        "group by unit_id, document_id) x"
    )
    assert most <= 10


def test_what_was_planted_is_named(story: Any) -> None:
    document = Document.objects.get(code="16-CT-TTg")
    found = heat([document.pk], scope=Scope.whole(), at=UNTIL)
    assert found.thermocline is not None
    assert (found.thermocline.upper, found.thermocline.level) == ("province", "commune")
    codes = dict(Unit.objects.values_list("id", "code"))
    named = {codes[one.body_id] for one in found.breaks if one.level == "commune"}
    assert {*story.cold_provinces, "BTC"} <= named
    assert not {"P-52", "P-66"} & set(story.cold_provinces)


def test_everybody_can_sign_in_with_a_post(story: Any) -> None:
    held = {one.post.code for one in people_called("demo.", UNTIL.date())}
    assert {"VPCP:chuyen-vien", "VPCP:lanh-dao", "BTC:lanh-dao", "P-52:lanh-dao", "P-66:lanh-dao"} <= held
    assert {"P-52:kiem-tra", "VPCP:quan-tri", "C-21952:lanh-dao"} <= held


def test_the_ledger_is_whole_and_says_that_the_demo_is_there(story: Any) -> None:
    assert verify().is_clean
    assert not stage.half_done()
    assert (stage.finished() or {})["story"] == demo.STORY


def test_nothing_happened_after_the_day_of_loading(story: Any) -> None:
    (last,) = counted("select max(at) from records_ledgerline where job <> 'sign-in'")
    assert last <= UNTIL
