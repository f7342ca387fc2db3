"""The field in which bodies are chosen: what it offers, takes without scripts, gives back when refused."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from isotherm.doors.web.forms.picker import UnitsField
from isotherm.doors.web.forms.reorganisations import StepForm
from isotherm.units.models import Reorganisation
from tests.doors.web.test_directives import somebody
from tests.world import World

SCRIPT = {"HX-Request": "true"}
DECISION = {
    "title": "Sắp xếp",
    "document": "5/2026/QH16",
    "issuer": "Quốc hội",
    "signed_on": "2026-03-20",
    "day": "2026-12-01",
    "step-TOTAL_FORMS": "1",
    "step-INITIAL_FORMS": "0",
}


def values(html: str) -> list[str]:
    return re.findall(r'<li[^>]*data-value="([^"]*)"', html)


def test_suggestions_are_options_with_a_value_and_a_note(world: World) -> None:
    page = somebody("P-52:van-thu").get("/units/find?q=kon+tum", headers=SCRIPT).content.decode()
    assert values(page)[:2] == ["C-23293", "P-51"]
    assert page.count('role="option"') == len(values(page))
    assert "formerly" in page


def test_whole_groups_are_offered_only_where_the_field_takes_them(world: World) -> None:
    client = somebody("P-52:van-thu")
    page = client.get("/units/find?q=gia+lai&wholes=1", headers=SCRIPT).content.decode()
    assert "commune_committee@P-52" in values(page)
    for rest in ("", "&wholes=1&as=words"):
        page = client.get(f"/units/find?q=gia+lai{rest}", headers=SCRIPT).content.decode()
        assert not [one for one in values(page) if "@" in one]


def test_without_scripts_the_search_leads_to_the_register(world: World) -> None:
    answer = somebody("P-52:van-thu").get("/units/find", {"q": "Gia Lai & Co"})
    assert (answer.status_code, answer["Location"]) == (302, "/units/?q=Gia+Lai+%26+Co")


def test_a_pasted_list_comes_back_as_chosen_bodies_and_what_was_not_understood(world: World) -> None:
    pasted = {"words": ["Tuy Phước Bắc", "Bình Dương", "Tân Tiến", "khong co noi nao"]}
    page = somebody("P-52:van-thu").post("/units/find", pasted, headers=SCRIPT).content.decode()
    assert values(page) == ["C-21964", "C-21733", "Tân Tiến", "khong co noi nao"]
    assert re.findall(r'data-wrong="([^"]*)"', page) == ["several have this name", "not found"]


def step(world: World, **given: str) -> StepForm:
    data = QueryDict(mutable=True)
    for name, value in given.items():
        data.setlist(name, value.split("|"))
    form = StepForm(data)
    assert form.is_valid(), form.errors
    return form


def test_names_and_codes_and_lines_of_one_box_become_codes(world: World) -> None:
    form = step(world, kind="merge", units="Tuy Phước Bắc\nTân Tiến (Đồng Nai)|C-21952", heir="Đắk Lắk")
    assert form.rows() == [{"kind": "merge", "gone": ["C-21964", "C-25318", "C-21952"], "heir": "P-66", "below": ""}]


def test_what_is_done_to_several_bodies_alike_is_a_step_for_each(world: World) -> None:
    form = step(world, kind="transfer", units="C-21952|C-21964", heir="P-66")
    assert form.rows() == [{"kind": "transfer", "parent": "P-66", "unit": one} for one in ("C-21952", "C-21964")]


def test_a_new_code_is_taken_where_a_body_is_founded(world: World) -> None:
    (row,) = step(world, kind="found", new_code="P-99", vi="Ủy ban nhân dân tỉnh Cao Nguyên", heir="CP").rows()
    assert (row["unit"], row["parent"]) == ("P-99", "CP")
    (row,) = step(world, kind="merge", units="P-52", heir="P-99").rows()
    assert row["heir"] == "P-99"


def test_heirs_of_a_split_have_their_shares_in_order(world: World) -> None:
    (row,) = step(world, kind="split", units="P-66", heirs="P-52|P-22", parts="0,6; 0,4*").rows()
    assert row["heirs"] == [{"unit": "P-52", "share": "0.6"}, {"unit": "P-22", "share": "0.4", "main": True}]
    data = QueryDict("kind=split&units=P-66&heirs=P-52&heirs=P-22&parts=0.6")
    assert "parts" in StepForm(data).errors


def test_a_name_of_several_places_is_refused_with_those_it_may_mean(world: World) -> None:
    form = StepForm(QueryDict("kind=merge&units=T%C3%A2n+Ti%E1%BA%BFn&heir=P-66"))
    assert not form.is_valid()
    page = str(form["units"])
    assert page.count('type="checkbox"') == 8
    assert "Tân Tiến (Đồng Nai)" in page or "Tan Tien Commune (Đồng Nai)" in page


def test_one_that_was_ticked_beside_the_words_settles_them(world: World) -> None:
    data = QueryDict("kind=merge&heir=P-66", mutable=True)
    data.setlist("units", ["Tân Tiến", "C-25318"])
    form = StepForm(data)
    assert form.is_valid(), form.errors
    assert form.rows()[0]["gone"] == ["C-25318"]


def test_a_field_for_one_body_takes_one(world: World) -> None:
    field = UnitsField(many=False)
    assert field.clean(["P-52"]) == "P-52"
    with pytest.raises(ValidationError, match="chỉ chọn một cơ quan"):
        field.clean(["commune_committee@P-52"])
    with pytest.raises(ValidationError, match="P-99"):
        field.clean(["P-99"])


def test_a_draft_entered_without_scripts_is_kept_and_shown_again_by_name(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    form = {"step-0-kind": "merge", "step-0-units": "Đắk Lắk", "step-0-heir": "Gia Lai"}
    assert client.post("/units/reorganisations/new", DECISION | form).status_code == 302
    made = Reorganisation.objects.get()
    assert made.issuer.code == "QH"
    assert made.steps.get().what["gone"] == ["P-66"]
    page = client.get(f"/units/reorganisations/{made.code}/edit").content.decode()
    assert 'data-value="P-66"' in page and "Dak Lak" in page


def test_a_refused_draft_keeps_what_was_entered(world: World) -> None:
    form = {"step-0-kind": "merge", "step-0-units": "khong co noi nao", "step-0-heir": "P-52"}
    answer = somebody("VPCP:chuyen-vien").post("/units/reorganisations/new", DECISION | form)
    assert answer.status_code == 422
    assert "khong co noi nao" in answer.content.decode() and 'data-value="P-52"' in answer.content.decode()
    assert not Reorganisation.objects.exists()


def test_room_for_more_steps_keeps_what_was_entered_and_nothing_else(world: World) -> None:
    form = {"step-0-kind": "merge", "step-0-units": "P-66", "step-0-heir": "P-52", "more-steps": "1"}
    page = somebody("VPCP:chuyen-vien").post("/units/reorganisations/new", DECISION | form).content.decode()
    assert page.count('<fieldset class="step">') == 5
    assert 'data-value="P-66"' in page and "5/2026/QH16" in page
    assert not Reorganisation.objects.exists()


def test_what_a_file_says_and_the_form_does_not_ask_is_kept(world: World) -> None:
    form = step(world, kind="transfer", units="C-21952", heir="P-66", more='{"line": "sector", "unit": "P-01"}')
    assert form.rows() == [{"kind": "transfer", "parent": "P-66", "unit": "C-21952", "line": "sector"}]
