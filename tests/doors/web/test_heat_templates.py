"""The page "Tình hình thực hiện" from its facts alone: the sentence, the drawings, the tables behind them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import path
from django.utils import translation

from isotherm.doors.web.charts import grid_of
from isotherm.doors.web.charts.page import draw
from isotherm.doors.web.charts.shapes import (
    Answer,
    AnswerPart,
    Beside,
    Bottleneck,
    BreakPoint,
    Counts,
    Curve,
    FigureLinks,
    HeatPage,
    Held,
    Holding,
    Ladder,
    Outcome,
    Promise,
    Rate,
    Rung,
    Series,
    Tile,
    TileMap,
    UnitRow,
    UnitTable,
    Verdict,
    Why,
)

ROOT = Path(__file__).resolve().parents[3]
AT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
DAY = date(2026, 9, 22)
APART = ("11", "12", "38", "40", "52", "66")
ADDRESS = "rows?step=done&outcome=overdue&unit="  # from the page's own address, which names the directive


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


NAMES = (
    "desk",
    "directives",
    "heat",
    "units",
    "obstacles",
    "sign-in",
    "sign-out",
    "language",
    "theme",
    "search",
    "keys",
)
urlpatterns = [path(name, nothing, name=name) for name in NAMES]

ANSWER = Answer(
    verdict=Verdict.BOTTLENECK,
    overdue=2915,
    overdue_href="/overdue",
    due=6642,
    due_href="/due",
    due_words="lượt giao đến hạn ở xã",
    link="tỉnh giao xã",
    link_href="/link",
    parts=(
        AnswerPart(1232, "/a", Why.NOT_SENT_ON, "6 tỉnh", many=True),
        AnswerPart(1018, "/b", Why.OWED, "Bộ Tài chính", thing="một thông tư"),
        AnswerPart(665, "/c", Why.OWN, "xã", many=True),
    ),
)


def whole_country() -> HeatPage:
    grid = grid_of(ROOT / "countries" / "vn")
    provinces = [place for place in grid if not place.inset]
    counts = Counts(on_time=85, late=20, overdue=105, paused=4, unconnected=2)
    hrefs = {outcome: ADDRESS + outcome for outcome in Outcome}
    days = tuple((DAY + timedelta(days=i), (i / 60) ** 0.5) for i in range(61))
    links = FigureLinks(excel="/ladder.xlsx", svg="/ladder.svg")
    return HeatPage(
        title="Tình hình thực hiện nhiệm vụ",
        answer=ANSWER,
        at=AT,
        rates=tuple(
            Rate(key, 3953, 6932, ADDRESS, ADDRESS)
            for key in ("done_due", "on_time_due", "on_time_assigned", "overdue_assigned")
        ),
        beside=(Beside("nhiệm vụ không quy định thời hạn", 1, "/undated"),),
        ladder=Ladder(
            "Từ trung ương đến xã",
            tuple(
                Rung(name, "6.642 lượt giao đến hạn", counts, parent, ADDRESS, hrefs, 0.9)
                for name, parent in (("Chính phủ", None), ("14 bộ", 0), ("34 tỉnh", 0), ("3.321 xã", 2))
            ),
            Bottleneck(3, "tỉnh giao xã", 0.58, 0.46, 0.69, ADDRESS),
        ),
        breaks=tuple(
            BreakPoint(f"UBND tỉnh {i}", "/u", "Chưa giao cho 166 xã", 332, ADDRESS, 24, DAY, Promise.BROKEN)
            for i in range(10)
        ),
        breaks_total=31,
        breaks_href="/breaks",
        curve=Curve("Đã tiếp nhận theo ngày", tuple(Series(n, days, n == "xã") for n in ("bộ", "tỉnh", "xã")), DAY),
        holding=Holding("Thời gian", tuple(Held(f"Tỉnh: giao xuống xã {i}", 5, 17, 6642, ADDRESS) for i in range(6))),
        map=TileMap(
            "34 tỉnh", grid, {p.code: Tile(p.code, 105, 210, ADDRESS + p.code, p.code in APART) for p in provinces}
        ),
        units=UnitTable(
            "34 tỉnh",
            "Tỉnh",
            tuple(
                UnitRow(f"UBND tỉnh {p.name}", ADDRESS, counts, ADDRESS, ADDRESS, "Bộ Tài chính", p.code in APART)
                for p in provinces
            ),
        ),
        links=dict.fromkeys(("ladder", "breaks", "curve", "holding", "map", "units"), links),
    )


@pytest.fixture
def render(settings):
    settings.ROOT_URLCONF = __name__

    def page(facts: HeatPage, language: str = "vi") -> str:
        request = RequestFactory().get("/heat", {"step": "done"})
        with translation.override(language):
            context = {"page": facts, "drawings": draw(facts)}
            return str(engines["jinja2"].get_template("heat/page.html").render(context, request))

    return page


def headline(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip()


def test_the_first_sentence_names_the_bottleneck_and_whom_it_waits_for(render):
    assert headline(render(HeatPage(title="x", answer=ANSWER, at=AT))) == (
        "Khâu nghẽn chính: tỉnh giao xã. 2.915 trong 6.642 lượt giao đến hạn ở xã đang quá hạn: "
        "1.232 do 6 tỉnh chưa giao xuống, 1.018 chờ một thông tư của Bộ Tài chính, 665 đang chờ xã."
    )
    assert ANSWER.adds_up


def test_the_same_sentence_in_english(render):
    page = render(HeatPage(title="x", answer=ANSWER, at=AT), "en")
    assert headline(page).startswith(
        "Main bottleneck: tỉnh giao xã. 2,915 of the 6,642 lượt giao đến hạn ở xã are overdue"
    )


def test_every_number_of_the_sentence_opens_its_rows(render):
    page = render(HeatPage(title="x", answer=ANSWER, at=AT))
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found and re.findall(r'href="([^"]+)"', found[1]) == ["/link", "/overdue", "/due", "/a", "/b", "/c"]


def test_parts_that_do_not_add_up_are_known(render):
    assert not Answer(Verdict.SPREAD, overdue=10, parts=(AnswerPart(9, "", Why.OWN, "xã"),)).adds_up


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(Verdict.SPREAD, overdue=3, due=9), "Không có khâu nào nghẽn hơn hẳn các khâu khác."),
        (Answer(Verdict.FEW, overdue=3, due=9), "Còn quá ít đơn vị để xác định khâu nghẽn chính."),
        (
            Answer(Verdict.CLEAR, due=9, due_words="lượt giao đến hạn"),
            "Không có lượt giao nào quá hạn: toàn bộ 9 lượt giao đến hạn đã được thực hiện.",
        ),
        (Answer(Verdict.NOTHING_DUE), "Chưa có lượt giao nào đến hạn."),
    ],
)
def test_where_nothing_stands_out_the_page_says_so(render, answer, words):
    said = headline(render(HeatPage(title="x", answer=answer, at=AT)))
    assert words in said and "Khâu nghẽn chính" not in said


def test_a_page_of_the_whole_country_stays_under_a_hundred_kilobytes(render):
    assert len(render(whole_country()).encode()) < 102_400


def test_each_drawing_has_a_table_behind_it(render):
    page = render(whole_country())
    for figure in ("ladder", "curve", "holding"):
        assert f'href="#{figure}-table"' in page and f'<details class="behind" id="{figure}-table">' in page
    assert 'href="#units"' in page


def test_without_a_map_the_units_stand_beside_the_answer(render):
    facts = whole_country()
    communes = HeatPage(title="x", answer=ANSWER, at=AT, units=facts.units)
    page = render(communes)
    assert page.index("<aside") < page.index('id="units"') < page.index("</aside>")


def test_an_empty_page_says_what_would_stand_here(render):
    assert "phần này nêu cơ quan cần xử lý tiếp" in render(
        HeatPage(title="x", answer=Answer(Verdict.NOTHING_DUE), at=AT)
    )


def test_what_a_unit_is_called_cannot_break_the_page(render):
    row = BreakPoint("<script>alert(1)</script>", "/u", "<b>", 1, "/p")
    page = render(HeatPage(title="<i>", answer=ANSWER, at=AT, breaks=(row,)))
    assert "<script>alert" not in page and "<i>" not in page


def test_ids_of_a_page_are_unique(render):
    ids = re.findall(r'\sid="([^"]+)"', render(whole_country()))
    assert len(ids) == len(set(ids))
