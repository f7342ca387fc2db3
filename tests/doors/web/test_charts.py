"""The drawings say what their numbers say, on a wide place and on a narrow one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils import translation

from isotherm.doors.web.charts import (
    curve,
    curve_alone,
    grid_of,
    holding,
    holding_alone,
    ladder,
    ladder_alone,
    spark,
    tile_map,
    tile_map_alone,
)
from isotherm.doors.web.charts.curve import spread
from isotherm.doors.web.charts.ladder import parts_of
from isotherm.doors.web.charts.measure import width, wrap
from isotherm.doors.web.charts.pen import LEAST_TYPE, Pen
from isotherm.doors.web.charts.shapes import (
    Bottleneck,
    Counts,
    Curve,
    Held,
    Holding,
    Ladder,
    Outcome,
    Rung,
    Series,
    Tile,
    TileMap,
)
from isotherm.doors.web.charts.tiles import step_of

ROOT = Path(__file__).resolve().parents[3]
GRID = grid_of(ROOT / "countries" / "vn")
DAY = date(2026, 9, 22)

COMMUNES = Counts(on_time=3055, late=672, overdue=2915, paused=180, unconnected=96)
LADDER = Ladder(
    title="Từ trung ương đến xã",
    rungs=(
        Rung("Chính phủ", "giao 7 nhiệm vụ", Counts(on_time=7)),
        Rung("34 tỉnh, thành phố", "238 lượt giao đến hạn", Counts(176, 29, 33), parent=0, conduction=0.94),
        Rung("3.321 xã", "6.642 lượt giao đến hạn", COMMUNES, parent=1, hrefs={Outcome.OVERDUE: "/rows?a=1&b=2"}),
    ),
    bottleneck=Bottleneck(below=2, link="tỉnh giao xã", rate=0.58, low=0.46, high=0.69),
)
CURVE = Curve(
    "Đã tiếp nhận theo ngày",
    (
        Series("34 tỉnh", tuple((DAY + timedelta(days=i), min(1.0, i / 20)) for i in range(61))),
        Series("3.321 xã", tuple((DAY + timedelta(days=i), i / 110) for i in range(61)), matters=True),
    ),
    due=DAY + timedelta(days=7),
)
HOLDING = Holding("Thời gian tại từng cơ quan", (Held("Tỉnh", 5, 17, 6642, "/x"), Held("Chính phủ, bộ", 3, 0, 6642)))
MAP = TileMap(
    "34 tỉnh, thành phố",
    GRID,
    {place.code: Tile(place.code, 30, 100, f"/heat/{place.code}", place.code == "66") for place in GRID[:34]},
)


def drawings(markup: str) -> list[ElementTree.Element]:
    found = ElementTree.fromstring(str(markup))  # noqa: S314 - our own drawing
    return [found] if found.tag.endswith("svg") else list(found.iter("svg"))


def words_of(drawing: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in drawing.iter() if text.tag.endswith("text")]


ALL = [
    pytest.param(lambda: ladder(LADDER), id="ladder"),
    pytest.param(lambda: curve(CURVE), id="curve"),
    pytest.param(lambda: holding(HOLDING), id="holding"),
    pytest.param(lambda: tile_map(MAP), id="map"),
]
ALONE = [
    pytest.param(lambda: ladder_alone(LADDER), id="ladder"),
    pytest.param(lambda: curve_alone(CURVE), id="curve"),
    pytest.param(lambda: holding_alone(HOLDING), id="holding"),
    pytest.param(lambda: tile_map_alone(MAP), id="map"),
]


@pytest.mark.parametrize("draw", ALL[:3])
def test_a_drawing_comes_wide_and_narrow(draw):
    wide, narrow = drawings(draw())
    assert (wide.get("class"), narrow.get("class")) == ("wide", "narrow")
    assert float(wide.get("viewBox").split()[2]) > float(narrow.get("viewBox").split()[2])
    assert float(narrow.get("viewBox").split()[2]) <= 320


def test_a_long_name_of_a_level_is_broken_and_not_cut_in_the_narrow_drawing():
    rungs = (
        *LADDER.rungs[:2],
        Rung("3,321 communes, wards and special zones", "12,017 assignments due", COMMUNES, parent=1),
    )
    _wide, narrow = drawings(ladder(Ladder("From the centre to the communes", rungs, bottleneck=None)))
    room = float(narrow.get("viewBox").split()[2])
    names = [one for one in narrow.iter("text") if one.text and ("communes" in one.text or "zones" in one.text)]
    assert len(names) == 2
    for one in names:
        assert float(one.get("x")) + width(one.text, float(one.get("font-size"))) <= room + 2, one.text


def test_the_map_is_drawn_once_for_a_place_that_is_always_narrow():
    (only,) = drawings(tile_map(MAP))
    assert float(only.get("viewBox").split()[2]) <= 320


@pytest.mark.parametrize("draw", ALL)
def test_a_drawing_is_named_and_described_to_those_who_do_not_see_it(draw):
    for drawing in drawings(draw()):
        title, desc = drawing.get("aria-labelledby").split()
        named = {one.get("id"): one.text for one in drawing.iter() if one.get("id")}
        assert named[title] and len(named[desc]) > 20


@pytest.mark.parametrize("draw", ALL)
def test_a_drawing_with_links_is_a_group_so_that_they_stay_reachable(draw):
    for drawing in drawings(draw()):
        assert drawing.get("role") == ("group" if list(drawing.iter("a")) else "img")


def test_no_two_marks_of_a_page_share_an_id():
    page = "".join(str(draw.values[0]()) for draw in ALL)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("draw", ALL)
def test_no_words_are_drawn_too_small_or_outside(draw):
    for drawing in drawings(draw()):
        room = float(drawing.get("viewBox").split()[2])
        sizes = [float(one.get("font-size")) for one in drawing.iter() if one.get("font-size")]
        assert sizes and min(sizes) >= LEAST_TYPE
        for text in drawing.iter("text"):
            if "t-" in (text.get("class") or "") or text.get("font-size") is None:
                continue
            assert float(text.get("x")) + width(text.text, float(text.get("font-size"))) <= room + 2, text.text


@pytest.mark.parametrize("draw", [*ALL, *ALONE])
def test_the_strict_content_policy_finds_nothing_to_stop(draw):
    markup = str(draw())
    assert (
        "<style" not in markup and " style=" not in markup and "<script" not in markup and " on" + "click" not in markup
    )


@pytest.mark.parametrize("draw", ALONE)
def test_a_drawing_alone_carries_its_colours_and_needs_no_page(draw):
    (drawing,) = drawings(draw())
    assert drawing.get("width") and "class=" not in draw() and "href=" not in draw()
    assert not [
        one for one in drawing.iter() if one.tag.endswith("rect") and not (one.get("fill") or one.get("stroke"))
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_mark_of_the_map_lies_outside_it(language):
    with translation.override(language):
        (only,) = drawings(tile_map(MAP))
    _x, _y, wide, tall = (float(part) for part in only.get("viewBox").split())
    for rect in only.iter("rect"):
        assert float(rect.get("x", 0)) + float(rect.get("width")) <= wide + 0.5
        assert float(rect.get("y", 0)) + float(rect.get("height")) <= tall


def test_type_under_eleven_pixels_is_refused():
    with pytest.raises(ValueError, match="11"):
        Pen(name="x", width=10, wide=True).text(0, 0, "nhỏ", size=10)


def test_the_bottleneck_is_named_with_its_interval():
    with translation.override("vi"):
        for drawing in drawings(ladder(LADDER)):
            said = " ".join(words_of(drawing))
            assert "Khâu nghẽn chính: tỉnh giao xã, 58% (46–69)" in said


def test_without_a_bottleneck_none_is_drawn_and_the_words_say_so():
    plain = Ladder(LADDER.title, LADDER.rungs)
    with translation.override("vi"):
        markup = ladder(plain)
    assert "Khâu nghẽn chính" not in markup and "Không có khâu nào nghẽn hơn hẳn" in markup


def test_bars_share_their_length_as_their_counts():
    parts = {one: length for one, _at, length in parts_of(Counts(on_time=50, late=25, overdue=25), 504)}
    assert parts == {Outcome.ON_TIME: 250, Outcome.LATE: 125, Outcome.OVERDUE: 125}


def test_what_is_paused_or_not_connected_stands_apart_from_the_rate():
    parts = parts_of(Counts(on_time=10, unconnected=10), 212)
    (_one, _at, rated), (_other, beside, _length) = parts
    assert beside - rated > 10


def test_one_of_ten_thousand_is_still_seen():
    parts = parts_of(Counts(on_time=9999, overdue=1), 400)
    assert parts[-1][2] >= 3 and parts[-1][1] + parts[-1][2] == pytest.approx(400)


def test_a_bar_with_nothing_due_says_so():
    with translation.override("vi"):
        markup = ladder(Ladder("x", (Rung("Xã", "", Counts()),)))
    assert "chưa đến hạn" in markup


def test_each_province_has_its_tile_with_its_whole_name():
    for drawing in drawings(tile_map(MAP)):
        said = " ".join(words_of(drawing))
        names = [place.name for place in GRID]
        assert len(names) == 36
        assert [name for name in names if name not in said] == []


@pytest.mark.parametrize("archipelago", ["Hoàng Sa", "Trường Sa"])
@pytest.mark.parametrize(
    "draw", [lambda: tile_map(MAP), lambda: tile_map(TileMap("x", GRID, {})), lambda: tile_map_alone(MAP)]
)
def test_hoang_sa_and_truong_sa_are_on_every_map(draw, archipelago):
    for drawing in drawings(draw()):
        assert archipelago in " ".join(words_of(drawing))


def test_no_two_tiles_lie_on_each_other():
    for drawing in drawings(tile_map(MAP)):
        places = [
            (rect.get("x", "0"), rect.get("y", "0"))
            for link in drawing.iter()
            if link.tag in ("a", "g") and link.find("title") is not None
            for rect in link.findall("rect")
        ]
        assert len(places) == len(set(places)) == 36


def test_each_tile_with_something_due_is_a_link_and_shows_its_share():
    (wide,) = drawings(tile_map(MAP))
    assert len(list(wide.iter("a"))) == 34
    assert words_of(wide).count("30") == 34


def test_a_tile_that_stands_out_is_outlined_and_named_in_the_description():
    (wide,) = drawings(tile_map(MAP))
    outlined = [link for link in wide.iter("a") if link.find("path") is not None]
    assert [link.get("href") for link in outlined] == ["/heat/66"]
    assert "Đắk Lắk 30%" in wide.find("desc").text


@pytest.mark.parametrize(("share", "step"), [(None, None), (0, 1), (0.0999, 1), (0.10, 2), (0.5, 4), (0.70, 6), (1, 6)])
def test_steps_of_the_map_begin_at_their_bounds(share, step):
    assert step_of(share) == step


def test_the_curve_reaches_from_none_to_all():
    wide, _narrow = drawings(curve(CURVE))
    assert {"0%", "25%", "50%", "75%", "100%"} <= set(words_of(wide))


def test_lines_are_told_apart_without_colour():
    wide, _narrow = drawings(curve(CURVE))
    lines = [path for path in wide.iter("path") if path.get("class") in ("l-ink", "l-accent")]
    assert lines[0].get("stroke-width") != lines[1].get("stroke-width")


def test_labels_of_lines_that_end_together_are_moved_apart():
    placed = spread([50, 51, 52], apart=18, low=10, high=200)
    assert placed[1] - placed[0] >= 18 and placed[2] - placed[1] >= 18
    assert max(spread([195, 196, 197], apart=18, low=10, high=200)) <= 200


def test_a_curve_of_one_day_can_be_drawn():
    assert "svg" in curve(Curve("x", (Series("Tỉnh", ((DAY, 0.0),)),)))


def test_a_chart_without_data_says_what_is_missing():
    with translation.override("vi"):
        assert "Chưa có nhiệm vụ nào được giao" in curve(Curve("x", ()))
        assert "Chưa có nhiệm vụ nào được giao" in holding(Holding("x", ()))


def test_days_within_and_beyond_stand_beside_their_bar():
    for drawing in drawings(holding(HOLDING)):
        assert "5 + 17" in words_of(drawing) and "3 + 0" in words_of(drawing)


def test_a_small_bar_says_its_shares():
    with translation.override("vi"):
        assert "60% đúng hạn, 40% đang quá hạn" in spark(Counts(on_time=60, overdue=40))


def test_a_name_in_a_chart_cannot_break_out_of_it():
    evil = Ladder("<script>", (Rung("</text><script>alert(1)</script>", "&", Counts(1), href='"><script>'),))
    assert "<script" not in str(ladder(evil))


def test_wrapped_names_keep_every_word():
    assert wrap("Thái Nguyên", 42, 11) == ["Thái", "Nguyên"]
    assert wrap("Huế", 42, 11) == ["Huế"]
    assert " ".join(wrap("một hai ba bốn năm sáu bảy", 40, 12, lines=3)) == "một hai ba bốn năm sáu bảy"
