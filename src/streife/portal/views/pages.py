"""Start page and the pages that only say something."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from streife.kernel.clock import now
from streife.places.queries import offices_now
from streife.portal import queries
from streife.portal.publisher import publisher
from streife.reports.queries import retention


def start(request: HttpRequest) -> HttpResponse:
    """Open with what people come for: tell us, or see what became of it."""
    moment = now()
    context = {"offices": offices_now(moment), "figures": queries.figures(now=moment)}
    return render(request, "portal/start.html", context)


def offices(request: HttpRequest) -> HttpResponse:
    """Say where people can go or call, and whether it is open."""
    return render(request, "portal/offices.html", {"offices": offices_now(now())})


def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept of a report, why and how long."""
    context = {"publisher": publisher(), "retention": retention()}
    return render(request, "portal/privacy.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    """Give the statement of § 12b BGG / § 10b BGG NRW."""
    return render(request, "portal/accessibility.html", {"publisher": publisher()})


def imprint(request: HttpRequest) -> HttpResponse:
    """Say who answers for these pages."""
    return render(request, "portal/imprint.html", {"publisher": publisher()})


def easy_language(request: HttpRequest) -> HttpResponse:
    """Say the most important things in Leichte Sprache."""
    return render(request, "portal/easy_language.html", {"offices": offices_now(now())})
