"""Photos of things, early or longer: one person asks, another decides, as with recordings."""

from contextlib import suppress
from datetime import date, datetime

from django.db.models import QuerySet

from streife.accounts.rules import Actor, system
from streife.evidence import queries, rules
from streife.evidence.actions.duties import close_tasks, raise_task
from streife.evidence.actions.locks import durable, person_id
from streife.evidence.actions.picturing import (
    adopt_picture,
    delete_picture,
    hold_picture,
    intend_picture,
    record_picture,
)
from streife.evidence.actions.second_person import (
    check_may_end,
    check_open,
    confirm_keeping,
    decide_request,
    hold_request,
    release_keeping,
)
from streife.evidence.models import (
    DemandedRecording,
    ErasureCase,
    Item,
    ItemPicture,
    PictureDeletionRequest,
    PictureHold,
)
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused

CLOCK = system("evidence")


def request_picture_deletion(
    *, ident: str, ground: str, actor: Actor, now: datetime
) -> PictureDeletionRequest:
    """Ask that the photo of a thing goes before its period (Art. 17 DSGVO).

    :raises NotPermitted: without `evidence.request_deletion`
    :raises NotFound: no such thing for this actor, or it has no photo
    :raises Refused: `ground-unknown`, `picture-gone`, `already-requested`
    """
    actor.require("evidence.request_deletion")
    checked = rules.check_picture_request(ground)
    item = _adopt(ident, actor, now)
    return ask_deletion(item, checked, actor, now)


def ask_deletion(
    item: Item,
    ground: rules.Ground,
    actor: Actor,
    now: datetime,
    *,
    erasure: ErasureCase | None = None,
) -> PictureDeletionRequest:
    """Ask that the photo of a thing goes early; what is asked already only gets its demand.

    The photo must lie in its envelope (`adopt_picture`): only then its key can be destroyed.

    :raises NotFound: the thing has no photo
    :raises Refused: `picture-gone`, `already-requested`
    """
    with durable():
        # First the request, then the photo: as whoever decides about it.
        found = hold_open_request(item)
        picture = _kept_picture(item.ident)
        if found is not None and erasure is not None and found.erasure_id is None:
            found.erasure = erasure
            found.save(update_fields=["erasure"])
            return found
        if picture.deletion_requests.filter(decided_at__isnull=True).exists():
            raise Refused("Für dieses Foto ist die Löschung schon beantragt.", "already-requested")
        made = PictureDeletionRequest.objects.create(
            picture=picture,
            ground=ground,
            erasure=erasure,
            requested_at=now,
            requested_by_id=person_id(actor),
        )
        raise_task(
            kind="decide-deletion",
            item=picture.item,
            due_at=now,
            now=now,
            details={"request": made.pk},
        )
        body: dict[str, int | str] = {"request": made.pk, "reason": ground.value}
        if erasure is not None:
            body["erasure"] = erasure.pk
        record_picture("evidence.picture_deletion_requested", picture, actor, now, body)
    return made


def decide_picture_deletion(
    *, request_id: int, granted: bool, actor: Actor, now: datetime, why: str = ""
) -> PictureDeletionRequest:
    """Decide about somebody else's request; a granted photo is deleted before this returns.

    Whoever asked may take it back. That it goes stands in the record with the decision: what dies
    in between, the next round finishes.

    :raises NotPermitted: without `evidence.decide`
    :raises NotFound: no such request
    :raises Refused: `own-request`, `already-decided`, `still-held`, `picture-gone`,
        `refusal-needed`
    """
    with durable(), journal.record_last():
        found = hold_request(PictureDeletionRequest, request_id)
        if granted and found.erasure is not None:
            # Whoever passed the demand on asked, too, whoever found the photo for it.
            rules.check_other_person(actor, found.erasure.entered_by_id)
        said = decide_request(found, granted=granted, actor=actor, now=now, why=why)
        picture = hold_picture(found.picture.item.ident)
        close_tasks(kind="decide-deletion", item=picture.item, now=now)
        body: dict[str, int | str | bool] = {"request": found.pk, **said}
        record_picture("evidence.picture_deletion_decided", picture, actor, now, body)
        if found.erasure is not None and found.decided_by_id == found.requested_by_id:
            look_again(found.erasure, now)
        if granted:
            _check_there(picture)
            if queries.picture_held(picture, now):
                raise Refused(
                    "Dieses Foto ist gesichert. Bitte zuerst die Sicherung beenden.", "still-held"
                )
            intend_picture(picture, found.ground, CLOCK, now)
    if granted:
        with suppress(OSError):  # a store that is silent: the key is gone, the bytes go next round
            delete_picture(ident=picture.item.ident, actor=CLOCK, now=now)
    return found


def request_picture_hold(
    *, ident: str, reason: str, reference: str, review_on: date, actor: Actor, now: datetime
) -> PictureHold:
    """Ask that a photo stays; counts at once, for a week without the superior's word.

    :raises NotPermitted: without `evidence.hold`
    :raises NotFound: no such thing for this actor, or it has no photo
    :raises Refused: `picture-gone` (too late), and as `check_hold`
    """
    actor.require("evidence.hold")
    checked = rules.check_hold(
        reason=reason, reference=reference, review_on=review_on, today=local(now).date()
    )
    _adopt(ident, actor, now)
    with durable():
        picture = _kept_picture(ident)
        hold = PictureHold.objects.create(
            picture=picture,
            reason=checked,
            reference=reference.strip()[:120],
            review_on=review_on,
            requested_at=now,
            requested_by_id=person_id(actor),
        )
        raise_task(
            kind="confirm-hold",
            item=picture.item,
            due_at=rules.holds_until(hold.fact()),
            now=now,
            details={"hold": hold.pk},
        )
        body = {"hold": hold.pk, "reason": checked.value, "review_on": review_on.isoformat()}
        record_picture("evidence.picture_hold_requested", picture, actor, now, body)
    return hold


def confirm_picture_hold(*, hold_id: int, actor: Actor, now: datetime) -> PictureHold:
    """Say as a second person that a photo is needed.

    :raises NotPermitted: without `evidence.decide`
    :raises NotFound: no such hold
    :raises Refused: `own-request`, `hold-over`, `already-confirmed`, `picture-gone`
    """
    actor.require("evidence.decide")
    with durable():
        hold, picture = _open_hold(hold_id)
        _check_there(picture)
        confirm_keeping(hold, actor=actor, now=now)
        close_tasks(kind="confirm-hold", item=picture.item, now=now, details={"hold": hold.pk})
        record_picture("evidence.picture_hold_confirmed", picture, actor, now, {"hold": hold.pk})
    return hold


def release_picture_hold(
    *, hold_id: int, actor: Actor, now: datetime, why: str = ""
) -> PictureHold:
    """End a hold, or refuse it; its period, and whoever asked for its deletion, count again.

    :raises NotPermitted: without `evidence.hold`; a superior may refuse without it
    :raises NotFound: no such hold, or not for this actor
    :raises Refused: `hold-over`, `own-request` (a confirmed hold takes a second person to end),
        `refusal-needed` (nobody has confirmed it, and somebody else asked for it)
    """
    check_may_end(actor)
    with durable():
        # Who decides about requests reads of them without opening the thing.
        hold, picture = _open_hold(hold_id, seen_by=None if actor.may("evidence.decide") else actor)
        body = release_keeping(hold, why=why, actor=actor, now=now)
        for kind in ("confirm-hold", "review-hold"):
            close_tasks(kind=kind, item=picture.item, now=now, details={"hold": hold.pk})
        record_picture("evidence.picture_hold_released", picture, actor, now, body)
    return hold


def hold_open_request(item: Item) -> PictureDeletionRequest | None:
    """Return the open request about the photo of a thing, locked; None if there is none."""
    rows = PictureDeletionRequest.objects.select_for_update(of=("self",))
    return rows.filter(picture__item=item, decided_at__isnull=True).first()


def look_again(erasure: ErasureCase, now: datetime) -> None:
    """Ask for what a demand is about as long as nothing is asked for, or is not any more."""
    if erasure.answered_at is not None or erasure.missed_at is not None:
        return
    if not queries.photos_of(erasure).exists() and not queries.recordings_of(erasure):
        photo = erasure.about == rules.About.PHOTO
        raise_task(
            kind="find-picture" if photo else "find-recording",
            due_at=now + rules.FIND,
            now=now,
            details={"erasure": erasure.pk},
        )


def search_again(demands: QuerySet[DemandedRecording], now: datetime) -> None:
    """Ask anew for the recordings of demands for which nothing is asked for any more."""
    for row in demands.select_related("erasure"):
        look_again(row.erasure, now)


def _adopt(ident: str, actor: Actor, now: datetime) -> Item:
    """Encrypt a photo that still lies in the clear: only then its key can be destroyed."""
    item = queries.item_for(actor, ident)
    adopt_picture(item, actor, now)
    return item


def _kept_picture(ident: str) -> ItemPicture:
    picture = hold_picture(ident)
    _check_there(picture)
    return picture


def _check_there(picture: ItemPicture) -> None:
    if picture.going_at is not None:
        raise Refused("Dieses Foto ist gelöscht oder wird gerade gelöscht.", "picture-gone")


def _open_hold(hold_id: int, *, seen_by: Actor | None = None) -> tuple[PictureHold, ItemPicture]:
    found = PictureHold.objects.filter(pk=hold_id).values_list("picture__item__ident", flat=True)
    ident = found.first()
    if ident is None:
        raise NotFound("Diese Sicherung gibt es nicht.", "no-such-hold")
    if seen_by is not None:  # before anything is said about the hold
        queries.item_for(seen_by, ident)
    picture = hold_picture(ident)
    hold = PictureHold.objects.select_for_update().get(pk=hold_id)
    check_open(hold)
    return hold, picture
