"""A file from a browser, piece by piece; whoever lost the line asks where to go on."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from streife.accounts.queries import actor_from
from streife.evidence import actions
from streife.evidence.actions.uploading import PIECE
from streife.evidence.forms import UploadForm
from streife.evidence.sidecars import LARGEST, read_json
from streife.evidence.views.lists import places_for
from streife.kernel.clock import now
from streife.kernel.errors import Refused, Unreadable


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Offer to upload a file; what the form says goes along with the first piece.

    :raises Refused: `script-needed`, if a browser sent the whole form by itself
    """
    actor = actor_from(request)
    actor.require("evidence.ingest")
    if request.method == "POST":
        raise Refused(
            "Zum Hochladen braucht diese Seite JavaScript, damit nichts unverschlüsselt auf dem"
            " Server liegt. Ohne JavaScript bitte die Dockstation benutzen.",
            "script-needed",
        )
    context = {"form": UploadForm(), **places_for(actor, "recordings")}
    return render(request, "evidence/upload.html", context)


def _as_json(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Answer a refusal as RFC 9457 problem: a script reads it, not a person."""

    @wraps(view)
    def inner(request: HttpRequest, *args: str, **kwargs: str) -> JsonResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return JsonResponse(
                {
                    "type": f"urn:streife:{refused.code}",
                    "title": refused.message,
                    "status": refused.status,
                    "code": refused.code,
                },
                status=refused.status,
                content_type="application/problem+json",
            )

    return inner


@require_POST
@_as_json
def begin(request: HttpRequest) -> JsonResponse:
    """Begin: JSON with `dock`, `name`, `size` and what the wearer says as `sidecar`."""
    actor = actor_from(request)
    actor.require("evidence.ingest")
    told = _json(request.read(LARGEST + 1))
    upload = actions.begin_upload(
        dock_code=str(told.get("dock", "")),
        name=str(told.get("name", "")),
        size=_whole(told.get("size")),
        sidecar=told.get("sidecar", {}),
        actor=actor,
        now=now(),
    )
    return JsonResponse({"upload": upload.ident, "piece": PIECE, "received": 0}, status=201)


@require_safe
@_as_json
def state(request: HttpRequest, ident: str) -> JsonResponse:
    """Say how much is there."""
    actor = actor_from(request)
    actor.require("evidence.ingest")
    upload = actions.upload_for(ident, actor)
    there = upload.size if upload.recording else actions.received(upload)
    recording = upload.recording.ident if upload.recording else None
    return JsonResponse({"received": there, "size": upload.size, "recording": recording})


@require_POST
@_as_json
def piece(request: HttpRequest, ident: str) -> JsonResponse:
    """Take the piece at `?offset=`; the body is nothing but its bytes."""
    actor = actor_from(request)
    actor.require("evidence.ingest")
    there = actions.put_piece(
        ident=ident,
        offset=_whole(request.GET.get("offset")),
        data=request.read(PIECE + 1),
        actor=actor,
        now=now(),
    )
    return JsonResponse({"received": there})


@require_POST
@_as_json
def finish(request: HttpRequest, ident: str) -> JsonResponse:
    """Take the file in; answers only when a power cut loses nothing: then the card may be wiped."""
    done = actions.finish_upload(ident=ident, actor=actor_from(request), now=now())
    return JsonResponse(
        {
            "recording": done.recording.ident,
            "sha256": done.recording.sha256,
            "repeated": done.repeated,
            "may_wipe": True,
        }
    )


def _json(raw: bytes) -> dict[str, object]:
    try:
        value = read_json(raw) if len(raw) <= LARGEST else None
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Unreadable("Diese Anfrage ist nicht lesbar.", "not-json")
    return value


def _whole(given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, str) and given.isdecimal() and len(given) < 16:
        return int(given)
    raise Unreadable("Hier wird eine ganze Zahl erwartet.", "not-a-number")
