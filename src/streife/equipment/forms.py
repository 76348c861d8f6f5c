"""What the pages send, checked for shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.equipment.queries import kinds
from streife.kernel.texts import said
from streife.ui.inputs import DayField


def _offer(field: forms.Field, choices: list[tuple[Any, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class ScanForm(forms.Form):
    """A number as a scanner types it, and who gets the item."""

    number = forms.CharField(
        label=_("Inventar- oder Seriennummer"),
        max_length=80,
        help_text=_("Etikett einlesen oder tippen, dann Eingabetaste."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autofocus": True, "autocapitalize": "characters"}
        ),
    )
    officer = forms.TypedChoiceField(
        label=_("Wer bekommt es?"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Für eine Rückgabe niemanden auswählen."),
    )

    def __init__(self, *args: Any, officers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["officer"], [("", str(_("niemand: Rückgabe"))), *officers])


class HandOverForm(forms.Form):
    """Who gets this item."""

    officer = forms.TypedChoiceField(label=_("Wer bekommt es?"), coerce=int)

    def __init__(self, *args: Any, officers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["officer"], [("", str(_("bitte wählen"))), *officers])


class TakeBackForm(forms.Form):
    """In what state an item comes back."""

    state = forms.ChoiceField(
        label=_("In welchem Zustand?"),
        choices=[
            ("", _("in Ordnung")),
            ("repair", _("beschädigt, muss in die Reparatur")),
            ("lost", _("verloren, kommt nicht zurück")),
        ],
        required=False,
    )


class InspectForm(forms.Form):
    """An inspection."""

    done_date = DayField(label=_("Geprüft am"))
    passed = forms.TypedChoiceField(
        label=_("Ergebnis"),
        choices=[("1", _("in Ordnung")), ("0", _("nicht in Ordnung, in die Reparatur"))],
        coerce=lambda value: value == "1",
    )
    due_date = DayField(
        label=_("Nächste Prüfung"),
        required=False,
        help_text=_("Leer lassen: so lange, wie für diese Art festgelegt ist."),
    )


class AssetForm(forms.Form):
    """A new item."""

    kind = forms.ChoiceField(label=_("Art"))
    inventory_number = forms.CharField(label=_("Inventarnummer"), max_length=40)
    serial = forms.CharField(
        label=_("Seriennummer"),
        max_length=80,
        required=False,
        help_text=_("Bei Körperkameras nötig: Aufnahmen nennen sie."),
    )
    note = forms.CharField(
        label=_("Bezeichnung"),
        max_length=120,
        required=False,
        help_text=_("Zum Beispiel Größe oder Kennzeichen. Keine Namen."),
    )
    acquired_date = DayField(label=_("Beschafft am"))
    due_date = DayField(label=_("Nächste Prüfung"), required=False)
    expires_date = DayField(label=_("Verwendbar bis"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["kind"], [(kind.code, said(kind.name)) for kind in kinds().values()])

    def clean(self) -> dict[str, Any]:
        """Ask for the serial number of a camera: without it no recording finds its wearer."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "body_cam" and not cleaned.get("serial", "").strip():
            self.add_error("serial", str(_("Bitte die Seriennummer der Kamera eintragen.")))
        return cleaned
