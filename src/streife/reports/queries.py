"""Reads of reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from streife.accounts.rules import Actor
from streife.kernel.erasing import FreeText
from streife.kernel.errors import NotFound, Refused
from streife.reports import references, storage
from streife.reports.models import Photo, Report, Upload
from streife.reports.periods import Retention, link_expired
from streife.reports.rules import PHOTO, TEXT_PARTS, Status


def retention() -> Retention:
    """Return the periods of this installation."""
    return Retention(**settings.REPORT_RETENTION_DAYS)


def visible_to(actor: Actor) -> QuerySet[Report]:
    """Return the reports the actor may see (without contact data)."""
    return Report.objects.all() if actor.may("reports.view") else Report.objects.none()


def report_for(actor: Actor, report_id: int) -> Report:
    """Return one report with its areas joined.

    :raises NotFound: there is none, or the actor may not know
    """
    found = visible_to(actor).select_related("quarter", "district").filter(pk=report_id).first()
    if found is None:
        raise NotFound("Diesen Hinweis gibt es nicht (mehr).", "report-unknown")
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What a list says of a report without opening it: no contact data, no text."""

    reference: str
    address: str
    status: Status
    received_at: datetime


def told(actor: Actor, report_ids: Iterable[int]) -> dict[int, Told]:
    """Return by id what a list says of those reports that the actor may see."""
    columns = ("pk", "reference", "address", "quarter__name", "status", "received_at")
    rows = visible_to(actor).filter(pk__in=list(report_ids)).values_list(*columns)
    return {
        pk: Told(reference, address or quarter or "", Status(status), received_at)
        for pk, reference, address, quarter, status, received_at in rows
    }


def words_of(actor: Actor, report_ids: Iterable[int]) -> list[str]:
    """Return what people wrote in those reports that the actor may see, oldest first."""
    rows = visible_to(actor).filter(pk__in=list(report_ids)).exclude(text="").order_by("id")
    return list(rows.values_list("text", flat=True))


def report_by_secret(reference: str, secret: str, *, now: datetime) -> Report:
    """Return the report to the holder of its status link.

    :raises NotFound: no such number or a wrong secret; which of both is not told
    :raises Refused: the link has expired
    """
    report = (
        Report.objects.select_related("quarter", "district", "contact")
        .filter(reference=references.tidy_reference(reference))
        .first()
    )
    if report is None or not references.opens(secret, report.secret_hash):
        raise NotFound(
            "Zu diesem Aktenzeichen und Kennwort finden wir keinen Hinweis. "
            "Bitte prüfen Sie beides oder rufen Sie uns an.",
            "link-unknown",
        )
    if link_expired(
        Status(report.status), answered_at=report.answered_at, now=now, retention=retention()
    ):
        raise Refused(
            "Dieser Link ist abgelaufen: Ihr Hinweis ist seit längerer Zeit beantwortet. "
            "Wenn wieder etwas los ist, geben Sie bitte einen neuen Hinweis.",
            "link-expired",
        )
    return report


def link_parts(reference: str, secret: str) -> tuple[str, str]:
    """Return number and secret as they stand in a link, from whatever somebody typed."""
    return references.tidy_reference(reference), references.tidy_secret(secret)


def secret_of(report: Report) -> str:
    """Return the secret of a report's link, for its mail and for whoever just sent it."""
    return references.secret_of(report.client_id)


def photo_for(actor: Actor, photo_id: int) -> Photo:
    """Return one photo of a visible report.

    :raises NotFound: there is none, or the actor may not know
    """
    found = Photo.objects.filter(pk=photo_id, report__in=visible_to(actor)).first()
    if found is None:
        raise NotFound("Dieses Foto gibt es nicht (mehr).", "photo-unknown")
    return found


def photo_by_secret(reference: str, secret: str, sha256: str, *, now: datetime) -> Photo:
    """Return one photo of the report to the holder of its status link.

    :raises NotFound: no such link or photo
    :raises Refused: the link has expired
    """
    report = report_by_secret(reference, secret, now=now)
    found = Photo.objects.filter(report=report, sha256=sha256).first()
    if found is None:
        raise NotFound("Dieses Foto gibt es nicht (mehr).", "photo-unknown")
    return found


def picture_bytes(path: str) -> bytes:
    """Return the JPEG of a photo or waiting upload.

    :raises NotFound: the file is gone, say after a backup without files was put back
    """
    try:
        return storage.read(path)
    except FileNotFoundError as gone:
        raise NotFound("Dieses Foto gibt es nicht (mehr).", "photo-unknown") from gone


def kept_uploads(client_id: UUID) -> list[Upload]:
    """Return the photos of a form that was sent back, oldest first."""
    return list(Upload.objects.filter(client_id=client_id).order_by("id"))


def answered_between(start: datetime, end: datetime) -> int:
    """Return how many reports were answered from `start` (included) to `end` (excluded)."""
    return Report.objects.filter(answered_at__gte=start, answered_at__lt=end).count()


def received_per_week(*, weeks: int, now: datetime) -> list[tuple[datetime, int]]:
    """Return (start, count) of the reports received in each of the last weeks, oldest first."""
    starts = [now - timedelta(weeks=weeks - index) for index in range(weeks)]
    return [
        (
            start,
            Report.objects.filter(
                received_at__gte=start, received_at__lt=start + timedelta(weeks=1)
            ).count(),
        )
        for start in starts
    ]


def texts_of(report: Report) -> list[FreeText]:
    """Return the texts and photos of a report that can be erased one by one."""
    rows = [FreeText(part, label, getattr(report, part)) for part, label in TEXT_PARTS.items()]
    photos = [
        FreeText(f"photo:{photo.pk}", PHOTO, f"{photo.width} × {photo.height}", photo.pk)
        for photo in report.photos.order_by("pk")
    ]
    return [row for row in [*rows, *photos] if row.is_there]
