"""Words of the roster for templates."""

from django import template

from streife.roster import sentences
from streife.roster.models import Post, Swap
from streife.roster.rules.covering import Clock
from streife.roster.times import times_of

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """Return minutes as "7:30"."""
    return sentences.hours(minutes)


@register.filter
def clock_text(clock: Clock) -> str:
    """Return "20:00–02:00 Nord"."""
    return sentences.clock_text(clock)


@register.filter
def shift_hours(duty: Post | Swap) -> str:
    """Return from when to when a duty is on its day: "06:00–14:00"."""
    kind = times_of(duty.kind).on(duty.day)
    return f"{kind.begins:%H:%M}–{kind.ends:%H:%M}"
