"""The one builder: a roster problem, or a neighbourhood of a roster, as a linear model.

Days that are not free to plan are numbers. The model has one objective, that of a stage (or the sum
of all, for `staged` False); earlier stages are held at what the present roster has, so that nothing
is ever paid for with something more important. No big-M sums over stages.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from math import gcd

from streife.roster.solver.crews import Crews
from streife.roster.solver.model import Expr, Model, total
from streife.roster.solver.problem import (
    FREE,
    Demand,
    Fairness,
    PersonRule,
    Problem,
    Roster,
    Stage,
)
from streife.roster.solver.ruling import Cells, rule_in, stage_of

NOTHING, ONE = Expr(), Expr((), 1)
THOUSAND, MILLION = 1000, 1_000_000
Cell = tuple[int, int]
"""(person, day)"""


@dataclass(frozen=True, slots=True)
class Task:
    """A neighbourhood: the days free to plan, the stage to improve, what earlier ones may cost."""

    free: frozenset[Cell]
    stage: Stage
    caps: tuple[int, ...]  # by stage; only those before `stage` are held
    seconds: float
    cpu: bool = False  # seconds of the processor, not of the clock


@dataclass(slots=True)
class Built:
    """A model and where its variables stand: `at[person, day]` gives (duty, variable)."""

    model: Model
    at: dict[Cell, list[tuple[int, int]]]

    def roster(self, roster: Roster, values: list[int]) -> Roster:
        """Return the roster with the values of the variables."""
        rows = [list(row) for row in roster]
        for (person, day), choices in self.at.items():
            taken = [duty for duty, variable in choices if values[variable] > 0]
            rows[person][day] = taken[0] if taken else FREE
        return tuple(tuple(row) for row in rows)


def build(problem: Problem, roster: Roster, task: Task) -> Built:
    """Write the neighbourhood as a model."""
    return _Builder(problem, roster, task).build()


@dataclass(slots=True)
class _Builder:
    problem: Problem
    roster: Roster
    task: Task
    model: Model = field(default_factory=Model)
    at: dict[Cell, list[tuple[int, int]]] = field(default_factory=dict)
    costs: dict[Stage, list[Expr]] = field(default_factory=lambda: defaultdict(list))
    cells: dict[tuple[int, int, int], Expr] = field(default_factory=dict)
    gentle: list[Expr] = field(default_factory=list)
    present_fairness: int = 0

    def build(self) -> Built:
        for person, day in sorted(self.task.free):
            self._choices(person, day)
        for person in sorted({person for person, _ in self.task.free}):
            self._person(person)
        days = {day for _, day in self.task.free}
        for demand in self.problem.demands:
            if demand.day in days:
                self._demand(demand)
        self._crews(days)
        self._wishes()
        for share in self.problem.fairness if self._weighed(Stage.FAIRNESS) else ():
            self._fairness(share)
        self._stability()
        self._objective()
        return Built(self.model, self.at)

    def _weighed(self, stage: Stage) -> bool:
        """Whether costs of this stage play a part in this model."""
        return not self.problem.staged or stage <= self.task.stage

    def _choices(self, person: int, day: int) -> None:
        who = self.problem.people[person]
        choices = []
        for duty in allowed(self.problem, person, day):
            one = self.model.choice(int(self.roster[person][day] == duty))
            self.cells[person, day, duty] = one
            choices.append((duty, one.terms[0][0]))
        self.at[person, day] = choices
        fixed = next((one.duty for one in who.fixed if one.day == day), None)
        together = total(self.cells[person, day, duty] for duty, _ in choices)
        self.model.hold(together, high=1)
        if fixed is not None and fixed != FREE:
            self.model.hold(together, low=1)

    def cell(self, person: int, day: int, duty: int) -> Expr:
        """Return whether the person has this duty on this day."""
        if (person, day) in self.at:
            return self.cells.get((person, day, duty), NOTHING)
        return ONE if self.roster[person][day] == duty else NOTHING

    def _kinds(self, person: int, day: int) -> list[Expr]:
        kinds = [NOTHING] * len(self.problem.kinds)
        if (person, day) in self.at:
            for duty, _ in self.at[person, day]:
                kind = self.problem.duties[duty].kind
                kinds[kind] = kinds[kind] + self.cells[person, day, duty]
        elif self.roster[person][day] != FREE:
            kinds[self.problem.duties[self.roster[person][day]].kind] = ONE
        return kinds

    def _person(self, index: int) -> None:
        person, days = self.problem.people[index], range(self.problem.days)
        absences = {one.day: one for one in person.absences}
        kinds = [self._kinds(index, day) for day in days]
        work = [total(one) for one in kinds]
        busy = [
            ONE if day in absences and absences[day].worked else one for day, one in enumerate(work)
        ]
        credit = [absences[day].minutes if day in absences else 0 for day in days]
        cells = Cells(self.problem, person, self.model, kinds, work, busy, credit, self._slack)
        for rule in person.rules:
            if self._weighed(stage_of(rule)):
                rule_in(cells, rule)

    def _slack(self, rule: PersonRule, most: int, units: int) -> Expr:
        """Return the slack of a row; hard rules have one only while something hard is broken."""
        stage = stage_of(rule)
        legal = self.task.stage == Stage.LEGAL or self.task.caps[Stage.LEGAL] > 0
        if stage == Stage.LEGAL and not legal:
            return NOTHING
        slack = self.model.amount(most)
        self.costs[stage].append(slack * (units * (1 if rule.weight is None else rule.weight)))
        return slack

    def _demand(self, demand: Demand) -> None:
        present = total(
            self.cell(index, demand.day, duty)
            for index, person in enumerate(self.problem.people)
            if not person.trainee and (demand.skill is None or demand.skill in person.skills)
            for duty in demand.duties
        )
        target = max(demand.minimum, demand.preferred)
        below = self.model.amount(target - demand.minimum)
        under = self.model.amount(demand.minimum)
        over = self.model.amount()
        self.model.hold(present + below + under - over, target, target)
        priced = below * demand.below + under * demand.under + over * demand.over
        self.costs[Stage.COVER].append(priced)

    def _crews(self, days: Collection[int]) -> None:
        """Bound who stands together: trainees beside officers, nobody alone, things for all."""
        crews = Crews(self.problem, self.model, self.cell, self._now)
        legal = self.task.stage == Stage.LEGAL or self.task.caps[Stage.LEGAL] > 0
        for day in sorted(days):
            self.costs[Stage.LEGAL] += crews.supervision(day, soft=legal)
            self.costs[Stage.COVER] += crews.company(day)
        self.costs[Stage.COVER] += crews.stocks(days)

    def _wishes(self) -> None:
        for wish in self.problem.wishes:
            if (wish.person, wish.day) not in self.at:
                continue
            kinds = self._kinds(wish.person, wish.day)
            met = total(kinds) if wish.kind is None else kinds[wish.kind]
            missed = met.negated() if wish.wanted else met
            self.costs[Stage.WISHES].append(missed * wish.weight)

    def _fairness(self, share: Fairness) -> None:
        """Bound the spread of the burdens; held in later stages at what the present roster has."""
        divisor = gcd(*share.shares)
        shares = [part // divisor for part in share.shares]
        counts = [self._shared(share, person) for person in share.people]
        if share.carried:
            counts = [one + before for one, before in zip(counts, share.carried, strict=True)]
        everyone, parts = total(counts), sum(shares)
        burdens = [one * parts - everyone * part for one, part in zip(counts, shares, strict=True)]
        present = [self._now(one) for one in burdens]
        spread = max(0, max(present) - min(present) - share.tolerance * parts // THOUSAND)
        unit = max(1, (MILLION if self.problem.staged else THOUSAND) * share.weight // parts)
        self.present_fairness += spread * unit
        lift = 2 * parts * self.problem.days + sum(share.carried) * max(shares)
        high, low, over = self.model.amount(), self.model.amount(), self.model.amount()
        for burden in burdens:
            self.model.hold(high - burden, low=lift)
            self.model.hold(burden - low, low=-lift)
            if self.task.stage == Stage.FAIRNESS and burden.terms:
                self._tempered(burden, parts)
        self.model.hold(over - high + low, low=-(share.tolerance * parts // THOUSAND))
        self.costs[Stage.FAIRNESS].append(over * unit)

    def _tempered(self, burden: Expr, parts: int) -> None:
        """Ask for a burden near the share even where it is not the largest."""
        beyond = self.model.amount()
        self.model.hold(beyond - burden, low=-parts // 2)
        self.model.hold(beyond + burden, low=-parts // 2)
        self.gentle.append(beyond)

    def _now(self, expr: Expr) -> int:
        """Return the value of an expression of choices in the present roster."""
        return expr.constant + sum(one * self.model.hints[at] for at, one in expr.terms)

    def _shared(self, share: Fairness, person: int) -> Expr:
        days = range(self.problem.days) if share.days is None else sorted(share.days)
        kinds = range(len(self.problem.kinds)) if share.kinds is None else sorted(share.kinds)
        return total(one for day in days for one in _picked(self._kinds(person, day), kinds))

    def _stability(self) -> None:
        published = self.problem.published
        if published is None:
            return
        for person, day in self.at:
            before = published[person][day]
            duties = [duty for duty, _ in self.at[person, day]]
            free = total(self.cells[person, day, duty] for duty in duties)
            changed = free if before == FREE else self.cell(person, day, before).negated()
            self.costs[Stage.STABILITY].append(changed * self.problem.change)

    def _objective(self) -> None:
        if not self.problem.staged and self.task.stage != Stage.LEGAL:
            later = [one for stage in Stage if stage != Stage.LEGAL for one in self.costs[stage]]
            self.model.minimise(total(later))
            self._held(Stage.LEGAL)
            return
        for stage in Stage:
            if stage < self.task.stage:
                self._held(stage)
        self.model.minimise(total([*self.costs[self.task.stage], *self.gentle]))

    def _held(self, stage: Stage) -> None:
        """Hold what a stage costs here at what the present roster pays for it here."""
        cost, cap = total(self.costs[stage]), self.task.caps[stage]
        if stage == Stage.FAIRNESS:
            cap = self.present_fairness
        if cost.terms:
            self.model.hold(cost, high=cap)


def _picked(kinds: list[Expr], wanted: Collection[int]) -> list[Expr]:
    return [kinds[kind] for kind in wanted]


def allowed(problem: Problem, person: int, day: int) -> list[int]:
    """Return the duties the person may have on this day by skills, absence and what is fixed."""
    who = problem.people[person]
    if any(one.day == day for one in who.absences):
        return []
    fixed = [one.duty for one in who.fixed if one.day == day]
    duties = range(len(problem.duties)) if not fixed else [one for one in fixed if one != FREE]
    return [duty for duty in duties if problem.duties[duty].skills <= who.skills]
