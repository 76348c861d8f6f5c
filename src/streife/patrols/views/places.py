"""Where presence counts: the map of need, and one place over the week."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from streife.accounts.queries import actor_from
from streife.kernel.clock import local, now
from streife.patrols import sentences
from streife.patrols.queries import need, plans
from streife.patrols.queries.presence import week_of
from streife.patrols.queries.wishes import wishes_at
from streife.patrols.rules.unpredictable import spread

LOOKED_BACK = timedelta(days=28)
HOURS = range(24)


def _chosen(request: HttpRequest) -> tuple[int | None, int | None]:
    """Return weekday and hour of the address, None for the whole week."""

    def number(name: str, top: int) -> int | None:
        text = request.GET.get(name, "")
        found = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else None
        return found if found is not None and found < top else None

    return number("tag", 7), number("stunde", 24)


def _hours(weekday: int | None, hour: int | None) -> list[int]:
    """Return the chosen hours of the week, 0 = Monday 0 to 1 o'clock."""
    return [
        day * 24 + clock
        for day in (range(7) if weekday is None else (weekday,))
        for clock in (HOURS if hour is None else (hour,))
    ]


@require_safe
def need_page(request: HttpRequest) -> HttpResponse:
    """Show where presence counts most, as map and in words."""
    actor, moment = actor_from(request), now()
    actor.require("patrols.view")
    weekday, hour = _chosen(request)
    found = need.places_of_need(actor, now=moment, hours=_hours(weekday, hour))
    days = sentences.weekdays()
    context = {
        "rows": [(place, sentences.reason_texts(place.reasons)) for place in found],
        "days": list(enumerate(days)),
        "hours": HOURS,
        "weekday": weekday,
        "hour": hour,
        "when": sentences.week_moment(weekday, hour),
        "query": request.GET.urlencode(),
    }
    return render(request, "patrols/need.html", context)


@require_safe
def need_map(request: HttpRequest) -> HttpResponse:
    """Return need as shaded hexagons."""
    weekday, hour = _chosen(request)
    found = need.need_map(actor_from(request), now=now(), weekday=weekday, hour=hour)
    for feature in found["features"]:
        own = feature["properties"]
        own |= {
            "meta": _("%(value)s von 100") % {"value": own["value"]},
            "value": own["value"] / 100,  # the map shades from 0 to 1
            "href": reverse("patrols:place", args=[own["place"]]),
        }
    return JsonResponse(found, content_type="application/geo+json")


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show one place over the week: need, presence, wishes, and how guessable we are there."""
    actor, moment = actor_from(request), now()
    actor.require("patrols.view")
    since = moment - LOOKED_BACK
    picture = need.need_week(actor, code, now=moment)
    minutes, visits = week_of(code, since)
    moments = plans.visits_since(code, since)
    days = sentences.weekdays()
    context = {
        "picture": picture,
        "reasons": sentences.reason_texts(picture.place.reasons),
        "need_rows": [
            (day, [round(value * 100) for value in row])
            for day, row in zip(days, picture.values, strict=True)
        ],
        "presence_rows": list(zip(days, minutes, strict=True)),
        "notes": sentences.reason_texts(picture.notes),
        "fields": [(name, round(share * 100)) for name, share in picture.fields[:5]],
        "hours": HOURS,
        "visits": visits,
        "has_presence": any(any(row) for row in minutes),
        "busiest": sentences.busiest(picture.values),
        "spread": spread(moments),
        "spread_text": sentences.place_spread_text(spread(moments)),
        "wishes": wishes_at(code, on=local(moment).date()),
        "may_wish": actor.may("patrols.wish"),
    }
    return render(request, "patrols/place.html", context)
