"""What became of a report, for the holder of its link."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from streife.accounts.queries import connection_of
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, Refused
from streife.portal import queries
from streife.portal.forms import LookUpForm, ObjectionForm
from streife.portal.views.report import picture_response
from streife.reports.actions import (
    check_link_tries,
    count_wrong_link,
    erase_own_contact,
    object_to_answer,
)
from streife.reports.queries import link_parts, photo_by_secret, report_by_secret
from streife.reports.rules import Status, can_object
from streife.triage.rules import spoken_answer

if TYPE_CHECKING:
    from streife.reports.models import Report


def secret_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let nobody keep a page whose address holds a secret: no cache, and no search engine.

    Links get into public places: a forum, a shared calendar, the neighbourhood's group.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **given: str) -> HttpResponse:
        response = view(request, *args, **given)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@contextmanager
def _tries(request: HttpRequest) -> Iterator[None]:
    """Look at a report by its link, as often as a person mistypes it and no oftener.

    :raises TooMany: this connection tried too many wrong links
    """
    address, moment = connection_of(request), now()
    check_link_tries(address=address, now=moment)
    try:
        yield
    except NotFound as error:
        if error.code == "link-unknown":
            count_wrong_link(address=address, now=moment)
        raise


@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for number and password, and go to the report."""
    form = LookUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reference, secret = link_parts(form.cleaned_data["reference"], form.cleaned_data["secret"])
        try:
            with _tries(request):
                report_by_secret(reference, secret, now=now())
        except Refused as refused:
            form.add_error(None, refused.message)
            code = 429 if refused.status == 429 else 422
        else:
            return redirect("portal:status", reference=reference, secret=secret)
    else:
        code = 422 if form.errors else 200
    return render(request, "portal/look_up.html", {"form": form}, status=code)


@secret_page
def status(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """Show where the report stands; right after sending, its number and link."""
    try:
        with _tries(request):
            report = report_by_secret(reference, secret, now=now())
    except Refused as refused:
        code = 410 if refused.code == "link-expired" else refused.status
        return render(request, "portal/no_status.html", {"refused": refused}, status=code)
    return _page(request, report, secret, ObjectionForm())


def _page(
    request: HttpRequest, report: "Report", secret: str, form: ObjectionForm, *, code: int = 200
) -> HttpResponse:
    link = settings.BASE_URL.rstrip("/") + reverse("portal:status", args=[report.reference, secret])
    fresh = next((name for name in ("neu", "schon") if name in request.GET), "")
    context = {
        "report": report,
        "secret": secret,
        "link": link,
        "fresh": fresh,
        "code": mark_safe(segno.make(link).svg_inline(scale=4, light="#fff", title=_("QR-Code")))  # noqa: S308 (made by segno from our own address)
        if fresh
        else "",
        "category": queries.category_name(report.category_code, on=local(now()).date()),
        "stand": queries.stand(report),
        "steps": queries.steps(report),
        "answer": spoken_answer(report.answer),
        "photos": list(report.photos.all()),
        "contact": getattr(report, "contact", None),
        "done": report.status in (Status.ANSWERED, Status.REJECTED),
        "may_object": can_object(Status(report.status), objected_at=report.objected_at),
        "form": form,
    }
    return render(request, "portal/status.html", context, status=code)


@require_POST
@secret_page
def object_view(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """Take in "Das stimmt nicht"."""
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            with _tries(request):
                object_to_answer(
                    reference=reference, secret=secret, text=form.cleaned_data["text"], now=now()
                )
        except Refused as refused:
            if refused.field != "text":
                raise
            form.add_error("text", refused.message)
        else:
            return redirect("portal:status", reference=reference, secret=secret)
    with _tries(request):
        report = report_by_secret(reference, secret, now=now())
    return _page(request, report, secret, form, code=422)


@require_POST
@secret_page
def erase(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """Delete the sender's contact data."""
    with _tries(request):
        erase_own_contact(reference=reference, secret=secret, now=now())
    return redirect("portal:status", reference=reference, secret=secret)


@secret_page
def photo(request: HttpRequest, reference: str, secret: str, sha256: str) -> HttpResponse:
    """Show one photo of the report to the holder of the link."""
    with _tries(request):
        found = photo_by_secret(reference, secret, sha256, now=now())
    return picture_response(found.path)
