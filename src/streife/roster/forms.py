"""What the pages send, checked for shape only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.ui.inputs import DayField

Choices = Sequence[tuple[Any, Any]]


def _offer(field: forms.Field, choices: Choices) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


class StretchForm(forms.Form):
    """The days of a new plan."""

    first_day = DayField(label=_("erster Tag"))
    last_day = DayField(label=_("letzter Tag"))


class CellForm(forms.Form):
    """Who does what on a day; an empty kind is a free day."""

    officer = forms.TypedChoiceField(label=_("Wer?"), coerce=int)
    day = DayField(label=_("Tag"))
    kind = forms.TypedChoiceField(label=_("Schicht"), coerce=int, required=False, empty_value=None)
    # What the grid showed there; not sent by a form that shows nothing.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, officers: Choices, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["officer"], officers)
        _offer(self.fields["kind"], [("", _("frei")), *kinds])


class MoveForm(forms.Form):
    """A duty that is dragged to another cell."""

    officer = forms.TypedChoiceField(coerce=int)
    day = forms.DateField()
    to_officer = forms.TypedChoiceField(coerce=int)
    to_day = forms.DateField()
    seen = forms.IntegerField(required=False)
    to_seen = forms.IntegerField(required=False)

    def __init__(self, *args: Any, officers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("officer", "to_officer"):
            _offer(self.fields[name], officers)


class UndoForm(forms.Form):
    """Which change the page said it would take back."""

    step = forms.IntegerField(min_value=1)


class PublishForm(forms.Form):
    """What goes with a publication."""

    council_note = forms.CharField(
        label=_("Vermerk zum Personalrat"),
        max_length=200,
        required=False,
        help_text=_("Wann und wie hat er zugestimmt? § 72 Abs. 4 Nr. 1 LPVG NRW."),
    )
    reason = forms.CharField(
        label=_("Grund der kurzen Frist"),
        max_length=200,
        required=False,
        help_text=_("Nur nötig, wenn bis zum ersten Tag weniger als 14 Tage sind."),
    )


class ReleaseForm(forms.Form):
    """A rule to be lifted once."""

    rule = forms.CharField(max_length=80, widget=forms.HiddenInput)
    officer = forms.IntegerField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Grund"), max_length=200, required=False)


class WishForm(forms.Form):
    """A wish for a day: off, a kind of shift, or not that kind."""

    day = DayField(label=_("Für welchen Tag?"))
    wish = forms.ChoiceField(label=_("Was wünschen Sie sich?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("free", _("frei haben"))]
        choices += [(f"work:{pk}", name) for pk, name in kinds]
        choices += [(f"avoid:{pk}", _("nicht: %(kind)s") % {"kind": name}) for pk, name in kinds]
        _offer(self.fields["wish"], choices)

    def wanted(self) -> tuple[str, int | None]:
        """Return the wish as the action takes it."""
        want, _sep, kind = self.cleaned_data["wish"].partition(":")
        return want, int(kind) if kind else None


class SickForm(forms.Form):
    """From when to when somebody is ill; never what it is."""

    first_day = DayField(label=_("ab"))
    last_day = DayField(label=_("voraussichtlich bis"))


class SickForForm(SickForm):
    """A shift leader takes the call of somebody else."""

    officer = forms.TypedChoiceField(label=_("Wer ist krank?"), coerce=int)
    field_order = ("officer", "first_day", "last_day")

    def __init__(self, *args: Any, officers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["officer"], [("", _("Bitte wählen")), *officers])


class DecideForm(forms.Form):
    """Yes or no to a swap."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    reason = forms.CharField(label=_("Grund"), max_length=200, required=False)


class DemandForm(forms.Form):
    """How many are needed on one weekday in one kind of shift and area."""

    kind = forms.TypedChoiceField(label=_("Schicht"), coerce=int)
    area = forms.TypedChoiceField(label=_("Bereich"), coerce=int, required=False, empty_value=None)
    qualification = forms.ChoiceField(
        label=_("davon mit Befähigung"),
        required=False,
        help_text=_("Wie viele der Kräfte dieser Schicht sie mindestens haben."),
    )
    weekday = forms.TypedChoiceField(label=_("Wochentag"), coerce=int)
    count = forms.IntegerField(label=_("mindestens"), min_value=0, max_value=60)
    preferred = forms.IntegerField(label=_("besser"), min_value=0, max_value=60)
    since = DayField(label=_("gilt ab"))

    def __init__(
        self,
        *args: Any,
        kinds: Choices,
        areas: Choices,
        weekdays: Choices,
        skills: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["qualification"], [("", _("ohne: alle zählen")), *skills])
        _offer(self.fields["kind"], kinds)
        _offer(self.fields["area"], [("", _("ganze Stadt")), *areas])
        _offer(self.fields["weekday"], weekdays)


class EventForm(forms.Form):
    """How many more are needed on one day."""

    kind = forms.TypedChoiceField(label=_("Schicht"), coerce=int)
    area = forms.TypedChoiceField(label=_("Bereich"), coerce=int, required=False, empty_value=None)
    day = DayField(label=_("Tag"))
    count = forms.IntegerField(label=_("zusätzlich"), min_value=1, max_value=60)
    reason = forms.CharField(label=_("Anlass"), max_length=120)

    def __init__(self, *args: Any, kinds: Choices, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], kinds)
        _offer(self.fields["area"], [("", _("ganze Stadt")), *areas])


class HoursForm(forms.Form):
    """How many are on duty at least from one time to another."""

    weekday = forms.TypedChoiceField(
        label=_("jede Woche am"), coerce=int, required=False, empty_value=None
    )
    day = DayField(label=_("oder nur am"), required=False)
    begins = forms.TimeField(label=_("von"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(
        label=_("bis"),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    count = forms.IntegerField(
        label=_("Kräfte zugleich im Dienst, mindestens"), min_value=1, max_value=60
    )
    area = forms.TypedChoiceField(label=_("Bereich"), coerce=int, required=False, empty_value=None)
    reason = forms.CharField(label=_("Anlass"), max_length=120)

    def __init__(self, *args: Any, weekdays: Choices, areas: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["area"], [("", _("ganze Stadt")), *areas])
        _offer(self.fields["weekday"], [("", _("Bitte wählen")), *weekdays])


class EquipmentForm(forms.Form):
    """For how many officers of a kind of shift there is one piece."""

    kind = forms.TypedChoiceField(label=_("Schicht"), coerce=int)
    item = forms.ChoiceField(label=_("Was?"))
    area = forms.TypedChoiceField(
        label=_("Bereich"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Für einen Bereich zählt, wie viele er mindestens braucht."),
    )
    one_for = forms.IntegerField(
        label=_("ein Stück für so viele Kräfte"),
        min_value=0,
        max_value=60,
        help_text=_("0: nicht mehr nötig"),
    )
    turnaround_minutes = forms.IntegerField(
        label=_("Minuten bis zur nächsten Ausgabe"),
        min_value=0,
        max_value=240,
        initial=0,
        help_text=_("laden, auslesen; 0: von Hand zu Hand"),
    )
    since = DayField(label=_("gilt ab"))

    def __init__(
        self, *args: Any, kinds: Choices, areas: Choices, items: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], kinds)
        _offer(self.fields["item"], items)
        _offer(self.fields["area"], [("", _("ganze Stadt")), *areas])


class ShiftTimesForm(forms.Form):
    """Other times of a kind of shift, from a day on."""

    kind = forms.TypedChoiceField(label=_("Schicht"), coerce=int)
    begins = forms.TimeField(label=_("von"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("bis"), widget=forms.TimeInput(attrs={"type": "time"}))
    break_minutes = forms.IntegerField(label=_("Pause in Minuten"), min_value=0, max_value=120)
    since = DayField(label=_("gilt ab"))

    def __init__(self, *args: Any, kinds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], kinds)
