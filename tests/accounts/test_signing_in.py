"""Signing in has limits, and says no in one sentence whether login or password was wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from isotherm.accounts import acts, signin
from isotherm.actor import Actor
from isotherm.refusals import NotAccepted
from tests.world import MONDAY, World

JOB = Actor.system("test")
PASSWORD = "Mot-mat-khau-dai-1"
HERE = "10.1.2.3"


@pytest.fixture
def lan(world: World) -> None:
    acts.add_person("lan", name="Lan", password=PASSWORD, actor=JOB, at=MONDAY)


def test_the_right_password_signs_in_whatever_the_case_of_the_login(lan: None) -> None:
    assert signin.sign_in(" LAN", PASSWORD, address=HERE, at=MONDAY).login == "lan"


def test_a_wrong_login_and_a_wrong_password_are_refused_alike(lan: None) -> None:
    sentences = []
    for login, password in (("lan", "sai-mat-khau-1"), ("khong-co", PASSWORD)):
        with pytest.raises(NotAccepted) as no:
            signin.sign_in(login, password, address=HERE, at=MONDAY)
        sentences.append(str(no.value))
    assert sentences[0] == sentences[1]


def test_too_many_tries_wait_for_the_window_and_then_pass(lan: None, settings: object) -> None:
    settings.SIGN_IN_TRIES = 3  # type: ignore[attr-defined]
    for _try in range(3):
        with pytest.raises(NotAccepted):
            signin.sign_in("lan", "sai-mat-khau-1", address=HERE, at=MONDAY)
    with pytest.raises(signin.TooManyTries):
        signin.sign_in("lan", PASSWORD, address=HERE, at=MONDAY)
    later = MONDAY + timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES + 1)  # type: ignore[attr-defined]
    assert signin.sign_in("lan", PASSWORD, address=HERE, at=later).login == "lan"


def guess(login: str = "lan", *, address: str = HERE, device: str = "", times: int = 1) -> None:
    for _try in range(times):
        with pytest.raises(NotAccepted):
            signin.sign_in(login, "sai-mat-khau-1", address=address, device=device, at=MONDAY)


def test_a_stranger_locks_nobody_out_of_her_own_browser(lan: None, settings: object) -> None:
    settings.SIGN_IN_TRIES = 3  # type: ignore[attr-defined]
    guess(times=3)
    with pytest.raises(signin.TooManyTries):
        signin.sign_in("lan", PASSWORD, address=HERE, at=MONDAY)
    assert signin.sign_in("lan", PASSWORD, address=HERE, device="hers", at=MONDAY).login == "lan"
    with pytest.raises(signin.TooManyTries):
        signin.sign_in("lan", PASSWORD, address=HERE, at=MONDAY)


def test_a_stranger_elsewhere_locks_nobody_out_of_a_new_browser(lan: None, settings: object) -> None:
    settings.SIGN_IN_TRIES = 3  # type: ignore[attr-defined]
    guess(address="203.0.113.7", times=3)
    assert signin.sign_in("lan", PASSWORD, address=HERE, at=MONDAY).login == "lan"


def test_a_known_browser_has_no_more_tries_than_another(lan: None, settings: object) -> None:
    settings.SIGN_IN_TRIES = 3  # type: ignore[attr-defined]
    guess(device="hers", times=3)
    with pytest.raises(signin.TooManyTries):
        signin.sign_in("lan", PASSWORD, address=HERE, device="hers", at=MONDAY)


def test_whoever_changes_his_address_with_every_try_is_stopped_too(
    lan: None, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIGN_IN_TRIES = 3  # type: ignore[attr-defined]
    monkeypatch.setattr(signin, "TRIES_PER_LOGIN", 2)
    for place in range(6):
        guess(address=f"203.0.113.{place}")
    with pytest.raises(signin.TooManyTries):
        signin.sign_in("lan", "sai-mat-khau-1", address="203.0.113.99", at=MONDAY)
    assert signin.sign_in("lan", PASSWORD, address=HERE, device="hers", at=MONDAY).login == "lan"


def test_a_network_of_the_newer_kind_counts_as_one_address(lan: None, settings: object) -> None:
    settings.SIGN_IN_TRIES = 3  # type: ignore[attr-defined]
    for place in range(3):
        guess(address=f"2001:db8:1:2::{place}")
    with pytest.raises(signin.TooManyTries):
        signin.sign_in("lan", PASSWORD, address="2001:db8:1:2:ffff::1", at=MONDAY)
    assert signin.sign_in("lan", PASSWORD, address="2001:db8:1:3::1", at=MONDAY).login == "lan"


def test_one_persons_guessing_does_not_lock_out_her_colleagues_at_the_same_address(lan: None) -> None:
    for _try in range(settings.SIGN_IN_TRIES):
        with pytest.raises(NotAccepted):
            signin.sign_in("nguoi-khac", "sai-mat-khau-1", address=HERE, at=MONDAY)
    assert signin.sign_in("lan", PASSWORD, address=HERE, at=MONDAY).login == "lan"


def test_the_products_own_passwords_cost_a_thief_half_a_second_each() -> None:
    from isotherm import settings as own

    (path,) = own.PASSWORD_HASHERS
    hasher = import_string(path)()
    assert hasher.algorithm == "pbkdf2_sha256" and hasher.iterations >= 600_000  # OWASP's least for it
