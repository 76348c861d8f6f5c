"""What the pages send, checked for shape only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.evidence import rules, sentences
from streife.evidence.models import Dock
from streife.kernel.texts import said

AT = r"^(\d{1,2}:)?\d{1,3}:\d{2}$"


def at_ms(text: str) -> int:
    """Return milliseconds of a place written as 1:02:03 or 2:03."""
    seconds = 0
    for part in text.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000


def offer(field: forms.Field, table: Mapping[Any, str], *, without: frozenset[str]) -> None:
    """Let a field offer what a table says, in the reader's language."""
    if isinstance(field, forms.ChoiceField):
        field.choices = [
            (str(key), said(text)) for key, text in table.items() if str(key) not in without
        ]


def _date() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Offering(forms.Form):
    """A form whose choices are tables of rules, in the reader's language."""

    tables: Mapping[str, Mapping[Any, str]] = {}
    left_out: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, table in self.tables.items():
            offer(self.fields[name], table, without=self.left_out)


class HoldForm(Offering):
    """Why a recording is needed."""

    reason = forms.ChoiceField(label=_("Wofür wird sie gebraucht?"))
    reference = forms.CharField(label=_("Aktenzeichen oder Nummer des Vorgangs"), max_length=120)
    review_on = forms.DateField(
        label=_("Wann wieder prüfen?"),
        widget=_date(),
        help_text=_("Spätestens in 90 Tagen. Dann entscheidet wieder jemand, ob sie bleibt."),
    )

    tables = {"reason": rules.HOLD_REASONS}
    left_out = frozenset({rules.HoldReason.OPEN_CASE.value})


class LookForm(Offering):
    """Why somebody looks."""

    purpose = forms.ChoiceField(label=_("Wozu sehen Sie die Aufnahme an?"))
    reason = forms.CharField(
        label=_("Warum gerade diese, und warum jetzt?"),
        max_length=300,
        help_text=_("Steht mit Ihrem Namen im Protokoll, bevor das erste Bild erscheint."),
    )

    tables = {"purpose": rules.PURPOSES}


class CircumstancesForm(Offering):
    """What the wearer says about a recording (§ 15c PolG NRW)."""

    reason = forms.ChoiceField(label=_("Warum wurde aufgenommen?"))
    facts = forms.CharField(
        label=_("Welche Tatsachen sprachen für die Gefahr?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )
    announced = forms.TypedChoiceField(
        label=_("Wurde die Aufnahme angekündigt?"),
        coerce=lambda value: {"ja": True, "nein": False}.get(value),
        required=False,
        empty_value=None,
    )
    not_announced_because = forms.CharField(
        label=_("Wenn nein: warum nicht?"), required=False, max_length=300
    )
    dwelling = forms.BooleanField(label=_("in einer Wohnung"), required=False)
    dwelling_decided_by = forms.CharField(
        label=_("Wenn ja: Wer hat entschieden?"), required=False, max_length=120
    )
    professional_secret = forms.BooleanField(
        label=_("in Räumen einer Person mit Berufsgeheimnis"),
        required=False,
        help_text=_("Die Aufnahme wird sofort versiegelt; niemand kann sie mehr ansehen."),
    )
    incident = forms.CharField(label=_("Nummer des Vorgangs"), required=False, max_length=20)
    regime = forms.ChoiceField(label=_("Rechtsrahmen"))

    tables = {"reason": rules.REASONS, "regime": rules.REGIMES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["announced"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("nicht angegeben")), ("ja", _("ja")), ("nein", _("nein"))]

    def said(self) -> rules.Circumstances:
        """Return what was said, as the rules take it."""
        data = self.cleaned_data
        return rules.Circumstances(
            reason=rules.Reason(data["reason"]),
            facts=data["facts"],
            announced=data["announced"],
            not_announced_because=data["not_announced_because"],
            dwelling=data["dwelling"],
            dwelling_decided_by=data["dwelling_decided_by"],
            professional_secret=data["professional_secret"],
        )


class DeletionForm(Offering):
    """Why a recording has to go early."""

    ground = forms.ChoiceField(label=_("Warum soll sie vorzeitig gelöscht werden?"))
    from_at = forms.RegexField(
        AT,
        label=_("Nur ein Abschnitt: von (Minuten:Sekunden)"),
        required=False,
        help_text=_("Leer lassen, wenn die ganze Aufnahme gehen soll."),
    )
    to_at = forms.RegexField(AT, label=_("bis (Minuten:Sekunden)"), required=False)

    tables = {"ground": rules.GROUNDS}

    def part(self) -> dict[str, int | None]:
        """Return both ends of the part in milliseconds, or None for the whole."""
        ends = {"from_ms": self.cleaned_data["from_at"], "to_ms": self.cleaned_data["to_at"]}
        return {name: at_ms(text) if text else None for name, text in ends.items()}


class NoteForm(forms.Form):
    """A chapter or a remark at a moment."""

    at = forms.RegexField(AT, label=_("Stelle (Minuten:Sekunden)"), initial="0:00")
    text = forms.CharField(label=_("Was ist an dieser Stelle?"), max_length=200)
    chapter = forms.BooleanField(label=_("als Kapitel"), required=False)

    def at_ms(self) -> int:
        """Return the moment in milliseconds."""
        return at_ms(self.cleaned_data["at"])


class PurposeForm(forms.Form):
    """What a redacted copy is for."""

    purpose = forms.CharField(
        label=_("Für wen ist die geschwärzte Kopie?"),
        max_length=300,
        help_text=_(
            "Zum Beispiel: Auskunft an die betroffene Person. Die Software sieht jedes Bild an;"
            " auch das steht im Protokoll."
        ),
    )


class BoxForm(Offering):
    """A box drawn by hand: where it begins and ends; between both it moves evenly."""

    kind = forms.ChoiceField(label=_("Was wird abgedeckt?"))
    from_at = forms.DecimalField(label=_("von (s)"), min_value=0, decimal_places=2)
    to_at = forms.DecimalField(label=_("bis (s)"), min_value=0, decimal_places=2)
    left = forms.IntegerField(label=_("links"), min_value=0)
    top = forms.IntegerField(label=_("oben"), min_value=0)
    width = forms.IntegerField(label=_("Breite"), min_value=2)
    height = forms.IntegerField(label=_("Höhe"), min_value=2)
    end_left = forms.IntegerField(label=_("am Ende links"), min_value=0, required=False)
    end_top = forms.IntegerField(label=_("am Ende oben"), min_value=0, required=False)

    tables = {"kind": sentences.COVERS}


class MuteForm(forms.Form):
    """Seconds in which nothing is heard."""

    from_at = forms.DecimalField(label=_("stumm von (s)"), min_value=0, decimal_places=2)
    to_at = forms.DecimalField(label=_("stumm bis (s)"), min_value=0, decimal_places=2)


class UploadForm(Offering):
    """What is said about a file that comes by browser; `told.…` goes along with it."""

    dock = forms.ChoiceField(label=_("Über welche Dockstation?"))
    file = forms.FileField(label=_("Datei von der Kamera"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Names with a point cannot be written as attributes of a class.
        told = {
            "told.ended_at": forms.CharField(
                label=_("Ende der Aufnahme, falls die Kamera es nicht weiß"),
                help_text=_(
                    "Nennt die Datei keine Zeit und Sie auch nicht, gilt der früheste mögliche "
                    "Zeitpunkt, bis zu zehn Tage vor heute: Dann wird früher gelöscht."
                ),
                required=False,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
            ),
            "told.reason": forms.ChoiceField(label=_("Warum wurde aufgenommen?")),
            "told.facts": forms.CharField(
                label=_("Tatsachen, kurz"), required=False, widget=forms.Textarea
            ),
            "told.announced": forms.ChoiceField(
                label=_("Wurde die Aufnahme angekündigt?"),
                required=False,
                choices=[("", _("noch nicht angegeben")), ("true", _("ja")), ("false", _("nein"))],
            ),
            "told.not_announced_because": forms.CharField(
                label=_("Wenn nicht: warum?"), required=False, max_length=300
            ),
            "told.incident": forms.CharField(
                label=_("Nummer des Vorgangs"), required=False, max_length=40
            ),
        }
        super().__init__(*args, **kwargs)
        self.fields.update(told)
        offer(self.fields["told.reason"], rules.REASONS, without=frozenset())
        docks = Dock.objects.filter(retired_at=None).order_by("name")
        dock = self.fields["dock"]
        if isinstance(dock, forms.ChoiceField):
            dock.choices = [(one.code, one.name) for one in docks]
