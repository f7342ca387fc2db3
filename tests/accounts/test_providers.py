"""The file that names the providers of sign-in: what is wrong with it stops the start with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from isotherm.accounts import providers
from isotherm.settings import sign_in_providers

GOOD = """
[ioc]
vi = "Đăng nhập tập trung"
issuer = "https://sso.example.vn/realms/can-bo"
client_id = "isotherm"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "providers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_providers_come_in_the_order_of_the_file_with_what_is_left_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    second = GOOD.replace("[ioc]", "[bo]").replace("can-bo", "bo") + f'en = "Ministry"\nsecret_file = "{secret}"\n'
    first, other = providers.read(written(tmp_path, GOOD + second))
    assert (first.code, first.en, first.scopes, first.secret) == (
        "ioc",
        "Đăng nhập tập trung",
        ("openid", "profile"),
        "",
    )
    assert (other.code, other.name("en"), other.secret) == ("bo", "Ministry", "s3cret")
    assert "s3cret" not in repr(other)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("https://sso", "http://sso"), "is no https address"),
        (("/realms/can-bo", "/realms/can-bo?x=1"), "is no https address"),
        (("client_id", "klient"), "klient, which means nothing here"),
        (('client_id = "isotherm"', ""), "needs client_id"),
        (("[ioc]", "[I O C]"), "not TOML"),
        (("[ioc]", "[IOC]"), "no name of a provider"),
        (('client_id = "isotherm"', "client_id = 7"), "needs client_id as a text"),
        (('client_id = "isotherm"', 'client_id = "x"\nscopes = "a"'), "list of texts"),
        (('client_id = "isotherm"', 'client_id = "x"\nasks_second_factor = 1'), "true or false"),
        (('client_id = "isotherm"', 'client_id = "x"\nsecret_file = "/nowhere/at/all"'), "cannot be read"),
    ],
)
def test_what_is_wrong_stops_the_start_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], sentence: str
) -> None:
    monkeypatch.setenv("ISOTHERM_PROVIDERS", str(written(tmp_path, GOOD.replace(*change))))
    with pytest.raises(SystemExit, match="Setting ISOTHERM_PROVIDERS: ") as stopped:
        sign_in_providers("ISOTHERM_PROVIDERS")
    assert sentence in str(stopped.value)


def test_a_secret_that_others_can_read_and_an_issuer_named_twice_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    secret.chmod(0o644)
    with pytest.raises(ValueError, match="chmod 600"):
        providers.read(written(tmp_path, GOOD + f'secret_file = "{secret}"\n'))
    with pytest.raises(ValueError, match="same issuer"):
        providers.read(written(tmp_path, GOOD + GOOD.replace("[ioc]", "[bo]")))
    with pytest.raises(ValueError, match="cannot be read"):
        providers.read(tmp_path / "none.toml")
