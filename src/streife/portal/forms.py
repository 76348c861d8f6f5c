"""The forms of the public pages."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from streife.kernel.clock import BERLIN, local, now
from streife.kernel.errors import NotFound
from streife.kernel.geo import Point
from streife.places.queries import find_places
from streife.portal.queries import public_category, quarter_place
from streife.portal.stamps import new_stamp
from streife.reports.rules import Channel, ContactDraft, Kind, ReportDraft
from streife.triage.rules import CategoryRow

DANGER = 1  # incidents.rules.Priority.DANGER


class SeenAtField(forms.DateTimeField):
    """A moment on the clock of the city: of an hour that comes twice in autumn the first is meant.

    An hour that is left out in spring is read by the clock before. Nobody who tells us of a noise
    at half past two should have to know about either.
    """

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment; only what is no moment at all is refused."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone" or not error.params:
                raise
            naive: datetime = error.params["datetime"]
            return naive.replace(tzinfo=BERLIN)


class ReportForm(forms.Form):
    """Where, what, photo, answer: everything a report needs, nothing asked twice.

    Values are kept as they were typed; the rules of `reports` judge them when they are sent.
    """

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(label=_("Bitte leer lassen"), required=False)
    latitude = forms.CharField(required=False, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, widget=forms.HiddenInput)
    address = forms.CharField(
        label=_("Adresse oder Ort"),
        required=False,
        help_text=_("Zum Beispiel: Nordmarkt, am Brunnen"),
    )
    quarter = forms.CharField(label=_("Stadtteil"), required=False)
    category = forms.CharField(
        label=_("Was ist los?"),
        error_messages={"required": _("Bitte wählen Sie aus, worum es geht.")},
    )
    danger_read = forms.BooleanField(
        label=_("Niemand ist gerade in Gefahr. Ich möchte den Hinweis senden."), required=False
    )
    text = forms.CharField(
        label=_("Beschreiben Sie es kurz"),
        required=False,
        strip=False,
        widget=forms.Textarea,
        help_text=_(
            "Was sehen Sie? Seit wann? Bitte keine Namen anderer Menschen. Bis 4000 Zeichen."
        ),
    )
    happened_at = SeenAtField(
        label=_("Wann haben Sie es gesehen?"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Leer lassen, wenn es gerade jetzt ist."),
        error_messages={"invalid": _("Bitte so angeben: 31.12.2026 18:30")},
    )
    kind = forms.ChoiceField(
        label=_("Möchten Sie eine Antwort?"),
        choices=[
            (Kind.HINT.value, _("Hinweis: ohne Namen")),
            (Kind.COMPLAINT.value, _("Anzeige: mit Namen, ich bin bereit auszusagen")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.HINT.value,
    )
    email = forms.CharField(
        label=_("E-Mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("Telefon"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    name = forms.CharField(
        label=_("Ihr Name"), required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    home = forms.CharField(
        label=_("Ihre Anschrift"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    witness_confirmed = forms.BooleanField(
        label=_("Ich habe den Hinweis für Zeuginnen und Zeugen gelesen."), required=False
    )

    # Fields of the rules that have another name in the form.
    RENAMED = {"contact_address": "home"}

    @classmethod
    def blank(cls) -> "ReportForm":
        """Return an empty form with an identity of its own."""
        return cls(initial={"client_id": uuid4(), "stamp": new_stamp(), "kind": Kind.HINT.value})

    def clean_website(self) -> str:
        """Refuse what only a robot fills in."""
        if self.cleaned_data["website"]:
            raise ValidationError(
                _(
                    "Dieses Feld ist eine Falle für Programme. Bitte leeren Sie es und "
                    "senden noch einmal."
                ),
                "robot",
            )
        return ""

    def clean_category(self) -> CategoryRow:
        """Return the row of the category."""
        try:
            return public_category(self.cleaned_data["category"], on=local(now()).date())
        except NotFound as unknown:
            message = _("Bitte wählen Sie aus, worum es geht.")
            raise ValidationError(message, "category-unknown") from unknown

    def clean(self) -> dict[str, Any]:
        """Find the place, and stop where people may be in danger."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["point"] = self._point(data)
        row = data.get("category")
        if row and row.priority == DANGER and not data.get("danger_read"):
            self.add_error(
                "danger_read",
                ValidationError(
                    _("Ist jemand in Gefahr? Dann rufen Sie bitte sofort 110 oder 112 an."),
                    "danger",
                ),
            )
        return data

    def _point(self, data: dict[str, Any]) -> Point | None:
        latitude, longitude = data.get("latitude", ""), data.get("longitude", "")
        if latitude or longitude:
            try:
                return Point(float(latitude.replace(",", ".")), float(longitude.replace(",", ".")))
            except ValueError:
                self.add_error(
                    "address",
                    ValidationError(
                        _(
                            "Die Stelle auf der Karte ist nicht lesbar. "
                            "Bitte setzen Sie den Punkt neu."
                        ),
                        "place-unreadable",
                    ),
                )
                return None
        return self._named_point(data)

    def _named_point(self, data: dict[str, Any]) -> Point | None:
        address, quarter = data.get("address", "").strip(), data.get("quarter", "").strip()
        hits = find_places(address[:200], limit=1) if address else []
        if hits:
            return hits[0].point
        middle = quarter_place(quarter[:120]) if quarter else None
        if middle:
            return middle.point
        if address:
            self.add_error(
                "address",
                ValidationError(
                    _(
                        "Diesen Ort finden wir nicht. Bitte setzen Sie den Punkt auf der Karte "
                        "oder wählen Sie darunter den Stadtteil; Ihre Angabe bleibt stehen."
                    ),
                    "place-unknown",
                ),
            )
        else:
            self.add_error(
                "address",
                ValidationError(
                    _(
                        "Bitte sagen Sie uns, wo es ist: auf der Karte, mit „Ich bin hier“ "
                        "oder als Adresse."
                    ),
                    "place-missing",
                ),
            )
        return None

    def draft(self, photos: list[tuple[str, bytes]], kept: list[str]) -> ReportDraft:
        """Return the report of a valid form."""
        data = self.cleaned_data
        kind = Kind(data["kind"])
        quarter = data["quarter"].strip()
        address = data["address"].strip() or quarter
        happened_at = data["happened_at"]
        return ReportDraft(
            language=get_language() or "de",
            client_id=data["client_id"],
            kind=kind,
            channel=Channel.WEB,
            category_code=data["category"].code,
            text=data["text"],
            point=data["point"],
            address=address,
            happened_at=happened_at.astimezone(BERLIN) if happened_at else None,
            contact=ContactDraft(
                name=data["name"], email=data["email"], phone=data["phone"], address=data["home"]
            ),
            photos=tuple(content for _, content in photos),
            photo_names=tuple(name for name, _ in photos),
            kept_photos=tuple(kept),
            witness_confirmed=data["witness_confirmed"],
        )


class LookUpForm(forms.Form):
    """Number and password of a report, or the whole link."""

    reference = forms.CharField(
        label=_("Aktenzeichen"), max_length=300, help_text=_("Zum Beispiel 7KD-29MX")
    )
    secret = forms.CharField(
        label=_("Kennwort"),
        max_length=60,
        help_text=_("Steht bei Ihrem Aktenzeichen: vier mal vier Zeichen."),
    )


class ObjectionForm(forms.Form):
    """What is not true about an answer."""

    text = forms.CharField(label=_("Was stimmt nicht?"), widget=forms.Textarea, strip=False)
