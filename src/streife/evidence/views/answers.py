"""How refusals go back into a form, so that nothing is lost."""

from django import forms

from streife.kernel.errors import Refused


def kept_open(form: forms.Form, refused: Refused) -> None:
    """Put a refusal where it belongs in the form; rights and unknown things go on upwards."""
    if refused.status != 409:
        raise refused
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
