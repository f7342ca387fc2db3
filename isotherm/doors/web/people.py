"""People: an administrator's and a leader's own, each with her posts and expertise; adding and moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from isotherm.accounts import acts, expertise, policy, roster, second_factor
from isotherm.accounts.acts import expertise as expertise_acts
from isotherm.accounts.acts import second_factor as factor_acts
from isotherm.accounts.held import HOLDING
from isotherm.accounts.models import Appointment, Expertise, Person
from isotherm.actor import Actor
from isotherm.doors.web import formats
from isotherm.doors.web.forms import posts as forms
from isotherm.doors.web.names import brief
from isotherm.doors.web.offers import Offer, hand_in
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.pressed import Done, once
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution.acts.hand_over import rotate
from isotherm.refusals import NotAccepted, Refusal, refuse_unless
from isotherm.words import _, lazy

PAGE_ROWS = 50
MOST_ROWS = 20_000
PEOPLE_SUGGESTED = 200
POSTS_SUGGESTED = 600


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    """With their posts of today; of bodies that the reader administers or leads."""
    actor, asked = request.actor, request.GET.get("q", "")[:200]
    idle = request.GET.get("posts") == "none"
    found = roster.people(actor, asked, idle=idle)
    if request.GET.get("as") == "xlsx":
        return _sheet(actor, list(found[:MOST_ROWS]))
    shown = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": _rows(list(shown), actor.day),
        "asked": asked,
        "idle": idle,
        "shut_out": any(not person.is_active for person in shown),
        "looks_up": policy.may_oversee(actor, actor.unit_id or 0) is None,
        "adds": policy.may_manage_people(actor) is None,
    }
    return show(request, "people/page.html", context)


def _rows(people: Sequence[Person], day: date) -> list[tuple[Person, list[tuple[str, str, str, str]]]]:
    """Each with her posts: title and body, how, the body's code, the seat."""
    held: dict[int, list[Appointment]] = {}
    for one in (
        Appointment.objects.filter(person__in=[person.pk for person in people], valid__contains=day)
        .select_related("post", "post__unit")
        .order_by("how", "id")
    ):
        held.setdefault(one.person_id, []).append(one)
    names = brief({one.post.unit_id for several in held.values() for one in several}, day)
    return [
        (
            person,
            [
                (
                    f"{one.post.title(language())}, {names.get(one.post.unit_id, '')}",
                    "" if one.how == Appointment.How.HELD else str(one.get_how_display()).lower(),
                    one.post.unit.code,
                    one.post.code.partition(":")[2],
                )
                for one in held.get(person.pk, ())
            ],
        )
        for person in people
    ]


def _sheet(actor: Actor, people: Sequence[Person]) -> HttpResponse:
    at = now()
    theirs = expertise.of_people([one.pk for one in people], actor.day)
    return workbook(
        f"people-{timezone.localtime(at):%Y%m%d}",
        title=_("People"),
        notes=[_("Data moment: %(moment)s") % {"moment": formats.moment(at)}],
        columns=[
            Column(_("Name"), 30),
            Column(_("Sign-in name"), 22),
            Column(_("Posts"), 70),
            Column(_("Expertise"), 40),
            Column(_("State"), 20),
        ],
        rows=[
            (
                person.name,
                person.login,
                "; ".join(f"{words} ({how})" if how else words for words, how, _unit, _seat in posts),
                ", ".join(expertise.named(what, language()) for what in sorted(theirs.get(person.pk, ()))),
                "" if person.is_active else _("may not sign in"),
            )
            for person, posts in _rows(people, actor.day)
        ],
    )


@signed_in
def new(request: DeskRequest) -> HttpResponse:
    """Somebody new gets an account and her first post in one act."""
    refuse_unless(policy.may_manage_people(request.actor))
    posted = request.method == "POST"
    start = {"post": request.GET.get("post", "")[:80], "start": timezone.localdate()}
    form = forms.PersonForm(request.POST if posted else None, initial=start)
    status = 200
    if posted:
        status = 422
        if form.is_valid():
            try:
                done = once(request, lambda: Done("", _add(form.cleaned_data, request.actor)))
                messages.success(request, _("She can sign in, and holds the post."))
                return redirect("person", done.number)
            except Refusal as no:
                known = no.field if no.field in form.fields else None
                form.add_error(known, " ".join(filter(None, [str(no), str(no.remedy)])))
                status = no.http_status
    return show(request, "people/new.html", {"form": form, "vacant": _vacant(request.actor)}, status=status)


def _vacant(actor: Actor) -> list[tuple[str, str]]:
    """Posts that wait for somebody, as a field suggests them: code, title and body."""
    posts = list(roster.vacant(actor)[:POSTS_SUGGESTED])
    names = brief({one.unit_id for one in posts}, actor.day)
    return [(one.code, f"{one.title(language())}, {names.get(one.unit_id, '')}") for one in posts]


@transaction.atomic
def _add(said: Mapping[str, Any], actor: Actor) -> int:
    at = now()
    person = acts.add_person(said["login"], name=said["name"], password=said["password"], actor=actor, at=at)
    post = roster.post_for(actor, said["post"])
    acts.appoint(person, post, start=said["start"], ground=said["ground"], actor=actor, at=at)
    return person.pk


@signed_in
def one(request: DeskRequest, number: int) -> HttpResponse:
    """One person's posts through time and her expertise; she herself sees the same, without the forms."""
    actor, day = request.actor, request.actor.day
    person = roster.person_for(actor, number)
    terms = list(roster.terms_of(person))
    handed = hand_in(request, lambda data: _offers(request, person, terms, data))
    if handed.response is not None:
        return handed.response
    names = brief({one.post.unit_id for one in terms}, day)
    kept = second_factor.of(person) if policy.may_open(actor, person) is None else None
    known = Expertise.objects.filter(person=person, valid__isempty=False).order_by("-valid")
    context = {
        "person": person,
        "second": _("Set up on %(day)s") % {"day": formats.day(kept.set_up_at)} if kept else "",
        "terms": [
            (
                one,
                one.post.title(language()),
                names.get(one.post.unit_id, ""),
                one.get_how_display(),
                span(one.valid),
                one.post.code.partition(":")[2],
            )
            for one in terms
        ],
        "known": [(one, expertise.named(one.what, language()), span(one.valid)) for one in known],
        "offers": [one for one in handed.offers if one.number is None],
        "by_number": {one.press: one for one in handed.offers if one.number is not None},
        "looks_up": policy.may_oversee(actor, actor.unit_id or 0) is None,
        "suggested": list(roster.people(actor)[:PEOPLE_SUGGESTED]) if handed.offers else [],
        "vacant": _vacant(actor) if handed.offers else [],
        "refusal": handed.refusal,
    }
    return show(request, "people/one.html", context, status=handed.status)


def span(valid: Any) -> str:
    first = _("from %(day)s") % {"day": formats.day(valid.lower)}
    return first if valid.upper is None else f"{first} {_('until %(day)s') % {'day': formats.day(valid.upper)}}"


def _offers(request: DeskRequest, person: Person, terms: Sequence[Appointment], data: Any) -> list[Offer]:
    actor, today = request.actor, timezone.localdate()
    if policy.may_manage_people(actor) is not None or actor.person_id == person.pk:
        return []
    held = [one for one in terms if one.how in HOLDING and (one.valid.upper is None or one.valid.upper > today)]

    def move(said: Mapping[str, Any]) -> str:
        old = next((one.post for one in held if one.post.code == said["old"]), None)
        if old is None:
            raise NotAccepted(lazy("Choose the post that is left."), field="old")
        new_post = roster.post_for(actor, said["new"])
        receiver = roster.person_called(said["receiver"]) if said["receiver"].strip() else None
        made, _minutes = rotate(
            person, old, new_post, on=said["on"], ground=said["ground"], receiver=receiver, actor=actor, at=now()
        )
        done = _("%(name)s is appointed: %(post)s.") % {"name": person.name, "post": made.post.title(language())}
        return f"{done} {_('Hand-over minutes are open for both to sign.')}"

    def record(said: Mapping[str, Any]) -> str:
        expertise_acts.record(person, said["what"], since=said["since"], ground=said["ground"], actor=actor, at=now())
        return _("The expertise was recorded.")

    def withdraw(one: Expertise) -> Callable[[Mapping[str, Any]], str]:
        def act(said: Mapping[str, Any]) -> str:
            expertise_acts.withdraw(one.pk, reason=said["reason"], actor=actor, at=now())
            return _("It does not count any more.")

        return act

    def take_away(said: Mapping[str, Any]) -> str:
        factor_acts.take_away(person, reason=said["reason"], actor=actor, at=now())
        return _("%(name)s signs in without a second factor until another one is set up.") % {"name": person.name}

    found = []
    if held:
        names = brief({one.post.unit_id for one in held}, today)
        posts = [(one.post.code, f"{one.post.title(language())}, {names.get(one.post.unit_id, '')}") for one in held]
        moving = forms.MoveForm(data, posts=posts, initial={"on": today}, auto_id="move-%s")
        note = lazy("Rotation: from that day she holds the new post and no longer the old one; both or neither.")
        found.append(Offer("move", lazy("Move to another post"), lazy("Move"), moving, move, note=note))
    recording = forms.ExpertiseForm(data, auto_id="expertise-%s")
    found.append(Offer("expertise", lazy("Record a field of expertise"), lazy("Record it"), recording, record))
    for one in Expertise.objects.filter(person=person, valid__contains=today):
        why = forms.WithdrawForm(data, auto_id=f"withdraw-{one.pk}-%s")
        found.append(Offer("withdraw", "", lazy("Withdraw"), why, withdraw(one), number=one.pk))
    if policy.may_open(actor, person) is None and second_factor.of(person) is not None:
        lost = forms.TakeAwayForm(data, auto_id="lost-%s")
        note = lazy("For a lost phone without recovery codes. All her sessions end; she is told who did it, and why.")
        title, button = lazy("Take the second factor away"), lazy("Take it away")
        found.append(Offer("lost", title, button, lost, take_away, note=note))
    return found


urlpatterns = [
    path("people/", page, name="people"),
    path("people/new", new, name="person-new"),
    path("people/<int:number>/", one, name="person"),
]
