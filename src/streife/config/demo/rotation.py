"""A rotation that everybody knows: two early, two late, two nights, two days off.

Eight groups, one at each of the eight positions, so that two groups are on every shift of every
day. It is what the demo's service worked by before it had a planner, and where the planner starts.
"""

from collections.abc import Sequence
from datetime import date

CODES = ("frueh", "frueh", "spaet", "spaet", "nacht", "nacht", "", "")
CYCLE = len(CODES)
ANCHOR = date(2020, 1, 6)
LEARNER_WEEK = ("frueh", "frueh", "frueh", "frueh", "frueh", "", "")  # Monday to Sunday


def group_of(number: int, size: int) -> int:
    """Return the group of the n-th of `size` officers; neighbours are in the same group."""
    return number * CYCLE // size


def code_on(group: int, day: date, anchor: date = ANCHOR) -> str:
    """Return the kind of shift of a group on a day, empty when it is free.

    On the anchor group 0 begins its first early shift.
    """
    return CODES[((day - anchor).days + group) % CYCLE]


def crew_on(officers: Sequence[int], code: str, day: date, anchor: date = ANCHOR) -> list[int]:
    """Return who of the officers is on a kind of shift on a day."""
    return [
        pk
        for number, pk in enumerate(officers)
        if code_on(group_of(number, len(officers)), day, anchor) == code
    ]


def learner_code(number: int, day: date) -> str:
    """Return the kind of shift of the n-th apprentice: weekdays early, every other week late."""
    code = LEARNER_WEEK[day.weekday()]
    late = (day.isocalendar().week + number) % 2 == 0
    return "spaet" if code and late else code


def learners_on(learners: Sequence[int], code: str, day: date) -> list[int]:
    """Return who of the apprentices is on a kind of shift on a day."""
    return [pk for number, pk in enumerate(learners) if learner_code(number, day) == code]
