"""Icons by name: one drawing for every field of work and for what recurs on the screen."""

import json
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ALIASES = {
    "ok": "check",
    "success": "check",
    "neutral": "info",
    "hund": "hunde",
    "muell": "abfall",
    "user": "person",
    "waste": "abfall",
    "zone": "shield",
    "site": "pin",
}


@cache
def drawings() -> dict[str, str]:
    """Return the inside of each SVG by our name (made from Lucide by `npm run icons`)."""
    found: dict[str, str] = json.loads(Path(__file__).with_name("icons.json").read_text("utf-8"))
    return found


@cache
def svg(name: str, label: str = "") -> SafeString:
    """Return the icon as inline SVG; with `label` it speaks, without it screen readers skip it.

    A name we have no drawing for shows the icon of "other": names come from data a city may change.
    """
    known = drawings()
    name = ALIASES.get(name, name)
    drawing = known.get(name, known["other"])
    spoken = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
        'focusable="false" {}>{}</svg>',
        spoken,
        mark_safe(drawing),  # noqa: S308 (our own file)
    )
