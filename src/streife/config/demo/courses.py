"""What came of each case of the synthetic year, worked out without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from streife.config.demo.cases import Case
from streife.triage.rules import DecisionKind

SHORTEST_ANSWER_MINUTES = 180  # another body does not answer at once
AT_THE_DESK = 0.12  # share of own matters that a telephone call settles, without a patrol
SEED = 4711


@dataclass(frozen=True, slots=True)
class Standing:
    """What the catalogue says about a category: who answers for it, and how fast."""

    body_code: str
    own: bool
    target_minutes: int


@dataclass(frozen=True, slots=True)
class Job:
    """The moments of one patrol's work on a matter."""

    assigned_at: datetime
    accepted_at: datetime
    on_scene_at: datetime
    ended_at: datetime


@dataclass(slots=True)
class Matter:
    """A matter that became an incident; `ended_at` is None while it is open."""

    case: Case
    opened_at: datetime
    handed_to: str = ""  # code of the other body, empty = ours
    ended_at: datetime | None = None
    job: Job | None = None
    reports: list[tuple[int, datetime]] = field(default_factory=list)  # (case, linked at)


@dataclass(slots=True)
class Courses:
    """The year: how each case was decided, and the matters in the order of their opening."""

    decided: dict[int, tuple[datetime, DecisionKind]] = field(default_factory=dict)
    matter_of: dict[int, Matter] = field(default_factory=dict)  # by case
    matters: list[Matter] = field(default_factory=list)


def follow(cases: Iterable[Case], standings: Mapping[str, Standing], *, now: datetime) -> Courses:
    """Return what came of the cases until now; the same cases always go the same way."""
    courses = Courses()
    waiting = [case for case in cases if case.decided_at is not None]
    for case in sorted(waiting, key=lambda case: (_decided_at(case), case.number)):
        moment, standing = _decided_at(case), standings[case.code]
        first = courses.matter_of.get(case.twin_of) if case.twin_of is not None else None
        if first is not None and (first.ended_at is None or first.ended_at > moment):
            kind, matter = DecisionKind.MERGE, first
        elif case.decision is DecisionKind.REJECT:
            courses.decided[case.number] = moment, DecisionKind.REJECT
            continue
        else:
            kind = DecisionKind.OPEN if standing.own else DecisionKind.FORWARD
            matter = _opened(case, moment, standing, now)
            courses.matters.append(matter)
        matter.reports.append((case.number, moment))
        courses.decided[case.number] = moment, kind
        courses.matter_of[case.number] = matter
    return courses


def _decided_at(case: Case) -> datetime:
    return max(case.decided_at or case.received_at, case.received_at)


def _opened(case: Case, moment: datetime, standing: Standing, now: datetime) -> Matter:
    minutes = standing.target_minutes * case.closing_share
    if not standing.own:
        minutes = max(minutes, SHORTEST_ANSWER_MINUTES)
    ended = moment + timedelta(minutes=minutes)
    matter = Matter(case, moment, "" if standing.own else standing.body_code)
    if ended <= now:
        matter.ended_at = ended
        matter.job = _job(case, moment, ended) if standing.own else None
    return matter


def _job(case: Case, opened: datetime, ended: datetime) -> Job | None:
    """Return a patrol's work that fits between opening and end: waiting, way, work."""
    rng = np.random.default_rng((SEED, case.number))
    if rng.random() < AT_THE_DESK:
        return None
    span = ended - opened
    work = min(_minutes(rng, 18), 0.45 * span)
    way = min(_minutes(rng, 9), 0.35 * span)
    answer = min(_minutes(rng, 1), 0.1 * span)
    on_scene = ended - work
    return Job(on_scene - way - answer, on_scene - way, on_scene, ended)


def _minutes(rng: np.random.Generator, median: float) -> timedelta:
    return timedelta(minutes=median * float(rng.lognormal(0, 0.45)))
