"""What a hand-over needs to know."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.evidence.export import queries
from streife.evidence.models import DemandedRecording
from streife.evidence.rules import handing_over as rules
from streife.kernel.texts import said


class HandOverForm(forms.Form):
    """To whom, why, and until when a confirmation is expected."""

    recipient = forms.CharField(
        label=_("Wer bekommt die Aufnahme?"),
        max_length=200,
        help_text=_("Behörde oder Person, so wie sie auf dem Deckblatt stehen soll."),
    )
    reference = forms.CharField(label=_("Aktenzeichen dort"), max_length=120)
    purpose = forms.ChoiceField(label=_("Wofür?"))
    legal_basis = forms.CharField(
        label=_("Rechtsgrundlage"),
        max_length=200,
        required=False,
        help_text=_("Leer lassen: dann steht dort, was zum Zweck gehört."),
    )
    recipient_key = forms.CharField(
        label=_("Öffentlicher Schlüssel der empfangenden Stelle"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        max_length=1000,
        help_text=_("Beginnt mit age1 oder ssh-ed25519. Nur diese Stelle kann die Datei öffnen."),
    )
    answer_due = forms.DateField(
        label=_("Empfang bestätigen bis"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Ohne Angabe: in zwei Wochen."),
    )

    demand = forms.TypedChoiceField(
        label=_("Antwort auf ein Verlangen der Person?"),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(
        self, *args: Any, form: rules.Form, demands: list[DemandedRecording], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        demand = self.fields["demand"]
        if not demands:
            del self.fields["demand"]
        elif isinstance(demand, forms.ChoiceField):
            known = [(row.erasure_id, row.erasure.reference) for row in demands]
            demand.choices = [("", _("nein")), *known]
        field = self.fields["purpose"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (key.value, said(text))
                for key, text in rules.PURPOSES.items()
                if form is rules.Form.REDACTED or key != rules.Purpose.SUBJECT
            ]


class ReceiptForm(forms.Form):
    """How the recipient confirmed."""

    receipt = forms.CharField(
        label=_("Wie wurde der Empfang bestätigt?"),
        max_length=300,
        help_text=_("Zum Beispiel „Schreiben vom 3. Mai“ oder „Unterschrift auf dem Deckblatt“."),
    )


class SearchForm(forms.Form):
    """What somebody looks for among the hand-overs."""

    wort = forms.CharField(
        label=_("Stelle, Aktenzeichen oder Nummer des Vorgangs"), required=False, max_length=120
    )
    stand = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[("", ""), *((pile.value, pile.value) for pile in rules.Pile)],
    )

    def search(self) -> queries.Search:
        """Return it as the query takes it; what was mistyped counts as not said."""
        said = self.cleaned_data if self.is_valid() else {}
        pile = said.get("stand")
        return queries.Search(said.get("wort", ""), rules.Pile(pile) if pile else None)
