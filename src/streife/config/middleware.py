"""Turns refusals into answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from streife.kernel.errors import Refused


class RefusedMiddleware:
    """Answers a `Refused` as page, htmx fragment or RFC 9457 problem+json."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and stays one."""
        if not isinstance(error, Refused):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(
                {
                    "type": f"urn:streife:{error.code}",
                    "title": error.message,
                    "status": error.status,
                    "code": error.code,
                    "field": error.field,
                },
                status=error.status,
                content_type="application/problem+json",
            )
        template = "ui/_refused.html" if request.headers.get("HX-Request") else "ui/refused.html"
        return render(request, template, {"refused": error}, status=error.status)
