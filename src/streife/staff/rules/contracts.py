"""Contracts: which law somebody works under, how much, and from when to when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german

WEEK = 7 * 24 * 60
FULL = Decimal(1)


class ContractGroup(StrEnum):
    """Which rules of working time apply (`data/roster`); under 18 the JArbSchG comes first."""

    BEAMTE = "beamte"  # AZVO NRW
    TARIF = "tarif"  # ArbZG and TVöD
    AZUBI = "azubi"  # ArbZG and BBiG


GROUP_NAMES: Mapping[ContractGroup, str] = {
    ContractGroup.BEAMTE: german("Beamtin oder Beamter"),
    ContractGroup.TARIF: german("Tarifbeschäftigt (TVöD)"),
    ContractGroup.AZUBI: german("in Ausbildung"),
}

# Weekly minutes of full time. AZVO NRW § 2 Abs. 1: 41 hours, 40 from the 55th and 39 from the 60th
# birthday on. TVöD-VKA § 6 Abs. 1: 39 hours (from memory, not read in the original); apprentices
# alike. § 8 Abs. 1 JArbSchG: never more than 40 under 18.
BEAMTE_BY_AGE = ((60, 39 * 60), (55, 40 * 60), (0, 41 * 60))
TARIF_MINUTES = 39 * 60


@dataclass(frozen=True, slots=True)
class ContractSpan:
    """A contract: `valid_to` is the first day it no longer holds, nothing if it has no end.

    `weekly_minutes` is what the person owes in a week, the share already in it.
    """

    officer_id: int
    group: ContractGroup
    share: Decimal
    weekly_minutes: int
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Say whether it is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def full_time_minutes(group: ContractGroup, age: int | None = None) -> int:
    """Return the weekly minutes of full time; without an age, as for the youngest."""
    if group == ContractGroup.BEAMTE:
        return next(minutes for least, minutes in BEAMTE_BY_AGE if (age or 0) >= least)
    return TARIF_MINUTES


def owed_minutes(contract: ContractSpan, born: date | None, day: date) -> int:
    """Return what is owed in the week of a day: what the contract says, less from 55 on by AZVO."""
    if contract.group != ContractGroup.BEAMTE or born is None:
        return contract.weekly_minutes
    most = full_time_minutes(contract.group, age_on(born, day))
    return min(contract.weekly_minutes, round(most * contract.share))


def age_on(born: date, day: date) -> int:
    """Return somebody's age on a day; born on 29 February, the birthday is 1 March (§ 188 BGB).

    >>> age_on(date(2008, 2, 29), date(2026, 2, 28))
    17
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_contract(group: ContractGroup, share: Decimal, weekly_minutes: int) -> None:
    """Pass only a share above 0 and up to 1, and minutes that go with it.

    :raises Refused: `share-impossible`, `weekly-minutes-impossible`
    """
    if not 0 < share <= FULL:
        raise Refused(
            "Der Umfang muss zwischen 1 und 100 Prozent liegen.", "share-impossible", field="share"
        )
    # One minute of rounding is nobody's mistake; more than full time allows would be.
    most = round(full_time_minutes(group) * share) + 1
    if not 0 < weekly_minutes <= most:
        raise Refused(
            "Bei diesem Umfang sind höchstens %(hours)s Stunden in der Woche möglich. Bitte prüfen "
            "Sie Umfang und Wochenstunden.",
            "weekly-minutes-impossible",
            field="weekly_hours",
            values={"hours": hours_text(most - 1)},
        )


def check_no_other(
    spans: Iterable[tuple[date, date | None]], valid_from: date, valid_to: date | None
) -> None:
    """Pass only a contract beside which no other one holds: nobody works under two at once.

    :raises Refused: `two-contracts`
    """
    for start, end in spans:
        if (valid_to is None or start < valid_to) and (end is None or valid_from < end):
            raise Refused(
                "In dieser Zeit gilt schon ein anderer Vertrag, seit %(day)s. Bitte beenden Sie "
                "ihn erst, oder wählen Sie einen späteren Beginn.",
                "two-contracts",
                field="valid_from",
                values={"day": written(start)},
            )


def birth_date_needed(group: ContractGroup | None, born: date, on: date) -> bool:
    """Say whether the law asks for somebody's age: JArbSchG below 18, AZVO § 2 for civil servants.

    For everybody else no birth date is stored.
    """
    return group == ContractGroup.BEAMTE or age_on(born, on) < 18


def hours_text(minutes: int) -> str:
    """Return minutes as hours people write: 39, 19:30."""
    return f"{minutes // 60}:{minutes % 60:02}" if minutes % 60 else str(minutes // 60)


def written(day: date) -> str:
    """Return a day as people here write it: 1.2.2026."""
    return f"{day.day}.{day.month}.{day.year}"
