"""The posts of a body: who holds each and how, since when it is vacant, what it requires; and the page of one post."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from isotherm.accounts import acts, expertise, fields, policy, roster
from isotherm.accounts.acts import expertise as expertise_acts
from isotherm.accounts.acts import posts as post_acts
from isotherm.accounts.models import Appointment, Charge, Post
from isotherm.accounts.roster import Seated
from isotherm.actor import Hand
from isotherm.doors.web import addresses, formats
from isotherm.doors.web.forms import posts as forms
from isotherm.doors.web.leaving import lines_of
from isotherm.doors.web.offers import Offer, hand_in
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.pressed import Done, once
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import hand_over
from isotherm.execution.acts import hand_over as hand_over_acts
from isotherm.records.models import LedgerLine
from isotherm.refusals import OutOfReach, Refusal, refuse_unless
from isotherm.units import queries as unit_queries
from isotherm.units import tree
from isotherm.units.models import Unit
from isotherm.words import _, lazy, ngettext

assert addresses  # registers <code:…>
PEOPLE_SUGGESTED = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A post as the table says it: words only."""

    seat: str
    title: str
    leading: bool
    hands: str
    holder: str
    holder_more: str
    vacant: str
    instead: tuple[str, ...]
    charges: str
    required: str
    lacks: str


def unit_for(code: str) -> Unit:
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise OutOfReach(
            lazy("There is no unit with the code %(code)s."), {"code": code}, remedy=lazy("Search for it by name.")
        )
    return found


@signed_in
def page(request: DeskRequest, code: str) -> HttpResponse:
    """What stands here is told to everybody who is signed in; expertise to those who look after the people."""
    unit, day = unit_for(code), request.actor.day
    told = policy.may_oversee(request.actor, unit.pk) is None
    seats = roster.seated(roster.posts_of(unit.pk, day), day)
    rows = [row_of(one, expertise_told=told) for one in seats]
    name = unit_queries.named_on([unit.pk], day, language()).get(unit.pk, unit.code)
    if request.GET.get("as") == "xlsx":
        return _sheet(unit, name, rows)
    context = {
        "unit": unit,
        "name": name,
        "above": crumbs(unit.pk, day),
        "rows": rows,
        "answer": _answer(seats),
        "told": told,
        "founds": policy.may_manage_posts(request.actor, unit.pk) is None,
        "day": day,
        "shows": {name: any(getattr(one, name) for one in rows) for name in ("instead", "charges", "required")},
    }
    return show(request, "posts/page.html", context)


def crumbs(unit_id: int, day: date) -> list[tuple[str, str]]:
    """The bodies above one, the highest first."""
    above = list(reversed(tree.ancestors(unit_id, day)))
    names = unit_queries.named_on(above, day, language(), short=False)
    codes = dict(Unit.objects.filter(pk__in=above).values_list("pk", "code"))
    return [(names.get(one, ""), codes.get(one, "")) for one in above]


def _answer(seats: Sequence[Seated]) -> str:
    vacant = [one for one in seats if one.holder is None]
    if not seats:
        return _("This body has no posts today.")
    if not vacant:
        return ngettext("%(n)s post has its holder", "All %(n)s posts have their holder", len(seats)) % {
            "n": formats.number(len(seats))
        }
    said = ngettext("%(n)s of %(all)s posts is vacant", "%(n)s of %(all)s posts are vacant", len(vacant)) % {
        "n": formats.number(len(vacant)),
        "all": formats.number(len(seats)),
    }
    leading = sum(one.post.leading for one in vacant)
    if leading:
        said += "; " + ngettext("%(n)s of them is a leading post", "%(n)s of them are leading posts", leading) % {
            "n": formats.number(leading)
        }
    return said


def row_of(one: Seated, *, expertise_told: bool) -> Row:
    post, tongue = one.post, language()
    how = ""
    if one.holder is not None:
        how = _("since %(day)s") % {"day": formats.day(one.holder.valid.lower)}
        if one.holder.how == Appointment.How.SECONDED:
            how = f"{_('seconded')}, {how}"
    instead = [_("%(name)s, acting") % {"name": one.acting.person.name}] if one.acting else []
    instead += [
        _("%(name)s stands in") % {"name": name}
        if far == 1
        else _("%(name)s stands in for the stand-in") % {"name": name}
        for far, name in one.stand_ins
    ]
    return Row(
        seat=post.code.partition(":")[2],
        title=post.title(tongue),
        leading=post.leading,
        hands=", ".join(hands_of(post)),
        holder=one.holder.person.name if one.holder else "",
        holder_more=how,
        vacant=vacancy(one),
        instead=tuple(instead),
        charges=", ".join(fields.field_name(field, tongue) for field in one.charges),
        required=", ".join(expertise.named(what, tongue) for what in post.required),
        lacks=", ".join(expertise.named(what, tongue) for what in one.lacks) if expertise_told else "",
    )


def vacancy(one: Seated) -> str:
    if one.vacant_since is None:
        return ""
    if one.was_held:
        return _("vacant since %(day)s") % {"day": formats.day(one.vacant_since)}
    return _("no holder entered since %(day)s") % {"day": formats.day(one.vacant_since)}


def hands_of(post: Post) -> list[str]:
    return [str(HANDS[Hand(hand)]) for hand in post.hands]


HANDS = {
    Hand.CLERK: lazy("records"),
    Hand.OFFICER: lazy("drafts"),
    Hand.APPROVER: lazy("decides"),
    Hand.LEADER: lazy("leads"),
    Hand.MONITOR: lazy("urges"),
    Hand.INSPECTOR: lazy("inspects"),
    Hand.ADMINISTRATOR: lazy("administers people"),
    Hand.SUPPORT: lazy("technical support"),
}


def _sheet(unit: Unit, name: str, rows: Sequence[Row]) -> HttpResponse:
    at = now()
    return workbook(
        f"{unit.code}-posts-{timezone.localtime(at):%Y%m%d}",
        title=_("Posts of %(unit)s") % {"unit": name},
        notes=[_("Data moment: %(moment)s") % {"moment": formats.moment(at)}],
        columns=[
            Column(_("Code"), 24),
            Column(_("Post"), 40),
            Column(_("Leading"), 10),
            Column(_("Work"), 24),
            Column(_("Who holds it"), 28),
            Column(_("Since"), 22),
            Column(_("Vacant"), 26),
            Column(_("Instead of the holder"), 34),
            Column(_("In charge of"), 34),
            Column(_("Expertise required"), 34),
            Column(_("The holder lacks"), 34),
        ],
        rows=[
            (
                f"{unit.code}:{one.seat}",
                one.title,
                _("yes") if one.leading else "",
                one.hands,
                one.holder,
                one.holder_more,
                one.vacant,
                "; ".join(one.instead),
                one.charges,
                one.required,
                one.lacks,
            )
            for one in rows
        ],
    )


@signed_in
def found(request: DeskRequest, code: str) -> HttpResponse:
    unit = unit_for(code)
    refuse_unless(policy.may_manage_posts(request.actor, unit.pk))
    posted = request.method == "POST"
    form = forms.FoundForm(request.POST if posted else None, initial={"start": timezone.localdate()})
    status = 200
    if posted:
        status = 422
        if form.is_valid():
            try:
                said = {**form.cleaned_data}
                made = once(
                    request,
                    lambda: Done(
                        post_acts.found_post(unit, said.pop("seat"), actor=request.actor, at=now(), **said).code
                    ),
                )
                return redirect("post-page", code, made.words.partition(":")[2])
            except Refusal as no:
                known = no.field if no.field in form.fields else None
                form.add_error(known, " ".join(filter(None, [str(no), str(no.remedy)])))
                status = no.http_status
    name = unit_queries.named_on([unit.pk], request.actor.day, language()).get(unit.pk, unit.code)
    return show(request, "posts/found.html", {"form": form, "unit": unit, "name": name}, status=status)


def post_for(code: str, seat: str) -> Post:
    """Of today, closed, or not yet founded."""
    found = Post.objects.select_related("unit").filter(code=f"{code}:{seat}").first()
    if found is None:
        raise OutOfReach(
            lazy("There is no post with the code %(code)s."),
            {"code": f"{code}:{seat}"},
            remedy=lazy("The posts of a body stand on its page."),
        )
    return found


@signed_in
def one(request: DeskRequest, code: str, seat: str) -> HttpResponse:
    """One post through time, and what the administrator or the head of the body may do with it."""
    post = post_for(code, seat)
    refuse_unless(policy.may_oversee(request.actor, post.unit_id))
    actor, day = request.actor, request.actor.day
    terms = list(roster.terms(post))
    handed = hand_in(request, lambda data: _offers(request, post, terms, data))
    if handed.response is not None:
        return handed.response
    seat_now = roster.seated([post], day)[0]
    changes = roster.changes_since(post, {one.person_id for one in terms}, timezone.localdate())
    context = {
        "post": post,
        "title": post.title(language()),
        "unit": post.unit,
        "name": unit_queries.named_on([post.unit_id], day, language()).get(post.unit_id, post.unit.code),
        "row": row_of(seat_now, expertise_told=True),
        "seat_now": seat_now,
        "hands": [str(forms.HANDS[Hand(hand)]) for hand in post.hands],
        "terms": [(one, one.get_how_display(), _days(one.valid)) for one in terms],
        "charges": [
            (one, fields.field_name(one.field, language()), _days(one.valid))
            for one in Charge.objects.filter(post=post).order_by("-valid")
        ],
        "offers": [one for one in handed.offers if one.number is None],
        "by_number": {one.press: one for one in handed.offers if one.number is not None},
        "minutes": lines_of(list(hand_over.standing().filter(post_id=post.pk).order_by("-on")), day),
        "undo": [(line.pk, _change(line, terms)) for line in changes] if _administers(request, post) else [],
        "suggested": list(roster.people(actor)[:PEOPLE_SUGGESTED]) if _administers(request, post) else [],
        "refusal": handed.refusal,
        "status": handed.status,
    }
    return show(request, "posts/one.html", context, status=handed.status)


def _administers(request: DeskRequest, post: Post) -> bool:
    return policy.may_manage_posts(request.actor, post.unit_id) is None


def _days(valid: Any) -> str:
    first = _("from %(day)s") % {"day": formats.day(valid.lower)}
    return first if valid.upper is None else f"{first} {_('until %(day)s') % {'day': formats.day(valid.upper)}}"


def _change(line: LedgerLine, terms: Sequence[Appointment]) -> str:
    name = next((one.person.name for one in terms if one.pk == line.facts.get("appointment")), "")
    if line.verb == "person.appointed":
        return _("%(name)s was appointed today") % {"name": name}
    return _("The end of %(name)s's appointment was entered today") % {"name": name}


def _offers(request: DeskRequest, post: Post, terms: Sequence[Appointment], data: Any) -> list[Offer]:
    """What this post of the reader may do here; each act asks again."""
    actor, today = request.actor, timezone.localdate()
    found: list[Offer] = []

    def appoint(said: Mapping[str, Any]) -> str:
        person = roster.person_called(said["person"])
        made = acts.appoint(
            person,
            post,
            start=said["start"],
            end=said["end"],
            how=said["how"],
            ground=said["ground"],
            actor=actor,
            at=now(),
        )
        return _("%(name)s is appointed: %(post)s.") % {"name": made.person.name, "post": post.title(language())}

    def end(one: Appointment) -> Callable[[Mapping[str, Any]], str]:
        def act(said: Mapping[str, Any]) -> str:
            receiver = roster.person_called(said["receiver"]) if said["receiver"].strip() else None
            minutes = hand_over_acts.leave(
                one.pk, on=said["on"], ground=said["ground"], receiver=receiver, actor=actor, at=now()
            )
            done = _("The appointment ends on %(day)s.") % {"day": formats.day(said["on"])}
            return done if minutes is None else f"{done} {_('Hand-over minutes are open for both to sign.')}"

        return act

    def take_back(line: LedgerLine) -> Callable[[Mapping[str, Any]], str]:
        def act(_said: Mapping[str, Any]) -> str:
            acts.take_back(line.pk, actor=actor, at=now())
            return _("It was taken back.")

        return act

    def close(said: Mapping[str, Any]) -> str:
        post_acts.close_post(post, on=said["on"], ground=said["ground"], actor=actor, at=now())
        return _("The post %(code)s is closed from %(day)s on.") % {"code": post.code, "day": formats.day(said["on"])}

    def require(said: Mapping[str, Any]) -> str:
        expertise_acts.require(
            post, said["requires"], words=said["words"], ground=said["ground"], actor=actor, at=now()
        )
        return _("What the post requires was recorded.")

    def charge(said: Mapping[str, Any]) -> str:
        made = post_acts.put_in_charge(
            post, said["field"], start=said["start"], end=said["end"], ground=said["ground"], actor=actor, at=now()
        )
        name = fields.field_name(made.field, language())
        return _("The post has the field “%(field)s” in charge.") % {"field": name}

    def end_charge(one: Charge) -> Callable[[Mapping[str, Any]], str]:
        def act(said: Mapping[str, Any]) -> str:
            post_acts.end_charge(one.pk, end=said["on"], actor=actor, at=now())
            return _("It is no longer in charge from %(day)s on.") % {"day": formats.day(said["on"])}

        return act

    def form(kind: Any, name: str, **initial: Any) -> Any:
        return kind(data, initial={"start": today, **initial}, auto_id=f"{name}-%s")

    if _administers(request, post):
        appointing = form(forms.AppointForm, "appoint", how=Appointment.How.HELD)
        note = lazy(
            "Acting: in a vacant post. Standing in: for a holder who is away. Seconded: for a time, own post kept."
        )
        found.append(Offer("appoint", lazy("Appoint to this post"), lazy("Appoint"), appointing, appoint, note=note))
        for one in terms:
            if one.valid.upper is None or one.valid.upper > today:
                ending = form(forms.EndForm, f"end-{one.pk}")
                found.append(Offer("end", lazy("End it"), lazy("End it"), ending, end(one), number=one.pk))
        for line in roster.changes_since(post, {one.person_id for one in terms}, today):
            blank = form(forms.BlankForm, f"back-{line.pk}")
            found.append(Offer("back", "", lazy("Undo"), blank, take_back(line), number=line.pk))
        requiring = form(forms.RequireForm, "require", requires=list(post.required), words=post.expertise)
        found.append(Offer("require", lazy("What the post requires"), lazy("Record it"), requiring, require))
    if {Hand.LEADER, Hand.APPROVER} & set(post.hands) and policy.may_divide_fields(actor, post) is None:
        charging = form(forms.ChargeForm, "charge")
        found.append(Offer("charge", lazy("Put in charge of a field"), lazy("Put in charge"), charging, charge))
        for held in Charge.objects.filter(post=post):
            if held.valid.upper is None or held.valid.upper > today:
                ending = form(forms.EndChargeForm, f"end-charge-{held.pk}")
                found.append(Offer("uncharge", "", lazy("End it"), ending, end_charge(held), number=held.pk))
    if _administers(request, post) and post.valid.upper is None:
        closing = form(forms.CloseForm, "close")
        note = lazy("Nobody may be appointed to it on that day or later. It keeps its code and its past.")
        found.append(Offer("close", lazy("Close the post"), lazy("Close the post"), closing, close, note=note))
    return found


urlpatterns = [
    path("units/<code:code>/posts/", page, name="posts"),
    path("units/<code:code>/found-post", found, name="post-found"),
    path("units/<code:code>/posts/<code:seat>/", one, name="post-page"),
]
