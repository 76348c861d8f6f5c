"""The report form: one page, four sections, no script needed, nothing lost."""

import re
from collections.abc import Iterable
from uuid import UUID, uuid4

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from streife.accounts.queries import connection_of
from streife.accounts.rules import PUBLIC
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound, Refused
from streife.places.queries import offices_now
from streife.portal.forms import ReportForm
from streife.portal.queries import category_groups, quarter_names
from streife.portal.stamps import is_human_pace, new_stamp
from streife.portal.uploads import CappedUploadHandler
from streife.reports.actions import count_sender, drop_upload, keep_upload, receive_report
from streife.reports.queries import kept_uploads, picture_bytes
from streife.reports.rules import MAX_PHOTOS, Received

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@csrf_exempt  # the check follows in `_report`, once the ceiling for files is in place
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it in."""
    ceiling = CappedUploadHandler(request)
    request.upload_handlers.insert(0, ceiling)
    try:
        request.POST  # noqa: B018 (reading it here makes its errors ours to answer)
    except _TOO_LARGE:
        return render(request, "portal/too_large.html", {"offices": offices_now(now())}, status=413)
    except (MultiPartParserError, BadRequest, UnicodeError):
        return render(request, "portal/unreadable.html", status=400)
    response: HttpResponse = _report(request, ceiling.refused)
    return response


@csrf_protect
def _report(request: HttpRequest, too_large: list[str]) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ReportForm.blank())
    form = ReportForm(request.POST)
    valid = form.is_valid()
    client_id: UUID | None = form.cleaned_data.get("client_id")
    if client_id is None:
        # Without an identity of its own the form cannot be told from its double: give it one.
        form, _client_id = _with_new_identity(
            request,
            _("Bitte prüfen Sie Ihre Angaben und senden Sie noch einmal; nichts ging verloren."),
        )
        return _page(request, form, status=422)
    _drop_unwanted(request, client_id)
    for name in too_large:
        form.add_error(
            None, _("„%(name)s“ ist größer als 10 MB und kam nicht an.") % {"name": name[-80:]}
        )
    if valid and not is_human_pace(form.cleaned_data["stamp"]):
        form.add_error(
            None,
            _("Das ging sehr schnell. Bitte prüfen Sie Ihre Angaben und senden Sie noch einmal."),
        )
    if not form.is_valid():
        return _page(request, form, status=_keep_counted(request, form, client_id))
    return _send(request, form, client_id)


def _send(request: HttpRequest, form: ReportForm, client_id: UUID) -> HttpResponse:
    photos = [(file.name or "Foto", file.read()) for file in request.FILES.getlist("photos")]
    moment = now()
    try:
        count_sender(address=connection_of(request), now=moment)
        draft = form.draft(photos, _checksums(request, "kept_photos"))
        received = receive_report(draft=draft, actor=PUBLIC, now=moment)
    except Refused as refused:
        if refused.code == "sent-before":
            form, client_id = _with_new_identity(request, refused.message)
            _keep_photos(request, form, client_id)
            return _page(request, form, status=422)
        field = ReportForm.RENAMED.get(refused.field or "", refused.field)
        if refused.field != "photos" or not photos:
            form.add_error(field if field in form.fields else None, refused.message)
        if refused.code != "too-many-reports":
            _keep_photos(request, form, client_id)
        if not form.errors:
            form.add_error(None, refused.message)
        return _page(request, form, status=422 if refused.status == 409 else refused.status)
    return _thank(received)


def _thank(received: Received) -> HttpResponse:
    address = reverse("portal:status", args=[received.reference, received.secret])
    said = "schon" if received.replayed else "neu"
    response = redirect(f"{address}?{said}=1")
    response.status_code = 303
    return response


def _with_new_identity(request: HttpRequest, message: str) -> tuple[ReportForm, UUID]:
    client_id = uuid4()
    data = request.POST.copy()
    data["client_id"] = str(client_id)
    form = ReportForm(data)
    form.add_error(None, message)
    return form, client_id


def _keep_counted(request: HttpRequest, form: ReportForm, client_id: UUID) -> int:
    """Keep the photos of a form that is sent back and return the status of the answer.

    Decoding and storing photos costs us as much as a report, so it counts like one: otherwise a
    form that is wrong on purpose would fill the disk for as long as somebody likes.
    """
    if request.FILES.getlist("photos"):
        try:
            count_sender(address=connection_of(request), now=now())
        except Refused as refused:
            form.add_error(None, refused.message)
            return refused.status
        _keep_photos(request, form, client_id)
    return 422


def _keep_photos(request: HttpRequest, form: ReportForm, client_id: UUID) -> None:
    """Keep every good photo for the next attempt and name every bad one.

    No more than a report may have are looked at: a hundred files that break off at their end would
    keep a worker busy for a minute, and the sender counts once.
    """
    files = request.FILES.getlist("photos")
    if len(files) > MAX_PHOTOS:
        form.add_error(
            None,
            _("Bitte senden Sie höchstens %(most)s Fotos. Die ersten haben wir uns angesehen.")
            % {"most": MAX_PHOTOS},
        )
    for file in files[:MAX_PHOTOS]:
        file.seek(0)
        try:
            keep_upload(client_id=client_id, data=file.read(), name=file.name or "Foto", now=now())
        except Refused as refused:
            form.add_error(None, refused.message)


def _drop_unwanted(request: HttpRequest, client_id: UUID) -> None:
    for checksum in _checksums(request, "drop_photos"):
        drop_upload(client_id=client_id, sha256=checksum)


def _checksums(request: HttpRequest, name: str) -> list[str]:
    """Return the checksums in a field; anything else in it names no photo."""
    return [text for text in request.POST.getlist(name)[:20] if _SHA256.fullmatch(text)]


def _page(request: HttpRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
    today = local(now()).date()
    client_id = form["client_id"].value()
    form.fields["address"].required = True  # on the screen; a point on the map does as well
    groups = category_groups(on=today)
    context = {
        "form": form,
        "groups": groups,
        "chosen": form["category"].value() or "",
        "chosen_group": _group_of(groups, form["category"].value()),
        "quarters": quarter_names(on=today),
        "kept": kept_uploads(UUID(str(client_id))) if form.is_bound else [],
        "danger": "danger_read" in form.errors or bool(form["danger_read"].value()),
        "stamp": new_stamp() if not form.is_bound else form["stamp"].value(),
        "offices": offices_now(now()) if status == 429 else [],
    }
    if form.is_bound and not is_human_pace(str(context["stamp"])):
        context["stamp"] = new_stamp()
    return render(request, "portal/report.html", context, status=status)


def _group_of(groups: Iterable[object], code: str | None) -> str:
    for group in groups:
        if any(row.code == code for row in getattr(group, "categories", ())):
            return str(getattr(group, "code", ""))
    return ""


@never_cache
def kept_photo(request: HttpRequest, client_id: UUID, sha256: str) -> HttpResponse:
    """Show a waiting photo to its sender, who alone knows the form's identity."""
    upload = next((one for one in kept_uploads(client_id) if one.sha256 == sha256), None)
    if upload is None:
        raise NotFound(_("Dieses Foto gibt es nicht (mehr)."), "photo-unknown")
    return picture_response(upload.path)


def picture_response(path: str) -> HttpResponse:
    """Return a stored JPEG so that no browser takes it for anything else or keeps it."""
    response = HttpResponse(picture_bytes(path), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = 'inline; filename="foto.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
