"""Turns refusals into answers, keeps what staff see out of every store on the way, and asks for
the second factor where the city demands one.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from streife.accounts import queries
from streife.config.handlers import bad_request, is_api, problem
from streife.config.serving import TOO_LARGE
from streife.kernel.errors import NotPermitted, Refused
from streife.ui.fragments import asks_for_part

GetResponse = Callable[[HttpRequest], HttpResponse]

# What a page may ask the device for: its position and its passkeys, nothing else.
PERMISSIONS_POLICY = (
    "geolocation=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
    "camera=(), microphone=(), display-capture=(), payment=(), usb=(), serial=(), "
    "browsing-topics=()"
)


class GuardMiddleware:
    """Refuses addresses no database can look up and bodies no page takes (`config/serving.py`);
    lets nobody keep a copy of what staff see.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL has no NUL in text: asked for one, any look-up would be an internal error.
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request, BadRequest())
        if hasattr(request, TOO_LARGE):
            return bad_request(request, RequestDataTooBig())
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if hasattr(request, "streife_actor"):  # asked who is signed in, and somebody was
            # After signing out, "back" on a shared office PC must not show the last report.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


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
        if _signs_in_first(request, error):
            return redirect_to_login(request.get_full_path())
        template = "ui/_refused.html" if asks_for_part(request) else "ui/refused.html"
        return render(request, template, {"refused": error}, status=error.status)


def _signs_in_first(request: HttpRequest, error: Refused) -> bool:
    """Say whether a page is shut only because nobody is signed in: a bookmark, a session over."""
    reads = request.method in {"GET", "HEAD"} and not asks_for_part(request)
    return reads and isinstance(error, NotPermitted) and not request.user.is_authenticated


# What somebody needs to set one up, or to leave. The administration of users is not among it.
WITHOUT_SECOND_FACTOR = (
    "accounts:profile",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "set_language",
)


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
        if request.path.startswith((reverse("mfa_index"), settings.STATIC_URL)):
            return False
        if request.path in {reverse(name) for name in WITHOUT_SECOND_FACTOR}:
            return False
        present = queries.has_second_factor(request.user.pk)
        if present:
            request.session["second_factor"] = True  # one query a session, not one a page
        return not present
