"""The teams of a shift: kept by dispatch when it forms a unit, or entered for planning ahead."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, Refused
from streife.patrols.actions.preparing import check_not_computing
from streife.patrols.models import PatrolTeam, PlannedRoute
from streife.patrols.rules import Mode, PlanState
from streife.roster import queries as roster
from streife.staff import queries as staff


@transaction.atomic
def keep_team(
    *,
    shift_id: int,
    name: str,
    actor: Actor,
    now: datetime,
    mode: Mode = Mode.FOOT,
    joint: bool = False,
    begins_id: int | None = None,
    ends_id: int | None = None,
) -> PatrolTeam:
    """Enter a team of a shift, or change the one of that name, and return it.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such shift
    :raises Refused: `team-name`
    """
    actor.require("patrols.plan")
    sign = " ".join(name.split())
    if not 2 <= len(sign) <= 24:
        raise Refused(
            "Bitte geben Sie einen Rufnamen an, etwa „KOD 11“.", "team-name", field="name"
        )
    shift = roster.known_shift(shift_id)
    if shift is None:
        raise NotFound("Diese Schicht gibt es nicht.", "no-such-shift")
    team, _ = PatrolTeam.objects.update_or_create(
        shift=shift,
        name=sign,
        defaults={
            "mode": mode,
            "joint": joint,
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
            "begins_id": begins_id,
            "ends_id": ends_id,
        },
    )
    journal.record(
        act="patrols.team_kept",
        subject=f"shift:{shift_id}",
        actor=actor.ref,
        now=now,
        body={"team": sign, "mode": mode.value, "joint": joint},
    )
    return team


@transaction.atomic
def drop_team(*, team_id: int, actor: Actor, now: datetime) -> int:
    """Take a team off a shift where it has no route, and return the shift's id.

    A route in a plan that was discarded goes with it.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such team
    :raises Refused: `team-has-route`, `already-computing`
    """
    actor.require("patrols.plan")
    team = PatrolTeam.objects.select_for_update().filter(pk=team_id).first()
    if team is None:
        raise NotFound("Dieses Team gibt es nicht (mehr).", "no-such-team")
    roster.known_shift(team.shift_id, hold=True)  # nobody begins a plan with it meanwhile
    check_not_computing(team.shift_id, now)
    if PlannedRoute.objects.filter(team=team).exclude(plan__state=PlanState.DISCARDED).exists():
        raise Refused(
            "Für %(team)s steht schon eine Route in einem Plan. Fällt das Team aus, sagen Sie es"
            " bitte beim Neurechnen.",
            "team-has-route",
            values={"team": team.name},
        )
    team.delete()
    journal.record(
        act="patrols.team_dropped",
        subject=f"shift:{team.shift_id}",
        actor=actor.ref,
        now=now,
        body={"team": team.name},
    )
    return team.shift_id


@transaction.atomic
def meet_team(
    *, shift_id: int, name: str, joint: bool, motorised: bool, actor: Actor, now: datetime
) -> PatrolTeam:
    """Return the team of a unit that was formed: the planned one of that name, or a new one.

    What was planned about its way stays; whether the police go along is what was formed.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such shift
    """
    actor.require("patrols.plan")
    team = PatrolTeam.objects.filter(shift_id=shift_id, name=name).first()
    if team is None:
        mode = Mode.CAR if motorised else Mode.FOOT
        return keep_team(shift_id=shift_id, name=name, mode=mode, joint=joint, actor=actor, now=now)
    if team.joint != joint:
        team.joint = joint
        team.save(update_fields=["joint"])
        journal.record(
            act="patrols.team_kept",
            subject=f"shift:{shift_id}",
            actor=actor.ref,
            now=now,
            body={"team": name, "mode": team.mode, "joint": joint},
        )
    return team


@transaction.atomic
def propose_teams(*, shift_id: int, actor: Actor, now: datetime) -> list[PatrolTeam]:
    """Enter as many teams as the roster has pairs, like those of the last such shift.

    Apprentices never make a pair. Teams that are there already stay.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such shift
    """
    actor.require("patrols.plan")
    shift = roster.known_shift(shift_id)
    if shift is None:
        raise NotFound("Diese Schicht gibt es nicht.", "no-such-shift")
    officers = roster.officer_ids_on(shift_id)
    learning = staff.apprentice_ids(officers, local(shift.starts_at).date())
    pairs = (len(officers) - len(learning)) // 2
    known = set(PatrolTeam.objects.filter(shift_id=shift_id).values_list("name", flat=True))
    before = (
        PatrolTeam.objects.filter(shift__name=shift.name, starts_at__lt=shift.starts_at)
        .order_by("-shift__starts_at")
        .values_list("shift_id", flat=True)
        .first()
    )
    models = {
        team.name: team for team in PatrolTeam.objects.filter(shift_id=before or 0).order_by("name")
    }
    names = [*models, *(f"KOD {11 + n}" for n in range(pairs))]
    wanted = [name for name in dict.fromkeys(names) if name not in known]
    return [
        keep_team(
            shift_id=shift_id,
            name=name,
            mode=Mode(models[name].mode) if name in models else Mode.FOOT,
            joint=models[name].joint if name in models else False,
            begins_id=models[name].begins_id if name in models else None,
            ends_id=models[name].ends_id if name in models else None,
            actor=actor,
            now=now,
        )
        for name in wanted[: max(0, pairs - len(known))]
    ]
