"""Demands of persons concerned (Art. 17 DSGVO) about photos of things, from letter to answer.

The data protection officer enters and follows them and sees neither thing nor photo; whoever keeps
the things finds the photo; a superior decides. Nobody is two of these.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.duties import close_tasks, raise_task
from streife.evidence.actions.locks import durable, person_id
from streife.evidence.actions.picture_requests import ask_deletion, look_again
from streife.evidence.actions.picturing import adopt_picture
from streife.evidence.models import ErasureCase, PictureDeletionRequest
from streife.journal import actions as journal
from streife.kernel.clock import BERLIN, local
from streife.kernel.errors import NotFound, Refused


def enter_erasure(
    *, reference: str, received_on: date, number: str, told: str, actor: Actor, now: datetime
) -> ErasureCase:
    """Enter what a person demands; a number that leads to one photo asks for its deletion at once.

    Otherwise whoever keeps the things is asked to find it.

    :raises NotPermitted: without `evidence.erasures`
    :raises Refused: as `check_demand`
    """
    actor.require("evidence.erasures")
    rules.check_demand(
        reference=reference,
        received_on=received_on,
        number=number,
        told=told,
        today=local(now).date(),
    )
    with durable():
        made = ErasureCase.objects.create(
            reference=reference.strip()[:120],
            received_on=received_on,
            number=number.strip()[:40],
            told=told.strip()[:1000],
            entered_at=now,
            entered_by_id=person_id(actor),
        )
        _record("evidence.erasure_entered", made, actor, now)
        look_again(made, now)
    found = queries.photographed(made.number)
    if len(found) == 1:
        with suppress(Refused):  # asked for in another demand, or just gone: somebody looks
            adopt_picture(found[0], actor, now)
            ask_deletion(found[0], rules.Ground.REQUEST, actor, now, erasure=made)
            close_tasks(kind="find-picture", now=now, details={"erasure": made.pk})
    return made


def find_photo(
    *, erasure_id: int, ident: str, actor: Actor, now: datetime
) -> PictureDeletionRequest:
    """Say which photo a person means; its deletion is asked for, and somebody else decides.

    :raises NotPermitted: without `evidence.find_pictures`
    :raises NotFound: no such demand or thing for this actor, or it has no photo
    :raises Refused: `erasure-answered`, `picture-gone`, `already-requested`
    """
    actor.require("evidence.find_pictures")
    item = queries.item_for(actor, ident)
    adopt_picture(item, actor, now)
    with durable(), journal.record_last():
        found = _open_erasure(erasure_id)
        if found.missed_at is not None:  # it was found after all
            found.missed_at = found.missed_by = None
            found.save(update_fields=["missed_at", "missed_by"])
        made = ask_deletion(item, rules.Ground.REQUEST, actor, now, erasure=found)
        close_tasks(kind="find-picture", now=now, details={"erasure": found.pk})
        _record("evidence.erasure_found", found, actor, now, {"request": made.pk})
    return made


def miss_photo(*, erasure_id: int, actor: Actor, now: datetime) -> ErasureCase:
    """Say that we have no photo a person could mean.

    :raises NotPermitted: without `evidence.find_pictures`
    :raises NotFound: no such demand
    :raises Refused: `erasure-answered`, `photo-found`
    """
    actor.require("evidence.find_pictures")
    with durable():
        found = _open_erasure(erasure_id)
        if queries.photos_of(found).exists():
            raise Refused("Zu diesem Verlangen ist schon ein Foto gefunden.", "photo-found")
        found.missed_at, found.missed_by_id = now, person_id(actor)
        found.save(update_fields=["missed_at", "missed_by"])
        close_tasks(kind="find-picture", now=now, details={"erasure": found.pk})
        _record("evidence.erasure_missed", found, actor, now)
    return found


def answer_erasure(*, erasure_id: int, actor: Actor, now: datetime) -> ErasureCase:
    """Note that the person has an answer; what they had said is forgotten here.

    :raises NotPermitted: without `evidence.erasures`
    :raises NotFound: no such demand
    :raises Refused: `erasure-answered`, `not-decided`
    """
    actor.require("evidence.erasures")
    with durable():
        found = _open_erasure(erasure_id)
        standing = queries.progress_of(found).standing
        if standing in {rules.Standing.ASKED, rules.Standing.SEARCHED, rules.Standing.GOING}:
            raise Refused(
                "Darüber ist noch nicht entschieden. Die Antwort kommt danach.", "not-decided"
            )
        found.answered_at, found.answered_by_id, found.told = now, person_id(actor), ""
        found.save(update_fields=["answered_at", "answered_by", "told"])
        for kind in ("find-picture", "answer-erasure"):
            close_tasks(kind=kind, now=now, details={"erasure": found.pk})
        _record("evidence.erasure_answered", found, actor, now)
    return found


def remind_erasures(now: datetime) -> int:
    """Raise a task a week before a person has waited a month, and return how many are new."""
    raised = 0
    for row in ErasureCase.objects.filter(answered_at=None):
        due = rules.answer_by(row.received_on)
        if local(now).date() < due - rules.REMIND:
            continue
        due_at = datetime.combine(due, time(23, 59), BERLIN).astimezone(UTC)
        raised += raise_task(
            kind="answer-erasure", due_at=due_at, now=now, details={"erasure": row.pk}
        )
    return raised


def _open_erasure(erasure_id: int) -> ErasureCase:
    found = ErasureCase.objects.select_for_update(of=("self",)).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound("Dieses Löschverlangen gibt es nicht.", "no-such-erasure")
    if found.answered_at is not None:
        raise Refused("Dieses Verlangen ist schon beantwortet.", "erasure-answered")
    return found


def _record(
    act: str,
    erasure: ErasureCase,
    actor: Actor,
    now: datetime,
    body: Mapping[str, int] | None = None,
) -> None:
    journal.record(
        act=act,
        subject=f"erasure:{erasure.pk}",
        actor=actor.ref,
        now=now,
        body={"erasure": erasure.pk, **(body or {})},
    )
