"""Shapes of what the desk enters."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.incidents.rules import OUTCOME_NAMES, PRIORITY_NAMES, Outcome
from streife.kernel.erasing import REASONS
from streife.kernel.texts import said
from streife.reports.rules import MAX_TEXT_CHARACTERS, Channel, Kind
from streife.triage.rules import CategoryRow


def category_choices(rows: list[CategoryRow]) -> tuple[tuple[str, Any], ...]:
    """Return the leaf categories grouped by field of work, for a select."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.parent_code:
            groups.setdefault(said(row.field_name), []).append((row.code, said(row.name)))
    return ("", _("– bitte wählen –")), *((name, tuple(kept)) for name, kept in groups.items())


class IntakeForm(forms.Form):
    """A report taken while the person talks; only place, words and matter are needed."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    channel = forms.ChoiceField(
        label=_("Eingang"),
        choices=[(Channel.PHONE.value, _("Telefon")), (Channel.WALK_IN.value, _("Am Schalter"))],
        widget=forms.RadioSelect,
        initial=Channel.PHONE.value,
    )
    place = forms.CharField(
        label=_("Wo?"),
        max_length=200,
        help_text=_("Straße und Hausnummer, Platz oder Stadtteil – oder Punkt auf der Karte"),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    latitude = forms.FloatField(widget=forms.HiddenInput, required=False)
    longitude = forms.FloatField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Was ist passiert?"),
        max_length=MAX_TEXT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    category_code = forms.ChoiceField(
        label=_("Anlass"),
        required=False,
        help_text=_("Leer lassen: Streife schlägt etwas vor."),
    )
    kind = forms.ChoiceField(
        label=_("Art"),
        choices=[
            (Kind.HINT.value, _("Hinweis (auch ohne Namen)")),
            (Kind.COMPLAINT.value, _("Anzeige (mit Namen, bereit zur Aussage)")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.HINT.value,
    )
    contact_name = forms.CharField(label=_("Name"), max_length=120, required=False)
    contact_phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-Mail"), required=False)
    contact_address = forms.CharField(label=_("Anschrift"), max_length=200, required=False)

    confirmed = forms.BooleanField(
        label=_("Auf die Pflichten als Zeug*in hingewiesen (§ 164 StGB)"), required=False
    )

    def __init__(self, *args: Any, rows: list[CategoryRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (narrows the type)
        field.choices = category_choices(rows)


class ReasonForm(forms.Form):
    """A reason that will be read later."""

    reason = forms.CharField(
        label=_("Begründung"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class FindForm(forms.Form):
    """The number of a report or an incident."""

    number = forms.CharField(
        label=_("Aktenzeichen oder Vorgangsnummer"),
        help_text=_("zum Beispiel 7KD-29MX oder 2026-000123"),
        max_length=20,
    )


class EraseForm(forms.Form):
    """Which text goes, why, and that this is meant."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in ("report", "incident", "job")])
    pk = forms.IntegerField(min_value=1, max_value=2**62)
    part = forms.CharField(max_length=40)
    number = forms.CharField(max_length=20)
    reason = forms.ChoiceField(
        label=_("Grund"),
        choices=lambda: [("", _("Bitte wählen")), *((c, said(n)) for c, n in REASONS.items())],
    )
    sure = forms.BooleanField(label=_("Geprüft: Die Angabe wird nicht mehr gebraucht."))


class LogForm(forms.Form):
    """A typed line of the Einsatztagebuch."""

    text = forms.CharField(
        label=_("Eintrag ins Einsatztagebuch"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CloseForm(forms.Form):
    """How a matter ended."""

    outcome = forms.ChoiceField(
        label=_("Ergebnis"),
        choices=[("", _("– bitte wählen –"))]
        + [(o.value, _(name)) for o, name in OUTCOME_NAMES.items() if o is not Outcome.MERGED],
    )
    note = forms.CharField(
        label=_("Feststellung"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ForwardForm(forms.Form):
    """To whom, and why."""

    body_code = forms.ChoiceField(label=_("Stelle"))
    reason = forms.CharField(
        label=_("Begründung"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, bodies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (narrows the type)
        field.choices = [("", _("– bitte wählen –")), *bodies]


class AnswerForm(forms.Form):
    """What another body said about a matter it was given."""

    accepted = forms.ChoiceField(
        label=_("Übernimmt die Stelle?"),
        choices=[("yes", _("Ja, sie kümmert sich")), ("no", _("Nein, es kommt zu uns zurück"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Antwort der Stelle"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class MergeForm(forms.Form):
    """The matter that stays."""

    number = forms.CharField(
        label=_("Nummer des Vorgangs, der bleibt"),
        max_length=16,
        help_text=_("zum Beispiel 2026-004711"),
    )


class OpenForm(forms.Form):
    """An incident with another category or priority than proposed."""

    category_code = forms.ChoiceField(label=_("Anlass"))
    priority = forms.TypedChoiceField(
        label=_("Dringlichkeit"),
        coerce=int,
        choices=[(p.value, _(name)) for p, name in PRIORITY_NAMES.items()],
    )

    def __init__(self, *args: Any, rows: list[CategoryRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (narrows the type)
        field.choices = category_choices(rows)


class ReachForm(forms.Form):
    """From which office, and how: what the page of the street network shows as an example."""

    von = forms.ChoiceField(label=_("Ab"))
    mit = forms.ChoiceField(label=_("Wie"))

    def __init__(
        self, offices: list[tuple[str, str]], modes: list[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for name, choices in (("von", offices), ("mit", modes)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (narrows the type)
            field.choices = choices
