"""Who an account of a provider is here: by issuer and subject, as they were linked, never by a name or an address."""

from __future__ import annotations

from django.conf import settings

from isotherm.accounts.models import Identity, Person
from isotherm.accounts.providers import Provider
from isotherm.refusals import OutOfReach
from isotherm.words import lazy


def provider_called(code: str) -> Provider:
    found: Provider | None = next((one for one in settings.PROVIDERS if one.code == code), None)
    if found is None:
        raise OutOfReach(
            lazy("There is no provider of sign-in called %(name)s."),
            {"name": code},
            remedy=lazy("Sign in on the sign-in page."),
        )
    return found


def person_of(issuer: str, subject: str) -> Person | None:
    found = Identity.objects.filter(issuer=issuer, subject=subject).select_related("person").first()
    return found.person if found is not None else None


def of(person: Person) -> list[tuple[Identity, Provider | None]]:
    """Her linked accounts, each with its provider if that is still named."""
    providers = {one.issuer: one for one in settings.PROVIDERS}
    return [(one, providers.get(one.issuer)) for one in Identity.objects.filter(person=person).order_by("linked_at")]
