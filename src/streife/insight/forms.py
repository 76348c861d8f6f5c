"""The filter of the page, in the address so that it can be shared."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from streife.incidents.queries import field_rows
from streife.insight.figures import Filters
from streife.insight.rules import Span, period_of
from streife.kernel.texts import said
from streife.places.queries import areas
from streife.places.rules import AreaKind

SPANS = (
    (Span.LAST_MONTH.value, _("Letzter Monat")),
    (Span.THIS_MONTH.value, _("Dieser Monat")),
    (Span.THIRTY_DAYS.value, _("Letzte 30 Tage")),
    (Span.YEAR.value, _("Letzte zwölf Monate")),
    (Span.FREE.value, _("Eigener Zeitraum")),
)


class FilterForm(forms.Form):
    """Period, field of work, district, and whether synthetic rows count."""

    zeitraum = forms.ChoiceField(label=_("Zeitraum"), choices=SPANS, required=False)
    von = forms.DateField(
        label=_("von"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    bis = forms.DateField(
        label=_("bis"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    feld = forms.ChoiceField(label=_("Aufgabenfeld"), required=False)
    bezirk = forms.ChoiceField(label=_("Stadtbezirk"), required=False)
    daten = forms.ChoiceField(
        label=_("Daten"),
        required=False,
        choices=(("", _("alle")), ("echt", _("ohne synthetische"))),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self._choices("feld", [(row.code, said(row.name)) for row in field_rows().values()])
        districts = areas(AreaKind.DISTRICT, on=today).order_by("name")
        self._choices("bezirk", list(districts.values_list("code", "name")))

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("alle")), *choices]

    def clean(self) -> dict[str, Any]:
        """Refuse a free period without both days."""
        values = super().clean() or {}
        values["zeitraum"] = Span(values.get("zeitraum") or Span.LAST_MONTH)
        try:
            values["period"] = period_of(
                values["zeitraum"],
                today=self.today,
                start=values.get("von"),
                last=values.get("bis"),
            )
        except ValueError:
            self.add_error(
                "bis",
                _("Bitte geben Sie den ersten und den letzten Tag an, in dieser Reihenfolge."),
            )
        return values

    def filters(self) -> Filters:
        """Return what is counted; a refused form counts the last month and shows its errors."""
        values = self.cleaned_data if self.is_valid() else {}
        return Filters(
            period=values.get("period")
            or period_of(Span.LAST_MONTH, today=self.today, start=None, last=None),
            field_code=values.get("feld", ""),
            district_code=values.get("bezirk", ""),
            synthetic=values.get("daten") != "echt",
        )

    def chosen(self) -> str:
        """Return what the filter is narrowed to in words, empty for everything."""
        if not self.is_valid():
            return ""
        names = []
        for name in ("feld", "bezirk"):
            labels: dict[str, object] = dict(self.fields[name].widget.choices)
            if value := self.cleaned_data.get(name):
                names.append(str(labels[value]))
        return ", ".join(names)
