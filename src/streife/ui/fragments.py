"""Whether a page is asked for, or part of one."""

from django.http import HttpRequest


def asks_for_part(request: HttpRequest) -> bool:
    """Say whether htmx wants a fragment; a boosted form takes the place of the whole page."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers
