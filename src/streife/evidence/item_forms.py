"""What the pages about seized things send, checked for shape only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.evidence import rules
from streife.evidence.actions import Snapshot
from streife.evidence.forms import Offering, offer
from streife.kernel.geo import Point

PHOTOS = "image/jpeg,image/png,image/webp,image/heic,image/heif"


class ItemForm(forms.Form):
    """A seized thing."""

    label = forms.CharField(label=_("Was ist es?"), max_length=200)
    where = forms.CharField(
        label=_("Wo sichergestellt?"),
        max_length=200,
        help_text=_("Straße und Hausnummer, oder auf die Karte tippen."),
    )
    latitude = forms.FloatField(widget=forms.HiddenInput, required=False)
    longitude = forms.FloatField(widget=forms.HiddenInput, required=False)
    taken_at = forms.DateTimeField(
        label=_("Wann?"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    incident = forms.CharField(label=_("Nummer des Vorgangs"), required=False, max_length=20)
    picture = forms.FileField(
        label=_("Foto"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PHOTOS, "capture": "environment"}),
        help_text=_("Höchstens 10 MB. Ort und Gerät, die im Foto stecken, löschen wir."),
    )

    def point(self) -> Point | None:
        """Return the place that was tapped, None for none or a broken one."""
        latitude, longitude = (self.cleaned_data.get(n) for n in ("latitude", "longitude"))
        if latitude is None or longitude is None:
            return None
        try:
            return Point(latitude, longitude)
        except ValueError:
            return None

    def snapshot(self) -> Snapshot | None:
        """Return the photo that was sent, if one was."""
        file = self.cleaned_data.get("picture")
        return Snapshot(file.read(), file.name or "Foto") if file else None


class StepForm(Offering):
    """What happens to a thing next."""

    step = forms.ChoiceField(label=_("Was geschieht?"))
    party = forms.CharField(
        label=_("An wen?"),
        required=False,
        max_length=200,
        help_text=_("Bei Übergabe und Herausgabe: Stelle oder Empfänger."),
    )
    place = forms.CharField(
        label=_("Wo liegt es jetzt?"),
        required=False,
        max_length=120,
        help_text=_("Beim Einlagern: Raum, Regal, Fach."),
    )

    def __init__(self, *args: Any, steps: Mapping[Any, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["step"], steps, without=frozenset())


class PeriodForm(forms.Form):
    """How long photos of things stay after one end."""

    days = forms.IntegerField(label=_("Wie viele Tage?"), min_value=1)
    source = forms.CharField(
        label=_("Worauf beruht die Frist?"),
        max_length=200,
        help_text=_("Vorschrift, Verfügung oder Aktenzeichen. Es steht auf der Seite Bestand."),
    )


class PictureDeletionForm(Offering):
    """Why the photo of a thing has to go early."""

    ground = forms.ChoiceField(label=_("Warum soll das Foto vorzeitig gelöscht werden?"))

    tables = {"ground": rules.PICTURE_GROUNDS}


class DestructionForm(forms.Form):
    """Why a thing is to be destroyed."""

    why = forms.CharField(
        label=_("Warum soll der Gegenstand vernichtet werden?"),
        max_length=200,
        help_text=_("Eine zweite Person stimmt zu und ist dabei."),
    )


class ErasureForm(Offering):
    """What a person concerned demands."""

    about = forms.ChoiceField(label=_("Worum geht es?"))
    right = forms.ChoiceField(label=_("Was verlangt die Person?"))
    reference = forms.CharField(
        label=_("Ihr Aktenzeichen"),
        max_length=120,
        help_text=_("Dort liegt das Schreiben der Person. Bitte keinen Namen."),
    )
    received_on = forms.DateField(
        label=_("Wann ging es ein?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Die Person hat einen Monat nach diesem Tag eine Antwort."),
    )
    number = forms.CharField(
        label=_("Nummer des Vorgangs"),
        required=False,
        max_length=40,
        help_text=_("Sie steht auf der Bescheinigung, die die Person bekam."),
    )
    told = forms.CharField(
        label=_("Was sagt die Person über Tag, Ort und Gegenstand?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Nur nötig ohne Nummer. Die Verwahrstelle liest es; mit der Antwort wird es gelöscht."
        ),
    )

    tables = {"about": rules.ABOUTS, "right": rules.RIGHTS}


class PictureSearchForm(forms.Form):
    """Which things may be meant."""

    wort = forms.CharField(label=_("Gegenstand, Ort oder Vorgang"), required=False, max_length=100)
    tag = forms.DateField(
        label=_("sichergestellt am"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class RecordingSearchForm(PictureSearchForm):
    """Which recordings may be meant."""

    wort = forms.CharField(
        label=_("Nummer des Vorgangs oder der Kamera"), required=False, max_length=100
    )
    tag = forms.DateField(
        label=_("aufgenommen am"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
