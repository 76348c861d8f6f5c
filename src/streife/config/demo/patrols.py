"""Patrol plans of the demo: today's is published, yesterday's met its presence; all invented."""

from datetime import datetime, timedelta

import numpy as np

from streife.config.demo.people import DEMO, actor
from streife.config.demo.shifts import plan_shift
from streife.kernel.errors import Refused
from streife.patrols import actions as patrols
from streife.patrols.models import PatrolPlan, PatrolTeam, PlannedStop, Presence, PresenceWish
from streife.patrols.rules import Mode, PlanState, WishSource
from streife.patrols.rules.presence import hour_of
from streife.places.queries import offices_on, sites_on
from streife.roster.models import Shift
from streife.roster.queries import shift_at

SECONDS = 0.8  # of computing for each of the two plans
SEED = 20261122
DAY = timedelta(days=1)
LOOKED_BACK = 27  # days with presence before yesterday
BY_CAR = {2, 5, 8, 11}  # numbers of the teams
BY_BICYCLE = {3, 6, 9, 12}
CAME = 0.9  # share of planned stops at which somebody was


def ensure_patrols(now: datetime) -> int:
    """Plan and publish today's shift, and give yesterday a plan and presence; return the stops."""
    shift = shift_at(now)
    lost = PatrolPlan.objects.filter(synthetic=True, state=PlanState.COMPUTING)
    for plan_id in lost.values_list("pk", flat=True):  # of a demo that was stopped half-way
        patrols.give_up_plan(plan_id=plan_id, why=patrols.INTERRUPTED, actor=DEMO, now=now)
    kept = PatrolPlan.objects.exclude(state=PlanState.DISCARDED)
    if shift is None or kept.filter(shift=shift).exists():
        return 0
    _wish(now)
    if not PatrolTeam.objects.filter(shift=shift).exists():  # units of an older demo
        patrols.propose_teams(shift_id=shift.pk, actor=DEMO, now=now)
    try:
        _yesterday(shift, now)
        plan = _published(shift, shift.starts_at - timedelta(hours=1))
    except Refused as refused:
        if refused.code != "no-places":
            raise
        return 0
    _walk(plan, now)
    return PlannedStop.objects.filter(route__plan=plan).count()


def _published(shift: Shift, before: datetime) -> PatrolPlan:
    """Return the plan of a shift, computed and published before it began."""
    offices = [office.pk for office in offices_on(before.date())]
    for number, team in enumerate(PatrolTeam.objects.filter(shift=shift).order_by("name"), start=1):
        mode = Mode.CAR if number in BY_CAR else Mode.FOOT
        if number in BY_BICYCLE:
            mode = Mode.BICYCLE
        office = offices[number % min(3, len(offices))]
        patrols.keep_team(
            shift_id=shift.pk,
            name=team.name,
            mode=mode,
            joint=team.joint,
            begins_id=office,
            ends_id=office,
            actor=DEMO,
            now=before,
        )
    plan = patrols.prepare_plan(
        shift_id=shift.pk,
        actor=DEMO,
        now=before,
        seconds=SECONDS,
        seed=SEED + shift.pk,
        synthetic=True,
    )
    return patrols.publish_plan(
        plan_id=plan.pk, actor=actor("schicht"), now=before, reason="Demo: so vorgeschlagen"
    )


def _yesterday(shift: Shift, now: datetime) -> None:
    """Plan the same shift of yesterday and let most of it happen; before that only presence."""
    before = Shift.objects.filter(name=shift.name, starts_at=shift.starts_at - DAY).first()
    if before is None:
        before = plan_shift(
            name=shift.name,
            starts_at=shift.starts_at - DAY,
            ends_at=shift.ends_at - DAY,
            actor=DEMO,
            now=now,
        )
    if PatrolPlan.objects.filter(shift=before, state=PlanState.PUBLISHED).exists():
        return
    for team in PatrolTeam.objects.filter(shift=shift):
        patrols.keep_team(
            shift_id=before.pk, name=team.name, joint=team.joint, actor=DEMO, now=before.starts_at
        )
    plan = _published(before, before.starts_at - timedelta(hours=1))
    rng = np.random.default_rng(SEED)
    stops = list(PlannedStop.objects.filter(route__plan=plan).order_by("id"))
    for stop in stops:
        if rng.random() < CAME:
            late, longer = rng.integers(-3, 9), rng.integers(-2, 5)
            arrived_at = stop.begins_at + timedelta(minutes=int(late))
            stays = timedelta(seconds=stop.dwell_seconds, minutes=int(longer))
            patrols.count_presence(
                place=stop.place,
                name=stop.place_name,
                arrived_at=arrived_at,
                gone_at=arrived_at + stays,
                synthetic=True,
            )
    _weeks(stops, rng)


def _weeks(stops: list[PlannedStop], rng: np.random.Generator) -> None:
    """Write presence for the weeks before, so that a place has a picture."""
    rows: dict[tuple[str, datetime], Presence] = {}
    for days in range(1, LOOKED_BACK + 1):
        for stop in stops:
            if rng.random() < 0.6:
                shift = timedelta(hours=int(rng.integers(-2, 3)))
                hour = hour_of(stop.begins_at - days * DAY + shift)
                minutes = int(rng.integers(6, 17))
                known = rows.get((stop.place, hour))
                if known is None:
                    rows[stop.place, hour] = Presence(
                        place=stop.place,
                        place_name=stop.place_name,
                        hour=hour,
                        minutes=minutes,
                        visits=1,
                        synthetic=True,
                    )
    Presence.objects.bulk_create(rows.values(), ignore_conflicts=True)


def _walk(plan: PatrolPlan, now: datetime) -> None:
    """Let the crews of today have told where they were until now."""
    for stop in PlannedStop.objects.filter(route__plan=plan, begins_at__lt=now):
        gone_at = stop.begins_at + timedelta(seconds=stop.dwell_seconds)
        stop.arrived_at = stop.begins_at
        if gone_at < now:
            stop.left_at = gone_at
            patrols.count_presence(
                place=stop.place,
                name=stop.place_name,
                arrived_at=stop.begins_at,
                gone_at=gone_at,
                synthetic=True,
            )
        stop.save(update_fields=["arrived_at", "left_at"])


def _wish(now: datetime) -> None:
    """Enter two wishes, once."""
    if PresenceWish.objects.exists():
        return
    wishes = (
        ("nordmarkt", WishSource.RESIDENTS, "Abends fühlen sich Familien am Spielplatz unwohl."),
        ("borsigplatz", WishSource.COUNCIL, "Beschluss der Bezirksvertretung: mehr Präsenz."),
    )
    sites = {site.code: site.pk for site in sites_on(now.date())}
    for code, source, reason in wishes:
        if code in sites:
            patrols.make_wish(
                draft=patrols.WishDraft(
                    site_id=sites[code],
                    source=source,
                    reason=reason,
                    valid_from=now.date() - timedelta(days=7),
                    valid_to=now.date() + timedelta(days=28),
                    hour_from=16,
                    hour_to=22,
                ),
                actor=actor("schicht"),
                now=now,
            )
