"""A linear model in whole numbers that no solver knows yet: variables, rows, one objective.

`ruling` and `building` write a roster problem into it; `highs` and `cpsat` solve it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

INFINITE = 10**7


@dataclass(frozen=True, slots=True)
class Expr:
    """A sum of coefficient x variable and a constant. An expression without terms is a number."""

    terms: tuple[tuple[int, int], ...] = ()  # (variable, coefficient)
    constant: int = 0

    def __add__(self, other: "Expr | int") -> "Expr":
        if isinstance(other, int):
            return Expr(self.terms, self.constant + other)
        return Expr(self.terms + other.terms, self.constant + other.constant)

    def __mul__(self, factor: int) -> "Expr":
        return Expr(tuple((at, one * factor) for at, one in self.terms), self.constant * factor)

    def __sub__(self, other: "Expr | int") -> "Expr":
        return self + other * -1

    def negated(self) -> "Expr":
        """Return one minus this (of something that is 0 or 1)."""
        return self * -1 + 1


def total(parts: Iterable[Expr]) -> Expr:
    """Add expressions up."""
    terms: list[tuple[int, int]] = []
    constant = 0
    for part in parts:
        terms += part.terms
        constant += part.constant
    return Expr(tuple(terms), constant)


@dataclass(slots=True)
class Model:
    """Variables with bounds (all whole; `hints`: present values) and rows low <= terms <= high.

    `whole`: those that must be said to be, because the rows alone do not make them so.
    `impossible`: a row without variables does not hold.
    """

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    hints: dict[int, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, int], int, int]] = field(default_factory=list)
    objective: dict[int, int] = field(default_factory=dict)
    constant: int = 0
    impossible: bool = False

    def choice(self, hint: int) -> Expr:
        """Add a variable that is 0 or 1."""
        self.hints[len(self.lower)] = hint
        return self._variable(1, True)

    def number(self, most: int, hint: int) -> Expr:
        """Add a variable that is a whole number from 0 to `most`."""
        self.hints[len(self.lower)] = hint
        return self._variable(most, True)

    def amount(self, most: int = INFINITE) -> Expr:
        """Add a variable from 0 to `most` that the rows make whole by themselves."""
        return self._variable(most, False)

    def _variable(self, most: int, whole: bool) -> Expr:
        self.lower.append(0)
        self.upper.append(most)
        self.whole.append(whole)
        return Expr(((len(self.lower) - 1, 1),))

    def hold(self, expr: Expr, low: int = -INFINITE, high: int = INFINITE) -> None:
        """Require low <= expr <= high."""
        terms = _gathered(expr)
        low, high = max(low - expr.constant, -INFINITE), min(high - expr.constant, INFINITE)
        if terms:
            self.rows.append((terms, low, high))
        elif not low <= 0 <= high:
            self.impossible = True

    def minimise(self, expr: Expr) -> None:
        """Set the objective."""
        self.objective, self.constant = _gathered(expr), expr.constant


def _gathered(expr: Expr) -> dict[int, int]:
    terms: dict[int, int] = {}
    for at, one in expr.terms:
        terms[at] = terms.get(at, 0) + one
    return {at: one for at, one in terms.items() if one}


@dataclass(frozen=True, slots=True)
class Answer:
    """Values of the variables (None: nothing found), and whether it is proven to be the best."""

    values: list[int] | None
    proven: bool
    bound: float
