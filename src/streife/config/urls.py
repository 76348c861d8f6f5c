"""All addresses, one line a package."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path


def start(request: HttpRequest) -> HttpResponse:
    """Send a signed-in person to the page they work on."""
    return redirect("account_login")


urlpatterns: list[URLPattern | URLResolver] = [
    path("konto/", include("allauth.urls")),
    path("sprache/", include("django.conf.urls.i18n")),
    path("start/", start, name="start"),
]
