"""Signing in through a provider: a real mock provider for the way that goes well, an evil one for all that must not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from django.conf import settings as product
from django.contrib.auth.hashers import make_password
from django.test import Client
from joserfc import jwt
from oidc_provider_mock import User

from isotherm.accounts import acts, oidc
from isotherm.accounts.acts.identities import link_identity
from isotherm.accounts.models import Identity, Person, Post
from isotherm.accounts.providers import Provider
from isotherm.actor import Actor
from isotherm.records.models import LedgerLine
from tests.accounts.evil import CLIENT, Evil, authorized, evil_provider
from tests.world import MONDAY, World

JOB = Actor.system("test")
SUBJECT = "248289761001"


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    oidc._known.clear()
    yield
    oidc._known.clear()


def somebody(login: str) -> Person:
    return Person.objects.create(login=login, name=login.title(), password=make_password(None))


@pytest.fixture
def lan(world: World) -> Person:
    person = somebody("lan")
    acts.appoint(person, Post.objects.get(code="P-52:lanh-dao"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    return person


@pytest.fixture
def evil(settings: Any) -> Iterator[Evil]:
    with evil_provider() as provider:
        settings.PROVIDERS = (Provider("sso", "Đăng nhập tỉnh", "Provincial sign-in", provider.issuer, CLIENT),)
        yield provider


@pytest.fixture
def honest(settings: Any) -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread(
        user_claims=(User(sub=SUBJECT, claims={"name": "Trần Lan"}),)
    ) as server:
        issuer = f"http://localhost:{server.server_port}"
        named = Provider("sso", "Đăng nhập tỉnh", "Provincial sign-in", issuer, CLIENT, secret="x" * 20)
        settings.PROVIDERS = (named,)
        yield issuer


def linked(person: Person) -> None:
    issuer = product.PROVIDERS[0].issuer
    link_identity(person, issuer=issuer, subject=SUBJECT, actor=JOB, at=MONDAY)


def begun(client: Client, **query: str) -> str:
    answer = client.get("/sign-in/with/sso", query)
    assert answer.status_code == 302
    return answer["Location"]


def is_in(client: Client) -> bool:
    return client.get("/directives/").status_code == 200


def comes_back(client: Client, evil: Evil, **changed: str) -> Any:
    back = authorized(evil, begun(client)) | changed
    return client.get("/sign-in/with/sso/return", back, headers={"Accept-Language": "en"})


def words(answer: Any) -> str:
    return answer.content.decode()


def english(client: Client) -> Client:
    client.cookies[product.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_the_way_there_and_back_through_a_real_provider(honest: str, lan: Person) -> None:
    linked(lan)
    client = Client()
    address = begun(client, next="/heat/")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and asked["state"]
    assert asked["redirect_uri"] == ["http://testserver/sign-in/with/sso/return"]
    with requests.Session() as browser:
        chosen = browser.post(address, data={"sub": SUBJECT}, allow_redirects=False, timeout=10)
    back = parse_qs(urlsplit(chosen.headers["Location"]).query)
    answer = client.get("/sign-in/with/sso/return", {name: values[0] for name, values in back.items()})
    assert (answer.status_code, answer["Location"]) == (302, "/heat/")
    assert is_in(client)
    assert LedgerLine.objects.filter(verb="person.signed_in", subject_id=lan.pk, facts__issuer=honest).count() == 1
    # The same return once more: the ticket is spent.
    again = client.get("/sign-in/with/sso/return", {name: values[0] for name, values in back.items()})
    assert again.status_code == 422
    # And the code, shown by another browser with a ticket of its own, is no good at the provider either.
    other = Client()
    state = parse_qs(urlsplit(begun(other)).query)["state"][0]
    reused = other.get("/sign-in/with/sso/return", {"code": back["code"][0], "state": state})
    assert reused.status_code == 422 and not is_in(other)


LIES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "another issuer": (lambda claims: claims.update(iss="https://evil.example"), "does not come from"),
    "no issuer": (lambda claims: claims.pop("iss"), "does not come from"),
    "another audience": (lambda claims: claims.update(aud="elsewhere"), "meant for another system"),
    "one audience of many, without a party": (
        lambda claims: claims.update(aud=[CLIENT, "elsewhere"]),
        "meant for another system",
    ),
    "another party": (lambda claims: claims.update(azp="elsewhere"), "meant for another system"),
    "no audience": (lambda claims: claims.pop("aud"), "meant for another system"),
    "another nonce": (lambda claims: claims.update(nonce="of-another-time"), "belongs to another sign-in"),
    "no nonce": (lambda claims: claims.pop("nonce"), "belongs to another sign-in"),
    "expired": (lambda claims: claims.update(exp=int(time.time()) - 120), "has expired"),
    "from the future": (lambda claims: claims.update(iat=int(time.time()) + 600), "has expired or is not valid yet"),
    "not valid yet": (lambda claims: claims.update(nbf=int(time.time()) + 600), "has expired or is not valid yet"),
    "without an end": (lambda claims: claims.pop("exp"), "how long"),
    "an end that is no number": (lambda claims: claims.update(exp="tomorrow"), "how long"),
    "no subject": (lambda claims: claims.pop("sub"), "who you are"),
    "an empty subject": (lambda claims: claims.update(sub=" "), "who you are"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_says_something_wrong_lets_nobody_in(evil: Evil, lan: Person, lie: str) -> None:
    linked(lan)
    evil.lie, sentence = LIES[lie]
    client = english(Client())
    answer = comes_back(client, evil)
    assert answer.status_code == 422 and sentence in words(answer)
    assert not is_in(client)


@pytest.mark.parametrize("how", ["unsigned", "forged", "by_a_stranger", "by_the_public_key", "changed_afterwards"])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(evil: Evil, lan: Person, how: str) -> None:
    linked(lan)
    evil.sign = getattr(evil, how)
    client = english(Client())
    answer = comes_back(client, evil)
    assert answer.status_code == 422 and "not signed by Provincial sign-in" in words(answer)
    assert not is_in(client)


def test_what_is_no_token_lets_nobody_in(evil: Evil, lan: Person) -> None:
    linked(lan)
    for token in ("", "x", "a.b.c", "é.é.é", "..", "{}"):
        evil.sign = lambda _claims, token=token: token
        client = Client()
        assert comes_back(client, evil).status_code == 422
        assert not is_in(client)


def test_the_honest_answer_of_the_same_provider_does_let_in(evil: Evil, lan: Person) -> None:
    """Else the lies above would show nothing."""
    linked(lan)
    client = Client()
    assert comes_back(client, evil).status_code == 302
    assert is_in(client)


def test_a_new_key_of_the_provider_is_looked_for(evil: Evil, lan: Person) -> None:
    linked(lan)
    assert comes_back(Client(), evil).status_code == 302
    evil.key, evil.stranger = evil.stranger, evil.key
    evil.sign = evil.by_a_stranger if evil.key.kid == "one" else lambda claims: _as_two(evil, claims)
    for kept in oidc._known.values():
        kept.at -= 60
    assert comes_back(Client(), evil).status_code == 302


def _as_two(evil: Evil, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "two"}, claims, evil.key)


@pytest.mark.parametrize(
    "changed", [{"state": "of-another"}, {"state": ""}, {"iss": "https://evil.example"}, {"error": "access_denied"}]
)
def test_a_return_that_is_not_of_this_sign_in_is_refused_before_the_provider_is_asked(
    evil: Evil, lan: Person, changed: dict[str, str]
) -> None:
    linked(lan)
    client = Client()
    assert comes_back(client, evil, **changed).status_code == 422
    assert not evil.used and not is_in(client)


def test_a_return_to_another_browser_is_refused(evil: Evil, lan: Person) -> None:
    """Whoever is sent somebody else's return address is not signed in as somebody else."""
    linked(lan)
    back = authorized(evil, begun(Client()))
    victim = Client()
    assert victim.get("/sign-in/with/sso/return", back).status_code == 422
    assert not evil.used and not is_in(victim)


def test_a_provider_that_publishes_another_issuer_is_not_gone_to(evil: Evil) -> None:
    evil.facts["issuer"] = "https://evil.example"
    assert Client().get("/sign-in/with/sso").status_code == 422
    oidc._known.clear()
    evil.facts |= {"issuer": evil.issuer, "token_endpoint": "http://evil.example/token"}
    assert Client().get("/sign-in/with/sso").status_code == 503


def test_a_provider_that_does_not_answer_is_named_and_the_password_still_works(settings: Any, lan: Person) -> None:
    settings.PROVIDERS = (Provider("sso", "Tỉnh", "Province", "http://127.0.0.1:9", CLIENT),)
    acts.set_password(lan, password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
    client = english(Client())
    answer = client.get("/sign-in/with/sso")
    assert answer.status_code == 503 and "Province does not answer" in words(answer)
    assert client.post("/sign-in", {"login": "lan", "password": "Mot-mat-khau-dai-1"}).status_code == 302


def test_nobody_is_known_by_name_or_mail(evil: Evil, lan: Person) -> None:
    """The provider says the very login and name of Lan; without a link it is a stranger."""
    evil.lie = lambda claims: claims.update(preferred_username="lan", email="lan@example.vn", name="Lan", sub="lan")
    client = english(Client())
    answer = comes_back(client, evil)
    assert answer.status_code == 422 and "not linked to a person here" in words(answer)
    assert not Identity.objects.exists() and not is_in(client)


def test_the_same_subject_at_another_issuer_is_another_account(evil: Evil, lan: Person) -> None:
    link_identity(lan, issuer="https://another.example", subject=SUBJECT, actor=JOB, at=MONDAY)
    client = Client()
    assert comes_back(client, evil).status_code == 422 and not is_in(client)


def test_deactivation_and_the_end_of_a_post_end_such_a_session_too(evil: Evil, lan: Person) -> None:
    linked(lan)
    client = Client()
    comes_back(client, evil)
    assert is_in(client)
    acts.deactivate(lan, actor=JOB, at=MONDAY)
    assert not is_in(client)
    assert comes_back(Client(), evil).status_code == 422


def test_somebody_without_a_post_is_told_so(evil: Evil, world: World) -> None:
    person = somebody("hoa")
    linked(person)
    answer = comes_back(english(Client()), evil)
    assert answer.status_code == 422 and "hold no post today" in words(answer)


def test_she_links_her_account_herself_and_only_after_she_said_that_it_is_hers(evil: Evil, lan: Person) -> None:
    client = english(Client())
    client.force_login(lan)
    back = authorized(evil, begun(client, **{"for": "link"}))
    assert client.get("/sign-in/with/sso/return", back)["Location"] == "/account"
    page = words(client.get("/account"))
    assert "Trần Thị Lan" in page and not Identity.objects.exists()
    client.post("/account", {"do": "link"})
    one = Identity.objects.get()
    assert (one.person_id, one.issuer, one.subject) == (lan.pk, evil.issuer, SUBJECT)
    assert LedgerLine.objects.filter(verb="person.identity_linked", person_id=lan.pk).count() == 1
    fresh = Client()
    comes_back(fresh, evil)
    assert is_in(fresh)
    # Unlinked again: the session it began is over, the one in which she did it goes on.
    client.post("/account", {"do": "unlink", "link": one.pk})
    assert is_in(client) and not is_in(fresh) and not Identity.objects.exists()


def test_a_link_that_she_says_no_to_is_none(evil: Evil, lan: Person) -> None:
    client = Client()
    client.force_login(lan)
    client.get("/sign-in/with/sso/return", authorized(evil, begun(client, **{"for": "link"})))
    client.post("/account", {"do": "no"})
    assert client.post("/account", {"do": "link"}).status_code == 409
    assert not Identity.objects.exists()


def test_an_account_belongs_to_one_person(evil: Evil, lan: Person, world: World) -> None:
    other = somebody("hoa")
    linked(other)
    client = english(Client())
    client.force_login(lan)
    client.get("/sign-in/with/sso/return", authorized(evil, begun(client, **{"for": "link"})))
    answer = client.post("/account", {"do": "link"})
    assert answer.status_code == 409 and "another person" in words(answer)


def test_a_link_begun_by_one_person_is_not_ended_by_another(evil: Evil, lan: Person, world: World) -> None:
    other = somebody("hoa")
    acts.appoint(other, Post.objects.get(code="P-66:lanh-dao"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    client = Client()
    client.force_login(lan)
    back = authorized(evil, begun(client, **{"for": "link"}))
    client.force_login(other)
    assert client.get("/sign-in/with/sso/return", back).status_code == 422
    assert "to_link" not in client.session


def test_signing_out_here_offers_to_sign_out_there(honest: str, lan: Person) -> None:
    client = english(Client())
    client.force_login(lan)
    session = client.session
    session["provider"] = "sso"
    session.save()
    out = client.post("/sign-out")
    assert out["Location"] == "/sign-in?left=sso" and not is_in(client)
    assert "/sign-out/with/sso" in words(client.get(out["Location"]))
    there = client.get("/sign-out/with/sso")["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert there.startswith(honest) and asked["post_logout_redirect_uri"] == ["http://testserver/sign-in"]


def test_without_a_named_provider_nothing_is_shown_or_answered(lan: Person) -> None:
    client = Client()
    assert "/sign-in/with" not in words(client.get("/sign-in"))
    for address in ("/sign-in/with/sso", "/sign-in/with/sso/return", "/sign-out/with/sso"):
        assert client.get(address).status_code == 404


def test_the_secret_is_sent_in_the_way_that_the_provider_takes(evil: Evil) -> None:
    named = replace(product.PROVIDERS[0], secret="s" * 20)
    for methods, expected in (
        (["client_secret_post"], "client_secret_post"),
        (["client_secret_basic"], "client_secret_basic"),
    ):
        evil.facts["token_endpoint_auth_methods_supported"] = methods
        oidc._known.clear()
        published = oidc._published(named)
        assert oidc._session(named, published, "http://x/").token_endpoint_auth_method == expected
