"""What the pages send, checked for shape only. A last day is the last one included."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.kernel.texts import said
from streife.staff.rules import ABSENCE_NAMES, GROUP_NAMES, QUALIFICATION_NAMES
from streife.staff.rules.languages import NAMES
from streife.ui.inputs import DayField


def _offer(field: forms.Field, names: Mapping[Any, str], *, sort: bool = False) -> None:
    if isinstance(field, forms.ChoiceField):
        choices = [(str(getattr(code, "value", code)), said(name)) for code, name in names.items()]
        field.choices = sorted(choices, key=lambda pair: pair[1]) if sort else choices


class HireForm(forms.Form):
    """Somebody new."""

    personnel_number = forms.CharField(label=_("Personalnummer"), max_length=20)
    first_name = forms.CharField(label=_("Vorname"), max_length=80)
    last_name = forms.CharField(label=_("Nachname"), max_length=80)
    entered_date = DayField(label=_("Eintritt"))
    apprentice = forms.BooleanField(
        label=_("in Ausbildung"),
        required=False,
        help_text=_("Gilt nur, solange kein Vertrag eingetragen ist; dann sagt es der Vertrag."),
    )


class ContractForm(forms.Form):
    """A contract."""

    group = forms.ChoiceField(label=_("Gruppe"))
    percent = forms.DecimalField(
        label=_("Umfang in Prozent"),
        min_value=1,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=100,
        localize=True,
    )
    weekly_hours = forms.DecimalField(
        label=_("Wochenstunden"),
        required=False,
        max_digits=4,
        decimal_places=2,
        localize=True,
        help_text=_("Leer lassen: nach Gruppe und Umfang. Weniger, wenn der Vertrag es sagt."),
    )
    valid_from = DayField(label=_("gilt ab"))
    last_day = DayField(
        label=_("letzter Tag"), required=False, help_text=_("Leer lassen: unbefristet.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["group"], GROUP_NAMES)


class LastDayForm(forms.Form):
    """The last day of something."""

    last_day = DayField(label=_("letzter Tag"))


class SkillForm(forms.Form):
    """A qualification."""

    kind = forms.ChoiceField(label=_("Befähigung"))
    valid_from = DayField(label=_("gültig ab"))
    last_day = DayField(
        label=_("letzter gültiger Tag"),
        required=False,
        help_text=_("Leer lassen: so lange, wie für diese Befähigung festgelegt ist."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], QUALIFICATION_NAMES, sort=True)


class AbsenceForm(forms.Form):
    """An absence."""

    kind = forms.ChoiceField(
        label=_("Art"), help_text=_("Bei Krankheit bitte nie angeben, welche.")
    )
    first_day = DayField(label=_("erster Tag"))
    last_day = DayField(label=_("letzter Tag"))
    lessons = forms.IntegerField(
        label=_("Unterrichtsstunden"),
        required=False,
        help_text=_("Nur Berufsschule: zu 45 Minuten."),
    )
    begins = forms.TimeField(
        label=_("Unterrichtsbeginn"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Nur Berufsschule."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], ABSENCE_NAMES)


class DaysForm(forms.Form):
    """Other days for an absence."""

    first_day = DayField(label=_("erster Tag"))
    last_day = DayField(label=_("letzter Tag"))


class BirthDateForm(forms.Form):
    """A birth date, where a law asks for it."""

    born_date = DayField(
        label=_("Geburtsdatum"),
        help_text=_(
            "Nur unter 18 Jahren (JArbSchG) und bei Beamtinnen und Beamten (AZVO). Wer in "
            "Ausbildung und volljährig ist, von dem wird nur das gemerkt. Das Datum steht nicht im "
            "Protokoll und wird gelöscht, sobald kein Gesetz mehr danach fragt."
        ),
    )


class LanguagesForm(forms.Form):
    """All languages somebody speaks besides German."""

    codes = forms.MultipleChoiceField(
        label=_("Sprachen außer Deutsch"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["codes"], NAMES, sort=True)


class AccountForm(forms.Form):
    """With which account somebody signs in."""

    username = forms.CharField(
        label=_("Benutzername"),
        max_length=150,
        required=False,
        help_text=_("Mit diesem Konto sieht die Person ihre Dienste. Leer lassen: mit keinem."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class ImportForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=_("Datei"),
        help_text=_("CSV oder Excel (.xlsx), höchstens 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
