"""From laws, people and needs to the problem that the solver knows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time, timedelta

from streife.kernel.clock import local
from streife.roster.rules.after import after
from streife.roster.rules.basis import Basis, Built
from streife.roster.rules.beside import rest_beside
from streife.roster.rules.clock import (
    is_night,
    minutes_between,
    moment_of,
    night_of,
    span_on,
    work_minutes,
)
from streife.roster.rules.equipping import stocks_of
from streife.roster.rules.hours import Lifted, hourly_demands, need_id
from streife.roster.rules.lessons import beside_lessons, lessons_of
from streife.roster.rules.pairs import company_of
from streife.roster.rules.sharing import fairness_of
from streife.roster.rules.shifts_allowed import TESTS, as_worked, forbidding
from streife.roster.rules.terms import Law, Member, Off, is_minor, laws_of, regimes_of
from streife.roster.rules.windows import WINDOWS
from streife.roster.solver.problem import (
    FREE,
    Absence,
    Barred,
    Demand,
    Duty,
    Fixed,
    FreeBlock,
    History,
    Kind,
    KindRun,
    Person,
    PersonRule,
    Problem,
    Rest,
    Supervision,
    Wish,
    WorkRun,
)

LONG_AGO_DAYS = 30


def build(basis: Basis) -> Built:
    """Return the problem of a plan; the same basis gives the same problem."""
    row_of = {member.pk: n for n, member in enumerate(basis.members)}
    duty_of = {kind.pk: n for n, kind in enumerate(basis.kinds)}
    problem = Problem(
        first_day=basis.first_day,
        days=len(basis.days),
        kinds=tuple(Kind(kind.code, night=_night(basis, n)) for n, kind in enumerate(basis.kinds)),
        duties=tuple(Duty(kind=n) for n in range(len(basis.kinds))),
        people=tuple(_People(basis, duty_of).all()),
        times=tuple(tuple(_times(basis, day)) for day in basis.days),
        minutes=tuple(tuple(work_minutes(kind, day) for kind in basis.kinds) for day in basis.days),
        demands=(*demands_of(basis, duty_of), *hourly_demands(basis)),
        wishes=tuple(_wishes(basis, row_of, duty_of)),
        fairness=tuple(
            fairness_of(basis, row_of, frozenset(n for n in duty_of.values() if _night(basis, n)))
        ),
        supervision=_supervision(basis),
        stocks=tuple(stocks_of(basis)),
        company=company_of(basis),
        published=_published(basis, row_of, duty_of),
    )
    return Built(problem=problem, basis=basis, row_of=row_of, duty_of=duty_of)


def _night(basis: Basis, kind: int) -> bool:
    return is_night(basis.kinds[kind], basis.first_day, *night_of(basis.laws))


def _times(basis: Basis, day: date) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each kind in elapsed minutes since the first midnight of the plan."""
    origin = moment_of(basis.first_day, time())
    for kind in basis.kinds:
        start, end = span_on(kind, day)
        yield minutes_between(origin, start), minutes_between(origin, end)


class _People:
    """Makes the people; rules that are equal are one object, as the solver asks for."""

    def __init__(self, basis: Basis, duty_of: dict[int, int]) -> None:
        self.basis, self.duty_of = basis, duty_of
        self.shared: dict[PersonRule, PersonRule] = {}
        self.verdicts: dict[object, Law | None] = {}
        self.nights = [n for n in range(len(basis.kinds)) if _night(basis, n)]
        self.released = {
            (one.officer, one.rule) for one in basis.released if one.officer is not None
        }

    def all(self) -> Iterator[Person]:
        """Yield everybody, in the order of the basis."""
        for member in self.basis.members:
            yield Person(
                code=str(member.pk),
                rules=tuple(self._rules(member)),
                skills=member.skills,
                trainee=self._never_counts(member),
                history=_history(member, self.basis, self.duty_of),
                fixed=tuple(self._fixed(member)),
                absences=tuple(self._absences(member)),
                minutes=self._minutes(member),
            )

    def _minutes(self, member: Member) -> tuple[tuple[int, ...], ...] | None:
        """Return what a minor works in each shift: less than others, the break is longer."""
        if not any(is_minor(member, day) for day in self.basis.days):
            return None
        laws, kinds = self.basis.laws, self.basis.kinds
        return tuple(
            tuple(work_minutes(as_worked(kind, member, laws, day), day) for kind in kinds)
            for day in self.basis.days
        )

    def _never_counts(self, member: Member) -> bool:
        """§ 22 JArbSchG and the local rule: an apprentice never counts as second officer."""
        if not member.apprentice:
            return False
        laws = laws_of(member, self.basis.laws, self.basis.first_day)
        return any(law.kind == "never_second" for law in laws)

    def _rules(self, member: Member) -> Iterator[PersonRule]:
        held = [
            rule for rule in self._raw_rules(member) if (member.pk, rule.id) not in self.released
        ]
        runs = [rule for rule in held if isinstance(rule, WorkRun)]
        for rule in held:
            # Of two runs the shorter says it all; only where it was lifted does the other count.
            if isinstance(rule, WorkRun) and rule != min(runs, key=_length):
                continue
            yield self.shared.setdefault(rule, rule)

    def _raw_rules(self, member: Member) -> Iterator[PersonRule]:
        # Whoever comes of age within the plan has both laws for all of it: rather too strict.
        ends = (self.basis.first_day, self.basis.last_day)
        laws = {law.code: law for day in ends for law in laws_of(member, self.basis.laws, day)}
        for law in laws.values():
            if not law.hard:
                continue
            if law.kind in WINDOWS:
                yield from WINDOWS[law.kind](law, member, self.basis)
            else:
                yield from self._simple(law)
            yield from after(law, member, self.basis, self.nights)
            yield from rest_beside(law, member, self.basis)
        yield from self._barred(member)

    def _simple(self, law: Law) -> Iterator[PersonRule]:
        values = law.values
        if law.kind == "rest_minutes":
            yield Rest(id=law.code, norm=law.norm, minutes=int(values["min"]))
        elif law.kind == "rest_block":
            yield FreeBlock(id=law.code, norm=law.norm, minutes=int(values["min"]))
            if "most_days" in values:  # the block is owed in every stretch of seven days
                most = int(values["most_days"])
                yield WorkRun(id=f"{law.code}/days", norm=law.norm, maximum=most)
        elif law.kind == "consecutive_days":
            yield WorkRun(id=law.code, norm=law.norm, maximum=int(values["max"]))
        elif law.kind == "consecutive_nights":
            for kind in self.nights:
                yield KindRun(id=law.code, norm=law.norm, kind=kind, maximum=int(values["max"]))

    def _barred(self, member: Member) -> Iterator[PersonRule]:
        found: dict[tuple[str, str, int], set[int]] = defaultdict(set)
        lessons = lessons_of(member)
        for n, day in enumerate(self.basis.days):
            for k, _ in enumerate(self.basis.kinds):
                law = self._verdict(member, lessons.get(day), k, day)
                if law is not None:
                    found[law.code, law.norm, k].add(n)
        for (code, norm, k), days in sorted(found.items()):
            every = len(days) == len(self.basis.days)
            yield Barred(
                id=code,
                norm=norm,
                days=None if every else frozenset(days),
                kinds=frozenset({k}),
            )

    def _verdict(self, member: Member, lessons: Off | None, kind: int, day: date) -> Law | None:
        minor = is_minor(member, day)
        key = (
            regimes_of(member, day),
            member.born if minor else None,
            member.school_days,
            member.exam_eves,
            member.skills,
            lessons,
            kind,
            day,
        )
        if key not in self.verdicts:
            laws = tuple(law for law in self.basis.laws if law.kind in TESTS)
            found = self.basis.kinds[kind]
            self.verdicts[key] = forbidding(
                member, found, day, laws, self.basis.holidays
            ) or beside_lessons(member, lessons, found, laws)
        return self.verdicts[key]

    def _fixed(self, member: Member) -> Iterator[Fixed]:
        offs = {off.day for off in member.offs if off.bars}
        for n, day in enumerate(self.basis.days):
            if (member.pk, day) not in self.basis.fixed or day in offs:
                continue
            kind = self.basis.fixed[member.pk, day]
            yield Fixed(n, FREE if kind is None else self.duty_of[kind], "locked")

    def _absences(self, member: Member) -> Iterator[Absence]:
        for off in member.offs:
            if off.bars and self.basis.first_day <= off.day <= self.basis.last_day:
                day = (off.day - self.basis.first_day).days
                yield Absence(day, off.reason, minutes=off.minutes, worked=off.worked)


def _length(run: WorkRun) -> tuple[int, str]:
    """Return what orders runs: the shortest first, agreed ones before laws of the same length."""
    return run.maximum or 0, "" if "/" not in run.id else run.id


def _history(member: Member, basis: Basis, duty_of: dict[int, int]) -> History | None:
    """Return runs and rest up to the day before the plan."""
    if member.history is None:
        return None
    by_day = {done.day: done for done in member.history if done.day < basis.first_day}
    school = {off.day for off in member.offs if off.worked and off.day < basis.first_day}
    before = basis.first_day - timedelta(days=1)
    last = by_day.get(before)
    kind = duty_of.get(last.kind) if last is not None and last.kind is not None else None
    work = _run(before, lambda day: day in by_day or day in school)
    kinds = _run(before, lambda day: day in by_day and by_day[day].kind == last.kind) if last else 0
    free = _run(before, lambda day: day not in by_day and day not in school)
    latest = max((done.ends_at for done in by_day.values()), default=None)
    origin = moment_of(basis.first_day, time())
    ends = None
    if latest is not None and (basis.first_day - local(latest).date()).days < LONG_AGO_DAYS:
        ends = minutes_between(origin, latest)
    return History(kind=kind, ends=ends, work_run=work, kind_run=kinds, free_run=free)


def _run(day: date, holds: Callable[[date], bool]) -> int:
    length = 0
    while length < LONG_AGO_DAYS and holds(day):
        length, day = length + 1, day - timedelta(days=1)
    return length


def demands_of(basis: Basis, duty_of: dict[int, int]) -> Iterator[Demand]:
    """Yield one demand for each day, kind and qualification; the areas of a shift add up."""
    sums: dict[tuple[date, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for need in basis.needs:
        if basis.first_day <= need.day <= basis.last_day:
            both = sums[need.day, need.kind, need.qualification]
            both[0] += need.count
            both[1] += max(need.count, need.preferred)
    lifted = Lifted(basis.released)
    codes = {kind.pk: kind.code for kind in basis.kinds}
    for (day, kind, skill), (least, wanted) in sorted(sums.items()):
        name = need_id(codes[kind], skill)
        minimum = 0 if lifted.has(name, day) else least
        yield Demand(
            id=f"{name}:{day}",
            day=(day - basis.first_day).days,
            duties=(duty_of[kind],),
            minimum=minimum,
            preferred=max(minimum, wanted),
            below=0,  # what would be better must not cost anybody a fair share of nights
            skill=skill or None,
        )


def _wishes(basis: Basis, row_of: dict[int, int], duty_of: dict[int, int]) -> Iterable[Wish]:
    for wish in basis.wishes:
        if wish.member in row_of and basis.first_day <= wish.day <= basis.last_day:
            yield Wish(
                person=row_of[wish.member],
                day=(wish.day - basis.first_day).days,
                kind=None if wish.kind is None else duty_of[wish.kind],
                wanted=wish.wanted,
            )


def _supervision(basis: Basis) -> Supervision | None:
    law = next((one for one in basis.laws if one.kind == "never_second"), None)
    return Supervision(id=law.code, norm=law.norm) if law else None


def _published(
    basis: Basis, row_of: dict[int, int], duty_of: dict[int, int]
) -> tuple[tuple[int, ...], ...] | None:
    if basis.published is None:
        return None
    rows = [[FREE] * len(basis.days) for _ in basis.members]
    for (officer, day), kind in basis.published.items():
        if officer in row_of and basis.first_day <= day <= basis.last_day and kind in duty_of:
            rows[row_of[officer]][(day - basis.first_day).days] = duty_of[kind]
    return tuple(tuple(row) for row in rows)


def rule_name(rule: str) -> str:
    """Return a rule without its day: what is lifted, and what pages compare."""
    return rule.split(":")[0]
