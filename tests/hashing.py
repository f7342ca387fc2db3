"""Passwords of tests: the product's algorithm with one round. Hundreds of tests add people; nobody attacks them."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRound(PBKDF2PasswordHasher):
    iterations = 1
