"""The page of one body: its facts, its line through time, and numbers that open exactly their rows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from isotherm.accounts.acts import targets
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.execution import carried
from isotherm.execution.acts import report, take_up
from isotherm.execution.models import Assignment, State
from isotherm.execution.queries import visible_assignments
from isotherm.units import lifeline, sizes
from isotherm.units.models import Unit
from tests.doors.web.test_directives import somebody, words
from tests.repository.test_equal_sets import cells
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)
LATER = MONDAY + 100 * DAY


@pytest.fixture
def loaded(world: World) -> World:
    """Two papers at Gia Lai: one open with two tasks, one done and confirmed or waiting for it."""
    world.issued("21/CT-TTg", [Wanted(["P-52", "P-66"]), Wanted(["P-52"], due_in=None)])
    other = world.issued("22/CT-TTg", [Wanted(["P-52"])])
    take_up.take_up(other.code, world.unit("P-52"), actor=world.clerk("P-52"), at=MONDAY)
    report.report(
        other.code, world.unit("P-52"), percent=100, words="Xong", done=True, actor=world.chair("P-52"), at=MONDAY + DAY
    )
    return world


def numbers(html: str) -> list[tuple[str, int]]:
    return [
        (address.replace("&amp;", "&"), int(count))
        for address, count in re.findall(r'href="(/units/[^"]+/duties[^"]*)">(\d+)<', html)
    ]


def test_every_number_opens_exactly_its_rows(loaded: World) -> None:
    client = somebody("VPCP:lanh-dao")
    shown = numbers(client.get("/units/P-52/").content.decode())
    assert [count for _address, count in shown[:2]] == [2, 3]
    for address, count in shown:
        page = client.get(address).content.decode()
        rows = re.findall(r'<th scope="row" class="words"><a href="(/tasks/[^"]+)"', page)
        wanted = count if "state=" in address else 3  # without a state the number is of papers, the rows of assignments
        assert len(set(rows)) == len(rows) == wanted, address


def test_counts_by_issuer_by_paper_and_by_body_are_sums_of_the_same_rows(loaded: World) -> None:
    actor, unit = loaded.chair("VPCP"), loaded.unit("P-52")
    (of_issuer,) = carried.by_issuer(actor, unit, LATER)
    papers = carried.by_document(actor, unit, LATER, most=10)
    body = carried.by_body(actor, [unit], LATER)[unit]
    for state in carried.STATES:
        rows = carried.rows(actor, [unit], LATER, state=state)
        assert rows.count() == getattr(of_issuer, state) == getattr(body, state)
        assert rows.count() == sum(getattr(one, state) for one in papers)
    assert (of_issuer.documents, of_issuer.told, of_issuer.open) == (2, 3, 3)


def test_what_waits_for_its_confirmer_is_open_and_overdue_like_in_the_figures(loaded: World) -> None:
    actor, unit = loaded.chair("VPCP"), loaded.unit("P-52")
    overdue = set(carried.rows(actor, [unit], LATER, state="overdue").values_list("state", flat=True))
    assert overdue == {State.SENT, State.REPORTED}
    assert not carried.rows(actor, [unit], MONDAY, state="overdue").exists()


def test_a_neighbour_sees_none_of_it_and_the_issuer_all(loaded: World) -> None:
    neighbour = words(somebody("P-66:lanh-dao").get("/units/P-52/"))
    assert "Its tasks lie outside what your post reaches." in neighbour
    page = somebody("P-66:lanh-dao").get("/units/P-52/duties").content.decode()
    assert "/tasks/" not in page and "0" in page
    for post in ("VPCP:lanh-dao", "P-52:lanh-dao", "P-66:lanh-dao", "P-52:quan-tri"):
        client, actor = somebody(post), loaded.actor(post)
        seen = visible_assignments(actor).filter(carrier_id=loaded.unit("P-52")).count()
        rows = re.findall(r'class="words"><a href="/tasks/', client.get("/units/P-52/duties").content.decode())
        assert len(rows) == seen == len(cells(client.get("/units/P-52/duties?as=xlsx"), 2)[1:])


def test_the_rows_of_an_issuer_are_those_of_this_issuer(loaded: World) -> None:
    client = somebody("VPCP:lanh-dao")
    own = loaded.issued("5/CT-UBND", [Wanted(["P-52.SYT"])], issuer="P-52")
    assert Assignment.objects.filter(document_id=own.pk).count() == 1
    page = client.get("/units/P-52.SYT/duties?issuer=P-52&state=open").content.decode()
    assert page.count('class="words"><a href="/tasks/') == 1
    for nobody in ("CP", "NO-SUCH"):
        page = client.get(f"/units/P-52.SYT/duties?issuer={nobody}&state=open").content.decode()
        assert "Nothing stands under this number" in page


def test_a_commune_shows_what_went_into_it_as_a_drawing_and_a_table(world: World) -> None:
    page = somebody("P-52:van-thu").get("/units/C-21952/").content.decode()
    assert re.search(r'<svg class="wide"[^>]*role="group"[^>]*><title[^>]*>Where Tuy Phuoc Commune came from', page)
    for old in ("OC-21952", "OC-21955", "OC-21976", "OC-21979", "OC-21982"):
        assert f'href="/units/{old}/"' in page
    assert page.count('<td class="brief">whole</td>') == 5


def test_many_alike_are_counted_and_none_is_lost(world: World) -> None:
    line = lifeline.of(world.unit("P-52"), "en")
    assert [one.code for one in line.lives[:2]] == ["OP-52", "OP-64"]
    steps = {one.gone for one in line.steps}
    shown = {one.code for one in line.lives if one.way == "before" and one.code}
    (rest,) = (one for one in line.lives if one.more)
    assert len(shown) + rest.more == len(steps) == 30
    assert {one.heir for one in line.passings} == {len(line.lives) - 1}


def test_what_ended_shows_who_has_it_now(world: World) -> None:
    line = lifeline.of(world.unit("OD-608"), "vi")
    assert [(one.code, one.way) for one in line.lives] == [("OD-608", "itself"), ("P-51", "after")]
    client = somebody("P-52:van-thu")
    page = client.get("/units/OD-608/")
    said = words(page)
    assert "does not exist any more since 01/07/2025" in said and "District People&#39;s Committee" in said
    assert "Nothing is left at this body" in said and "No task has been given" not in said
    assert 'href="/units/P-51/">' in page.content.decode()
    # As it stood on its last day: the province above it, the communes below it.
    assert 'href="/units/OP-62/"' in page.content.decode() and 'id="below"' in page.content.decode()
    assert 'id="like"' not in page.content.decode()


def test_a_body_is_told_as_it_stood_on_a_day_and_the_tree_leads_there(world: World) -> None:
    client = somebody("P-52:van-thu")
    then = client.get("/units/OP-64/?day=2025-06-01").content.decode()
    assert "As it stood on 01/06/2025" in then and 'href="/units/OP-64/">' in then
    below = then[then.index('id="below"') :]
    assert re.search(r'href="/units/OD-\d+/\?day=2025-06-01"', below)
    assert 'href="/units/tree?day=2025-06-01&amp;of=OP-64"' in below
    tree = client.get("/units/tree?day=2025-06-01&of=OP-64").content.decode()
    assert 'href="/units/OP-64/?day=2025-06-01"' in tree
    assert "?day=" not in client.get("/units/tree?of=P-52").content.decode().split('id="level-title"')[1]
    for other in ("x", "2999-01-01", "1990-01-01", "2026-01-01"):  # no day, to come, before it, after it
        assert "As it stood on" not in client.get(f"/units/OP-64/?day={other}").content.decode()


def test_whoever_acts_in_a_post_is_told_so_and_does_not_fill_it(world: World) -> None:
    client = somebody("P-52:van-thu")
    post = Post.objects.get(code="P-52:chuyen-vien")
    deputy = Person.objects.create(login="deputy", name="Lê Quyền")
    Appointment.objects.create(person=deputy, post=post, how="acting", valid=DateRange(post.valid.lower, None))
    world.issued("21/CT-TTg", [Wanted(["P-52"])])
    page = words(client.get("/units/P-52/"))
    assert "Lê Quyền (acting)" in page and "Posts filled: 1 of 5." in page


def test_a_change_of_kind_is_a_mark_on_its_own_bar_and_its_name_is_the_latest(world: World) -> None:
    line = lifeline.of(world.unit("P-75"), "vi")
    own = next(one for one in line.lives if one.way == "itself")
    assert own.name == "Ủy ban nhân dân thành phố Đồng Nai"
    assert [f"{day:%d/%m/%Y}" for day, _words in line.changes] == ["30/04/2026"]


def test_others_like_it_are_of_its_kind_and_province_the_nearest_in_size_first(world: World) -> None:
    page = somebody("VPCP:lanh-dao").get("/units/C-21952/").content.decode()
    like = page[page.index('id="like"') : page.index("</section>", page.index('id="like"'))]
    codes = re.findall(r'class="unit" href="/units/(C-\d+)/"', like)
    assert set(codes) <= set(world.communes("P-52")) and len(codes) == 8
    size = sizes.sizes()
    own = size["C-21952"].area_km2 or 0
    far = [abs((size[one].area_km2 or 0) - own) for one in codes]
    assert far == sorted(far)
    assert max(far) <= min(abs((size[one].area_km2 or 0) - own) for one in world.communes("P-52")
                           if one not in codes and one != "C-21952")  # fmt: skip


def test_work_of_others_like_it_is_shown_only_within_reach(loaded: World) -> None:
    assert "outside your reach" in words(somebody("P-52:lanh-dao").get("/units/P-52/"))
    assert "outside your reach" not in words(somebody("VPCP:lanh-dao").get("/units/P-52/"))


def test_no_number_of_staff_is_made_up(loaded: World) -> None:
    assert "No number of staff is recorded for it" in words(somebody("VPCP:lanh-dao").get("/units/P-52/"))


def test_the_workload_is_told_against_the_staff_that_a_decision_allows(loaded: World) -> None:
    own = loaded.issued("5/CT-UBND", [Wanted(["P-52.SYT"])], issuer="P-52")
    assert Assignment.objects.filter(document_id=own.pk).count() == 1
    today = timezone.localdate()
    gia_lai = Unit.objects.get(code="P-52")
    minister = loaded.actor("VPCP:lanh-dao", on=today)
    targets.set_target(gia_lai, "staff", 8, ground="5/QĐ-TTg", start=today, actor=minister, at=MONDAY)
    client = somebody("P-52:lanh-dao")
    page = client.get("/units/P-52/").content.decode()
    held = page[page.index('id="staffing"') : page.index("</div>", page.index("For each person there"))]
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", held))
    # Three open at the committee, one at its department; the chair alone sits in a post.
    for said in ("below it 1 ", "Allowed (5/QĐ-TTg) 8 ", "of all these 4 ", "person allowed 0.5", "person there 4.0"):
        assert said in told, told
    assert "No number of staff" not in page
    rows = client.get("/units/P-52/duties?state=open&below=1").content.decode()
    assert rows.count('class="words"><a href="/tasks/') == 4
    assert client.get("/units/P-52/duties?state=open").content.decode().count('class="words"><a href="/tasks/') == 3
    # A neighbour is told neither the work nor what it weighs.
    assert 'id="staffing"' not in somebody("P-66:lanh-dao").get("/units/P-52/").content.decode()


def test_a_decision_that_allows_nobody_gives_no_workload(loaded: World) -> None:
    today = timezone.localdate()
    gia_lai = Unit.objects.get(code="P-52")
    minister = loaded.actor("VPCP:lanh-dao", on=today)
    targets.set_target(gia_lai, "staff", 0, ground="5/QĐ-TTg", start=today, actor=minister, at=MONDAY)
    page = somebody("P-52:lanh-dao").get("/units/P-52/")
    assert page.status_code == 200 and 'id="staffing"' not in page.content.decode()


def test_sizes_are_those_of_the_package() -> None:
    found = sizes.sizes()
    assert (found["P-01"].area_km2, found["P-01"].population) == (3359.84, 8807523)
    assert found["C-00004"].area_km2 == 2.97 and found["C-00004"].population is None
    assert "BTC" not in found


def test_the_register_has_no_column_in_which_nothing_stands(world: World) -> None:
    client = somebody("P-52:van-thu")
    assert "Stands below" not in client.get("/units/").content.decode()
    assert "Stands below" in client.get("/units/?q=gia+lai").content.decode()


def test_an_unknown_body_is_absent(world: World) -> None:
    for address in ("/units/P-00/", "/units/P-00/duties"):
        assert somebody("VPCP:lanh-dao").get(address).status_code == 404
    assert not Unit.objects.filter(code="P-00").exists()
