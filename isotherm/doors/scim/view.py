"""The one address of the door: a directory of accounts shows its token with each request and nothing else counts.

No cookie, no session and no form: whoever is signed in in a browser is nobody here, so the forms' guard has nothing to
guard, and this is the only view outside of it.
"""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import re_path
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from scim2_models import PayloadTooLargeException, SCIMException, UnauthorizedException
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import SCIM_MEDIA_TYPE, ScimResponse
from scim2_server.routing import Operation
from scim2_server.service import ScimService

from isotherm.accounts import provisioning
from isotherm.accounts.models import ProvisioningClient
from isotherm.doors.scim.resources import PROVIDER
from isotherm.doors.scim.storage import Records
from isotherm.refusals import OutOfReach
from isotherm.words import lazy

ROOT = "scim/v2"
SERVICE = ScimService(PROVIDER)
log = logging.getLogger("isotherm.scim")


@csrf_exempt
def scim(request: HttpRequest, rest: str) -> HttpResponse:
    """Off until a directory is made: then the address is not there. Machines read English."""
    if not provisioning.is_on():
        raise OutOfReach(lazy("There is nothing at this address."))
    with translation.override("en"):
        try:
            asked = _asked(request, rest)
            answer = _answered(asked, _client(request, asked))
        except Exception as error:
            if not isinstance(error, SCIMException):
                log.exception("%s %s", request.method, request.path)
            answer = SERVICE.error_response(error)
    return _sent(answer)


def _asked(request: HttpRequest, rest: str) -> ScimRequest:
    try:
        body = request.body
    except RequestDataTooBig:
        raise PayloadTooLargeException(detail="The request is larger than this server reads.") from None
    return ScimRequest(
        method=request.method or "GET",
        base_url=request.build_absolute_uri(f"/{ROOT}"),
        path=rest or "/",
        query=request.GET.dict(),
        headers=dict(request.headers),
        body=body,
    )


def _client(request: HttpRequest, asked: ScimRequest) -> ProvisioningClient | None:
    """Who calls. What the server can do is told to everybody (RFC 7643, section 5), all else to directories alone."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    client = provisioning.client_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
    if client is None and asked.path.strip("/") != "ServiceProviderConfig":
        raise UnauthorizedException(detail="Show the token of a directory of accounts that has not been ended.")
    return client


def _answered(asked: ScimRequest, client: ProvisioningClient | None) -> ScimResponse:
    now = timezone.now()
    if client is None:
        with SERVICE.provider:
            SERVICE.route(asked, Operation.service_provider_config)
            return SERVICE.service_provider_config(asked.url, asked.query)
    actor = provisioning.actor_of(client, timezone.localdate(now))
    return ScimHandler(SERVICE, Records(client, actor, now)).handle(asked)


def _sent(answer: ScimResponse) -> HttpResponse:
    response: HttpResponse
    if answer.body is None:
        response = HttpResponse(status=int(answer.status))
    else:
        response = JsonResponse(answer.body, status=int(answer.status), content_type=SCIM_MEDIA_TYPE)
    for name, value in answer.headers.items():
        if name != "Content-Type":
            response[name] = value
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [re_path(rf"^{ROOT}(?P<rest>|/.*)$", scim, name="scim")]
