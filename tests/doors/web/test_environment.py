"""Templates translate whole sentences, escape what they are given, and fail on a name nobody handed over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import CharField, Form
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from jinja2 import Environment, UndefinedError

WEB = Path(__file__).resolve().parents[3] / "isotherm/doors/web"
STATIC = WEB / "static"


@pytest.fixture
def pages() -> Environment:
    return engines["jinja2"].env


def render(pages: Environment, source: str, **context: object) -> str:
    return pages.from_string(source).render(context)


def test_a_name_nobody_handed_over_stops_the_page(pages):
    with pytest.raises(UndefinedError):
        render(pages, "{{ nobody_gave_this }}")


def test_what_a_person_wrote_is_escaped(pages):
    assert render(pages, "{{ words }}", words="<b>") == "&lt;b&gt;"


def test_a_sentence_is_translated_whole_and_escapes_what_fills_it(pages):
    with translation.override("vi"):
        source = '{{ _("%(days)s overdue", days=who) }}'
        assert render(pages, source, who="<5>") == "quá hạn &lt;5&gt;"


def test_the_address_of_a_file_changes_with_its_content(pages):
    address = staticfiles_storage.url("isotherm.css")
    assert re.fullmatch(r"/static/isotherm\.css\?v=[0-9a-f]{10}", address)


def test_a_file_that_is_not_there_keeps_its_plain_address():
    assert staticfiles_storage.url("nowhere.css") == "/static/nowhere.css"


def test_filters_in_the_address_are_kept_and_paging_begins_anew(pages):
    request = RequestFactory().get("/desk", {"tab": "overdue", "page": "3", "unit": ["a", "b"]})
    source = "{{ with_query(tab='new') }} {{ with_query(page=4) }} {{ with_query(unit=None, tab=None) }}"
    changed, paged, bare = render(pages, source, request=request).split()
    assert changed == "/desk?unit=a&amp;unit=b&amp;tab=new"
    assert paged == "/desk?tab=overdue&amp;unit=a&amp;unit=b&amp;page=4"
    assert bare == "/desk"


def test_each_form_has_a_key_of_its_own(pages):
    first, second = (render(pages, "{{ new_key() }}") for _again in range(2))
    assert first != second and len(first) == 32


def test_a_field_with_an_error_says_it_beside_the_field_and_above_the_form(pages):
    class Report(Form):
        words = CharField(label="Kết quả")

    source = (
        '{% import "_macros/forms.html" as forms with context %}'
        "{{ forms.error_summary(form) }}{{ forms.field(form.words, hint='Ngắn gọn') }}"
    )
    with translation.override("vi"):
        page = render(pages, source, form=Report({}))
    assert 'href="#id_words"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_words-hint id_words-wrong"' in page


@pytest.mark.parametrize(
    "template", sorted(p.relative_to(WEB / "templates").as_posix() for p in (WEB / "templates").rglob("*.html"))
)
def test_no_template_holds_a_script_or_a_style(template):
    source = (WEB / "templates" / template).read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", source)


def test_the_styles_name_only_files_that_ship():
    css = (STATIC / "isotherm.css").read_text(encoding="utf-8")
    files = re.findall(r'url\("([^"]+)"\)', css)
    assert files and [name for name in files if not (STATIC / name).is_file()] == []


def test_fonts_and_scripts_ship_with_their_licence():
    assert "SIL Open Font License" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    assert "Zero-Clause BSD" in (STATIC / "htmx.LICENSE.txt").read_text(encoding="utf-8")
    assert (STATIC / "htmx.min.js").read_text(encoding="utf-8").startswith("/* htmx 2.0.11")
