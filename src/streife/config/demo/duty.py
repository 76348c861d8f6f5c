"""Which patrol of which historic shift had which job: rows and entries, many at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from streife.config.demo import today
from streife.config.demo.courses import Job, Matter
from streife.config.demo.lines import Lines, Who
from streife.config.demo.people import DEMO
from streife.dispatch.models import Assignment, Member, Unit
from streife.dispatch.rules import AssignmentState, Scheme, Situation
from streife.incidents.models import Incident
from streife.incidents.rules import Status
from streife.patrols.models import PatrolTeam
from streife.patrols.rules import Mode
from streife.roster.models import Duty, Shift
from streife.roster.queries import officer_ids_on

PLANNED_BEFORE = timedelta(hours=1)


@dataclass(slots=True)
class Patrol:
    """One unit of one shift; its row is there once everything is planned."""

    number: int
    free_from: datetime
    row: Unit
    work: list[tuple[Matter, Job]] = field(default_factory=list)

    def is_free(self, moment: datetime) -> bool:
        """Say whether it could take a job at the moment."""
        return self.free_from <= moment

    def ends_at(self, watch: "Watch") -> datetime:
        """Return when it stands down: with the shift, or after the job that ran over."""
        return max(watch.row.ends_at, self.free_from)


@dataclass(slots=True)
class Watch:
    """A shift in which something happened, with as many patrols as it needed."""

    row: Shift
    crowd: list[int]
    officers: int  # who can go out in pairs: apprentices stand last and never count
    patrols: list[Patrol] = field(default_factory=list)


def plan(matters: Iterable[Matter], area_of: Callable[[Matter], str], now: datetime) -> list[Watch]:
    """Give every job to a patrol of the shift it began in, the own area first.

    The shift that runs now is formed by `today`; its jobs so far count as settled at the desk, and
    so does what came when all patrols were busy.
    """
    running = today.shift_at(now)[0]
    crowds = today.Crowds()
    watches: dict[datetime, Watch] = {}
    jobs = [(matter, matter.job) for matter in matters if matter.job is not None]
    for matter, job in sorted(jobs, key=lambda pair: pair[1].assigned_at):
        start, name = today.shift_at(job.assigned_at)
        if start >= running:
            matter.job = None
            continue
        if start not in watches:
            watches[start] = _watch(start, name, crowds)
        patrol = _choose(watches[start], area_of(matter), job.assigned_at)
        if patrol is None:
            matter.job = None
            continue
        patrol.free_from = job.ended_at
        patrol.work.append((matter, job))
    return list(watches.values())


def _watch(start: datetime, name: str, crowds: today.Crowds) -> Watch:
    """Return a shift with its officers: of the roster if it is in there, else of the rotation."""
    known = today.known_shift(name, start)
    if known is not None:
        ids = officer_ids_on(known.pk)
        officers = [pk for pk in ids if crowds.is_officer(pk)]
        return Watch(known, officers + [pk for pk in ids if pk not in officers], len(officers))
    shift = Shift(name=name, starts_at=start, ends_at=start + today.LENGTH)
    crowd = crowds.on(name, start.date())
    return Watch(shift, crowd, sum(crowds.is_officer(pk) for pk in crowd))


def _choose(watch: Watch, area: str, moment: datetime) -> Patrol | None:
    """Return a free patrol, of the area if there is one; it is formed when it is needed first."""
    known = {patrol.number: patrol for patrol in watch.patrols}
    crews = min(today.CREWS, watch.officers // 2)
    numbers = [n for n in range(1, crews + 1) if n not in known or known[n].is_free(moment)]
    if not numbers:
        return None
    own = [n for n in numbers if today.area_name(n) == area]
    number = min(own or numbers, key=lambda n: (n not in known, n))
    if number not in known:
        unit = Unit(call_sign=today.call_sign(number), formed_at=watch.row.starts_at)
        watch.patrols.append(Patrol(number, watch.row.starts_at, unit))
        return watch.patrols[-1]
    return known[number]


def write(watches: Sequence[Watch], areas: dict[str, int], lines: Lines, who: Who) -> None:
    """Store shifts, duties, units and crews as their actions would have, and record them."""
    new = [watch for watch in watches if watch.row.pk is None]
    Shift.objects.bulk_create([watch.row for watch in new])
    Duty.objects.bulk_create(
        [Duty(shift=watch.row, officer_id=pk) for watch in new for pk in watch.crowd]
    )
    patrols = [(watch, patrol) for watch in watches for patrol in watch.patrols]
    for watch, patrol in patrols:
        unit, over = patrol.row, patrol.ends_at(watch)
        unit.shift, unit.area_id = watch.row, areas.get(today.area_name(patrol.number))
        unit.joint = bool(today.JOINT.get(patrol.number))
        unit.status_at = unit.stood_down_at = over
    Unit.objects.bulk_create([patrol.row for _, patrol in patrols])
    Member.objects.bulk_create(
        [member for watch, patrol in patrols for member in _members(watch, patrol)]
    )
    PatrolTeam.objects.bulk_create([_team(watch, patrol) for watch, patrol in patrols])
    for watch in watches:
        _record_watch(watch, lines, who)


def _team(watch: Watch, patrol: Patrol) -> PatrolTeam:
    """Return the team that a unit of this call sign is to the planner."""
    shift, unit = watch.row, patrol.row
    return PatrolTeam(
        shift=shift,
        name=unit.call_sign,
        mode=Mode.CAR,
        joint=unit.joint,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
    )


def _crew(watch: Watch, patrol: Patrol) -> list[int]:
    return watch.crowd[2 * patrol.number - 2 : 2 * patrol.number]


def _members(watch: Watch, patrol: Patrol) -> list[Member]:
    unit, police = patrol.row, today.JOINT.get(patrol.number, 0)
    members = [Member(officer_id=pk) for pk in _crew(watch, patrol)]
    members += [Member(partner="Polizei") for _ in range(police)]
    for member in members:
        member.unit, member.shift, member.left_at = unit, watch.row, unit.stood_down_at
    return members


def _record_watch(watch: Watch, lines: Lines, who: Who) -> None:
    shift = watch.row
    lines.add(
        "roster.shift_planned",
        f"shift:{shift.pk}",
        DEMO,
        shift.starts_at - PLANNED_BEFORE,
        starts_at=shift.starts_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
        officers=watch.crowd,
    )
    for patrol in watch.patrols:
        unit, partners = patrol.row, today.JOINT.get(patrol.number, 0)
        lines.add(
            "patrols.team_kept",
            f"shift:{shift.pk}",
            who.leader,
            unit.formed_at,
            team=unit.call_sign,
            mode=Mode.CAR.value,
            joint=unit.joint,
        )
        lines.add(
            "dispatch.unit_formed",
            f"unit:{unit.pk}",
            who.leader,
            unit.formed_at,
            shift=shift.pk,
            call_sign=unit.call_sign,
            officers=_crew(watch, patrol),
            partners=partners,
        )


def work(
    watches: Sequence[Watch],
    incident_of: Callable[[Matter], Incident],
    scheme: Scheme,
    lines: Lines,
    who: Who,
) -> None:
    """Store the jobs that were done, with what came of each, and record them."""
    rows = {
        id(job): _assignment(patrol.row, job, incident_of(matter), scheme, who)
        for watch in watches
        for patrol in watch.patrols
        for matter, job in patrol.work
    }
    Assignment.objects.bulk_create(list(rows.values()))
    for watch in watches:
        for patrol in watch.patrols:
            done = [(rows[id(job)], job) for _, job in patrol.work]
            _record_patrol(watch, patrol, done, scheme, lines, who)


def _assignment(unit: Unit, job: Job, incident: Incident, scheme: Scheme, who: Who) -> Assignment:
    return Assignment(
        unit=unit,
        incident=incident,
        state=AssignmentState.DONE,
        assigned_by_id=who.dispatcher.user_id,
        resume_key=scheme.following(Situation.CLEAR),
        assigned_at=job.assigned_at,
        accepted_at=job.accepted_at,
        on_scene_at=job.on_scene_at,
        ended_at=job.ended_at,
        outcome=incident.outcome,
        measure=incident.measure,
    )


def _record_patrol(
    watch: Watch,
    patrol: Patrol,
    done: Sequence[tuple[Assignment, Job]],
    scheme: Scheme,
    lines: Lines,
    who: Who,
) -> None:
    """Record how a patrol signed on, did its jobs and stood down."""
    status = _Status(patrol.row, lines, who)
    free = scheme.following(Situation.CLEAR)
    status.to(free, patrol.row.formed_at, automatic=False)
    for row, job in done:
        status.job("dispatch.assigned", row, job.assigned_at, reinforcement=False, rank=None)
        status.to(scheme.following(Situation.ASSIGNED), job.assigned_at)
        status.incident(row, Status.OPEN, Status.ASSIGNED, job.assigned_at)
        status.job("dispatch.accepted", row, job.accepted_at)
        status.to(scheme.following(Situation.ACCEPTED), job.accepted_at)
        status.job("dispatch.arrived", row, job.on_scene_at)
        status.to(scheme.following(Situation.ON_SCENE), job.on_scene_at)
        status.incident(row, Status.ASSIGNED, Status.ON_SCENE, job.on_scene_at)
        result = {"outcome": row.outcome, "measure": row.measure, "still_open": False}
        status.job("dispatch.finished", row, job.ended_at, **result)
        status.to(free, job.ended_at)
    sign = patrol.row.call_sign
    subject = f"unit:{patrol.row.pk}"
    lines.add("dispatch.unit_stood_down", subject, DEMO, patrol.ends_at(watch), call_sign=sign)


@dataclass(slots=True)
class _Status:
    """Records what one unit reports; knows the key it had before."""

    unit: Unit
    lines: Lines
    who: Who
    key: str = ""

    def to(self, key: str, moment: datetime, *, automatic: bool = True) -> None:
        if key == self.key:
            return
        body = {
            "call_sign": self.unit.call_sign,
            "key": key,
            "before": self.key,
            "automatic": automatic,
            "with_reason": False,
        }
        self._add("dispatch.unit_status", f"unit:{self.unit.pk}", moment, **body)
        self.key = key

    def job(self, act: str, row: Assignment, moment: datetime, **body: object) -> None:
        job = {"assignment": row.pk, "unit": self.unit.pk, "call_sign": self.unit.call_sign}
        self._add(act, f"incident:{row.incident_id}", moment, **job, **body)

    def incident(self, row: Assignment, before: Status, after: Status, moment: datetime) -> None:
        body = {"from": before.value, "to": after.value}
        self._add("incidents.status_changed", f"incident:{row.incident_id}", moment, **body)

    def _add(self, act: str, subject: str, moment: datetime, **body: object) -> None:
        self.lines.add(act, subject, self.who.dispatcher, moment, **body)
