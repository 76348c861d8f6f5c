"""What a form begins with, and how refusals go back into it, so that nothing is lost."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from streife.evidence.rules import HoldReason
from streife.kernel.clock import local
from streife.kernel.errors import Refused

REVIEW_DAYS = 30


def kept_open(form: forms.Form, refused: Refused) -> None:
    """Put a refusal where it belongs in the form; rights and unknown things go on upwards."""
    if refused.status != 409:
        raise refused
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def hold_said(reference: str, moment: datetime) -> dict[str, Any]:
    """Return what a form for a hold is filled in with: two taps, then it is sent."""
    return {
        "reason": HoldReason.OFFENCE,
        "reference": reference,
        "review_on": local(moment).date() + timedelta(days=REVIEW_DAYS),
    }
