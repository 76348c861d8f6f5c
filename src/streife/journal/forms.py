"""What the data protection officer types in."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from streife.journal.rules import PERSON
from streife.journal.sentences import act_text, ref_of
from streife.journal.words import ACTS

PERSON_REASONS = [
    ("", _("Bitte wählen")),
    ("data-subject-request", _("Auskunft an eine betroffene Person")),
    ("complaint", _("Beschwerde")),
    ("audit", _("Regelmäßige Kontrolle")),
    ("security-incident", _("Verdacht auf unbefugten Zugriff")),
]


def _acts() -> list[tuple[str, str]]:
    """Return every act in words, by the alphabet of the reader."""
    known = sorted(((act, act_text(act)) for act in ACTS), key=lambda pair: pair[1].casefold())
    return [("", gettext("alles")), *known]


def _printable(text: str) -> None:
    """Refuse what nobody can have typed: the search for a person is recorded as it was asked."""
    if not text.isprintable():
        raise ValidationError(_("Unsichtbare Zeichen gehen nicht. Bitte von Hand eingeben."))


class SearchForm(forms.Form):
    """Search in the record; looking for a person needs a reason and is recorded itself."""

    subject = forms.CharField(
        label=_("Gegenstand"),
        help_text=_("Nummer eines Vorgangs oder Hinweises, zum Beispiel 2026-000123"),
        required=False,
        max_length=120,
        validators=[_printable],
    )
    act = forms.ChoiceField(label=_("Was geschah"), choices=_acts, required=False)
    actor = forms.CharField(
        label=_("Handelnde Person"),
        help_text=_("Benutzername oder Name; die Suche nach Personen wird selbst protokolliert"),
        required=False,
        max_length=80,
        validators=[_printable],
    )
    reason = forms.ChoiceField(
        label=_("Grund der Suche nach einer Person"), choices=PERSON_REASONS, required=False
    )
    reads = forms.BooleanField(label=_("nur Zugriffe auf personenbezogene Daten"), required=False)

    def clean_subject(self) -> str:
        """Take what people call it as well as how the record writes it."""
        return ref_of(self.cleaned_data["subject"])

    def clean_actor(self) -> str:
        """Take a name as well as how the record writes it; the search itself records ids only."""
        actor = ref_of(self.cleaned_data["actor"])
        if actor and ":" not in actor and actor != "public":
            raise ValidationError(
                _("So heißt niemand oder mehr als eine Person. Bitte den Benutzernamen eingeben.")
            )
        return actor

    def person(self) -> str:
        """Return the person that is looked for, as the one who acted or as the subject."""
        subject: str = self.cleaned_data.get("subject", "")
        actor: str = self.cleaned_data.get("actor", "")
        return actor or (subject if subject.startswith(PERSON) else "")

    def clean(self) -> dict[str, object]:
        """Demand a reason for looking for a person."""
        cleaned: dict[str, object] = super().clean() or {}
        if self.person() and not cleaned.get("reason"):
            self.add_error("reason", _("Bitte angeben, warum Sie nach einer Person suchen."))
        return cleaned
