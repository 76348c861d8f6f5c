"""Turns refusals into answers, and asks for the second factor where the city demands one."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from streife.accounts import queries
from streife.config.handlers import is_api, problem
from streife.kernel.errors import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefusedMiddleware:
    """Answers a `Refused` as page, htmx fragment or RFC 9457 problem+json."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a bug and stays one."""
        if not isinstance(error, Refused):
            return None
        if is_api(request):
            return problem(error.status, error.code, error.message, field=error.field)
        template = "ui/_refused.html" if request.headers.get("HX-Request") else "ui/refused.html"
        return render(request, template, {"refused": error}, status=error.status)


class SecondFactorMiddleware:
    """With STREIFE_REQUIRE_MFA, lets nobody work before a second factor is set up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STREIFE_REQUIRE_MFA and self._is_missing(request):
            messages.warning(
                request,
                _("Bitte richten Sie zuerst einen zweiten Faktor ein. Dann geht es weiter."),
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def _is_missing(self, request: HttpRequest) -> bool:
        if not request.user.is_authenticated or request.session.get("second_factor"):
            return False
        if request.path.startswith((reverse("accounts:profile"), settings.STATIC_URL)):
            return False
        present = queries.has_second_factor(request.user.pk)
        if present:
            request.session["second_factor"] = True  # one query a session, not one a page
        return not present
