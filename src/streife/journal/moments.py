"""What the record tells of time: when something was last done, and what clocks elsewhere say."""

from datetime import datetime, timedelta

from streife.journal.models import Cosignature, Entry, Stamp

CHUNK = 2000


def last_recorded_at() -> datetime | None:
    """Return the moment of the newest entry, None of an empty record."""
    return Entry.objects.order_by("-id").values_list("at", flat=True).first()


def longest_silence(since: datetime, until: datetime) -> timedelta:
    """Return the longest time between two moments in which nothing was recorded.

    Reads the entries of that time, newest first; one that was imported with an older moment ends
    the reading, and the time before it counts as silent.
    """
    later, longest = until, timedelta(0)
    for at in Entry.objects.order_by("-id").values_list("at", flat=True).iterator(CHUNK):
        if at > later:
            continue
        longest = max(longest, later - max(at, since))
        later = max(at, since)
        if at <= since:
            return longest
    return max(longest, later - since)


def ahead_of_others(since: datetime) -> timedelta | None:
    """Return by how much this clock is at least ahead of clocks elsewhere; None if none was asked.

    A witness and a time stamping authority sign after us and say when by their own clock, so a head
    that is younger here than its confirmation there was signed by a clock that is ahead. An answer
    that came late only makes the difference smaller. Looks at heads signed since a moment;
    whichever of the others agrees most with us counts: one of them may be wrong itself.
    """
    others = (Cosignature.objects, Stamp.objects)
    found = [
        ours - theirs
        for rows in others
        for ours, theirs in rows.filter(checkpoint__at__gte=since).values_list(
            "checkpoint__at", "at"
        )
    ]
    return min(found, default=None)
