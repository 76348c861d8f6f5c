"""What the desk sends about units, checked for shape only."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

NO_AREA = ("", _("ganze Stadt"))


class AssignForm(forms.Form):
    """Send a unit to an incident."""

    unit_id = forms.IntegerField()
    incident_id = forms.IntegerField()
    reason = forms.CharField(max_length=300, required=False)
    queue = forms.BooleanField(required=False)
    reinforce = forms.BooleanField(required=False)


class ReasonForm(forms.Form):
    """A reason that may be needed."""

    reason = forms.CharField(label=_("Grund"), max_length=300, required=False)


class StatusForm(ReasonForm):
    """A status key, a request to speak, or an empty key that clears the request."""

    key = forms.CharField(label=_("Status"), max_length=2, required=False)


class UnitForm(forms.Form):
    """A new unit for a shift."""

    call_sign = forms.CharField(
        label=_("Rufname"), max_length=24, help_text=_("Zum Beispiel „KOD 11“.")
    )
    officers = forms.TypedMultipleChoiceField(
        label=_("Einsatzkräfte"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    police = forms.TypedChoiceField(
        label=_("Polizei fährt mit"),
        coerce=int,
        choices=[(0, _("nein")), (1, _("eine Kraft")), (2, _("zwei Kräfte"))],
        initial=0,
    )
    area = forms.TypedChoiceField(
        label=_("Einsatzbereich"), coerce=int, empty_value=None, required=False
    )
    motorised = forms.BooleanField(label=_("mit Wagen"), initial=True, required=False)

    def offer(
        self, *, officers: Sequence[tuple[int, str]], areas: Sequence[tuple[int, str]]
    ) -> "UnitForm":
        """Put the people and areas of the shift on the form and return it."""
        for name, choices in (("officers", officers), ("area", [NO_AREA, *areas])):
            choice = self.fields[name]
            if isinstance(choice, forms.ChoiceField):
                choice.choices = list(choices)
        return self
