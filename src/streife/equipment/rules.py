"""When an item may be handed out, what is due, and what a shift lacks."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from streife.kernel.errors import Refused
from streife.kernel.texts import german

SOON = timedelta(days=30)  # how long before a date it is worth a reminder


class AssetState(StrEnum):
    """Whether an item can be used; what cannot be used is never counted as there."""

    READY = "ready"
    REPAIR = "repair"
    LOST = "lost"
    RETIRED = "retired"


STATE_NAMES: Mapping[AssetState, str] = {
    AssetState.READY: german("einsatzbereit"),
    AssetState.REPAIR: german("in Reparatur"),
    AssetState.LOST: german("verloren"),
    AssetState.RETIRED: german("ausgesondert"),
}


class Issue(StrEnum):
    """How a kind is given out."""

    PERSONAL = "personal"  # stays with one person
    POOL = "pool"  # taken out for a shift and brought back


class Due(StrEnum):
    """What a date asks for."""

    INSPECTION = "inspection"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of `data/equipment/kinds.yaml`; `skill` is a `QualificationKind`, "" for nobody."""

    code: str
    name: str
    plural: str
    icon: str
    issue: Issue
    one_for: int
    skill: str = ""
    inspection_months: int | None = None
    lifetime_months: int | None = None


def kinds_of(content: Mapping[str, Any]) -> dict[str, Kind]:
    """Return the kinds of the file by code.

    :raises KeyError, TypeError, ValueError: a row lacks something or holds the impossible
    """
    kinds = {}
    for code, row in content["kinds"].items():
        kind = Kind(code=code, **{**row, "issue": Issue(row["issue"])})
        if kind.one_for < 1 or any(
            months is not None and months < 1
            for months in (kind.inspection_months, kind.lifetime_months)
        ):
            raise ValueError(code)
        kinds[code] = kind
    return kinds


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the last of a month where there is none.

    >>> add_months(date(2028, 2, 29), 12)
    datetime.date(2029, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def usable(
    state: AssetState, due_date: date | None, expires_date: date | None, *, on: date
) -> bool:
    """Say whether an item may be carried on a day: a date is the last day it is good for."""
    return (
        state == AssetState.READY
        and (due_date is None or on <= due_date)
        and (expires_date is None or on <= expires_date)
    )


def check_handover(
    state: AssetState, due_date: date | None, expires_date: date | None, *, on: date
) -> None:
    """Pass only an item that may be carried today.

    :raises Refused: `asset-not-ready`, `asset-expired`, `inspection-overdue`
    """
    if state != AssetState.READY:
        raise Refused(
            "Das Stück ist %(state)s und kann nicht ausgegeben werden. Bitte nehmen Sie ein "
            "anderes.",
            "asset-not-ready",
            field="number",
            values={"state": STATE_NAMES[state]},
        )
    if expires_date is not None and on > expires_date:
        raise Refused(
            "Das Stück ist am %(day)s abgelaufen. Bitte sondern Sie es aus und geben Sie ein "
            "anderes aus.",
            "asset-expired",
            field="number",
            values={"day": written(expires_date)},
        )
    if due_date is not None and on > due_date:
        raise Refused(
            "Die Prüfung war am %(day)s fällig. Bitte erst prüfen lassen und eintragen, dann "
            "ausgeben.",
            "inspection-overdue",
            field="number",
            values={"day": written(due_date)},
        )


def check_skill(kind: Kind, skills: Collection[str]) -> None:
    """Pass only an officer who is qualified for the kind (e.g. the baton needs its training).

    :raises Refused: `skill-missing`
    """
    if kind.skill and kind.skill not in skills:
        raise Refused(
            "Für %(kind)s fehlt dieser Einsatzkraft heute die gültige Befähigung. Bitte erst die "
            "Befähigung eintragen oder eine andere Einsatzkraft wählen.",
            "skill-missing",
            field="officer",
            values={"kind": kind.name},
        )


def next_due(kind: Kind, done_date: date) -> date | None:
    """Return until when an inspection is good, as the kind says; nothing if it needs none."""
    if kind.inspection_months is None:
        return None
    return add_months(done_date, kind.inspection_months)


def check_inspection(done_date: date, due_date: date | None, *, on: date) -> None:
    """Pass only an inspection that has been and that the next one follows.

    :raises Refused: `inspection-in-future`, `inspection-backwards`
    """
    if done_date > on:
        raise Refused(
            "Die Prüfung liegt in der Zukunft. Bitte tragen Sie sie ein, wenn sie war.",
            "inspection-in-future",
            field="done_date",
        )
    if due_date is not None and due_date <= done_date:
        raise Refused(
            "Die nächste Prüfung muss nach dieser liegen. Bitte prüfen Sie die beiden Daten.",
            "inspection-backwards",
            field="due_date",
        )


def written(day: date) -> str:
    """Return a day as people here write it: 1.2.2026."""
    return f"{day.day}.{day.month}.{day.year}"


@dataclass(frozen=True, slots=True)
class Holding:
    """An item for the count of a shift: who carries it (nobody: it lies in the store)."""

    kind: str
    officer_id: int | None
    good_until: date | None
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Ready:
    """Pieces of a kind on a day: that can be used, past their inspection, in repair."""

    count: int = 0
    overdue: int = 0
    repair: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    """What a shift has of a kind: `missing` = `needed` - `there`, never below zero.

    `ends` are the last days of those that are still good on the day of the shift, but not for long.
    """

    kind: Kind
    needed: int
    there: int
    ends: tuple[date, ...]

    @property
    def missing(self) -> int:
        """How many are not there."""
        return max(0, self.needed - self.there)


def supplies(
    kinds: Iterable[Kind],
    skills: Mapping[int, Collection[str]],
    holdings: Sequence[Holding],
    *,
    on: date,
) -> list[Supply]:
    """Return for every kind what the officers of a shift need and have on its day.

    `skills` names the officers of the shift with what they are qualified for. What is issued
    personally counts for its holder only; of the pool counts what they carry and what nobody has.
    """
    rows = []
    for kind in kinds:
        able = {pk for pk, own in skills.items() if not kind.skill or kind.skill in own}
        good = [row for row in holdings if row.kind == kind.code and row.usable]
        carried = [row for row in good if row.officer_id in able]
        pool = [row for row in good if row.officer_id is None]
        if kind.issue == Issue.PERSONAL:
            there, counted = len({row.officer_id for row in carried}), carried
        else:
            there, counted = len(carried) + len(pool), carried + pool
        ends = sorted(
            row.good_until
            for row in counted
            if row.good_until is not None and on <= row.good_until <= on + SOON
        )
        rows.append(Supply(kind, ceil(len(able) / kind.one_for), there, tuple(ends)))
    return rows


def shortage_text(rows: Sequence[Supply]) -> list[tuple[str, Mapping[str, object]]]:
    """Return the sentences about what is missing and what ends soon, with their values."""
    said: list[tuple[str, Mapping[str, object]]] = []
    for row in rows:
        if row.missing:
            name = row.kind.name if row.missing == 1 else row.kind.plural
            text = (
                german("Es fehlt %(n)s %(what)s.")
                if row.missing == 1
                else german("Es fehlen %(n)s %(what)s.")
            )
            said.append((text, {"n": row.missing, "what": name}))
        if row.ends:
            one = len(row.ends) == 1
            said.append(
                (
                    german("%(n)s %(what)s läuft am %(day)s ab.")
                    if one
                    else german("%(n)s %(what)s laufen ab, die erste Frist endet am %(day)s."),
                    {
                        "n": len(row.ends),
                        "what": row.kind.name if one else row.kind.plural,
                        "day": written(row.ends[0]),
                    },
                )
            )
    return said


class Step(StrEnum):
    """What a scan means."""

    OUT = "out"
    BACK = "back"


def scan_means(holder_id: int | None, chosen_id: int | None) -> Step:
    """Return whether a scanned item goes out or comes back.

    What somebody has comes back, unless another officer was chosen: then something is wrong.

    :raises Refused: `asset-held`, `officer-missing`
    """
    if holder_id is not None:
        if chosen_id in (None, holder_id):
            return Step.BACK
        raise Refused(
            "Das Stück ist noch an eine andere Einsatzkraft ausgegeben. Für die Rückgabe wählen "
            "Sie bitte niemanden aus und lesen es noch einmal ein.",
            "asset-held",
            field="number",
        )
    if chosen_id is None:
        raise Refused(
            "Das Stück liegt im Lager. Bitte wählen Sie, wer es bekommt.",
            "officer-missing",
            field="officer",
        )
    return Step.OUT


def check_moment(moment: datetime, after: datetime | None) -> None:
    """Pass only a moment after the last handover ended: histories never overlap.

    :raises Refused: `handover-backwards`
    """
    if after is not None and moment < after:
        raise Refused(
            "Dieser Zeitpunkt liegt vor der letzten Rückgabe des Stücks.", "handover-backwards"
        )
