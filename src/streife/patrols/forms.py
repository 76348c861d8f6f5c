"""What the pages send, checked for shape only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from streife.kernel.texts import said
from streife.patrols.rules import MODE_NAMES, WISH_SOURCES, Mode, WishSource

Choices = Sequence[tuple[Any, Any]]


def _offer(field: forms.Field, choices: Choices) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def _hours(hours: range) -> Choices:
    return [(hour, gettext("%(hour)s Uhr") % {"hour": hour}) for hour in hours]


class TeamForm(forms.Form):
    """A team of a shift."""

    name = forms.CharField(label=_("Rufname"), max_length=24)
    mode = forms.ChoiceField(label=_("unterwegs"))
    begins = forms.TypedChoiceField(label=_("von"), coerce=int, empty_value=None)
    ends = forms.TypedChoiceField(label=_("zurück nach"), coerce=int, empty_value=None)
    joint = forms.BooleanField(label=_("zusammen mit der Polizei"), required=False)

    def __init__(self, *args: Any, offices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["mode"], [(mode.value, said(MODE_NAMES[mode])) for mode in Mode])
        for name in ("begins", "ends"):
            _offer(self.fields[name], offices)


class MoveForm(forms.Form):
    """Where and when a stop should be; `clock` is the time of day, the shift says which day."""

    route = forms.TypedChoiceField(label=_("Team"), coerce=int)
    clock = forms.TimeField(
        label=_("Uhrzeit"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    def __init__(self, *args: Any, routes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["route"], routes)


class AddForm(MoveForm):
    """A visit that is not in the plan yet."""

    stop = forms.TypedChoiceField(label=_("Ort"), coerce=int)

    field_order = ("stop", "route", "clock")

    def __init__(self, *args: Any, stops: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["stop"], stops)


class ReplanForm(forms.Form):
    """Who is held up or does not come back, when the rest is planned anew."""

    team = forms.ChoiceField(label=_("Wer ist aufgehalten?"), required=False)
    until = forms.TimeField(
        label=_("wieder frei um"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Leer lassen, wenn das Team in dieser Schicht nicht mehr zurückkommt."),
    )

    def __init__(self, *args: Any, teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["team"], [("", _("niemand, nur neu rechnen")), *teams])


class WishForm(forms.Form):
    """A wish for presence."""

    site = forms.TypedChoiceField(label=_("Wo?"), coerce=int)
    source = forms.ChoiceField(label=_("Wer wünscht es?"))
    reason = forms.CharField(
        label=_("Warum?"),
        max_length=300,
        help_text=_("Bitte keine Namen: Es geht um den Ort, nicht um Menschen."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("An welchen Tagen?"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    hour_from = forms.TypedChoiceField(label=_("von"), coerce=int, initial=16)
    hour_to = forms.TypedChoiceField(label=_("bis"), coerce=int, initial=22)
    valid_from = forms.DateField(
        label=_("gilt ab"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    valid_to = forms.DateField(
        label=_("gilt bis"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, sites: Choices, days: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["site"], [("", _("Bitte wählen")), *sites])
        _offer(
            self.fields["source"],
            [(source.value, said(WISH_SOURCES[source])) for source in WishSource],
        )
        _offer(self.fields["weekdays"], list(enumerate(days)))
        _offer(self.fields["hour_from"], _hours(range(24)))
        _offer(self.fields["hour_to"], _hours(range(1, 25)))
        self.fields["weekdays"].initial = list(range(7))

    def weekday_bits(self) -> int:
        """Return the chosen days as bits, bit 0 for Monday."""
        return sum(1 << day for day in self.cleaned_data["weekdays"])


class DayForm(forms.Form):
    """A day of the presence page."""

    tag = forms.DateField(
        label=_("Tag"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        required=False,
    )
