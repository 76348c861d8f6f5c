"""What the phone sends, checked for shape only."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.kernel.geo import Point


class OnceForm(forms.Form):
    """Every form of the phone carries a key of its own."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class HereForm(OnceForm):
    """The code of a place where the crew is."""

    place = forms.CharField(max_length=80)


class StatusForm(OnceForm):
    """A status key with a reason where the scheme wants one; an empty key clears a request."""

    key = forms.CharField(label=_("Status"), max_length=2, required=False)
    reason = forms.CharField(label=_("Grund"), max_length=120, required=False)


class FinishForm(OnceForm):
    """The end of a job: a measure of the short list, or still open."""

    measure = forms.ChoiceField(
        label=_("Was haben Sie getan?"), widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(
        label=_("Feststellung"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nur was nötig ist. Keine Namen, wenn es ohne geht."),
    )

    def __init__(self, *args: Any, measures: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["measure"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [*measures, ("still_open", _("Weiter offen"))]


class LineForm(OnceForm):
    """A line for the Einsatztagebuch."""

    text = forms.CharField(
        label=_("Notiz für das Einsatztagebuch"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ObservationForm(OnceForm):
    """What the crew found itself."""

    category = forms.ChoiceField(label=_("Worum geht es?"))
    text = forms.CharField(
        label=_("Was sehen Sie?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    address = forms.CharField(
        label=_("Wo?"),
        max_length=200,
        required=False,
        help_text=_("Straße und Hausnummer, oder „hier“ auf der Karte."),
    )
    latitude = forms.FloatField(widget=forms.HiddenInput, required=False)
    longitude = forms.FloatField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, categories: Sequence[tuple[str, Sequence[tuple[str, str]]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["category"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("Bitte wählen")), *categories]

    def point(self) -> Point | None:
        """Return the place that was tapped, None for none or a broken one."""
        latitude, longitude = (self.cleaned_data.get(n) for n in ("latitude", "longitude"))
        if latitude is None or longitude is None:
            return None
        try:
            return Point(latitude, longitude)
        except ValueError:
            return None


class PositionForm(forms.Form):
    """Where the unit is, from the phone's receiver."""

    latitude = forms.FloatField(min_value=-90, max_value=90)
    longitude = forms.FloatField(min_value=-180, max_value=180)
    age_seconds = forms.IntegerField(min_value=0, max_value=86_400, required=False)
