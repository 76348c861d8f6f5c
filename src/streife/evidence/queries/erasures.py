"""Demands of persons concerned: who may follow them, what became of the photos, what fits."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.models import (
    DemandedRecording,
    ErasureCase,
    Item,
    PictureDeletionRequest,
    Recording,
)
from streife.evidence.queries.custody import items_for
from streife.evidence.queries.pictures import picture_held
from streife.evidence.queries.recordings import root_of, visible_to
from streife.kernel.errors import NotFound

MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """A demand, where it stands, and until when the person waits for an answer."""

    row: ErasureCase
    standing: rules.Standing
    answer_by: date


def erasures_for(actor: Actor) -> QuerySet[ErasureCase]:
    """Return the demands somebody may know of, unanswered ones first.

    Whoever enters them sees all; whoever looks for the photos what is not answered yet.
    """
    rows = ErasureCase.objects.select_related("entered_by", "missed_by", "answered_by")
    rows = rows.order_by(F("answered_at").desc(nulls_first=True), "received_on", "pk")
    if actor.may("evidence.erasures"):
        return rows
    return rows.filter(answered_at=None) if actor.may("evidence.find_pictures") else rows.none()


def erasure_for(actor: Actor, erasure_id: int) -> ErasureCase:
    """Return one demand.

    :raises NotFound: there is none, or the actor may not know
    """
    found = erasures_for(actor).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound("Dieses Verlangen gibt es nicht.", "no-such-erasure")
    return found


def photos_of(erasure: ErasureCase) -> QuerySet[PictureDeletionRequest]:
    """Return what was asked for a demand, oldest first; without what was taken back."""
    rows = erasure.photos.exclude(granted=False, decided_by=F("requested_by"))
    rows = rows.select_related("picture__item", "requested_by", "decided_by")
    return rows.order_by("requested_at", "pk")


def progress_of(erasure: ErasureCase) -> Progress:
    """Return where a demand stands."""
    until = rules.answer_by(erasure.received_on)
    if erasure.about == rules.About.RECORDING:
        found = [demanded(row) for row in recordings_of(erasure)]
        right = rules.Right(erasure.right)
        missed, answered = erasure.missed_at is not None, erasure.answered_at is not None
        stands = rules.standing_of_recordings(right, found, not_found=missed, answered=answered)
        return Progress(erasure, stands, until)
    photos = [
        rules.Asked(
            open=row.decided_at is None,
            going_at=row.picture.going_at,
            gone_at=row.picture.gone_at,
        )
        for row in photos_of(erasure)
    ]
    standing = rules.standing_of(
        photos,
        not_found=erasure.missed_at is not None,
        answered=erasure.answered_at is not None,
    )
    return Progress(erasure, standing, until)


def recordings_of(erasure: ErasureCase) -> list[DemandedRecording]:
    """Return what was found for a demand, first found first; without what was taken back."""
    rows = erasure.recordings.select_related(
        "recording", "found_by", "deletion__decided_by", "hold", "hand_over"
    )
    return [row for row in rows.order_by("pk") if not _taken_back(row)]


def _taken_back(row: DemandedRecording) -> bool:
    if row.deletion is not None:
        back = row.deletion.decided_by_id == row.deletion.requested_by_id
        return row.deletion.granted is False and back
    if row.hold is None or row.erasure.right != rules.Right.RESTRICTION:
        return False
    return row.hold.released_by_id is not None and (
        row.hold.released_by_id == row.hold.requested_by_id
    )


def demanded(row: DemandedRecording) -> rules.Demanded:
    """Return what the rules need to know of one recording that was found."""
    state = rules.State(row.recording.state)
    return rules.Demanded(
        _word(row),
        going=state in rules.GONE,
        gone=state is rules.State.PURGED,
    )


def _word(row: DemandedRecording) -> rules.Word:
    if row.erasure.right == rules.Right.ACCESS:
        given = row.hand_over is not None and row.hand_over.handed_over_at is not None
        return rules.Word.YES if given else rules.Word.OPEN
    if row.deletion is not None and row.deletion.granted is not None:
        return rules.Word.YES if row.deletion.granted else rules.Word.NO
    if row.hold is not None and row.hold.released_at is not None:
        return rules.Word.NO
    if row.hold is not None and row.hold.confirmed_at is not None:
        return rules.Word.YES
    return rules.Word.OPEN


def recordings_meant(actor: Actor, *, text: str = "", day: date | None = None) -> list[Recording]:
    """Return kept recordings that may be meant, newest first: by incident, camera or day."""
    rows = visible_to(actor).filter(state__in=rules.KEPT, derived_from=None)
    for word in text.split()[:8]:
        rows = rows.filter(Q(incident__number__iexact=word) | Q(camera_serial__iexact=word))
    if day is not None:
        rows = rows.filter(started_at__date=day)  # the day in Germany
    return list(rows[:MOST_OFFERED])


def open_access(recording: Recording) -> QuerySet[DemandedRecording]:
    """Return the unanswered demands for a copy of a recording, or of what it was made from."""
    rows = DemandedRecording.objects.filter(
        recording=root_of(recording), erasure__right=rules.Right.ACCESS, erasure__answered_at=None
    )
    return rows.select_related("erasure").order_by("pk")


def held_reasons(asked: PictureDeletionRequest, now: datetime) -> list[str]:
    """Return why a photo is kept now, as codes; for an answer to the person concerned."""
    if not picture_held(asked.picture, now):
        return []
    holds = asked.picture.holds.filter(released_at=None)
    return [hold.reason for hold in holds if rules.is_held([hold.fact()], now)]


def photographed(number: str) -> list[Item]:
    """Return the things with a photo that go by a number: of their incident, or their own."""
    wanted = number.strip()
    if not wanted:
        return []
    rows = _with_photo(Item.objects.all())
    named = Q(incident__number__iexact=wanted) | Q(ident__iexact=wanted)
    return list(rows.filter(named)[: MOST_OFFERED + 1])


def candidates(actor: Actor, *, text: str = "", day: date | None = None) -> list[Item]:
    """Return things with a photo that may be meant, newest first; for `evidence.items`."""
    rows = _with_photo(items_for(actor))
    for word in text.split():
        rows = rows.filter(
            Q(label__icontains=word)
            | Q(taken_where__icontains=word)
            | Q(incident__number__iexact=word)
        )
    if day is not None:
        rows = rows.filter(taken_at__date=day)  # the day in Germany
    return list(rows[:MOST_OFFERED])


def _with_photo(rows: QuerySet[Item]) -> QuerySet[Item]:
    return rows.filter(
        Q(picture__going_at__isnull=True, picture__isnull=False) | ~Q(picture_path="")
    )
