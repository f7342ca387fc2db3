"""Where the protocol reads and writes: people and posts within the directory's reach, changed by the acts alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Lower
from scim2_models import (
    ConflictException,
    ForbiddenException,
    InvalidValueException,
    Meta,
    NotFoundException,
    PreconditionFailedException,
    Reference,
    Resource,
    ResourceType,
    ResponseParameters,
    SCIMException,
    ScimFilter,
    SearchRequest,
    UniquenessException,
)
from scim2_server.storage import ScimStorage, SearchPage

from isotherm.accounts import provisioning
from isotherm.accounts.acts import provisioning as acts
from isotherm.accounts.models import Appointment, Person, Post, Provisioned, ProvisioningClient
from isotherm.actor import Actor
from isotherm.doors.scim.filters import Column, Condition
from isotherm.doors.scim.filters import number as number_of
from isotherm.doors.scim.resources import LARGEST_PAGE, Group, Member, Membership, User
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach, Refusal


class Records(ScimStorage):
    """One directory's view at one moment."""

    def __init__(self, client: ProvisioningClient, actor: Actor, at: datetime) -> None:
        self.client = client
        self.actor = actor
        self.at = at

    @contextmanager
    def operation(self) -> Iterator[None]:
        """One request is one transaction, and a refusal of an act is the protocol's error."""
        try:
            with transaction.atomic():
                yield
        except Refusal as no:
            raise _error(no) from no

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        if resource_type.name == "User":
            return self._users([self._person(resource_id)])[0]
        return self._groups([self._post(resource_id)])[0]

    def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *, position: Any = None
    ) -> SearchPage:
        """People first, then posts, each in the order in which they were added."""
        asked: dict[str, QuerySet[Any]] = {}
        for one in resource_types:
            found: QuerySet[Any] = self._people() if one.name == "User" else self._posts()
            if search_request.filter is not None:
                model, columns = self._columns(str(one.name))
                narrowed = ScimFilter[model](str(search_request.filter))  # type: ignore[valid-type]
                found = found.filter(pk__in=found.filter(Condition(narrowed, columns).of()).values("pk"))
            asked[str(one.name)] = found.order_by("pk")
        totals = {name: found.count() for name, found in asked.items()}
        start = (search_request.start_index or 1) - 1
        left = LARGEST_PAGE if search_request.count is None else search_request.count
        page: list[Resource[Any]] = []
        for name, found in asked.items():
            rows = list(found[start : start + left]) if left > 0 and start < totals[name] else []
            page += self._users(rows) if name == "User" else self._groups(rows)
            left -= len(rows)
            start = max(0, start - totals[name])
        return SearchPage(sum(totals.values()), page)

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        if isinstance(resource, User):
            person = acts.enrol(
                self.client,
                resource.user_name or "",
                name=resource.display_name or "",
                active=resource.active is not False,
                external_id=resource.external_id or "",
                actor=self.actor,
                at=self.at,
            )
            return self._users([person])[0]
        group = cast(Any, resource)
        post = acts.found(
            self.client,
            group.display_name or "",
            external_id=group.external_id or "",
            people=_members(group),
            actor=self.actor,
            at=self.at,
        )
        return self._groups([post])[0]

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        number = resource.id or ""
        self._unchanged(resource_type, number, expected_version)
        if isinstance(resource, User):
            person = self._person(number)
            changed = acts.change_person(
                self.client,
                person,
                login=resource.user_name or "",
                name=resource.display_name or "",
                # Left out, it says nothing: whoever may not sign in is not let in by silence.
                active=resource.active is not False if "active" in resource.model_fields_set else person.is_active,
                external_id=resource.external_id or "",
                actor=self.actor,
                at=self.at,
            )
            return self._users([changed])[0]
        group = cast(Any, resource)
        post = self._post(number)
        shown = cast(Any, self._groups([post])[0]).display_name
        post = acts.change_post(
            self.client,
            post,
            title=post.title_vi if group.display_name == shown else group.display_name or "",
            external_id=group.external_id or "",
            people=_members(group),
            actor=self.actor,
            at=self.at,
        )
        return self._groups([post])[0]

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        self._unchanged(resource_type, resource_id, expected_version)
        if resource_type.name == "User":
            acts.remove_person(self.client, self._person(resource_id), actor=self.actor, at=self.at)
        else:
            acts.close(self.client, self._post(resource_id), actor=self.actor, at=self.at)

    # --- within reach -------------------------------------------------------------------------------------------

    def _people(self) -> QuerySet[Any]:
        mine = Provisioned.objects.filter(client=self.client, person=OuterRef("pk"))
        return provisioning.people_of(self.client, self.actor.day).annotate(
            number=Cast("pk", CharField()),
            outside=Coalesce(Subquery(mine.values("external_id")[:1]), Value("")),
            folded_login=Lower("login"),
            folded_name=Lower("name"),
        )

    def _posts(self) -> QuerySet[Any]:
        mine = Provisioned.objects.filter(client=self.client, post=OuterRef("pk"))
        return provisioning.posts_of(self.client, self.actor.day).annotate(
            number=Cast("pk", CharField()),
            outside=Coalesce(Subquery(mine.values("external_id")[:1]), Value("")),
            # Many bodies have a records clerk: a post that the directory did not found is named with its code.
            folded_title=Lower(
                Case(
                    When(Exists(mine.filter(own=True)), then=F("title_vi")),
                    default=Concat("title_vi", Value(" ("), "code", Value(")")),
                )
            ),
        )

    def _columns(self, name: str) -> tuple[Any, dict[str, Column]]:
        """By which attributes a User or a Group is looked up."""
        shared = {"id": Column("number"), "external_id": Column("outside")}
        if name == "User":
            posts = Column("groups", inside=self._sits_in)
            return User, {
                **shared,
                "user_name": Column("folded_login", fold=True),
                "display_name": Column("folded_name", fold=True),
                "active": Column("is_active", truth=True),
                "groups": posts,
                "groups.value": posts,
            }
        people = Column("members", inside=self._has_sitting)
        return Group, {
            **shared,
            "display_name": Column("folded_title", fold=True),
            "members": people,
            "members.value": people,
        }

    def _sits_in(self, post: int | None) -> Q:
        sits = provisioning.posts_of(self.client, self.actor.day)
        rows = Appointment.objects.filter(post__in=sits, valid__contains=self.actor.day)
        return Q(pk__in=(rows if post is None else rows.filter(post=post)).values("person_id"))

    def _has_sitting(self, person: int | None) -> Q:
        rows = Appointment.objects.filter(valid__contains=self.actor.day)
        return Q(pk__in=(rows if person is None else rows.filter(person=person)).values("post_id"))

    def _person(self, number: str) -> Person:
        found = provisioning.people_of(self.client, self.actor.day).filter(pk=number_of(number)).first()
        if found is None:
            raise NotFoundException(detail=f"There is no person {number} within this directory's reach.")
        return found

    def _post(self, number: str) -> Post:
        found = provisioning.posts_of(self.client, self.actor.day).filter(pk=number_of(number)).first()
        if found is None:
            raise NotFoundException(detail=f"There is no post {number} within this directory's reach.")
        return found

    def _unchanged(self, resource_type: ResourceType, number: str, expected: str | None) -> None:
        """The row is locked first: what another request changes meanwhile is seen."""
        rows: QuerySet[Any] = (Person if resource_type.name == "User" else Post).objects.all()
        rows.select_for_update().filter(pk=number_of(number)).first()
        now = self.get(resource_type, number)
        if expected is not None and now.meta is not None and now.meta.version != expected:
            raise PreconditionFailedException

    # --- as the protocol writes it ------------------------------------------------------------------------------

    def _users(self, people: Iterable[Person]) -> list[Resource[Any]]:
        people = list(people)
        ids = [one.pk for one in people]
        names = provisioning.names_of(self.client, people=ids)
        dates = provisioning.dates_of("person", ids)
        seats: dict[int, list[Membership]] = {}
        for one in provisioning.seats_of(ids, self.client, self.actor.day):
            seats.setdefault(one.person_id, []).append(
                Membership(value=str(one.post_id), ref=Reference(f"Groups/{one.post_id}"), display=one.post.title_vi)
            )
        made: list[Resource[Any]] = []
        for person in people:
            user = User(
                id=str(person.pk),
                external_id=names.get(person.pk) or None,
                user_name=person.login,
                display_name=person.name if person.name != person.login else None,
                active=person.is_active,
                groups=seats.get(person.pk),
            )
            user.meta = _meta("User", user, dates.get(person.pk), changes=True)
            made.append(user)
        return made

    def _groups(self, posts: Iterable[Post]) -> list[Resource[Any]]:
        posts = list(posts)
        ids = [one.pk for one in posts]
        names = provisioning.names_of(self.client, posts=ids)
        dates = provisioning.dates_of("post", ids)
        own = set(self.client.keeps.filter(post__in=ids, own=True).values_list("post_id", flat=True))
        sits: dict[int, list[Member]] = {}
        for one in provisioning.sitting(ids, self.actor.day):
            sits.setdefault(one.post_id, []).append(
                Member(
                    value=str(one.person_id),
                    ref=Reference(f"Users/{one.person_id}"),
                    type="User",
                    display=one.person.name,
                )
            )
        made: list[Resource[Any]] = []
        for post in posts:
            group = Group(
                id=str(post.pk),
                external_id=names.get(post.pk) or None,
                display_name=post.title_vi if post.pk in own else f"{post.title_vi} ({post.code})",
                members=sits.get(post.pk),
            )
            # When somebody came or left stands in the person's lines: a day of change would be half the truth.
            group.meta = _meta("Group", group, dates.get(post.pk), changes=False)
            made.append(group)
        return made


def _members(group: Any) -> list[int]:
    members: list[int] = []
    for one in group.members or []:
        if one.type not in (None, "User") or not (one.value or "").isdecimal():
            raise InvalidValueException(detail="A post has people as its members: give the id of a User.")
        members.append(number_of(one.value))
    return members


def _meta(name: str, resource: Resource[Any], dates: tuple[datetime, datetime] | None, *, changes: bool) -> Meta:
    """The version is the content: it changes when, and only when, what is shown changes."""
    shown = json.dumps(resource.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return Meta(
        resource_type=name,
        created=dates[0] if dates else None,
        last_modified=dates[1] if dates and changes else None,
        version=f'W/"{hashlib.sha256(shown.encode()).hexdigest()[:24]}"',
    )


def _error(no: Refusal) -> SCIMException:
    """The refusal's own sentence and what to do, in the protocol's error."""
    words = f"{no} {no.remedy}".strip()
    if isinstance(no, OutOfReach):
        # A member that is absent is a wrong value of this request, not an absent address.
        return InvalidValueException(detail=words) if no.field else NotFoundException(detail=words)
    if isinstance(no, NotYours):
        return ForbiddenException(detail=words)
    if isinstance(no, NotNow):
        return UniquenessException(detail=words) if no.field == "login" else ConflictException(detail=words)
    if isinstance(no, NotAccepted):
        return InvalidValueException(detail=words)
    error = SCIMException(detail=words)
    error.status = no.http_status
    return error
