"""Numbers the way people here write them."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """Return a whole number with its thousands apart: 12.345."""
    return number_format(number, use_l10n=True, force_grouping=True)
