"""What every template gets: who acts, and the main navigation."""

from typing import Any

from django.http import HttpRequest

from streife.accounts.queries import actor_from
from streife.accounts.rules import PUBLIC
from streife.config.navigation import links_for, search_for, split


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return `actor`, the navigation (bar, then "Mehr"), and what the search field offers."""
    # An error page can be asked for before the session was read.
    actor = actor_from(request) if hasattr(request, "user") else PUBLIC
    rows = links_for(actor, request.path) if actor.user_id is not None else []
    bar, more = split(rows)
    return {
        "actor": actor,
        "navigation": bar,
        "navigation_more": more,
        "search_url": search_for(actor),
        "may_command": actor.may("dispatch.assign"),
    }
