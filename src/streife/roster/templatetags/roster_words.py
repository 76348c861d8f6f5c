"""Words of the roster for templates."""

from django import template

from streife.roster import sentences

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """Return minutes as "7:30"."""
    return sentences.hours(minutes)
