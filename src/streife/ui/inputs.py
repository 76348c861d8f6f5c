"""Inputs of forms that several packages use."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from streife.kernel.clock import YEARS


def check_year(day: date) -> None:
    """Pass only a day of a year that somebody can mean, so that one may count on from it.

    :raises ValidationError: `year`
    """
    if day.year not in YEARS:
        raise ValidationError(
            _("Bitte prüfen Sie das Jahr. Ohne Ende bleibt das Feld leer."), code="year"
        )


class DayField(forms.DateField):
    """A day, asked for with the calendar of the browser."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [check_year]
