"""The month for the wall: A3 landscape, PDF/A-2u (ISO 19005-2), made by typst.

The text goes into the document as data, so a name can never be read as markup.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from streife.kernel.clock import local
from streife.kernel.texts import said, writable
from streife.roster.queries.wall import Wall
from streife.roster.rules.states import is_published
from streife.roster.rules.terms import KindTimes
from streife.roster.sentences import clock_text, month_name

TEMPLATE = Path(__file__).parent / "templates" / "roster" / "wall.typ"
WEEKEND = 5


def pdf_of(wall: Wall, *, city: str, now: datetime) -> bytes:
    """Return the sheet as PDF/A-2u."""
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": _data(wall, city, now)},
    )
    made: Any = compiler.compile(
        format="pdf", pdf_standards=["a-2u"], timestamp=now.replace(microsecond=0)
    )
    return bytes(made)


def _data(wall: Wall, city: str, now: datetime) -> str:
    plan = wall.plan
    title = _("Dienstplan %(month)s") % {"month": month_name(plan.first_day, plan.last_day)}
    state = _("Entwurf, gilt nicht")
    if is_published(plan.state) and plan.published_at is not None:
        state = _("veröffentlicht am %(day)s") % {"day": _moment(plan.published_at)}
    data = {
        "title": title,
        "city": _("Ordnungsdienst %(city)s") % {"city": city},
        "state": state,
        "draft": not is_published(plan.state),
        "printed": _("gedruckt am %(day)s") % {"day": _moment(now)},
        "name": _("Name"),
        "days": [_day(day, wall) for day in wall.days],
        "groups": [
            {"title": heading, "rows": rows}
            for heading, rows in (
                (_("Einsatzkräfte"), _rows(wall, apprentice=False)),
                (_("In Ausbildung, zählen nie als zweite Kraft"), _rows(wall, apprentice=True)),
            )
            if rows
        ],
        "cover": _cover(wall),
        "legend": [
            {
                "letter": kind.letter,
                "text": f"{said(kind.name)} {_hours(kind, wall)}",
            }
            for kind in wall.kinds
        ],
        "page": _("Seite"),
    }
    return json.dumps(data, ensure_ascii=False)


def _hours(kind: KindTimes, wall: Wall) -> str:
    """Return the times of a kind of shift in a plan: "06:00–14:00", and what changes within it."""
    first = kind.on(wall.plan.first_day)
    later = [
        one for one in kind.changes if wall.plan.first_day < one.valid_from <= wall.plan.last_day
    ]
    parts = [f"{first.begins:%H:%M}–{first.ends:%H:%M}"]
    parts += [
        _("ab %(day)s %(hours)s")
        % {
            "day": date_format(one.valid_from, "j.n."),
            "hours": f"{one.begins:%H:%M}–{one.ends:%H:%M}",
        }
        for one in later
    ]
    return ", ".join(parts)


def _moment(moment: datetime) -> str:
    return date_format(local(moment), "j.n.Y H:i")


def _day(day: date, wall: Wall) -> dict[str, Any]:
    return {
        "weekday": date_format(day, "D")[:2],
        "number": str(day.day),
        "free": day.weekday() >= WEEKEND or day in wall.holidays,
    }


def _rows(wall: Wall, *, apprentice: bool) -> list[dict[str, Any]]:
    return [
        {"name": writable(row.name), "duties": [kind.letter if kind else "" for kind in row.duties]}
        for row in wall.rows
        if row.apprentice == apprentice
    ]


def _cover(wall: Wall) -> list[dict[str, Any]]:
    """Return one line a kind, how many stand in it each day; then what is needed by the clock."""
    lines = []
    for kind in wall.kinds:
        counts = [
            next((one.planned for one in wall.cover[day] if one.kind.pk == kind.pk), 0)
            for day in wall.days
        ]
        if any(counts):
            lines.append({"name": said(kind.name), "counts": [str(n or "") for n in counts]})
    for clock, days in wall.by_clock.items():
        name = _("%(clock)s zugleich") % {"clock": clock_text(clock)}
        fewest = [str(days[day].planned) if day in days else "" for day in wall.days]
        lines.append({"name": name, "counts": fewest})
    return lines
