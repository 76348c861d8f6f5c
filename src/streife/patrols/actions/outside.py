"""Crews tell that they are at a place that was not planned: "Wir sind hier"."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.patrols.actions.presence import CREW, check_in, end_stay, go_on
from streife.patrols.models import CheckIn, PatrolPlan, PatrolTeam, PlannedStop, Stay
from streife.patrols.queries.nearby import place_named, planned_here
from streife.patrols.rules import PlanState


@transaction.atomic
def be_here(
    *, place: str, shift_id: int, team: str, client_id: UUID, actor: Actor, now: datetime
) -> Stay | PlannedStop:
    """Note that the crew `team` is at a place outside its plan; a replay changes nothing.

    A place that stands on its own route, and where it has not been yet, is that stop. Whoever still
    counted as being elsewhere has gone on.

    :raises NotPermitted: without `patrols.check_in`
    :raises NotFound: no such place, or the team is none of this shift
    :raises Refused: `client-id-reused`
    """
    actor.require("patrols.check_in")
    name = place_named(place, shift_id=shift_id, now=now)
    row = PatrolTeam.objects.select_for_update().filter(shift_id=shift_id, name=team).first()
    if row is None:
        raise NotFound(
            "Ihre Streife ist in dieser Schicht nicht eingetragen. Die Schichtleitung kann sie im"
            " Streifenplan eintragen.",
            "no-such-team",
        )
    known = Stay.objects.filter(pk=client_id).first()
    told = CheckIn.objects.select_related("stop").filter(pk=client_id).first()
    if told is not None and told.stop.place == place:  # the second tap of a stop of the route
        return told.stop
    if (
        known is None
        and told is None
        and (stop_id := planned_here(place, shift_id=shift_id, team=team))
    ):
        return check_in(stop_id=stop_id, team=team, client_id=client_id, actor=actor, now=now)
    if known is None and told is None:
        known = _begin(client_id, row, place, name, now)
    if known is None or (known.team_id, known.place) != (row.pk, place):
        raise Refused(
            "Diese Eingabe gehört zu etwas anderem. Bitte laden Sie die Seite neu.",
            "client-id-reused",
        )
    return known


@transaction.atomic
def leave_here(*, stay_id: UUID, shift_id: int, team: str, actor: Actor, now: datetime) -> Stay:
    """Note that the crew goes on; its minutes count for the place. A replay changes nothing.

    :raises NotPermitted: without `patrols.check_in`
    :raises NotFound: the stay is none of this team's
    """
    actor.require("patrols.check_in")
    stay = (
        Stay.objects.select_for_update(of=("self",))
        .filter(pk=stay_id, team__shift_id=shift_id, team__name=team)
        .first()
    )
    if stay is None:
        raise NotFound("Diesen Aufenthalt hat Ihre Streife nicht (mehr).", "no-such-stay")
    if stay.left_at is None:
        end_stay(stay, now)
    return stay


def _begin(client_id: UUID, team: PatrolTeam, place: str, name: str, now: datetime) -> Stay:
    go_on(team.pk, now)
    synthetic = PatrolPlan.objects.filter(
        shift_id=team.shift_id, state=PlanState.PUBLISHED, synthetic=True
    ).exists()
    try:
        with transaction.atomic():
            stay = Stay.objects.create(
                client_id=client_id,
                team=team,
                place=place,
                place_name=name,
                arrived_at=now,
                synthetic=synthetic,
            )
    except IntegrityError:
        return Stay.objects.get(pk=client_id)
    journal.record(
        act="patrols.present",
        subject=f"place:{place}"[:120],
        actor=CREW.ref,
        now=now,
        body={"planned": False},
    )
    return stay
