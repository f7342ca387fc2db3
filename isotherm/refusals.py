"""
The family of "no". Each refusal carries a sentence for the person who reads it: what, why, what can be done.

Refusal
├── OutOfReach         the actor cannot see it                 404
├── NotYours           seen, but another must act              403
├── NotNow             allowed, but not in this state          409
├── NotAccepted        what was handed in cannot be taken      422
│   └── Secret         a paper that must not enter the system  422, nothing kept
└── Unavailable        the ground is missing (disk, database)  503
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise


class Refusal(Exception):
    """`sentence` is a (lazy) translated template, `facts` fills its named placeholders.

    `remedy` says what can be done, `field` names the form field it belongs to, if any.
    """

    http_status = 400

    def __init__(
        self,
        sentence: str | Promise,
        facts: Mapping[str, Any] | None = None,
        *,
        remedy: str | Promise = "",
        field: str = "",
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = dict(facts or {})
        self.remedy = remedy
        self.field = field

    def __str__(self) -> str:
        text = str(self.sentence)
        return text % self.facts if self.facts else text


class OutOfReach(Refusal):
    http_status = 404


class NotYours(Refusal):
    http_status = 403


class NotNow(Refusal):
    http_status = 409


class NotAccepted(Refusal):
    http_status = 422


class Secret(NotAccepted):
    """A paper marked Mật, Tối mật, Tuyệt mật or for internal circulation: nothing of it is kept, not even its name."""


class Unavailable(Refusal):
    http_status = 503


def refuse_unless(refusal: Refusal | None) -> None:
    """Policies and rules answer `None` for yes, or the refusal itself."""
    if refusal is not None:
        raise refusal
