"""The list, a person's page, the own page, what ends soon, the strength."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor
from streife.kernel.clock import local, now
from streife.kernel.errors import NotFound
from streife.kernel.texts import german, said
from streife.staff import queries
from streife.staff.curve import curve_of
from streife.staff.models import Officer, Qualification
from streife.staff.rules import (
    ABSENCE_NAMES,
    GROUP_NAMES,
    QUALIFICATION_NAMES,
    AbsenceSpan,
    ContractGroup,
    QualificationKind,
)
from streife.staff.rules.contracts import hours_text
from streife.staff.rules.languages import NAMES
from streife.staff.rules.qualifications import SOON

DAY = timedelta(days=1)
AWAY = german("abwesend")


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show everybody, alphabetically."""
    actor, today = actor_from(request), local(now()).date()
    actor.require("staff.view")
    query = request.GET.get("q", "").strip()
    with_gone = request.GET.get("auch") == "ausgeschieden"
    rows = queries.people(actor, on=today, query=query, with_gone=with_gone)
    why = actor.may("staff.view_absence")
    away = sum(row.away is not None for row in rows)
    return render(
        request,
        "staff/people.html",
        {
            "rows": [
                {
                    "person": row,
                    "group": said(GROUP_NAMES[row.contract.group]) if row.contract else "",
                    "percent": f"{float(row.contract.share * 100):g}" if row.contract else "",
                    "away": _away(row.away, why=why) if row.away else "",
                    "gone": row.officer.left_date is not None and row.officer.left_date <= today,
                }
                for row in rows
            ],
            "headline": ngettext(
                "%(n)s Mensch im Dienst, %(away)s davon heute nicht da",
                "%(n)s Menschen im Dienst, %(away)s davon heute nicht da",
                len(rows),
            )
            % {"n": len(rows), "away": away},
            "terms": actor.may("staff.view_terms"),
            "may_change": actor.may("staff.change"),
            "query": query,
            "with_gone": with_gone,
            "tab": "people",
        },
    )


def _away(span: AbsenceSpan, *, why: bool) -> str:
    """Return "Urlaub bis 5.12."; for whoever may not know why, "abwesend"."""
    what = said(ABSENCE_NAMES[span.kind]) if why else said(AWAY)
    return _("%(what)s bis %(day)s") % {
        "what": what,
        "day": f"{span.last_day.day}.{span.last_day.month}.",
    }


@login_required
@require_safe
@never_cache
def person(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Show one person: contract, qualifications, absences, what they carry."""
    actor = actor_from(request)
    officer = queries.officer_for(actor, officer_id)
    return render(request, "staff/person.html", sheet_context(actor, officer))


@login_required
@require_safe
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """Show the own page: what I hold, what ends."""
    actor = actor_from(request)
    actor.require("staff.view_own")
    officer = queries.officer_of(actor.user_id)
    if officer is None:
        raise NotFound(
            "Ihr Konto ist mit keiner Einsatzkraft verbunden. Bitte wenden Sie sich an Ihre "
            "Schichtleitung.",
            "no-officer-of-user",
        )
    return render(request, "staff/person.html", sheet_context(actor, officer) | {"own": True})


def sheet_context(actor: Actor, officer: Officer) -> dict[str, Any]:
    """Return what the page of a person needs."""
    today = local(now()).date()
    sheet = queries.sheet_of(actor, officer, on=today)
    carried = cast(Callable[..., list[Any]], import_string(settings.CARRIED_LINES))
    own = actor.user_id is not None and officer.user_id == actor.user_id
    endings = queries.endings(actor, on=today, officer_id=officer.pk)
    may_see_things = own or actor.may("equipment.view")
    things = carried(officer.pk, on=today) if may_see_things else None
    return {
        "officer": officer,
        "own": False,
        "headline": _person_headline(endings, things or [], name="" if own else _name(officer)),
        "sheet": sheet,
        "contracts": [
            {
                "row": row,
                "group": said(GROUP_NAMES[ContractGroup(row.group)]),
                "percent": f"{float(row.share * 100):g}",
                "hours": hours_text(row.weekly_minutes),
                "last_day": row.valid_to - DAY if row.valid_to else None,
                "now": row.valid_from <= today and (not row.valid_to or today < row.valid_to),
            }
            for row in sheet.contracts or ()
        ],
        "skills": [_skill(row, today) for row in sheet.skills if row.kind in QUALIFICATION_NAMES],
        "absences": [
            {
                "span": span,
                "what": said(ABSENCE_NAMES[span.kind]) if sheet.why_away else said(AWAY),
                "days": (span.last_day - span.first_day).days + 1,
                "now": span.first_day <= today <= span.last_day,
            }
            for span in sheet.absences
        ],
        "languages": sorted(said(NAMES[code]) for code in sheet.languages),
        "carried": carried(officer.pk, on=today) if own or actor.may("equipment.view") else None,
        "may_change": actor.may("staff.change"),
        "may_see_equipment": actor.may("equipment.view"),
        "may_hand_over": actor.may("equipment.hand_over"),
        "today": today,
    }


def _name(officer: Officer) -> str:
    return f"{officer.first_name} {officer.last_name}"


def _person_headline(endings: list[queries.Ending], things: list[Any], *, name: str) -> str:
    """Return what of somebody's ends first: a qualification, or a thing they carry.

    `name` is empty on the own page; things are lines of `settings.CARRIED_LINES`.
    """
    dates = [(row.last_day, said(QUALIFICATION_NAMES[row.kind]), row.over) for row in endings]
    dates += [
        (line.good_until, f"{said(line.kind.name)} {line.number}", not line.usable)
        for line in things
        if line.kind is not None and line.ends_soon
    ]
    if not dates:
        return name or _("Bei Ihnen läuft nichts ab.")
    day, what, over = min(dates)
    values = {"name": name, "what": what, "day": f"{day.day}.{day.month}.{day.year}"}
    if name:
        text = (
            _("%(name)s: %(what)s ist am %(day)s abgelaufen")
            if over
            else _("%(name)s: %(what)s läuft am %(day)s ab")
        )
    else:
        text = (
            _("%(what)s ist am %(day)s abgelaufen.") if over else _("%(what)s läuft am %(day)s ab.")
        )
    return text % values


def _skill(row: Qualification, today: date) -> dict[str, Any]:
    last = row.valid_to - DAY if row.valid_to else None
    level, word = "ok", _("gültig")
    if row.valid_from > today:
        level, word = "neutral", _("gilt noch nicht")
    elif last is not None and last < today:
        level, word = "neutral", _("abgelaufen")
    elif last is not None and last <= today + SOON:
        level, word = "warning", _("läuft bald ab")
    return {
        "row": row,
        "name": said(QUALIFICATION_NAMES[QualificationKind(row.kind)]),
        "last_day": last,
        "level": level,
        "word": word,
    }


@login_required
@require_safe
def ending(request: HttpRequest) -> HttpResponse:
    """Show which qualifications end soon or have just ended, of everybody."""
    actor, today = actor_from(request), local(now()).date()
    actor.require("staff.view")
    rows = queries.endings(actor, on=today)
    over = sum(row.over for row in rows)
    if over:
        headline = ngettext(
            "%(n)s Befähigung ist abgelaufen.", "%(n)s Befähigungen sind abgelaufen.", over
        ) % {"n": over}
    elif rows:
        headline = ngettext(
            "%(n)s Befähigung läuft in den nächsten 60 Tagen ab.",
            "%(n)s Befähigungen laufen in den nächsten 60 Tagen ab.",
            len(rows),
        ) % {"n": len(rows)}
    else:
        headline = _("In den nächsten 60 Tagen läuft nichts ab.")
    context = {
        "headline": headline,
        "rows": [{"line": row, "name": said(QUALIFICATION_NAMES[row.kind])} for row in rows],
        "may_change": actor.may("staff.change"),
        "tab": "ending",
    }
    return render(request, "staff/ending.html", context)


@login_required
@require_safe
def strength(request: HttpRequest) -> HttpResponse:
    """Show how many people the service had, from the first patrol to today."""
    actor, today = actor_from(request), local(now()).date()
    months = queries.strength_until(actor, today)
    published = queries.published_strength()
    latest = months[-1] if months else None
    context = {
        "published": published,
        "months": months[::-1],
        "latest": latest,
        "first": published.field_service[0] if published.field_service else None,
        "curve": curve_of(published, months, today),
        "may_change": actor.may("staff.change"),
        "tab": "strength",
    }
    return render(request, "staff/strength.html", context)
