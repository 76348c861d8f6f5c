"""The brake on deleting, and who lets go of it."""

from datetime import datetime, timedelta

from streife.accounts.rules import Actor
from streife.evidence import queries, rules
from streife.evidence.actions.believing import believe
from streife.evidence.actions.duties import close_tasks, raise_task
from streife.evidence.actions.locks import durable
from streife.evidence.models import DeletionPause
from streife.journal import actions as journal
from streife.kernel.clock import Course
from streife.kernel.errors import NotFound


def kept_count() -> int:
    """Return how many recordings and photos are kept."""
    return queries.kept().count() + queries.pictures_kept().count()


def pause(
    due: int, kept: int, actor: Actor, now: datetime, *, jump: rules.Jump | None = None
) -> None:
    """Stop deleting until a person looks: too much at once, or a clock that is not believed."""
    cause = "clock" if jump else "mass"
    with durable():
        DeletionPause.objects.create(
            cause=cause,
            doubt=jump.doubt if jump else "",
            jump_seconds=int(jump.by.total_seconds()) if jump else 0,
            raised_at=now,
            due_count=due,
            kept_count=kept,
        )
        kind = "clock-jump" if jump else "mass-deletion"
        raise_task(kind=kind, recording=None, due_at=now, now=now, details={"due": due})
        body: dict[str, int | str] = {"due": due, "kept": kept}
        if jump:
            body |= {"doubt": jump.doubt.value, "seconds": int(jump.by.total_seconds())}
        journal.record(
            act="evidence.clock_doubted" if jump else "evidence.deletion_paused",
            subject="vault:deletion",
            actor=actor.ref,
            now=now,
            body=body,
        )


def lifted_since(now: datetime) -> bool:
    """Say whether a person looked at this wave of deletions within the last day.

    What was lifted in the future was lifted under a wrong clock, and counts for nothing.
    """
    day = timedelta(hours=24)
    return DeletionPause.objects.filter(lifted_at__gt=now - day, lifted_at__lte=now).exists()


def lift_pause(*, actor: Actor, now: datetime, course: Course | None = None) -> DeletionPause:
    """Say that so many deletions are right, or that the clock is; they go on for a day.

    `course` was read together with `now`: what the clock is measured against from here on.

    :raises NotPermitted: without `evidence.decide`
    :raises NotFound: nothing is paused
    """
    actor.require("evidence.decide")
    with durable():
        pause = DeletionPause.objects.select_for_update().filter(lifted_at__isnull=True).first()
        if pause is None:
            raise NotFound("Es ist keine Löschung angehalten.", "nothing-paused")
        for kind in ("mass-deletion", "clock-jump"):
            close_tasks(kind=kind, now=now)
        if pause.cause == "clock" and course is not None:
            believe(rules.Reading(now, course.boot, course.since_boot))
        pause.lifted_at, pause.lifted_by_id = now, actor.user_id
        pause.save(update_fields=["lifted_at", "lifted_by"])
        journal.record(
            act="evidence.deletion_resumed",
            subject="vault:deletion",
            actor=actor.ref,
            now=now,
            body={"due": pause.due_count},
        )
    return pause
