"""Inputs of forms that several packages use."""

from django import forms


class DayField(forms.DateField):
    """A day, asked for with the calendar of the browser."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
