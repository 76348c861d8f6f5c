"""A person changes a draft; every change is checked at once and says what it breaks and costs."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import NotFound, Refused
from streife.patrols.actions.locks import hold_draft, stop_in_draft
from streife.patrols.actions.undoing import before_change
from streife.patrols.actions.writing import rewrite
from streife.patrols.models import PatrolPlan, PlannedStop
from streife.patrols.queries.guessing import NOTHING, Guess, guess_of
from streife.patrols.queries.situation import Situation, situation_of
from streife.patrols.rules import Origin
from streife.patrols.rules.findings import Finding
from streife.patrols.rules.retiming import Wish, retimed
from streife.patrols.solver.problem import Plan, Route, Visit


@dataclass(frozen=True, slots=True)
class Edited:
    """What a change led to: the plan, what it breaks now and did not before, the value gained.

    `guess`: what somebody who watches can foresee now and could not before.
    """

    plan: PatrolPlan
    broken: tuple[Finding, ...]
    gained: int
    guess: Guess = NOTHING


@transaction.atomic
def move_stop(
    *, stop_id: int, route_id: int, begins_at: datetime, actor: Actor, now: datetime
) -> Edited:
    """Put a stop at another time or into another team's route; the rest moves as far as it must.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such stop, or no such route in its plan
    :raises Refused: `not-a-draft`, `stop-frozen`, `stop-locked`, `already-there`, `outside-shift`,
        `already-past`
    """
    actor.require("patrols.plan")
    plan, stop = stop_in_draft(stop_id)
    _check_movable(stop)
    edit = Edit(plan)
    source, target = edit.index(stop.route_id), edit.index(route_id)
    if target != source and edit.visits(target, stop.stop):
        raise Refused("Dieses Team macht diesen Halt schon.", "already-there")
    begins = edit.second(target, begins_at, now)
    others = [n for n, _ in enumerate(edit.routes) if edit.visits(n, stop.stop) and n != source]
    visit = edit.take_out(source, stop.stop)
    edit.put(target, replace(visit, begins=begins))
    for number in others:  # a joint stop begins for all at the same time
        edit.put(number, replace(edit.take_out(number, stop.stop), begins=begins))
    return edit.finish(
        "patrols.stop_moved",
        {"stop": stop.stop, "team": edit.name(target), "begins_at": begins_at.isoformat()},
        actor,
        now,
    )


@transaction.atomic
def add_stop(
    *, plan_id: int, stop: int, route_id: int, begins_at: datetime, actor: Actor, now: datetime
) -> Edited:
    """Add a visit of the basis to a route, with its shortest dwell.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such plan, route or visit
    :raises Refused: `not-a-draft`, `already-there`, `outside-shift`, `already-past`
    """
    actor.require("patrols.plan")
    edit = Edit(hold_draft(plan_id))
    if not 0 <= stop < len(edit.situation.basis.wanted):
        raise NotFound("Diesen Halt gibt es nicht (mehr).", "no-such-stop")
    target = edit.index(route_id)
    wanted = edit.situation.problem.stops[stop]
    there = [n for n, _ in enumerate(edit.routes) if edit.visits(n, stop)]
    if target in there or len(there) >= wanted.teams:
        raise Refused("Dieser Halt steht schon im Plan.", "already-there")
    visit = Visit(stop, edit.second(target, begins_at, now), wanted.dwells[0].seconds)
    edit.put(target, visit)
    return edit.finish(
        "patrols.stop_added",
        {"stop": stop, "team": edit.name(target), "begins_at": begins_at.isoformat()},
        actor,
        now,
    )


@transaction.atomic
def drop_stop(*, stop_id: int, actor: Actor, now: datetime) -> Edited:
    """Take a stop out of its plan, a joint one out of all routes.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such stop
    :raises Refused: `not-a-draft`, `stop-frozen`, `stop-locked`
    """
    actor.require("patrols.plan")
    plan, stop = stop_in_draft(stop_id)
    _check_movable(stop)
    edit = Edit(plan)
    for number, _ in enumerate(edit.routes):
        if edit.visits(number, stop.stop):
            edit.take_out(number, stop.stop)
    return edit.finish("patrols.stop_dropped", {"stop": stop.stop}, actor, now)


@transaction.atomic
def lock_stop(*, stop_id: int, locked: bool, actor: Actor, now: datetime) -> PlannedStop:
    """Hold a stop fast, so that planning anew leaves team and time, or let it go.

    :raises NotPermitted: without `patrols.plan`
    :raises NotFound: no such stop
    :raises Refused: `not-a-draft`, `stop-frozen`
    """
    actor.require("patrols.plan")
    plan, stop = stop_in_draft(stop_id)
    if _happened(stop):
        raise _frozen()
    stop.held_at = stop.begins_at if locked else None
    PlannedStop.objects.filter(route__plan=plan, stop=stop.stop).update(held_at=stop.held_at)
    PatrolPlan.objects.filter(pk=plan.pk).update(undo=None)
    journal.record(
        act="patrols.stop_locked" if locked else "patrols.stop_unlocked",
        subject=f"plan:{plan.pk}",
        actor=actor.ref,
        now=now,
        body={"stop": stop.stop},
    )
    return stop


class Edit:
    """Routes of a draft while they are changed; `finish` writes, checks and records."""

    def __init__(self, plan: PatrolPlan) -> None:
        self.plan = plan
        self.situation: Situation = situation_of(plan)
        self.before = self.situation.verdict()
        self.guess = guess_of(plan, self.situation)
        self.undo = before_change(plan, self.situation)
        self.routes: list[Route] = list(self.situation.plan.routes)
        self.put_by_hand: set[tuple[int, int]] = set()
        self.touched: set[int] = set()

    def index(self, route_id: int) -> int:
        """Return where a route stands.

        :raises NotFound: not in this plan, or its team is gone
        """
        for number, row in enumerate(self.situation.routes):
            if row.pk == route_id:
                return number
        raise NotFound("Dieses Team fährt in diesem Plan nicht.", "no-such-route")

    def name(self, number: int) -> str:
        """Return the call sign of a route's team."""
        return str(self.situation.routes[number].team.name)

    def second(self, number: int, moment: datetime, now: datetime) -> int:
        """Return a moment as seconds of the plan.

        :raises Refused: `outside-shift`, `already-past`
        """
        team = self.situation.routes[number].team
        if not team.starts_at <= moment < team.ends_at:
            raise Refused(
                "Diese Uhrzeit liegt außerhalb des Dienstes von %(team)s.",
                "outside-shift",
                field="begins_at",
                values={"team": team.name},
            )
        if moment < now < team.ends_at:
            raise Refused(
                "Diese Uhrzeit ist schon vorbei. Bitte wählen Sie eine, die noch kommt.",
                "already-past",
                field="begins_at",
            )
        return self.situation.basis.second(moment)

    def visits(self, number: int, stop: int) -> bool:
        """Say whether a route makes a stop."""
        return any(visit.stop == stop for visit in self.routes[number].visits)

    def take_out(self, number: int, stop: int) -> Visit:
        """Remove a visit from a route and return it."""
        route = self.routes[number]
        found = next(visit for visit in route.visits if visit.stop == stop)
        left = tuple(visit for visit in route.visits if visit is not found)
        self.routes[number] = replace(route, visits=left)
        self.touched.add(number)
        return found

    def put(self, number: int, visit: Visit) -> None:
        """Add a visit to a route at its time."""
        route = self.routes[number]
        self.routes[number] = replace(route, visits=(*route.visits, visit))
        self.put_by_hand.add((number, visit.stop))
        self.touched.add(number)

    def finish(self, act: str, body: dict[str, object], actor: Actor, now: datetime) -> Edited:
        """Move what must move, write, check, record."""
        for number in sorted(self.touched):
            self._retime(number)
        after = self.situation.verdict(Plan(tuple(self.routes), 0))
        plan = Plan(tuple(self.routes), after.value)
        known = {one.text for one in self.situation.findings(self.before)}
        broken = [one for one in self.situation.findings(after, plan) if one.text not in known]
        rewrite(self.situation, plan)
        self._mark_by_hand()
        guess = guess_of(self.plan, situation_of(self.plan)).new_to(self.guess)
        self.plan.value, self.plan.origin, self.plan.undo = after.value, Origin.HAND, self.undo
        self.plan.save(update_fields=["value", "origin", "undo"])
        gained = after.value - self.before.value
        journal.record(
            act=act,
            subject=f"plan:{self.plan.pk}",
            actor=actor.ref,
            now=now,
            body=body
            | {
                "gained": gained,
                "breaks": sorted({one.code for one in broken}),
                "guessable": sorted(guess.places),
            },
        )
        return Edited(self.plan, tuple(broken), gained, guess)

    def _mark_by_hand(self) -> None:
        for number, stop in self.put_by_hand:
            PlannedStop.objects.filter(route=self.situation.routes[number], stop=stop).update(
                by_hand=True
            )

    def _retime(self, number: int) -> None:
        team, route = self.situation.problem.teams[number], self.routes[number]
        held = {lock.visit.stop for lock in self.situation.locks}
        frozen = len(team.frozen)
        head, rest = route.visits[:frozen], route.visits[frozen:]
        wishes = [
            Wish(visit, fixed=(number, visit.stop) in self.put_by_hand or visit.stop in held)
            for visit in rest
        ]
        new = retimed(self.situation.problem, team, wishes, route.breaks)
        self.routes[number] = replace(new, visits=(*head, *new.visits[frozen:]))


def _check_movable(stop: PlannedStop) -> None:
    if _happened(stop):
        raise _frozen()
    if stop.locked:
        raise Refused("Dieser Halt ist festgehalten. Bitte lösen Sie ihn zuerst.", "stop-locked")


def _happened(stop: PlannedStop) -> bool:
    """Say whether a crew told that it is or was there, or planning anew took it as made."""
    return stop.frozen or stop.arrived_at is not None


def _frozen() -> Refused:
    return Refused("Dieser Halt ist schon geschehen und bleibt, wie er war.", "stop-frozen")
