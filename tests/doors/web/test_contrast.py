"""Every pair of words and ground can be read, and every state is told apart, whatever eyes look at it."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy
import pytest

from isotherm.doors.web.charts import palette

SHEET = Path(__file__).resolve().parents[3] / "isotherm/doors/web/static/isotherm.css"

# LOOK: what the whole product promises to keep.
PROMISED_LIGHT = {
    "ground": "#faf8f4", "card": "#ffffff", "ink": "#1a212c", "soft": "#5b6470", "line": "#e4dfd6", "accent": "#9c4712",
    "on-time": "#1f7a6d", "late": "#e3b04b", "overdue": "#b3261e", "grey": "#c9c6bf", "heat-1": "#f6ede6",
    "heat-2": "#efd3c3", "heat-3": "#e2a98f", "heat-4": "#cf775d", "heat-5": "#b04334", "heat-6": "#871a18",
}  # fmt: skip
PROMISED_DARK = {
    "ground": "#12161d", "card": "#1a2029", "ink": "#ece8df", "soft": "#a3abb6", "line": "#2d3540", "accent": "#f0b070",
}  # fmt: skip

WORDS_ON_GROUNDS = [
    *itertools.product(
        ("ink", "soft", "accent", "words-on-time", "words-late", "words-overdue"), ("ground", "card", "raised")
    ),
    ("on-accent", "accent"),
    ("on-on-time", "on-time"),
    ("on-late", "late"),
    ("on-overdue", "overdue"),
    ("on-grey", "grey"),
    ("on-within", "within"),
    ("ground", "ink"),
    *((f"on-heat-{step}", f"heat-{step}") for step in range(1, 7)),
]
# Edges and marks need 3:1 where shape alone carries the meaning (WCAG 1.4.11).
MARKS_ON_GROUNDS = [
    ("edge", "card"),
    ("outline", "card"),
    ("outline", "overdue"),
    ("accent", "card"),
    ("on-time", "card"),
]


def sheets() -> list[dict[str, str]]:
    css = SHEET.read_text(encoding="utf-8")
    found = re.findall(r":root[^{]*\{\s*color-scheme: (?:light|dark);([^}]*)\}", css)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in found]


LIGHT, DARK_BY_DEVICE, DARK_BY_CHOICE = sheets()
THEMES = [pytest.param(LIGHT, id="light"), pytest.param(LIGHT | DARK_BY_DEVICE, id="dark")]


def linear(colour: str) -> numpy.ndarray:
    parts = numpy.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return numpy.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira and Fernandes 2009, full severity, on linear RGB.
EYES = {
    "all cones": numpy.eye(3),
    "no red cones": numpy.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green cones": numpy.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no colour": numpy.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}


def lab(rgb: numpy.ndarray) -> numpy.ndarray:
    to_xyz = numpy.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    xyz = to_xyz @ numpy.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = numpy.where(xyz > 0.008856, numpy.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return numpy.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str, eyes: numpy.ndarray) -> float:
    return float(numpy.linalg.norm(lab(eyes @ linear(one)) - lab(eyes @ linear(other))))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("words", "ground"), WORDS_ON_GROUNDS)
def test_words_can_be_read_on_their_ground(theme, words, ground):
    assert contrast(theme[words], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), MARKS_ON_GROUNDS)
def test_marks_that_carry_meaning_stand_out(theme, mark, ground):
    assert contrast(theme[mark], theme[ground]) >= (2.0 if (mark, ground) == ("outline", "overdue") else 3.0)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", ["all cones", "no red cones", "no green cones"])
def test_states_are_told_apart_by_any_eyes(theme, eyes):
    for one, other in itertools.combinations(("on-time", "late", "overdue", "grey"), 2):
        assert apart(theme[one], theme[other], EYES[eyes]) >= 20, (one, other)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", sorted(EYES))
def test_each_step_of_the_map_is_told_from_the_next(theme, eyes):
    steps = [theme[f"heat-{step}"] for step in range(1, 7)]
    for lower, upper in itertools.pairwise(steps):
        assert apart(lower, upper, EYES[eyes]) >= 5


def test_the_map_darkens_or_brightens_in_one_direction():
    for theme, sign in ((LIGHT, -1), (LIGHT | DARK_BY_DEVICE, 1)):
        light = [float(linear(theme[f"heat-{step}"]) @ [0.2126, 0.7152, 0.0722]) for step in range(1, 7)]
        assert light == sorted(light, reverse=sign < 0)


def test_the_promised_colours_are_the_ones_used():
    assert {name: LIGHT[name] for name in PROMISED_LIGHT} == PROMISED_LIGHT
    assert {name: DARK_BY_DEVICE[name] for name in PROMISED_DARK} == PROMISED_DARK


def test_dark_is_the_same_whether_the_device_or_the_reader_chose_it():
    assert DARK_BY_DEVICE == DARK_BY_CHOICE


def test_drawings_that_leave_the_page_keep_its_light_colours():
    assert {name: LIGHT[name] for name in palette.TOKENS} == palette.TOKENS


def test_colours_stand_in_the_tokens_alone():
    css = SHEET.read_text(encoding="utf-8")
    after_tokens = css[css.index("@layer base {") : css.index("@layer print {")]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", after_tokens) == []
