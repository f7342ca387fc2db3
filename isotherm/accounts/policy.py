"""Who may manage people and posts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import held, reach
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor, Hand
from isotherm.refusals import NotYours, OutOfReach, Refusal
from isotherm.units import tree
from isotherm.words import lazy


def may_manage_people(actor: Actor) -> Refusal | None:
    if actor.is_system or actor.has(Hand.ADMINISTRATOR):
        return None
    return NotYours(
        lazy("Only an administrator of people and posts may do this."),
        remedy=lazy("Ask the administrator of your body."),
    )


def may_manage_person(actor: Actor, person: Person) -> Refusal | None:
    """Whoever sets a password or shuts somebody out has her rights in hand: every body in which she sits, will sit or
    stands in is one that the administrator administers; for whoever has left, the last one."""
    refusal = may_manage_people(actor)
    if refusal is not None or actor.is_system:
        return refusal
    if actor.gives is not None:
        return may_keep(actor, person)
    if all(reach.administers(actor, unit) for unit in held.bodies(person, actor.day)):
        return None
    return NotYours(
        lazy("%(name)s also works in a body that you do not administer."),
        {"name": person.name},
        remedy=lazy("The administrator of a body above both does this, or the installation's own operator."),
    )


def may_let_sign(actor: Actor, *, giver_id: int, department_id: int) -> Refusal | None:
    """The committee itself lets its department sign: its competent post, or its clerk, who enters the signed paper.
    Nobody lets himself sign."""
    if actor.acts_for(department_id):
        return NotYours(
            lazy("A department does not let itself sign."),
            remedy=lazy("The committee's office records it, with the document that says so."),
        )
    if actor.acts_for(giver_id) and actor.has(Hand.APPROVER, Hand.LEADER, Hand.CLERK):
        return None
    return NotYours(
        lazy("Only the committee in whose name it signs may record this."),
        remedy=lazy("Ask the committee's office."),
    )


def may_manage_posts(actor: Actor, unit_id: int) -> Refusal | None:
    """An administrator manages the posts of her own body and of those below it, never of another branch."""
    refusal = may_manage_people(actor)
    if refusal is not None or actor.is_system or reach.administers(actor, unit_id):
        return refusal
    return NotYours(
        lazy("This body is not among those you administer."),
        remedy=lazy("Its own administrator, or that of a body above it, does this."),
    )


def may_give(actor: Actor, hands: Iterable[str]) -> Refusal | None:
    """A directory founds and fills posts only of the hands that it was given; nobody else is bound by this."""
    if actor.gives is None or set(hands) <= {hand.value for hand in actor.gives}:
        return None
    return NotYours(
        lazy("This directory may not fill a post that does such work."),
        remedy=lazy("The administrator of the body appoints to it, or gives the directory a wider scope."),
    )


def may_keep(actor: Actor, person: Person) -> Refusal | None:
    """A directory changes only people all of whose posts, now and later, lie within what it may fill."""
    refusal = may_manage_people(actor)
    if refusal is not None or actor.gives is None:
        return refusal
    later = DateRange(actor.day, None)
    for one in Appointment.objects.filter(person=person, valid__overlap=later).select_related("post"):
        if not reach.administers(actor, one.post.unit_id) or may_give(actor, one.post.hands) is not None:
            return NotYours(
                lazy("%(name)s also holds a post that is not for this directory to fill."),
                {"name": person.name},
                remedy=lazy("The administrator of that body changes the person."),
            )
    return None


def may_open(actor: Actor, person: Person) -> Refusal | None:
    """Who says how somebody signs in: she herself, or an administrator of every body where she holds a post."""
    if actor.is_system or (actor.person_id is not None and actor.person_id == person.pk):
        return None
    refusal = may_keep(actor, person)
    if refusal is not None or actor.gives is not None:
        return refusal
    later = DateRange(actor.day, None)
    bodies = Appointment.objects.filter(person=person, valid__overlap=later).values_list("post__unit", flat=True)
    if bodies and all(reach.administers(actor, one) for one in set(bodies)):
        return None
    return NotYours(
        lazy("%(name)s holds no post that you administer, or also one that you do not."),
        {"name": person.name},
        remedy=lazy("The administrator of a body above all of them does this."),
    )


def may_appoint(actor: Actor, person: Person, post: Post) -> Refusal | None:
    if actor.person_id is not None and actor.person_id == person.pk:
        return NotYours(
            lazy("Nobody appoints himself."), remedy=lazy("Another administrator of people and posts does it.")
        )
    return may_manage_posts(actor, post.unit_id) or may_give(actor, post.hands)


def may_gain(before: frozenset[int], after: frozenset[int]) -> Refusal | None:
    """Nor through others: whoever stands in for somebody would act wherever that person is appointed to stand in."""
    if after <= before:
        return None
    return NotYours(
        lazy("Nobody appoints himself: through those for whom you stand in, this post would be yours, too."),
        remedy=lazy("Another administrator of people and posts does it."),
    )


def may_set_target(actor: Actor, unit_id: int) -> Refusal | None:
    """How much a body may have is said from above it, never by itself."""
    if actor.is_system:
        return None
    above = any(actor.acts_for(one) for one in tree.ancestors(unit_id, actor.day))
    if above and not actor.acts_for(unit_id) and actor.has(Hand.LEADER, Hand.APPROVER, Hand.CLERK):
        return None
    return NotYours(
        lazy("Only a body above it says how many people and bodies it may have."),
        remedy=lazy("The office of that body enters the signed decision."),
    )


def may_give_power(actor: Actor, from_id: int) -> Refusal | None:
    """The body that gives a power enters the decision, or its office."""
    if actor.is_system or (actor.acts_for(from_id) and actor.has(Hand.LEADER, Hand.APPROVER, Hand.CLERK)):
        return None
    return NotYours(
        lazy("Only the body that gives the power enters it in the register."),
        remedy=lazy("Its records clerk or its competent post enters the signed decision."),
    )


def may_answer_power(actor: Actor, unit_id: int) -> Refusal | None:
    if actor.acts_for(unit_id) and actor.has(Hand.LEADER, Hand.APPROVER):
        return None
    return NotYours(
        lazy("Only the body that receives the power says whether it can be carried out."),
        remedy=lazy("Its competent post answers."),
    )


def may_oversee(actor: Actor, unit_id: int) -> Refusal | None:
    """Who the people of a body are (logins, expertise, former posts): its administrators and leaders are told."""
    if actor.is_system or reach.oversees(actor, unit_id):
        return None
    said = NotYours if actor.acts_for(unit_id) else OutOfReach
    return said(
        lazy("Only administrators and leaders look up the people of their bodies."),
        remedy=lazy("Who holds which post stands on the page of the body."),
    )


def may_divide_fields(actor: Actor, post: Post) -> Refusal | None:
    """The head of the body divides the work; her office enters the signed decision. Nobody gives a field to himself."""
    if actor.post_id is not None and actor.post_id == post.pk:
        own = lazy("Nobody gives a field to himself.")
        return NotYours(own, remedy=lazy("The head of your body divides the work."))
    if actor.is_system:
        return None
    if actor.acts_for(post.unit_id) and not actor.fields and actor.has(Hand.LEADER, Hand.APPROVER, Hand.CLERK):
        return None
    if actor.has(Hand.ADMINISTRATOR) and reach.administers(actor, post.unit_id):
        return None
    return NotYours(
        lazy("Only the head of the body divides the fields among its leaders."),
        remedy=lazy("The records clerk or the administrator enters the signed decision."),
    )
