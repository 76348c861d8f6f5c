"""Taking a report in, from any channel but an import."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.journal.actions import record
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.events import publish
from streife.kernel.geo import Point
from streife.places.queries import whereabouts
from streife.places.rules import Whereabouts
from streife.reports import periods, references, rules, storage
from streife.reports.events import ReportReceived, ResidentAwaitsMail
from streife.reports.models import Contact, Photo, Report, Upload
from streife.reports.photos import prepare
from streife.reports.queries import retention
from streife.reports.rules import ContactDraft, Received, ReportDraft, Status
from streife.reports.writing import clean_line

_REFERENCE_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Checked:
    draft: ReportDraft
    text: str
    address: str
    point: Point
    place: Whereabouts
    contact: ContactDraft | None
    photos: tuple[Photo, ...]  # unsaved, without their report


def receive_report(*, draft: ReportDraft, actor: Actor, now: datetime) -> Received:
    """Store a report and return its number and the secret of its status link.

    A second call with the same `client_id` and content stores nothing and returns the first
    result. With other content it learns nothing about the first: a page left open on a shared
    computer, or an id that can be computed, must not open somebody else's report.

    :raises Refused: what was sent cannot be taken; `field` names the input
    """
    actor.require("reports.receive")
    if draft.kept_photos:
        # Their rows went into the first result, so a replay would miss them below.
        known = _replay(draft)
        if known:
            return known
    checked = _check(draft, now)
    for _ in range(_REFERENCE_ATTEMPTS):
        try:
            with transaction.atomic():
                return _store(checked, actor, now)
        except IntegrityError:
            known = _replay(draft)
            if known:
                return known
    raise RuntimeError("no free reference found")


def _check(draft: ReportDraft, now: datetime) -> _Checked:
    text = rules.checked_text(draft.text)
    rules.check_content(draft, text)
    rules.check_moment(draft.happened_at, now=now)
    contact = rules.checked_contact(draft.contact, kind=draft.kind)
    rules.check_witness(draft)
    if draft.point is None:
        raise ValueError("only imports may lack a place; they have an action of their own")
    place = whereabouts(draft.point, on=local(now).date())
    if place is None:
        raise rules.outside_city()
    photos = _photos(draft)
    return _Checked(draft, text, clean_line(draft.address), draft.point, place, contact, photos)


def _photos(draft: ReportDraft) -> tuple[Photo, ...]:
    """Return the rows of all photos, their files stored; decoding stays outside the transaction."""
    kept = _kept(draft.client_id, draft.kept_photos)
    rules.check_photos([upload.size for upload in kept] + [len(data) for data in draft.photos])
    rows = {
        upload.sha256: Photo(
            sha256=upload.sha256, path=upload.path, width=upload.width, height=upload.height
        )
        for upload in kept
    }
    names = draft.photo_names or tuple(f"Foto {n + 1}" for n in range(len(draft.photos)))
    for data, name in zip(draft.photos, names, strict=True):
        picture = prepare(data, name=name)
        rows[picture.sha256] = Photo(
            sha256=picture.sha256,
            path=storage.keep(picture),
            width=picture.width,
            height=picture.height,
        )
    return tuple(rows.values())


def _kept(client_id: UUID, checksums: tuple[str, ...]) -> list[Upload]:
    if not checksums:
        return []
    return list(Upload.objects.filter(client_id=client_id, sha256__in=checksums).order_by("id"))


def _store(checked: _Checked, actor: Actor, now: datetime) -> Received:
    draft = checked.draft
    secret = references.secret_of(draft.client_id)
    report = Report.objects.create(
        reference=references.new_reference(),
        client_id=draft.client_id,
        secret_hash=references.hash_of(secret),
        kind=draft.kind,
        channel=draft.channel,
        status=Status.RECEIVED,
        category_code=draft.category_code,
        text=checked.text,
        latitude=checked.point.latitude,
        longitude=checked.point.longitude,
        cell=checked.point.cell,
        address=checked.address,
        quarter_id=checked.place.quarter_id,
        district_id=checked.place.district_id,
        happened_at=draft.happened_at,
        received_at=now,
        synthetic=draft.synthetic,
        source=draft.source,
        source_id=draft.source_id,
        language=draft.language,
    )
    if checked.contact:
        _store_contact(report, checked.contact, now)
    _store_photos(report, checked)
    record(
        act="reports.received",
        subject=f"report:{report.pk}",
        actor=actor.ref,
        now=now,
        body={
            "kind": report.kind,
            "channel": report.channel,
            "category": report.category_code,
            "photos": len(checked.photos),
            "contact": checked.contact is not None,
        },
    )
    publish(ReportReceived(report.pk))
    if checked.contact and checked.contact.email and not draft.synthetic:
        publish(ResidentAwaitsMail(report.pk, "received"))
    return Received(report.pk, report.reference, secret, replayed=False)


def _store_contact(report: Report, contact: ContactDraft, now: datetime) -> None:
    purpose = rules.purpose_of(rules.Kind(report.kind))
    Contact.objects.create(
        report=report,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        address=contact.address,
        purpose=purpose,
        erase_after=periods.erase_after(
            purpose, received_on=local(now).date(), answered_on=None, retention=retention()
        ),
    )


def _store_photos(report: Report, checked: _Checked) -> None:
    if not checked.photos:
        return
    for photo in checked.photos:
        photo.report = report
        photo.pk = None
    Photo.objects.bulk_create(checked.photos)
    if checked.draft.kept_photos:
        Upload.objects.filter(client_id=report.client_id).delete()


def _replay(draft: ReportDraft) -> Received | None:
    """Return the first result of this sender's id, if there is one.

    :raises Refused: `sent-before`, the first said something else
    """
    report = Report.objects.filter(client_id=draft.client_id).first()
    if report is None:
        return None
    point = draft.point or Point(0, 0)
    same = (
        report.channel == draft.channel
        and report.text == rules.checked_text(draft.text)
        and report.category_code == draft.category_code
        and report.kind == draft.kind
        and (report.latitude, report.longitude) == (point.latitude, point.longitude)
    )
    if not same:
        raise Refused(
            "Mit diesem Formular kam schon ein Hinweis bei uns an, aber mit anderem Inhalt. Bitte "
            "senden Sie noch einmal: Dann nehmen wir Ihre Angaben als neuen Hinweis auf.",
            "sent-before",
        )
    return Received(report.pk, report.reference, references.secret_of(report.client_id), True)
