"""Somebody at a post, with a browser."""

from __future__ import annotations

from datetime import date

from django.test import Client
from django.utils import timezone

from isotherm.accounts.models import Appointment, Person, Post


def at_post(post: str, *, language: str = "en") -> Client:
    """A signed-in browser of a person who holds `post` today."""
    person, _new = Person.objects.get_or_create(login=f"t.{post}".lower(), defaults={"name": post})
    held = Post.objects.get(code=post)
    if not Appointment.objects.filter(person=person, post=held).exists():
        Appointment.objects.create(person=person, post=held, valid=(date(2025, 7, 1), None), how="held")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["isotherm_language"] = language
    return client


def today() -> date:
    return timezone.localdate()
