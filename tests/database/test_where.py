from __future__ import annotations

from pathlib import Path

import pytest

from isotherm.database.where import place, settings

DATA = Path("/srv/isotherm/.isotherm")


def test_without_a_url_two_roles_meet_in_one_embedded_database():
    databases = settings({}, DATA)
    assert databases["default"]["NAME"] == databases["owner"]["NAME"] == "isotherm"
    assert databases["default"]["USER"] == "isotherm_app"
    assert databases["owner"]["USER"] == "isotherm_owner"
    assert databases["default"]["HOST"] == str(place({}, DATA).sockets)


def test_the_address_is_worked_out_without_touching_the_disk(tmp_path):
    settings({}, tmp_path / "never")
    assert list(tmp_path.iterdir()) == []


def test_two_checkouts_share_nothing():
    here, there = place({}, Path("/srv/a/.isotherm")), place({}, Path("/srv/b/.isotherm"))
    assert here.sockets != there.sockets
    assert here.cluster != there.cluster


def test_sockets_lie_where_the_operator_says():
    assert place({"ISOTHERM_SOCKETS": "/run/isotherm"}, DATA).sockets.parent == Path("/run/isotherm")


def test_a_password_with_odd_signs_is_read_from_its_percent_signs():
    default = settings({"DATABASE_URL": "postgresql://an:m%40t%2Fkh%3A%25u@db.example:6543/iso%20therm"}, DATA)[
        "default"
    ]
    assert default["PASSWORD"] == "m@t/kh:%u"
    assert default["NAME"] == "iso therm"
    assert (default["USER"], default["HOST"], default["PORT"]) == ("an", "db.example", "6543")


def test_options_after_the_question_mark_reach_the_driver():
    url = "postgresql://an@db.example/isotherm?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    options = settings({"DATABASE_URL": url}, DATA)["default"]["OPTIONS"]
    assert options["sslmode"] == "verify-full"
    assert options["sslrootcert"] == "/etc/ca.pem"
    assert options["pool"] is False


def test_a_socket_folder_may_stand_in_the_url():
    default = settings({"DATABASE_URL": "postgresql:///isotherm?host=/run/postgresql"}, DATA)["default"]
    assert (default["HOST"], default["USER"]) == ("/run/postgresql", "")


def test_an_ipv6_host_stands_in_brackets():
    assert settings({"DATABASE_URL": "postgresql://an@[::1]:5433/isotherm"}, DATA)["default"]["HOST"] == "::1"


def test_the_owner_has_an_address_of_its_own_or_the_same():
    alone = settings({"DATABASE_URL": "postgresql://an@h/isotherm"}, DATA)
    assert alone["owner"]["USER"] == "an"
    both = settings(
        {"DATABASE_URL": "postgresql://an@h/isotherm", "DATABASE_OWNER_URL": "postgresql://chu@h/isotherm"}, DATA
    )
    assert (both["default"]["USER"], both["owner"]["USER"]) == ("an", "chu")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://an:secret@h/isotherm",
        "postgresql://an:secret@h:port/isotherm",
        "postgresql://an:secret@h/",
        "postgresql://an:secret%zz@h/isotherm",
        "postgresql://an:secret@h/isotherm?colour=red",
    ],
)
def test_a_wrong_url_stops_the_start_and_shows_no_password(url):
    with pytest.raises(SystemExit) as stopped:
        settings({"DATABASE_URL": url}, DATA)
    assert str(stopped.value).startswith("Setting DATABASE_URL: ")
    assert "secret" not in str(stopped.value)
