"""What the staff council gets about a plan: the plan itself, cover, exceptions, spread, changes.

Nothing is sorted by how much somebody works, and no figure is about fewer than five people. Why
somebody is away is in none of it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streife.kernel.clock import local
from streife.roster.models import Plan
from streife.roster.queries.accounts import accounts_between
from streife.roster.queries.gathering import laws_on
from streife.roster.queries.wall import Wall, WallRow, wall_of
from streife.roster.rules.clock import is_night, night_of
from streife.roster.rules.distribution import FEWEST, Bin, bins_of

SATURDAY = 5
VARIOUS = "various"  # occasions of changes that concern too few people to be named
HOUR = 60
SHORT_NOTICE = timedelta(days=4)  # § 12 Abs. 3 TzBfG as a measure of short notice (memory)


@dataclass(frozen=True, slots=True)
class Lifted:
    """A rule that was lifted for the plan: who it was for is not said."""

    rule: str
    norm: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How often the plan was changed for an occasion, and how often at short notice."""

    occasion: str
    count: int
    short: int


@dataclass(frozen=True, slots=True)
class CouncilReport:
    """Everything."""

    wall: Wall
    lifted: tuple[Lifted, ...]
    nights: tuple[Bin, ...]
    weekends: tuple[Bin, ...]
    balance_hours: tuple[Bin, ...]
    changes: tuple[Changes, ...]


def council_report(plan: Plan, now: datetime) -> CouncilReport:
    """Return the report of a plan the actor may see."""
    wall = wall_of(plan)
    laws = laws_on(plan.first_day)
    night = night_of(laws)
    officers = [row for row in wall.rows if not row.apprentice]

    def nights(row: WallRow) -> int:
        return sum(
            kind is not None and is_night(kind, day, *night)
            for day, kind in zip(wall.days, row.duties, strict=True)
        )

    accounts = accounts_between(plan.first_day, plan.last_day, now=now)
    titles = {law.code: law for law in laws}
    return CouncilReport(
        wall,
        tuple(
            Lifted(
                titles[row["rule"]].title if row["rule"] in titles else row["rule"],
                titles[row["rule"]].norm if row["rule"] in titles else "",
                str(row.get("day") or ""),
                str(row.get("reason", "")),
            )
            for row in plan.released
        ),
        _spread(officers, nights),
        _spread(officers, lambda row: _weekends(row, wall.days)),
        tuple(bins_of(round(account.balance / HOUR) for account in accounts.values())),
        tuple(_changes(plan)),
    )


def _spread(rows: list[WallRow], count: Callable[[WallRow], int]) -> tuple[Bin, ...]:
    return tuple(bins_of(count(row) for row in rows))


def _weekends(row: WallRow, days: tuple[date, ...]) -> int:
    """Return on how many weekends somebody has a duty."""
    worked = {
        day.isocalendar()[:2]
        for day, kind in zip(days, row.duties, strict=True)
        if kind is not None and day.weekday() >= SATURDAY
    }
    return len(worked)


def _changes(plan: Plan) -> list[Changes]:
    """Return the changes since the plan was published, by occasion.

    Occasions that concern fewer than five people each are told as one: who looks at the plan twice
    would else know whose illness the one change was.
    """
    if plan.published_at is None:
        return []
    rows = plan.changes.filter(undone=False, made_at__gt=plan.published_at)
    people: dict[str, set[int]] = defaultdict(set)
    for why, officer in rows.values_list("why", "officer_id"):
        people[why].add(officer)
    total: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for why, day, made_at in rows.values_list("why", "day", "made_at"):
        occasion = why if len(people[why]) >= FEWEST else VARIOUS
        total[occasion] += 1
        short[occasion] += day - local(made_at).date() < SHORT_NOTICE
    return [Changes(why, total[why], short[why]) for why in sorted(total)]
