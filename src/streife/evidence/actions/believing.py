"""Whether this machine's clock may be believed before anything goes by it."""

from datetime import datetime, timedelta

from streife.accounts.rules import Actor
from streife.evidence import rules
from streife.evidence.actions.duties import raise_task
from streife.evidence.actions.locks import durable
from streife.evidence.models import ClockMark, DeletionPause
from streife.journal import actions as journal
from streife.journal.queries import ahead_of_others, last_recorded_at, longest_silence
from streife.kernel.clock import Course

MICROSECOND = timedelta(microseconds=1)


def doubt_clock(now: datetime, course: Course, actor: Actor) -> rules.Jump | None:
    """Return why the clock is not believed; None if it is, and then note it for the next round.

    A clock that was put back is told about and believed: by it nothing goes too early.
    """
    reading = rules.Reading(now, course.boot, course.since_boot)
    with durable():
        mark = ClockMark.objects.select_for_update().first()
        jump = _jump(mark, reading)
        if jump is not None and jump.doubt is rules.Doubt.BACK:
            seconds = int(jump.by.total_seconds())
            raise_task(kind="clock-back", due_at=now, now=now, details={"seconds": seconds})
            believe(reading)
            journal.record(
                act="evidence.clock_doubted",
                subject="vault:deletion",
                actor=actor.ref,
                now=now,
                body={"doubt": jump.doubt.value, "seconds": seconds},
            )
            return None
        if jump is None:
            if mark is None or not rules.same_start(_reading(mark), reading):
                believe(reading)
            else:
                ClockMark.objects.update(seen_at=reading.at)
    return jump


def believe(reading: rules.Reading) -> None:
    """Take a reading as what the clock is measured against from now on."""
    ClockMark.objects.update_or_create(
        one=True,
        defaults={
            "at": reading.at,
            "boot": reading.boot,
            "course_us": reading.course // MICROSECOND,
            "seen_at": reading.at,
        },
    )


def _jump(mark: ClockMark | None, reading: rules.Reading) -> rules.Jump | None:
    return _jump_here(mark, reading) or _ahead_of_others(reading)


def _jump_here(mark: ClockMark | None, reading: rules.Reading) -> rules.Jump | None:
    """Return what this machine and its record alone tell."""
    if mark is not None and rules.same_start(_reading(mark), reading):
        return rules.jump_since(_reading(mark), reading)
    recorded = last_recorded_at()
    seen_at = mark.seen_at if mark is not None else recorded
    if seen_at is None:  # nothing was ever done here: nothing can go too early
        return None
    silence = longest_silence(seen_at, reading.at)
    return rules.silence_since(max(seen_at, recorded or seen_at), silence, reading)


def _ahead_of_others(reading: rules.Reading) -> rules.Jump | None:
    """Return by how much this clock is ahead of those who confirmed a head since the start.

    A person who has compared the clock since then has the last word.
    """
    if not reading.boot:
        return None
    started_at = reading.at - reading.course
    compared = DeletionPause.objects.filter(cause="clock", lifted_at__gte=started_at)
    ahead = ahead_of_others(started_at)
    if ahead is None or compared.exists():
        return None
    return rules.ahead_by(ahead)


def _reading(mark: ClockMark) -> rules.Reading:
    return rules.Reading(mark.at, mark.boot, mark.course_us * MICROSECOND)
