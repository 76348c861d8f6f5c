"""`{% load field_keys %}`: a fresh key for each form of the phone page."""

import uuid

from django import template

register = template.Library()


@register.simple_tag
def client_key() -> str:
    """Return a key under which a form is taken once, however often it arrives."""
    return str(uuid.uuid4())
