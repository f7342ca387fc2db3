"""What a post requires of its holder, and what a person is known to have: each by a paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import expertise, policy, roster, rules
from isotherm.accounts.models import Expertise, Person, Post
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach, refuse_unless
from isotherm.words import lazy


@transaction.atomic
def require(post: Post, what: Sequence[str], *, words: str = "", ground: str, actor: Actor, at: datetime) -> Post:
    """The holder of the post must have these fields of expertise; `words` says what else, in words."""
    refuse_unless(policy.may_manage_posts(actor, post.unit_id))
    refuse_unless(rules.wrong_ground(ground))
    wanted = sorted(set(what))
    if set(wanted) - set(expertise.known()):
        raise NotAccepted(lazy("Choose fields of expertise of the list."), field="requires")
    post = Post.objects.select_for_update().get(pk=post.pk)
    was = post.requires
    post.requires, post.expertise = " ".join(wanted), words.strip()[:400]
    post.save(update_fields=["requires", "expertise"])
    ledger.write(
        actor,
        "post.expertise_required",
        at=at,
        subject_kind="post",
        subject_id=post.pk,
        subject_code=post.code,
        unit_id=post.unit_id,
        facts={"requires": post.requires, "was": was, "words": post.expertise, "ground": ground.strip()},
    )
    return post


@transaction.atomic
def record(person: Person, what: str, *, since: date, ground: str, actor: Actor, at: datetime) -> Expertise:
    """`person` has this field of expertise, as the paper shows. Nobody records his own."""
    _refuse_unless_hers(person, actor)
    if what not in expertise.known():
        raise NotAccepted(lazy("Choose fields of expertise of the list."), field="what")
    refuse_unless(rules.wrong_ground(ground))
    Person.objects.select_for_update().get(pk=person.pk)
    if Expertise.objects.filter(person=person, what=what, valid__overlap=DateRange(since, None)).exists():
        raise NotNow(lazy("It is recorded already."), field="what")
    made = Expertise.objects.create(person=person, what=what, ground=ground.strip()[:200], valid=DateRange(since, None))
    _line(made, "person.expertise_recorded", actor=actor, at=at, since=since, ground=made.ground)
    return made


@transaction.atomic
def withdraw(expertise_id: int, *, reason: str, actor: Actor, at: datetime) -> Expertise:
    """It was recorded wrongly, or does not hold any more: from today it does not count."""
    kept = Expertise.objects.select_for_update(of=("self",)).select_related("person").filter(pk=expertise_id).first()
    if kept is None or kept.valid.isempty:
        raise OutOfReach(lazy("There is no such expertise within your reach."))
    _refuse_unless_hers(kept.person, actor)
    if len(reason.strip()) < 5:
        raise NotAccepted(lazy("A reason is required: say in a sentence why."), field="reason")
    if kept.valid.upper is not None and kept.valid.upper <= actor.day:
        raise NotNow(lazy("It has already ended by that day."))
    begun = kept.valid.lower < actor.day
    kept.valid = DateRange(kept.valid.lower, actor.day) if begun else DateRange(empty=True)
    kept.save(update_fields=["valid"])
    _line(kept, "person.expertise_withdrawn", actor=actor, at=at, reason=reason.strip())
    return kept


def _refuse_unless_hers(person: Person, actor: Actor) -> None:
    refuse_unless(policy.may_manage_people(actor))
    if actor.is_system:
        return
    if actor.person_id == person.pk:
        raise NotYours(
            lazy("Nobody records his own expertise."),
            remedy=lazy("Another administrator of people and posts does it."),
        )
    roster.person_for(actor, person.pk)


def _line(one: Expertise, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="person",
        subject_id=one.person_id,
        facts={"what": one.what, **facts},
    )
