"""Writes into a model what holds for those who stand in a duty together, not for each of them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from streife.roster.solver.model import Expr, Model, total
from streife.roster.solver.problem import Problem, Stock, Use

NOTHING = Expr()


@dataclass(frozen=True, slots=True)
class Crews:
    """The crews of a model: `cell` says whether a person has a duty on a day, `present` what an
    expression of choices is in the present roster. Each method yields costs.
    """

    problem: Problem
    model: Model
    cell: Callable[[int, int, int], Expr]
    present: Callable[[Expr], int]

    def supervision(self, day: int, *, soft: bool) -> Iterator[Expr]:
        """Put enough officers beside the trainees of a day; `soft`: it may be missed."""
        rule = self.problem.supervision
        if rule is None:
            return
        for duty in range(len(self.problem.duties)):
            trainees = self._crew(day, duty, trainees=True)
            if not (trainees.terms or trainees.constant):
                continue
            slack = self.model.amount() if soft else NOTHING
            beside = self._crew(day, duty) - trainees * rule.officers
            self.model.hold(beside + slack, low=0)
            yield slack

    def company(self, day: int) -> Iterator[Expr]:
        """Leave no officer of a day alone, where no demand already makes the crew large enough."""
        rule = self.problem.company
        if rule is None or day not in rule.days:
            return
        asked = {
            demand.duties[0]
            for demand in self.problem.demands
            if demand.day == day and len(demand.duties) == 1 and demand.minimum >= rule.officers
        }
        for duty in range(len(self.problem.duties)):
            crew = self._crew(day, duty)
            if duty in asked or not crew.terms or crew.constant >= rule.officers:
                continue
            somebody = self.model.choice(int(self.present(crew) > 0))
            lacking = self.model.amount(1)
            self.model.hold(crew - somebody * len(self.problem.people), high=0)
            self.model.hold(crew + (lacking - somebody) * rule.officers, low=0)
            yield lacking * rule.price

    def stocks(self, days: Collection[int]) -> Iterator[Expr]:
        """Use no more pieces at once than are ready, in what touches some days."""
        for stock in self.problem.stocks:
            if any(use.day in days for use in stock.uses):
                yield self._stock(stock)

    def _stock(self, stock: Stock) -> Expr:
        over = self.model.amount()
        taken = total(self._pieces(use) for use in stock.uses)
        self.model.hold(taken - over, high=stock.ready - stock.set_aside)
        return over * stock.price

    def _pieces(self, use: Use) -> Expr:
        """Return how many pieces a crew needs: a whole number that is large enough."""
        crew = self._crew(use.day, use.duty)
        if use.one_for == 1:
            return crew
        if not crew.terms:
            return Expr((), _rounded_up(crew.constant, use.one_for))
        present = _rounded_up(self.present(crew), use.one_for)
        pieces = self.model.number(len(self.problem.people), present)
        self.model.hold(pieces * use.one_for - crew, low=0)
        return pieces

    def _crew(self, day: int, duty: int, *, trainees: bool = False) -> Expr:
        """Return how many officers (or trainees) are on a duty."""
        return total(
            self.cell(index, day, duty)
            for index, person in enumerate(self.problem.people)
            if person.trainee == trainees
        )


def _rounded_up(count: int, one_for: int) -> int:
    return -(-count // one_for)
