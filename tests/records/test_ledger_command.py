from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from click.testing import CliRunner, Result

from isotherm.doors.cli.ledger import group
from isotherm.records.models import Epoch


def call(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments))


def test_verify_tells_a_clean_ledger_and_ends_with_0(write: Callable[..., int]) -> None:
    write()
    assert call("seal").exit_code == 0
    answer = call("verify", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["findings"] == []


def test_verify_names_the_changed_line_and_ends_with_1(write: Callable[..., int], as_owner: Callable[..., Any]) -> None:
    line = write()
    while json.loads(call("verify", "--json").stdout)["unsealed"]:
        call("seal")
    as_owner("UPDATE records_ledgerline SET verb = 'x.y'")
    answer = call("verify", "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert (found["clean"], [(one["kind"], one["line"]) for one in found["findings"]]) == (
        False,
        [("changed_line", line)],
    )
    told = call("verify")
    assert told.exit_code == 1 and str(line) in told.stdout


def test_show_tells_the_lines_of_a_record(write: Callable[..., int]) -> None:
    line = write(reason="Lũ quét")
    answer = call("show", "assignment:1")
    assert str(line) in answer.stdout and "Lũ quét" in answer.stdout
    assert call("show", "assignment:2").exit_code != 0


def test_an_epoch_is_opened_with_its_reason(records: None) -> None:
    assert call("epoch", "--why", "moved to another machine").exit_code == 0
    assert Epoch.objects.get().why == "moved to another machine"
