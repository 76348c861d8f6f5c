"""Pages for what Django itself refuses: too large, forged, forbidden, missing, broken."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def is_api(request: HttpRequest) -> bool:
    """Say whether a machine asks."""
    return request.path.startswith("/api/")


def problem(status: int, code: str, title: str, *, field: str | None = None) -> JsonResponse:
    """Return an RFC 9457 problem."""
    return JsonResponse(
        {
            "type": f"urn:streife:{code}",
            "title": title,
            "status": status,
            "code": code,
            "field": field,
        },
        status=status,
        content_type="application/problem+json",
    )


def _answer(request: HttpRequest, status: int, code: str, title: str, text: str) -> HttpResponse:
    if is_api(request):
        return problem(status, code, text)
    return render(request, "ui/error.html", {"title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read; a post beyond the limit gets 413 and says so."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(
            request,
            413,
            "too-large",
            _("Das war zu groß"),
            _(
                "Die Sendung ist größer, als wir annehmen können. Gehen Sie bitte eine Seite "
                "zurück und schicken Sie weniger oder kleinere Fotos."
            ),
        )
    return _answer(
        request,
        400,
        "bad-request",
        _("Das konnten wir nicht lesen"),
        _("Bitte gehen Sie eine Seite zurück, laden Sie sie neu und versuchen Sie es noch einmal."),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself forbids."""
    return _answer(
        request,
        403,
        "not-permitted",
        _("Das dürfen Sie hier nicht"),
        _("Wenn Sie meinen, dass Sie es dürfen sollten, wenden Sie sich an Ihre Schichtleitung."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection does not match: mostly a page that was open for too long."""
    return _answer(
        request,
        403,
        "form-expired",
        _("Das Formular ist abgelaufen"),
        _(
            "Zu Ihrem Schutz gilt ein Formular nur in dem Browser, der es geöffnet hat, und "
            "nur bis zum Abmelden. Gehen Sie eine Seite zurück, laden Sie sie neu und senden Sie "
            "noch einmal. Cookies müssen erlaubt sein."
        ),
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return _answer(
        request,
        404,
        "no-such-page",
        _("Diese Seite gibt es nicht"),
        _("Vielleicht ist der Link abgelaufen oder unvollständig. Bitte prüfen Sie die Adresse."),
    )


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer somebody who asks too often."""
    return _answer(
        request,
        429,
        "too-many-requests",
        _("Das waren zu viele Versuche"),
        _("Bitte warten Sie fünf Minuten und versuchen Sie es dann noch einmal."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a bug, without anything that could fail again."""
    if is_api(request):
        return problem(500, "internal-error", "Interner Fehler. Er wurde vermerkt.")
    return HttpResponseServerError(render_to_string("500.html"))
