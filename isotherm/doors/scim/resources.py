"""What the door speaks of: a User is a person, a Group is a post, its members are those who sit in it.

The discovery pages publish exactly these attributes; what else a client sends is not kept and does no harm.
"""

from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    Returned,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

LARGEST_PAGE = 200


class Membership(ComplexAttribute):
    """A post in which a person sits."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    """The id of the Group."""

    ref: Annotated[Reference["Group"] | None, Mutability.read_only] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """Where the Group is found."""

    display: Annotated[str | None, Mutability.read_only] = None
    """The title of the post."""


class Member(ComplexAttribute):
    """Somebody who sits in a post."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    """The id of the User."""

    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """Where the User is found."""

    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])
    """Always User: a post has people as its members."""

    display: Annotated[str | None, Mutability.read_only, Returned.request] = None
    """The name of the person, for whoever asks for it."""


class User(Resource[Any]):
    """A person who signs in."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    """The login."""

    display_name: str | None = None
    """Family name and given name; the login where there is none."""

    active: Annotated[bool | None, Required.true] = True
    """Whether the person may sign in. Left out of a new one, it is true."""

    groups: Annotated[list[Membership] | None, Mutability.read_only] = None
    """The posts of the directory's bodies in which the person sits today."""


class Group(Resource[Any]):
    """A post. It has one holder at a time; whoever acts in it or stands in is a member, too."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    """The title of a post that the directory founded; of any other, title and code: Văn thư (P-52:van-thu)."""

    members: list[Member] | None = None
    """Who sits in the post today."""


CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=LARGEST_PAGE),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=True),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="OAuth Bearer Token",
            description="The token that isotherm scim add shows once.",
            spec_uri=Reference("https://www.rfc-editor.org/info/rfc6750"),
            primary=True,
        )
    ],
)

# As directories send it: attributes that nobody keeps here, a value beside a remove, a filter that describes an entry.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)

PROVIDER = ScimProvider(
    models=[User, Group],
    resource_types=[ResourceType.from_resource(User), ResourceType.from_resource(Group)],
    config=CONFIG,
    policy=POLICY,
)
