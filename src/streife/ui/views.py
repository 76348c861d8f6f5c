"""Pages that show our patterns with invented content, to look at and to copy from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from streife.kernel.clock import now
from streife.ui.icons import drawings

PAGES = ("parts", "board", "incident", "phone", "portal", "report", "figures")


class SampleForm(forms.Form):
    """One of every kind of field."""

    what = forms.CharField(
        label=_("Was ist los?"),
        help_text=_("Ein Satz genügt. Bitte keine Namen nennen."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    where = forms.CharField(label=_("Adresse oder Ort"), max_length=200)
    field_of_work = forms.ChoiceField(
        label=_("Worum geht es?"), choices=[("", "–"), ("abfall", "Abfall"), ("hunde", "Hunde")]
    )
    kind = forms.ChoiceField(
        label=_("Was möchten Sie?"),
        choices=[
            ("hint", _("Einen Hinweis geben, ohne Namen")),
            ("report", _("Anzeige erstatten")),
        ],
        widget=forms.RadioSelect,
    )
    photo = forms.FileField(label=_("Foto"), required=False)
    answer = forms.BooleanField(label=_("Ich möchte eine Antwort"), required=False)


@dataclass(frozen=True)
class Row:
    """A line of the invented queue."""

    icon: str
    title: str
    place: str
    at: datetime
    level: str = ""
    late: bool = False


def _rows(moment: datetime) -> list[Row]:
    lines = [
        ("rauschmittel", "Mann liegt auf Gehweg, ansprechbar", "Nordmarkt 3 · Nord", 6, "urgent"),
        ("hunde", "Hund ohne Leine, zwei Kinder gebissen", "Fredenbaumpark · Nord", 14, "high"),
        ("abfall", "Matratzen und Sperrmüll", "Mallinckrodtstraße 120 · Nord", 52, "late"),
        ("sozialverhalten", "Laute Musik aus Wohnung", "Kaiserstraße 41 · Ost", 23, ""),
        ("jugendschutz", "Alkohol an Jugendliche verkauft", "Reinoldikirche · Mitte", 31, ""),
        ("graffiti_plakate", "Wildes Plakatieren an Brücke", "Brückstraße · Mitte", 75, "late"),
        ("gewerbe", "Außengastronomie versperrt Gehweg", "Kleppingstraße 9 · Mitte", 41, ""),
        ("betteln", "Betteln mit Kindern", "Westenhellweg · Mitte", 18, ""),
        ("immobilien", "Offenes leeres Haus", "Leopoldstraße 22 · Nord", 190, ""),
        ("strassenprostitution", "Anbahnung im Sperrbezirk", "Ravensberger Straße · Nord", 9, ""),
        ("other", "Scherben auf Spielplatz", "Westpark · West", 27, ""),
    ]
    return [
        Row(icon, title, place, moment - timedelta(minutes=age), level, level == "late")
        for icon, title, place, age, level in lines
    ]


def patterns(request: HttpRequest, name: str = "parts") -> HttpResponse:
    """Show one pattern page to whoever is signed in, or to everybody while developing."""
    if not (settings.DEBUG or request.user.is_authenticated):
        return redirect_to_login(request.get_full_path())
    if name not in PAGES:
        raise Http404
    moment = now()
    form = SampleForm({"where": "Nordmarkt"} if "error" in request.GET else None)
    navigation = [
        {
            "label": page.capitalize(),
            "url": f"/muster/{page}/",
            "icon": icon,
            "current": page == name,
        }
        for page, icon in zip(
            PAGES,
            ("list", "desk", "incident", "phone", "home", "report", "chart"),
            strict=True,
        )
    ]
    context = {
        "rows": _rows(moment),
        "form": form,
        "moment": moment,
        "earlier": moment - timedelta(minutes=12),
        "icons": sorted(drawings()),
        "navigation": navigation,
        "days": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        "hours": [(hour, (hour * 7 + 3) % 23) for hour in range(24)],
    }
    return render(request, f"ui/patterns/{name}.html", context)


_POINTS: tuple[tuple[float, float, dict[str, object]], ...] = (
    (
        7.4722,
        51.5290,
        {"title": "Mann liegt auf Gehweg", "icon": "rauschmittel", "priority": "urgent"},
    ),
    (7.4590, 51.5340, {"title": "Hund ohne Leine", "icon": "hunde", "priority": "high"}),
    (7.4660, 51.5235, {"title": "Matratzen und Sperrmüll", "icon": "abfall", "late": True}),
    (7.4905, 51.5105, {"title": "Laute Musik", "icon": "sozialverhalten"}),
    (7.4669, 51.5142, {"title": "Alkohol an Jugendliche", "icon": "jugendschutz"}),
    (7.4480, 51.5120, {"title": "Scherben auf Spielplatz", "icon": "other"}),
    (7.4745, 51.4990, {"title": "Graffiti", "icon": "graffiti_plakate"}),
    (7.4630, 51.5310, {"kind": "unit", "title": "KOD 11", "age_minutes": 2}),
    (7.4790, 51.5180, {"kind": "unit", "title": "KOD 15", "age_minutes": 41}),
    (7.4300, 51.5030, {"kind": "cluster", "title": "", "count": 184}),
)


def sample_map(request: HttpRequest) -> JsonResponse:
    """Return invented things on the map, one of every look."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"kind": "incident", "href": f"#{number}", **properties},
        }
        for number, (lon, lat, properties) in enumerate(_POINTS, start=1)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
