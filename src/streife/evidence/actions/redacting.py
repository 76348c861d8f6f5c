"""What persons do with a redaction: begin, look, draw, mute, have it made, release."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.glances import drop_previews
from streife.evidence.actions.locks import durable, hold_recording, person_id, seal_record
from streife.evidence.actions.second_person import told_why
from streife.evidence.events import CopyAsked, RedactionBegun
from streife.evidence.models import Recording, Redaction
from streife.evidence.redaction.project import Cover, Project
from streife.evidence.rules.redacting import (
    Work,
    check_copy_seen,
    check_looked,
    check_releaser,
    check_work,
)
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.kernel.events import publish

Change = Callable[[Project], Project]


def begin_redaction(*, ident: str, purpose: str, actor: Actor, now: datetime) -> Redaction:
    """Have the software look for faces; that it will see every picture is recorded first.

    :raises NotPermitted: without `evidence.redact`, or who may not see the recording
    :raises NotFound: no such recording
    :raises Refused: `reason-needed`, `key-destroyed`, `copy-of-a-copy`, `no-video`,
        `redaction-running`
    """
    actor.require("evidence.redact")
    with durable():
        recording = hold_recording(ident)
        rules.check_view(
            actor, queries.seen_of(recording, now), purpose=rules.Purpose.REDACTION, reason=purpose
        )
        if recording.derived_from_id is not None:
            raise Refused("Geschwärzt wird immer das Original.", "copy-of-a-copy")
        if recording.kind != rules.Kind.VIDEO:
            raise Refused("Schwärzen lassen sich nur Videos.", "no-video")
        if Redaction.objects.filter(
            recording=recording, state__in=[Work.SEARCHING, Work.READY, Work.MAKING]
        ).exists():
            raise Refused(
                "Diese Aufnahme wird schon geschwärzt. Bitte dort weitermachen.",
                "redaction-running",
            )
        made = Redaction.objects.create(
            recording=recording,
            state=Work.SEARCHING,
            purpose=purpose.strip()[:300],
            begun_at=now,
            begun_by_id=person_id(actor),
            told_at=now,
        )
        publish(RedactionBegun(made.pk))
        _record("evidence.redaction_begun", made, actor, now)
    seal_record(now)
    return made


def change_project(*, redaction_id: int, change: Change, actor: Actor, now: datetime) -> Redaction:
    """Change what is covered and muted.

    :raises NotPermitted: without `evidence.redact`
    :raises NotFound: no such redaction
    :raises Refused: `illegal-work` while the software works or when the copy is made, and what
        the change itself refuses
    """
    actor.require("evidence.redact")
    with transaction.atomic():
        made = hold_redaction(redaction_id, actor, now)
        if made.state != Work.READY:
            check_work(made.state, Work.READY)
            raise _still_working()
        project = change(Project.from_json(made.project))
        made.project = project.as_json()
        made.project_sha256 = project.sha256
        made.save(update_fields=["project", "project_sha256"])
        _record("evidence.redaction_changed", made, actor, now)
    return made


def add_cover(cover: Cover) -> Change:
    """Return the change that draws a box by hand."""
    return lambda project: project.with_cover(cover)


def drop_cover(key: str) -> Change:
    """Return the change that takes a box away again that was drawn by hand."""
    return lambda project: replace(
        project,
        covers=tuple(one for one in project.covers if one.key != key or not one.by_hand),
    )


def leave_open(key: str, off: bool) -> Change:
    """Return the change that leaves a find open because it is nobody's face, or covers it again."""
    return lambda project: replace(
        project,
        covers=tuple(replace(one, off=off) if one.key == key else one for one in project.covers),
    )


def settle(key: str) -> Change:
    """Return the change that says: a person has looked at this."""
    return lambda project: replace(
        project,
        reviews=tuple(
            replace(one, settled=True) if one.key == key else one for one in project.reviews
        ),
    )


def mute(begin_ms: int, end_ms: int) -> Change:
    """Return the change that silences a span."""
    return lambda project: project.with_mute(begin_ms, end_ms)


def unmute(begin_ms: int) -> Change:
    """Return the change that lets a span be heard again."""
    return lambda project: replace(
        project, mutes=tuple(span for span in project.mutes if span[0] != begin_ms)
    )


def ask_for_copy(*, redaction_id: int, actor: Actor, now: datetime) -> Redaction:
    """Have the copy made; whoever asks answers for what is covered.

    :raises NotPermitted: without `evidence.redact`
    :raises NotFound: no such redaction
    :raises Refused: `illegal-work`, `reviews-open`
    """
    actor.require("evidence.redact")
    with transaction.atomic():
        made = hold_redaction(redaction_id, actor, now)
        check_work(made.state, Work.MAKING)
        check_looked(len(Project.from_json(made.project).open_reviews))
        made.state, made.trouble, made.done_frames = Work.MAKING, "", 0
        made.made_by_id, made.told_at = actor.user_id, now
        made.save()
        drop_previews(made, actor, now)
        publish(CopyAsked(made.pk))
        _record("evidence.copy_asked", made, actor, now)
    return made


def cancel_redaction(*, redaction_id: int, actor: Actor, now: datetime, why: str = "") -> Redaction:
    """Give a redaction up; work in the background stops at its next frame.

    Who gives up the finished copy of others refuses its release, and says why.

    :raises NotPermitted: without `evidence.redact`
    :raises NotFound: no such redaction
    :raises Refused: `illegal-work`, `refusal-needed`
    """
    actor.require("evidence.redact")
    with transaction.atomic():
        made = hold_redaction(redaction_id, actor, now)
        check_work(made.state, Work.CANCELLED)
        if made.state == Work.MADE and actor.user_id not in {made.made_by_id, made.begun_by_id}:
            made.refusal = rules.check_refusal(why)
            made.refused_at, made.refused_by_id = now, actor.user_id
        made.state, made.found = Work.CANCELLED, None
        made.save(update_fields=["state", "found", "refusal", "refused_at", "refused_by"])
        drop_previews(made, actor, now)
        _record("evidence.redaction_cancelled", made, actor, now)
    return made


def release_copy(*, redaction_id: int, actor: Actor, now: datetime) -> Redaction:
    """Let a copy be handed out, after a look at it.

    :raises NotPermitted: without `evidence.release`
    :raises NotFound: no such redaction
    :raises Refused: `illegal-work`, `own-copy`, `not-looked`
    """
    actor.require("evidence.release")
    with durable():
        made = hold_redaction(redaction_id, actor, now)
        check_work(made.state, Work.RELEASED)
        check_releaser(actor, made.made_by_id)
        check_releaser(actor, made.begun_by_id)
        check_copy_seen(seen=queries.has_looked(actor, made))
        made.state, made.released_at, made.released_by_id = Work.RELEASED, now, actor.user_id
        made.save(update_fields=["state", "released_at", "released_by"])
        Recording.objects.filter(redaction=made).update(released_at=now)
        _record("evidence.copy_released", made, actor, now)
    seal_record(now)
    return made


def hold_redaction(redaction_id: int, actor: Actor, now: datetime) -> Redaction:
    """Return a redaction, locked until the transaction ends, for whoever may see its recording.

    :raises NotFound: no such redaction
    :raises NotPermitted: the recording may not be seen
    :raises Refused: the recording is gone
    """
    made = (
        Redaction.objects.select_for_update(of=("self",))
        .select_related("recording__wearer", "copy")
        .filter(pk=redaction_id)
        .first()
    )
    if made is None:
        raise NotFound("Diese Schwärzung gibt es nicht.", "no-such-redaction")
    if code := rules.why_hidden(actor, queries.seen_of(made.recording, now)):
        raise NotPermitted("Diese Aufnahme dürfen Sie nicht ansehen.", code)
    rules.check_kept(made.recording.state)
    return made


def _still_working() -> Refused:
    return Refused("Die Software arbeitet noch daran. Bitte warten oder abbrechen.", "illegal-work")


def _record(act: str, made: Redaction, actor: Actor, now: datetime) -> None:
    body: dict[str, int | str | bool] = {
        "redaction": made.pk,
        "project_sha256": made.project_sha256,
    }
    if made.copy is not None:
        body["copy"] = made.copy.ident
    body |= told_why(made.refusal)
    journal.record(
        act=act,
        subject=f"recording:{made.recording.ident}",
        actor=actor.ref,
        now=now,
        body=body,
    )
