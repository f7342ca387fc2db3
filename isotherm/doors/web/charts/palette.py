"""The light colours by the class that paints them, for a drawing that leaves the page.

On a page the style sheet paints, so that light and dark follow the reader; a test holds the two in step.
"""

from __future__ import annotations

TOKENS = {
    "ground": "#faf8f4",
    "card": "#ffffff",
    "raised": "#f4f0e8",
    "ink": "#1a212c",
    "soft": "#5b6470",
    "line": "#e4dfd6",
    "edge": "#8b8577",
    "accent": "#9c4712",
    "on-accent": "#ffffff",
    "on-time": "#1f7a6d",
    "on-on-time": "#ffffff",
    "late": "#e3b04b",
    "on-late": "#1a212c",
    "overdue": "#b3261e",
    "on-overdue": "#ffffff",
    "outline": "#1a212c",
    "grey": "#c9c6bf",
    "on-grey": "#1a212c",
    "within": "#e7d2bf",
    "on-within": "#1a212c",
    "heat-1": "#f6ede6",
    "heat-2": "#efd3c3",
    "heat-3": "#e2a98f",
    "heat-4": "#cf775d",
    "heat-5": "#b04334",
    "heat-6": "#871a18",
    "on-heat-1": "#1a212c",
    "on-heat-2": "#1a212c",
    "on-heat-3": "#1a212c",
    "on-heat-4": "#1a212c",
    "on-heat-5": "#ffffff",
    "on-heat-6": "#ffffff",
}

FILL = {
    "": TOKENS["ink"],
    "ink": TOKENS["ink"],
    "soft": TOKENS["soft"],
    "accent": TOKENS["accent"],
    "c-on-time": TOKENS["on-time"],
    "c-late": TOKENS["late"],
    "c-overdue": TOKENS["overdue"],
    "c-grey": TOKENS["grey"],
    "c-within": TOKENS["within"],
    "c-beyond": TOKENS["accent"],
    "c-card": TOKENS["card"],
    "c-raised": TOKENS["raised"],
    "on-on-time": TOKENS["on-on-time"],
    "on-late": TOKENS["on-late"],
    "on-overdue": TOKENS["on-overdue"],
    "on-grey": TOKENS["on-grey"],
    "on-within": TOKENS["on-within"],
    "on-beyond": TOKENS["on-accent"],
} | {f"h{step}": TOKENS[f"heat-{step}"] for step in range(1, 7)}
FILL |= {f"on-h{step}": TOKENS[f"on-heat-{step}"] for step in range(1, 7)}

STROKE = {
    "l-line": TOKENS["line"],
    "l-edge": TOKENS["edge"],
    "l-ink": TOKENS["ink"],
    "l-soft": TOKENS["soft"],
    "l-accent": TOKENS["accent"],
    "c-outlined": TOKENS["outline"],
}
