"""Who may draft and sign: the office of the body that the country package names (see `reorganisation.toml`)."""

from __future__ import annotations

from collections.abc import Iterable

from isotherm import country
from isotherm.actor import Actor, Hand
from isotherm.refusals import NotYours, Refusal
from isotherm.units.models import STATE, Reorganisation
from isotherm.units.reorganisation.plan import Plan
from isotherm.words import lazy

DRAFTING = (Hand.OFFICER, Hand.APPROVER, Hand.LEADER, Hand.MONITOR)
SIGNING = (Hand.APPROVER, Hand.LEADER)


def authority_of(plan: Plan) -> str:
    """The code of the one body whose office does it. Where the units have different ones, the highest."""
    rules: dict[str, str] = country.rules("reorganisation")["authority"]
    highest: str = country.rules("reorganisation")["highest"]
    found = {_authority(plan, code, rules, highest) for code in plan.touched}
    return found.pop() if len(found) == 1 else highest


def _authority(plan: Plan, code: str, rules: dict[str, str], highest: str) -> str:
    named = rules.get(plan.kind_of(code)[0], highest)
    if named != "parent":
        return named
    above = plan.was.get((code, STATE)) or plan.placed.get((code, STATE))
    return above if above is not None and plan.stands(above) else highest


def may_draft(actor: Actor, authority_id: int) -> Refusal | None:
    if actor.acts_for(authority_id) and actor.has(*DRAFTING):
        return None
    return not_the_office()


def not_the_office() -> NotYours:
    return NotYours(
        lazy("Only the office of the body that decides on these units may prepare their reorganisation."),
        remedy=lazy("Send the decision to that office; it enters it."),
    )


def may_sign(actor: Actor, reorganisation: Reorganisation) -> Refusal | None:
    """First signs whoever answers for the draft; then another person, who did not draft it."""
    if not actor.acts_for(reorganisation.authority_id) or not actor.has(*SIGNING, *_first(reorganisation)):
        return NotYours(
            lazy("Only the competent post of the office that decides on these units signs it."),
            remedy=lazy("Submit it; the head of the office or the head's deputy signs."),
        )
    if reorganisation.first_at is None:
        return None
    earlier = (
        (reorganisation.first_post, reorganisation.first_person),
        (reorganisation.drafted_by_post, reorganisation.drafted_by_person),
    )
    if any(_same(actor, post, person) for post, person in earlier):
        return NotYours(
            lazy("You prepared or signed this reorganisation yourself: a second person must sign it."),
            remedy=lazy("Ask another competent post of your office."),
        )
    return None


def may_carry_out(actor: Actor, reorganisation: Reorganisation) -> Refusal | None:
    if actor.is_system or (actor.acts_for(reorganisation.authority_id) and actor.has(*SIGNING)):
        return None
    return NotYours(lazy("Only the competent post of the office that decides on these units may do this."))


def sees(actor: Actor, reorganisation: Reorganisation, concerned: Iterable[int]) -> bool:
    """Drafts are seen by the office that prepares them; what is signed, by everybody it concerns."""
    if actor.is_system or actor.acts_for(reorganisation.authority_id):
        return True
    open_to_all = reorganisation.state not in (Reorganisation.State.DRAFT, Reorganisation.State.WITHDRAWN)
    return open_to_all and bool(actor.units.intersection(concerned))


def _first(reorganisation: Reorganisation) -> tuple[Hand, ...]:
    return DRAFTING if reorganisation.first_at is None else ()


def _same(actor: Actor, post: int | None, person: int | None) -> bool:
    return actor.post_id == post or (actor.person_id is not None and actor.person_id == person)
