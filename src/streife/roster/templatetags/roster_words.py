"""Words of the roster for templates."""

from django import template

from streife.roster import sentences
from streife.roster.rules.covering import Clock

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """Return minutes as "7:30"."""
    return sentences.hours(minutes)


@register.filter
def clock_text(clock: Clock) -> str:
    """Return "20:00–02:00 Nord"."""
    return sentences.clock_text(clock)
