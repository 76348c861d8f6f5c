"""Crews tell where they are: "Da" and "Weiter". What stays is minutes of a place and an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from streife.accounts.rules import Actor, system
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.patrols.models import CheckIn, PlannedStop, Presence, Stay
from streife.patrols.rules import PlanState
from streife.patrols.rules.presence import left_at, minutes_by_hour, uncovered

# The record says that a crew was there, not who: staff are not tracked (design, § 4).
CREW = system("crew")
# Times of single stops go one day after the shift; until then the shift leader may look at them.
KEPT = timedelta(days=1)
COUNTING = (PlanState.PUBLISHED, PlanState.SUPERSEDED)


@transaction.atomic
def check_in(
    *, stop_id: int, team: str, client_id: UUID, actor: Actor, now: datetime
) -> PlannedStop:
    """Note that the crew `team` is at a stop of its published plan; a replay changes nothing.

    Whoever still counted as being at the stop before has gone on.

    :raises NotPermitted: without `patrols.check_in`
    :raises NotFound: the stop is none of this team's in a published plan
    :raises Refused: `client-id-reused`
    """
    actor.require("patrols.check_in")
    stop = _own_stop(stop_id, team)
    if not _first(client_id, stop, leaving=False):
        return stop
    if stop.arrived_at is not None:
        return stop
    go_on(stop.route.team_id, now)
    stop.arrived_at = now
    stop.save(update_fields=["arrived_at"])
    journal.record(
        act="patrols.present",
        subject=f"place:{stop.place}"[:120],
        actor=CREW.ref,
        now=now,
        body={"plan": stop.route.plan_id, "stop": stop.stop},
    )
    return stop


@transaction.atomic
def check_out(
    *, stop_id: int, team: str, client_id: UUID, actor: Actor, now: datetime
) -> PlannedStop:
    """Note that the crew goes on; its minutes count for the place. A replay changes nothing.

    :raises NotPermitted: without `patrols.check_in`
    :raises NotFound: the stop is none of this team's in a published plan
    :raises Refused: `client-id-reused`, `not-arrived`
    """
    actor.require("patrols.check_in")
    stop = _own_stop(stop_id, team)
    if stop.left_at is None and stop.arrived_at is None:
        raise Refused("Bitte tippen Sie zuerst auf „Da“.", "not-arrived")
    if not _first(client_id, stop, leaving=True) or stop.left_at is not None:
        return stop
    leave_stop(stop, now)
    return stop


@transaction.atomic
def tidy_presence(*, actor: Actor, now: datetime) -> int:
    """End stays that nobody ended, erase the times of single stops of past shifts; return how many.

    :raises NotPermitted: without `patrols.tidy`
    """
    actor.require("patrols.tidy")
    over = PlannedStop.objects.filter(
        route__team__shift__ends_at__lt=now - KEPT, arrived_at__isnull=False
    )
    # A draft only copied what crews told: there it would count once more.
    counted = over.filter(route__plan__state__in=COUNTING, left_at__isnull=True)
    for stop in counted.select_related("route__plan"):
        leave_stop(stop, now)
    outside = Stay.objects.filter(team__shift__ends_at__lt=now - KEPT)
    for stay in outside.filter(left_at__isnull=True):
        end_stay(stay, now)
    CheckIn.objects.filter(stop__route__team__shift__ends_at__lt=now - KEPT).delete()
    erased = over.update(arrived_at=None, left_at=None) + outside.delete()[0]
    if erased:
        journal.record(
            act="patrols.times_erased",
            subject="patrols",
            actor=actor.ref,
            now=now,
            body={"stops": erased},
        )
    return erased


def go_on(team_id: int, now: datetime) -> None:
    """End every stay of a team that nobody ended: it is somewhere else now."""
    for stop in PlannedStop.objects.select_related("route__plan").filter(
        route__team=team_id,
        route__plan__state=PlanState.PUBLISHED,
        arrived_at__isnull=False,
        left_at__isnull=True,
    ):
        leave_stop(stop, now)
    for stay in Stay.objects.filter(team=team_id, left_at__isnull=True):
        end_stay(stay, now)


def end_stay(stay: Stay, now: datetime) -> None:
    """Count the minutes of a stay outside the plan for its place."""
    stay.left_at = left_at(stay.arrived_at, now)
    stay.save(update_fields=["left_at"])
    count_presence(
        place=stay.place,
        name=stay.place_name,
        arrived_at=stay.arrived_at,
        gone_at=stay.left_at,
        synthetic=stay.synthetic,
    )


def count_presence(
    *,
    place: str,
    name: str,
    arrived_at: datetime,
    gone_at: datetime,
    visit: bool = True,
    synthetic: bool = False,
) -> None:
    """Add a stay to the minutes of its place, hour by hour; `visit`: it is one of its own."""
    for number, (hour, minutes) in enumerate(minutes_by_hour(arrived_at, gone_at).items()):
        visits = 1 if visit and number == 0 else 0
        row, new = Presence.objects.get_or_create(
            place=place,
            hour=hour,
            synthetic=synthetic,
            defaults={"place_name": name, "minutes": minutes, "visits": visits},
        )
        if not new:
            Presence.objects.filter(pk=row.pk).update(
                minutes=F("minutes") + minutes, visits=F("visits") + visits
            )


def _own_stop(stop_id: int, team: str) -> PlannedStop:
    stop = (
        PlannedStop.objects.select_for_update(of=("self",))
        .select_related("route__plan", "route__team")
        .filter(pk=stop_id, route__team__name=team)
        .first()
    )
    if stop is None or stop.route.plan.state not in COUNTING:
        raise NotFound("Diesen Halt hat Ihre Streife nicht (mehr).", "no-such-stop")
    if stop.route.plan.state == PlanState.SUPERSEDED:
        # The phone still showed the plan before: the same stop of the plan that counts now.
        stop = _same_stop(stop)
    return stop


def _same_stop(stop: PlannedStop) -> PlannedStop:
    """Return the same visit in the plan that counts now, else the nearest to the same place."""
    now_valid = list(
        PlannedStop.objects.select_for_update(of=("self",))
        .select_related("route__plan", "route__team")
        .filter(
            route__team=stop.route.team_id,
            route__plan__state=PlanState.PUBLISHED,
            place=stop.place,
        )
        .order_by("begins_at")
    )
    if not now_valid:
        raise NotFound(
            "Der Plan hat sich geändert, dieser Halt entfällt. Ihre Route ist jetzt neu.",
            "no-such-stop",
        )
    basis = stop.route.plan.basis_id
    return min(
        now_valid,
        key=lambda row: (
            (row.route.plan.basis_id, row.stop) != (basis, stop.stop),
            abs(row.begins_at - stop.begins_at),
        ),
    )


def _first(client_id: UUID, stop: PlannedStop, *, leaving: bool) -> bool:
    """Keep the key and say whether it is new.

    :raises Refused: the key belongs to something else
    """
    try:
        with transaction.atomic():
            CheckIn.objects.create(client_id=client_id, stop=stop, leaving=leaving)
    except IntegrityError:
        known = CheckIn.objects.select_related("stop").get(pk=client_id)
        if (known.stop.place, known.leaving) != (stop.place, leaving):
            raise Refused(
                "Diese Eingabe gehört zu etwas anderem. Bitte laden Sie die Seite neu.",
                "client-id-reused",
            ) from None
        return False
    return True


def leave_stop(stop: PlannedStop, now: datetime) -> None:
    """Count the minutes of a stop for its place; one where nobody was counts nothing."""
    if stop.arrived_at is None:
        return
    stop.left_at = left_at(stop.arrived_at, now)
    stop.save(update_fields=["left_at"])
    told = _told_by_others(stop)
    for begins, ends in uncovered(stop.arrived_at, stop.left_at, told):
        count_presence(
            place=stop.place,
            name=stop.place_name,
            arrived_at=begins,
            gone_at=ends,
            visit=not told,
            synthetic=stop.route.plan.synthetic,
        )


def _told_by_others(stop: PlannedStop) -> list[tuple[datetime, datetime]]:
    """Return when the other teams of a joint stop were there, as far as they went on."""
    if not stop.joint:
        return []
    others = PlannedStop.objects.filter(
        route__plan=stop.route.plan_id, stop=stop.stop, left_at__isnull=False
    ).exclude(pk=stop.pk)
    return [(a, b) for a, b in others.values_list("arrived_at", "left_at") if a and b]
