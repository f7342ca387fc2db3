"""People, posts and who signs, from a terminal: each command does the act of the page, and says what it did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from isotherm.accounts.models import Appointment, Charge, Person, Post, SigningAuthority
from isotherm.accounts.queries import actor_for
from isotherm.doors.cli import people as command
from isotherm.execution.models import HandOver
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotNow, OutOfReach
from tests.world import World

PASSWORD = {"ISOTHERM_PASSWORD": "Mot-mat-khau-dai-1"}


def run(*words: str) -> str:
    found = CliRunner().invoke(command.group, list(words), env=PASSWORD, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def add(login: str, post: str) -> Person:
    run("add", login, "--name", login.title(), "--post", post)
    return Person.objects.get(login=login)


def soon() -> str:
    return (timezone.localdate() + timedelta(days=2)).isoformat()


def test_somebody_added_signs_in_holds_the_post_and_is_listed(world: World) -> None:
    person = add("lan", "P-52:van-thu")
    assert person.check_password(PASSWORD["ISOTHERM_PASSWORD"])
    assert actor_for(person, day=timezone.localdate()) is not None
    assert "P-52:van-thu" in run("list", "la")
    assert LedgerLine.objects.get(verb="person.appointed").job == "terminal"


def test_nobody_is_added_to_a_post_that_is_not_there(world: World) -> None:
    with pytest.raises(OutOfReach):
        run("add", "lan", "--name", "Lan", "--post", "P-52:no-such")
    assert not Person.objects.filter(login="lan").exists()


def test_sign_in_is_taken_away_and_given_back(world: World) -> None:
    person = add("lan", "P-52:van-thu")
    run("deactivate", "lan")
    person.refresh_from_db()
    assert not person.is_active and person.sessions_ended == 1
    run("reactivate", "lan")
    with pytest.raises(NotNow):
        run("reactivate", "lan")
    run("sign-out", "lan")
    run("password", "lan")
    person.refresh_from_db()
    assert person.is_active and person.sessions_ended == 2


def test_an_end_and_a_move_open_minutes_that_are_listed(world: World) -> None:
    add("lan", "P-52:van-thu")
    add("nam", "P-52:chuyen-vien")
    assert "P-52" not in run("hand-overs")
    run("end", "lan", "P-52:van-thu", "--on", soon(), "--ground", "9/QĐ", "--receiver", "nam")
    said = run("hand-overs", "P-52").splitlines()
    assert len(said) == 1 and said[0].split("\t")[:3] == ["P-52:van-thu", "Lan", "Nam"]
    run("move", "nam", "P-52:chuyen-vien", "P-52.SYT:chuyen-vien", "--on", soon(), "--ground", "9/QĐ")
    assert len(run("hand-overs", "P-52").splitlines()) == 2 and "P-66" not in run("hand-overs", "P-66")
    assert HandOver.objects.count() == 2
    assert Appointment.objects.filter(post__code="P-52.SYT:chuyen-vien", person__login="nam").exists()


def test_a_stand_in_is_named_for_a_time(world: World) -> None:
    add("lan", "P-52:van-thu")
    add("nam", "P-52:chuyen-vien")
    run("appoint", "nam", "P-52:van-thu", "--how", "stand_in", "--to", soon(), "--ground", "3/TB")
    made = Appointment.objects.get(how="stand_in")
    assert (made.ground, made.valid.upper.isoformat()) == ("3/TB", soon())


def test_a_post_is_founded_charged_and_closed(world: World) -> None:
    run("post", "found", "P-52", "pho-1", "--title", "Phó Chủ tịch", "--hand", "leader", "--hand", "approver",
        "--ground", "7/QĐ", "--leading", "--from", "2026-01-01")  # fmt: skip
    post = Post.objects.get(code="P-52:pho-1")
    assert post.leading and post.hands == ["approver", "leader"]
    run("post", "charge", "P-52:pho-1", "health", "--ground", "8/QĐ", "--from", "2026-01-01")
    line = next(one for one in run("post", "list", "P-52").splitlines() if one.startswith("P-52:pho-1\t"))
    assert "Y tế" in line
    run("post", "end-charge", "P-52:pho-1", "health", "--on", soon())
    assert Charge.objects.get().valid.upper.isoformat() == soon()
    run("post", "close", "P-52:pho-1", "--on", soon(), "--ground", "9/QĐ")
    post.refresh_from_db()
    assert post.closed_by == "9/QĐ"


def test_a_department_is_let_sign_and_no_more(world: World) -> None:
    run("signing", "let", "P-52", "P-52.SYT", "--ground", "12/QC", "--from", "2026-01-01", "--as", "P-52:lanh-dao")
    made = SigningAuthority.objects.get()
    assert str(made.pk) in run("signing", "list", "P-52")
    run("signing", "end", str(made.pk), "--on", soon(), "--reason", "Đã có quy chế mới", "--as", "P-52:lanh-dao")
    made.refresh_from_db()
    assert made.valid.upper.isoformat() == soon()


def test_nobody_ends_the_appointment_of_a_stranger(world: World) -> None:
    with pytest.raises(OutOfReach):
        run("end", "nobody", "P-52:van-thu", "--on", soon())
    add("lan", "P-52:van-thu")
    with pytest.raises(OutOfReach):
        run("end", "lan", "P-52:chuyen-vien", "--on", soon())
