"""Every write about people, posts and who signs for whom."""

from isotherm.accounts.acts.holding import appoint, end_appointment, move, take_back
from isotherm.accounts.acts.people import add_person, deactivate, end_sessions, reactivate, set_password

__all__ = [
    "add_person",
    "appoint",
    "deactivate",
    "end_appointment",
    "end_sessions",
    "move",
    "reactivate",
    "set_password",
    "take_back",
]
