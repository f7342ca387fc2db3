"""Mass assignment: every form with every column of the rooms' models beside its own fields does exactly what it does
without them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client

from isotherm.accounts.models import Post
from tests.repository.scene import PAPERS, ROLES, SHUT_OUT, Scene
from tests.repository.test_addresses import Row, table

pytestmark = pytest.mark.slow

ROOMS = ("accounts", "units", "directives", "execution", "records", "tallies")
# What every row of the register of bodies stands in is large and written by no form: looked at by its count.
COUNTED = ("units_treeancestor", "units_treenode", "units_name", "directives_member", "directives_planneddue")
# What two runs of one act never have in common.
PASSING = re.compile(
    r"(id|xid|line|line_id|sent_line|arrived_line_id|key|digest|code|subject_id|subject_code|document_id|task_id|"
    r"report_id|obstacle_id|pause_obstacle_id|made_line_id|made|reorganisation_id|password)"
)


def models_of_the_rooms() -> list[type[models.Model]]:
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


def extra(form: dict[str, Any]) -> dict[str, list[str]]:
    """Each column's name with values an attacker would like: yes, another id, another state, high rights."""
    names = {field.name for model in models_of_the_rooms() for field in model._meta.fields}
    names |= {field.attname for model in models_of_the_rooms() for field in model._meta.fields}
    names |= {"is_superuser", "is_staff", "groups", "user_permissions", "role", "person", "actor", "_method"}
    return {name: ["1"] for name in sorted(names - set(form) - READ)}


# Fields that a page itself reads, beyond those of the scene's form: named by the page, not by a model.
READ = {
    "key", "next", "do", "numbers", "number", "words", "percent", "due_on", "paper_symbol", "post", "units", "unit",
    "symbol", "signed_on", "subject", "signer", "signer_title", "type_name", "place", "urgency", "kind", "action",
    "deadline_text", "recurrence", "product", "responsible", "authority", "expects_communes", "monitor", "confirmer",
    "lead", "coordinators", "reason", "missing", "start", "quote", "position", "name", "language", "login", "password",
    "note", "promised_on", "evidence", "clause", "what", "text", "coordinate", "done", "by",
}  # fmt: skip


def shown(table: str, column: str) -> str:
    """A column as SQL; the numbers of people and appointments that a run makes are not those of another run."""
    if column == "person_id":
        known = f'select p.login from accounts_person p where p.id = "{table}"."person_id"'
        return f'coalesce(({known}), "person_id"::text)'
    if column == "facts":
        return """regexp_replace("facts"::text, '"appointment": [0-9]+', '"appointment": 0')"""
    return f'"{column}"::text'


def rows() -> dict[str, set[tuple[Any, ...]]]:
    """What stands in the tables of the rooms, each row without what is new in every run."""
    found: dict[str, set[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        for model in models_of_the_rooms():
            name = model._meta.db_table
            if name in COUNTED:
                cursor.execute(f'select count(*) from "{name}"')
                found[name] = set(cursor.fetchall())
                continue
            kept = [
                shown(name, field.column)
                for field in model._meta.concrete_fields
                if not isinstance(field, models.DateTimeField) and not PASSING.fullmatch(field.column)
            ]
            if kept:
                every = ", ".join(str(at) for at in range(1, len(kept) + 1))
                cursor.execute(f'select {", ".join(kept)}, count(*) from "{name}" group by {every}')
                found[name] = set(cursor.fetchall())
    return found


def handed_in(scene: Scene, row: Row, client: Client, more: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
    jar = copy.deepcopy(client.cookies)
    with transaction.atomic():
        status = client.post(scene.filled(row.address), {**scene.paper(row.form), **more}).status_code
        after = rows()
        transaction.set_rollback(True)
    client.cookies = jar  # a session that the form renewed was taken back with all else
    return status, after


def forms() -> Iterator[tuple[Row, str]]:
    """Each form with one role that gets through, the humblest first."""
    for row in table():
        if row.method == "POST" and row.form not in ("", "nothing"):
            for role, answer in zip(ROLES, row.answers, strict=True):
                if role not in SHUT_OUT and answer.startswith(("200", "302")):
                    yield row, role
                    break


@pytest.mark.parametrize(("row", "role"), list(forms()), ids=lambda one: str(one))
def test_a_column_that_a_form_does_not_list_changes_nothing(scene: Scene, row: Row, role: str) -> None:
    client = scene.client(role)
    plain = handed_in(scene, row, client, {})
    more = extra(PAPERS[row.form])
    loaded = handed_in(scene, row, client, more)
    assert loaded[0] == plain[0]
    changed = [f"{name}: {one}" for name in plain[1] for one in loaded[1][name] ^ plain[1][name]]
    assert not changed, "\n".join(changed)


def test_the_extra_fields_name_what_would_hurt() -> None:
    assert {"hands", "is_active", "unit_id", "giver_id", "state", "valid", "how", "sessions_ended"} <= set(extra({}))


def test_a_changed_row_is_seen(scene: Scene) -> None:
    with transaction.atomic():
        before = rows()
        Post.objects.filter(code="P-52:ho-tro").update(hands=["support", "approver"])
        assert rows() != before
        transaction.set_rollback(True)
