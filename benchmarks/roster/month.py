"""The demo month: 72 officers and 11 apprentices, three shifts, four areas. Synthetic.

The numbers of people are those of the issue; names, absences, wishes and skills are drawn at
random. Rules are written out as a planner would set them (norms in `worktime_rules.yaml`).
"""

import random
from datetime import date

from streife.roster.solver.problem import (
    Absence,
    Barred,
    Count,
    Demand,
    Duty,
    Fairness,
    FreeRun,
    History,
    Kind,
    Minutes,
    Person,
    PersonRule,
    Problem,
    Rest,
    Supervision,
    Weekends,
    Wish,
    WorkRun,
)

AREAS = ("Mitte", "Nord", "Süd", "Bergstadt")
KINDS = (Kind("F"), Kind("S"), Kind("N", night=True))
HOURS = ((6, 14), (14, 22), (22, 30))
EARLY, LATE, NIGHT = range(3)
PAID = 480 - 30
DAY = 24 * 60


def month(
    first: date = date(2026, 6, 1),
    days: int = 30,
    officers: int = 72,
    apprentices: int = 11,
    seed: int = 1,
) -> Problem:
    """Return the problem of a month (or of more days and people)."""
    chance = random.Random(seed)
    count = officers + apprentices
    duties = tuple(Duty(kind, area) for kind in range(3) for area in AREAS)
    people = tuple(
        _officer(number, first, days, chance)
        if number < officers
        else _apprentice(number, days, first, chance)
        for number in range(count)
    )
    everybody = tuple(range(officers))
    shares = tuple(50 if number % 12 == 0 else 100 for number in everybody)
    sundays = frozenset(day for day in range(days) if (first.weekday() + day) % 7 == 6)
    return Problem(
        first_day=first,
        days=days,
        kinds=KINDS,
        duties=duties,
        people=people,
        times=tuple(
            tuple((day * DAY + begin * 60, day * DAY + end * 60) for begin, end in HOURS)
            for day in range(days)
        ),
        minutes=((PAID, PAID, PAID),) * days,
        demands=tuple(_demands(first, days, officers, duties)),
        wishes=tuple(_wishes(count, days, chance)),
        fairness=(
            Fairness("nights", everybody, shares, kinds=frozenset({NIGHT}), tolerance=1000),
            Fairness("sundays", everybody, shares, days=sundays, tolerance=1000),
        ),
        supervision=Supervision("supervision", "§ 22 JArbSchG", 1),
    )


def _rules(number: int, days: int, half: bool) -> tuple[PersonRule, ...]:
    most = PAID * days * 5 // 7
    rules: list[PersonRule] = [
        Rest(id="rest", norm="§ 5 ArbZG", minutes=11 * 60),
        WorkRun(id="work-run", norm="Dienstvereinbarung", maximum=6, rank=0),
        WorkRun(id="two-days", norm="Dienstvereinbarung", minimum=2, weight=2),
        FreeRun(id="free-run", norm="Dienstvereinbarung", minimum=2, weight=3),
        Weekends(id="weekends", norm="Dienstvereinbarung", maximum=max(2, days // 10), weight=5),
        Minutes(
            id="contract",
            norm="§ 6 TVöD",
            first=0,
            last=days - 1,
            minimum=0,
            maximum=most // (2 if half else 1) + PAID,
            rank=1,
        ),
        Count(id="nights", norm="§ 6 Abs. 1 ArbZG", kinds=frozenset({NIGHT}), maximum=days // 4),
    ]
    rules += [
        Minutes(
            id=f"week-{day // 7 + 1}",
            norm="§ 3 ArbZG",
            first=day,
            last=min(day + 6, days - 1),
            maximum=6 * PAID,
        )
        for day in range(0, days, 7)
    ]
    return tuple(rules)


def _history(number: int) -> History:
    if number % 3 == 0:
        return History(free_run=2)
    kind = number % 3
    return History(kind, HOURS[kind][1] * 60 - DAY, 1 + number % 4, 1, 0)


def _officer(number: int, first: date, days: int, chance: random.Random) -> Person:
    skills = {"ems"} if chance.random() < 0.6 else set()
    skills |= {"camera"} if chance.random() < 0.7 else set()
    skills |= {"driver"} if chance.random() < 0.8 else set()
    skills |= {"warning"}
    leave: tuple[Absence, ...] = ()
    if chance.random() < 0.25:
        begin, length = chance.randrange(days), chance.choice((3, 5, 7))
        leave = tuple(
            Absence(day, "leave", PAID if (first.weekday() + day) % 7 < 5 else 0)
            for day in range(begin, min(days, begin + length))
        )
    rules = _rules(number, days, number % 12 == 0)
    name = f"officer-{number:03}"
    return Person(name, rules, frozenset(skills), False, _history(number), absences=leave)


def _apprentice(number: int, days: int, first: date, chance: random.Random) -> Person:
    weekend = frozenset(day for day in range(days) if (first.weekday() + day) % 7 >= 5)
    school = tuple(
        Absence(day, "school", PAID, worked=True)
        for day in range(days)
        if (first.weekday() + day) % 7 in (1, 3)
    )
    weekdays = days * 5 // 7
    rules: tuple[PersonRule, ...] = (
        Rest(id="youth-rest", norm="§ 13 JArbSchG", minutes=12 * 60),
        Barred(id="youth-night", norm="§ 14 JArbSchG", kinds=frozenset({NIGHT})),
        Barred(id="youth-weekend", norm="§§ 16-18 JArbSchG", days=weekend),
        WorkRun(id="youth-five-days", norm="§ 15 JArbSchG", maximum=5),
        Count(id="training", norm="BBiG", minimum=weekdays - 4, weight=20),
    )
    history = History(free_run=2)
    return Person(f"apprentice-{number:03}", rules, frozenset(), True, history, absences=school)


def _demands(first: date, days: int, officers: int, duties: tuple[Duty, ...]) -> list[Demand]:
    found = []
    for day in range(days):
        late = (first.weekday() + day) % 7 in (4, 5)
        for number, duty in enumerate(duties):
            least = 2
            best = 3 + (duty.post == "Mitte") + (late and duty.kind != EARLY)
            best = best if duty.kind != NIGHT else 2 + late
            name = f"{day}-{KINDS[duty.kind].code}-{duty.post}"
            found.append(Demand(name, day, (number,), least, best, under=100, below=3, over=1))
        for kind in range(3):
            these = tuple(number for number, duty in enumerate(duties) if duty.kind == kind)
            for skill, least in (("ems", 2), ("camera", 2), ("driver", 4)):
                name = f"{day}-{KINDS[kind].code}-{skill}"
                found.append(Demand(name, day, these, least, least, skill, under=50, below=0))
    return found


def _wishes(people: int, days: int, chance: random.Random) -> list[Wish]:
    wishes = []
    for person in range(people):
        for day in chance.sample(range(days), 3):
            wishes.append(Wish(person, day, None, wanted=False, weight=3))
        day = chance.randrange(days)
        wishes.append(Wish(person, day, chance.choice((EARLY, LATE)), wanted=True, weight=1))
    return wishes
