"""The second factor: set up with a square that a phone reads, asked for after the password, good once."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import zxingcpp
from click.testing import CliRunner
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings as product
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from isotherm.accounts import acts, second_factor
from isotherm.accounts.acts import second_factor as factor_acts
from isotherm.accounts.models import Person, Post, RecoveryCode, SecondFactor, SignInTry
from isotherm.actor import Actor
from isotherm.doors.cli.main import cli
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotYours
from isotherm.settings import hands
from tests.world import MONDAY, World

JOB = Actor.system("test")
PASSWORD = "Mot-mat-khau-dai-1"


@pytest.fixture
def lan(world: World) -> Person:
    person = acts.add_person("lan", name="Trần Lan", password=PASSWORD, actor=JOB, at=MONDAY)
    acts.appoint(person, Post.objects.get(code="P-52:lanh-dao"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    return person


def code(secret: str, *, later: int = 0) -> str:
    """What the phone shows, `later` steps from now."""
    at = timezone.now() + timedelta(seconds=30 * later)
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(at.timestamp())).decode()


def set_up(person: Person) -> tuple[str, list[str]]:
    """The phone's secret, and the recovery codes; the code used for it is of the step before."""
    secret = second_factor.new_secret()
    herself = Actor(person_id=person.pk, post_id=1, unit_id=1, name="Lan")
    codes = factor_acts.set_up(person, secret=secret, code=code(secret, later=-1), actor=herself, at=timezone.now())
    person.refresh_from_db()
    return secret, codes


def after_password(client: Client, **more: str) -> Any:
    client.cookies[product.LANGUAGE_COOKIE_NAME] = "en"
    return client.post("/sign-in", {"login": "lan", "password": PASSWORD, **more})


def is_in(client: Client) -> bool:
    return client.get("/directives/").status_code == 200


def words(answer: Any) -> str:
    return answer.content.decode()


def read_by_a_phone(svg: str) -> str:
    """The drawing as a picture, and what a reader of QR codes makes of it."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    picture = np.full((size, size), 255, dtype=np.uint8)
    for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        picture[int(y), int(x) : int(x) + int(wide)] = 0
    found = zxingcpp.read_barcode(np.kron(picture, np.ones((4, 4), dtype=np.uint8)))
    assert found is not None
    return str(found.text)


def test_she_sets_it_up_with_what_the_phone_reads_from_the_page(lan: Person) -> None:
    client = Client()
    after_password(client)
    other = Client()
    other.force_login(lan)
    page = words(client.get("/account/second-factor"))
    address = read_by_a_phone(page[page.index('<svg class="qr"') :])
    asked = parse_qs(urlsplit(address).query)
    secret = asked["secret"][0]
    assert address.startswith("otpauth://totp/Isotherm:lan") and asked["issuer"] == ["Isotherm"]
    assert " ".join(secret[at : at + 4] for at in range(0, 32, 4)) in page  # for whoever cannot point a camera
    wrong = client.post("/account/second-factor", {"do": "set-up", "code": "000000"})
    assert wrong.status_code == 422 and not SecondFactor.objects.exists()
    done = client.post("/account/second-factor", {"do": "set-up", "code": code(secret)})
    codes = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", words(done))
    assert len(set(codes)) == 10 and done["Cache-Control"] == "no-store"
    assert is_in(client) and not is_in(other)  # every session but this one is over
    assert LedgerLine.objects.filter(verb="person.second_factor_set_up", person_id=lan.pk).count() == 1
    # Shown once: neither the page nor the database has them, nor the phone's secret in words.
    assert codes[0] not in words(client.get("/account/second-factor"))
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()
    assert secret not in SecondFactor.objects.get().sealed


def test_after_the_password_nothing_is_open_until_the_code_is_shown(lan: Person) -> None:
    secret, _codes = set_up(lan)
    client = Client()
    answer = after_password(client, next="/heat/")
    assert answer["Location"] == "/sign-in/second" and not is_in(client)
    assert client.get("/account").status_code == 302
    wrong = client.post("/sign-in/second", {"code": "123456"})
    assert wrong.status_code == 422 and "code is wrong" in words(wrong) and not is_in(client)
    right = client.post("/sign-in/second", {"code": code(secret)})
    assert (right.status_code, right["Location"]) == (302, "/heat/") and is_in(client)
    assert LedgerLine.objects.filter(verb="person.second_factor_shown", subject_id=lan.pk).count() == 1


def test_a_code_is_good_once(lan: Person) -> None:
    secret, _codes = set_up(lan)
    shown = code(secret)
    first, second = Client(), Client()
    for client in (first, second):
        after_password(client)
    assert first.post("/sign-in/second", {"code": shown}).status_code == 302
    assert second.post("/sign-in/second", {"code": shown}).status_code == 422
    assert is_in(first) and not is_in(second)
    # One before the last that was used is spent with it.
    assert second.post("/sign-in/second", {"code": code(secret, later=-1)}).status_code == 422


def test_the_phones_clock_may_differ_by_one_step_and_no_more(lan: Person) -> None:
    secret, _codes = set_up(lan)
    SecondFactor.objects.update(last_step=0)
    now = timezone.now()
    for away, good in ((-2, False), (2, False), (-1, True), (0, True), (1, True)):
        shown = TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(now.timestamp()) + 30 * away).decode()
        assert (second_factor.step_of(secret, shown, after=0, at=now) is not None) is good
    for nonsense in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345"):
        assert second_factor.step_of(secret, nonsense, after=0, at=now) is None


def test_the_published_vectors_of_the_rfc() -> None:
    """RFC 6238, appendix B, the last six digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for moment, shown in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        at = datetime.fromtimestamp(moment, tz=UTC)
        assert second_factor.step_of(secret, shown, after=-1, at=at) == moment // 30


def test_a_recovery_code_opens_once_however_it_was_written_down(lan: Person) -> None:
    _secret, codes = set_up(lan)
    first = Client()
    after_password(first)
    assert first.post("/sign-in/second", {"code": f" {codes[0].upper().replace('-', ' ')} "}).status_code == 302
    again = Client()
    after_password(again)
    assert again.post("/sign-in/second", {"code": codes[0]}).status_code == 422
    assert second_factor.codes_left(lan) == 9


def test_guessing_is_stopped_like_guessing_passwords(lan: Person, settings: Any) -> None:
    settings.SIGN_IN_TRIES = 3
    secret, codes = set_up(lan)
    client = Client()
    after_password(client)
    for _turn in range(3):
        assert client.post("/sign-in/second", {"code": "000000"}).status_code == 422
    assert client.post("/sign-in/second", {"code": code(secret)}).status_code == 429
    assert client.post("/sign-in/second", {"code": codes[0]}).status_code == 429
    after_password(client)  # the password again opens no new window
    assert client.post("/sign-in/second", {"code": code(secret)}).status_code == 429
    SignInTry.objects.all().delete()
    assert client.post("/sign-in/second", {"code": code(secret)}).status_code == 302


def test_the_password_holds_for_ten_minutes_and_not_beyond_a_new_one(lan: Person) -> None:
    secret, _codes = set_up(lan)
    late = Client()
    after_password(late)
    session = late.session
    session["half"] = {**session["half"], "until": timezone.now().timestamp() - 1}
    session.save()
    assert late.post("/sign-in/second", {"code": code(secret)})["Location"] == "/sign-in"
    overtaken = Client()
    after_password(overtaken)
    acts.set_password(lan, password="Hai-mat-khau-dai-2", actor=JOB, at=MONDAY)
    assert overtaken.post("/sign-in/second", {"code": code(secret)})["Location"] == "/sign-in"
    assert not is_in(late) and not is_in(overtaken)
    assert Client().post("/sign-in/second", {"code": code(secret)})["Location"] == "/sign-in"


def test_whoever_is_deactivated_between_password_and_code_stays_out(lan: Person) -> None:
    secret, _codes = set_up(lan)
    client = Client()
    after_password(client)
    acts.deactivate(lan, actor=JOB, at=MONDAY)
    assert client.post("/sign-in/second", {"code": code(secret)})["Location"] == "/sign-in" and not is_in(client)


def test_new_recovery_codes_cost_a_code_and_end_the_old_ones(lan: Person) -> None:
    secret, codes = set_up(lan)
    client = Client()
    client.force_login(lan)
    assert client.post("/account/second-factor", {"do": "renew", "code": "000000"}).status_code == 422
    made = client.post("/account/second-factor", {"do": "renew", "code": code(secret)})
    new = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", words(made))
    assert len(new) == 10 and not set(new) & set(codes)
    other = Client()
    after_password(other)
    assert other.post("/sign-in/second", {"code": codes[1]}).status_code == 422
    assert other.post("/sign-in/second", {"code": new[1]}).status_code == 302


def test_she_takes_it_away_with_a_code_where_it_is_not_required(lan: Person, settings: Any) -> None:
    secret, _codes = set_up(lan)
    client = Client()
    client.force_login(lan)
    settings.SECOND_FACTOR_HANDS = ("leader",)
    session = client.session
    session["second"] = True
    session.save()
    assert client.post("/account/second-factor", {"do": "take-away", "code": code(secret)}).status_code == 409
    settings.SECOND_FACTOR_HANDS = ()
    assert client.post("/account/second-factor", {"do": "take-away", "code": code(secret)}).status_code == 422  # spent
    away = client.post("/account/second-factor", {"do": "take-away", "code": code(secret, later=1)})
    assert away.status_code == 302 and not SecondFactor.objects.exists() and not RecoveryCode.objects.exists()
    assert after_password(Client())["Location"] == "/"


@pytest.fixture
def leaders_need_it(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR_HANDS = ("leader", "administrator")
    yield


@pytest.mark.usefixtures("leaders_need_it")
def test_a_leader_without_one_gets_to_set_it_up_and_to_nothing_else(lan: Person) -> None:
    client = Client()
    assert after_password(client).status_code == 302
    for address in ("/", "/directives/", "/account", "/keys"):
        assert client.get(address)["Location"] == "/account/second-factor"
    assert client.post("/take-up", {"line": "x|P-52"})["Location"] == "/account/second-factor"
    asked = client.get("/account/second-factor")
    page = words(asked)
    assert "Your post requires it" in page and asked["Cache-Control"] == "no-store"
    secret = re.search(r'class="hash">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    assert client.post("/account/second-factor", {"do": "set-up", "code": code(secret)}).status_code == 200
    assert is_in(client)


@pytest.mark.usefixtures("leaders_need_it")
def test_a_leaders_session_in_which_it_was_not_shown_is_kept_from_the_post_until_it_is(lan: Person) -> None:
    secret, _codes = set_up(lan)
    client = Client()
    client.force_login(lan)
    assert not is_in(client)
    assert client.post("/account/second-factor", {"do": "show", "code": "000000"}).status_code == 422
    assert not is_in(client)
    assert client.post("/account/second-factor", {"do": "show", "code": code(secret)})["Location"] == "/"
    assert is_in(client)


@pytest.mark.usefixtures("leaders_need_it")
def test_other_posts_are_not_bothered(world: World) -> None:
    person = Person.objects.create(login="hoa", name="Hoa", password=make_password(None))
    acts.appoint(person, Post.objects.get(code="P-52:chuyen-vien"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    client = Client()
    client.force_login(person)
    assert is_in(client)
    # Appointed to a leading post, she is kept from it with the next click.
    acts.appoint(person, Post.objects.get(code="P-52:lanh-dao"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    client.post("/post", {"post": Post.objects.get(code="P-52:lanh-dao").pk})
    assert client.get("/directives/")["Location"] == "/account/second-factor"


def test_an_administrator_of_her_body_takes_it_away_and_ends_her_sessions(lan: Person, world: World) -> None:
    set_up(lan)
    client = Client()
    client.force_login(lan)
    with pytest.raises(NotYours):
        factor_acts.take_away(lan, actor=world.actor("P-66:quan-tri", on=timezone.localdate()), at=timezone.now())
    with pytest.raises(NotYours):
        factor_acts.take_away(lan, actor=world.actor("P-52:van-thu", on=timezone.localdate()), at=timezone.now())
    assert SecondFactor.objects.exists() and is_in(client)
    run = CliRunner().invoke(cli, ["people", "second-factor", "lan", "--as", "P-52:quan-tri"], catch_exceptions=False)
    assert run.exit_code == 0 and not SecondFactor.objects.exists() and not is_in(client)
    line = LedgerLine.objects.get(verb="person.second_factor_taken_away", subject_id=lan.pk)
    assert line.post_id == Post.objects.get(code="P-52:quan-tri").pk


@pytest.fixture
def admin(world: World) -> Client:
    """The administrator of people and posts of Gia Lai, signed in."""
    person = acts.add_person("yeo", name="Rơ Châm H'Yéo", password=PASSWORD, actor=JOB, at=MONDAY)
    acts.appoint(person, Post.objects.get(code="P-52:quan-tri"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    client = Client()
    client.force_login(person)
    client.cookies[product.LANGUAGE_COOKIE_NAME] = "en"
    return client


AWAY = {"do": "lost", "reason": "Phone lost; seen in person, by identity card"}


def test_on_her_page_the_administrator_takes_it_away_and_she_is_told_who_and_why(lan: Person, admin: Client) -> None:
    here = f"/people/{lan.pk}/"
    assert 'id="lost"' not in words(admin.get(here))  # nothing to take away yet
    assert admin.post(here, AWAY).status_code == 403
    set_up(lan)
    hers = Client()
    hers.force_login(lan)
    page = words(admin.get(here))
    assert 'id="lost"' in page and "Set up on" in page
    silent = admin.post(here, AWAY | {"reason": " "})
    assert silent.status_code == 422 and SecondFactor.objects.exists() and is_in(hers)
    assert admin.post(here, AWAY).status_code == 302
    assert not SecondFactor.objects.exists() and not RecoveryCode.objects.exists() and not is_in(hers)
    line = LedgerLine.objects.get(verb="person.second_factor_taken_away", subject_id=lan.pk)
    assert line.facts == {"reason": AWAY["reason"]} and Person.objects.get(pk=line.person_id).login == "yeo"
    assert 'id="lost"' not in words(admin.get(here))
    client = Client()
    assert after_password(client)["Location"] == "/"
    told = "was taken away by Rơ Châm H&#39;Yéo, and all your sessions ended. The reason given: Phone lost; seen in"
    assert told in words(client.get("/"))
    assert told not in words(client.get("/"))  # at the first sign-in, and where she keeps her sign-in
    for address in ("/account", "/account/second-factor"):
        assert told in words(client.get(address))
    after_password(client)
    assert told not in words(client.get("/"))
    lan.refresh_from_db()
    set_up(lan)
    client.force_login(lan)
    assert told not in words(client.get("/account"))


def test_nobody_takes_away_her_own_on_her_page_nor_that_of_somebody_beyond_her_bodies(
    lan: Person, admin: Client, world: World
) -> None:
    herself = Person.objects.get(login="yeo")
    set_up(herself)
    admin.force_login(herself)
    own = f"/people/{herself.pk}/"
    assert 'id="lost"' not in words(admin.get(own)) and admin.post(own, AWAY).status_code == 403
    set_up(lan)
    acts.appoint(
        lan, Post.objects.get(code="P-66:chuyen-vien"), start=date(2026, 1, 1), how="seconded",
        end=timezone.localdate() + timedelta(days=30), actor=JOB, at=MONDAY,
    )
    page = words(admin.get(f"/people/{lan.pk}/"))
    assert 'id="lost"' not in page and "Set up on" not in page
    assert admin.post(f"/people/{lan.pk}/", AWAY).status_code == 403
    assert SecondFactor.objects.count() == 2


def test_what_she_took_away_herself_is_not_told(lan: Person) -> None:
    secret, _codes = set_up(lan)
    client = Client()
    client.force_login(lan)
    assert client.post("/account/second-factor", {"do": "take-away", "code": code(secret)}).status_code == 302
    client.cookies[product.LANGUAGE_COOKIE_NAME] = "en"
    assert "was taken away by" not in words(client.get("/account"))


def test_with_another_key_of_the_server_it_opens_nothing_and_says_why(lan: Person, settings: Any) -> None:
    secret, _codes = set_up(lan)
    client = Client()
    settings.SECRET_KEY = "another-key-of-the-server-" + "x" * 20
    after_password(client)
    answer = client.post("/sign-in/second", {"code": code(secret)})
    assert answer.status_code == 503 and "another secret key" in words(answer)


def test_the_setting_names_hands_and_stops_the_start_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOTHERM_SECOND_FACTOR_FOR", "leader, administrator")
    assert hands("ISOTHERM_SECOND_FACTOR_FOR") == ("leader", "administrator")
    monkeypatch.setenv("ISOTHERM_SECOND_FACTOR_FOR", "king")
    with pytest.raises(SystemExit, match="Setting ISOTHERM_SECOND_FACTOR_FOR: 'king' is none of clerk"):
        hands("ISOTHERM_SECOND_FACTOR_FOR")
    monkeypatch.delenv("ISOTHERM_SECOND_FACTOR_FOR")
    assert hands("ISOTHERM_SECOND_FACTOR_FOR") == ()
