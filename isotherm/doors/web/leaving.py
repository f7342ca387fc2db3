"""Minutes of handing over as a list says them: on the desk, on a post's page, on their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from isotherm.accounts.models import Person, Post
from isotherm.doors.web.names import brief
from isotherm.doors.web.page import language
from isotherm.execution.models import HandOver
from isotherm.words import _


def lines_of(found: Sequence[HandOver], day: date) -> list[dict[str, Any]]:
    posts = Post.objects.in_bulk([one.post_id for one in found])
    people = dict(Person.objects.filter(pk__in=persons_of(found)).values_list("pk", "name"))
    names = brief({one.unit_id for one in found}, day)
    return [
        {
            "one": one,
            "post": posts[one.post_id].title(language()),
            "unit": names.get(one.unit_id, ""),
            "leaver": people.get(one.leaver_id, ""),
            "receiver": people.get(one.receiver_id or 0, ""),
            "state": state_of(one),
            "whole": one.leaver_signed_at is not None and one.receiver_signed_at is not None,
        }
        for one in found
    ]


def persons_of(found: Sequence[HandOver]) -> set[int]:
    return {one.leaver_id for one in found} | {one.receiver_id for one in found if one.receiver_id}


def state_of(one: HandOver) -> str:
    if one.leaver_signed_at and one.receiver_signed_at:
        return _("signed by both")
    if one.leaver_signed_at:
        return _("waits for whoever takes over")
    if one.receiver_signed_at:
        return _("waits for whoever leaves")
    return _("not signed yet")
