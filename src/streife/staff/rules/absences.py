"""Absences: why somebody is not there, in days; of an illness never what it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from streife.kernel.errors import Refused
from streife.kernel.texts import german
from streife.staff.rules.contracts import written

DAY = timedelta(days=1)
LONGEST = timedelta(days=3 * 366)  # parental leave: three years a child, § 15 Abs. 2 BEEG


class AbsenceKind(StrEnum):
    """Why somebody is not there."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    SCHOOL = "school"  # Berufsschule, § 9 JArbSchG, § 15 BBiG
    EXAM = "exam"  # § 10 JArbSchG, § 15 BBiG
    PARENTAL = "parental"
    TIME_OFF = "time_off"
    OTHER = "other"


ABSENCE_NAMES: Mapping[AbsenceKind, str] = {
    AbsenceKind.LEAVE: german("Urlaub"),
    AbsenceKind.SICK: german("krank"),
    AbsenceKind.TRAINING: german("Fortbildung"),
    AbsenceKind.SCHOOL: german("Berufsschule"),
    AbsenceKind.EXAM: german("Prüfung"),
    AbsenceKind.PARENTAL: german("Elternzeit"),
    AbsenceKind.TIME_OFF: german("Zeitausgleich"),
    AbsenceKind.OTHER: german("abwesend"),
}
# Days that count as worked: § 9 Abs. 2, 3 JArbSchG, § 15 Abs. 2 BBiG; training is an order.
COUNTS_AS_WORK = frozenset({AbsenceKind.TRAINING, AbsenceKind.SCHOOL, AbsenceKind.EXAM})
# Who falls ill in leave does not use it up: § 9 BUrlG. What else it cuts cannot take place anyway.
GIVES_WAY = frozenset(AbsenceKind) - {AbsenceKind.SICK, AbsenceKind.PARENTAL}


@dataclass(frozen=True, slots=True)
class AbsenceSpan:
    """An absence from a first to a last day, both within it.

    For school days: `lessons` of 45 minutes, and when they begin (§§ 9, 14 Abs. 4 JArbSchG).
    """

    absence_id: int
    officer_id: int
    kind: AbsenceKind
    first_day: date
    last_day: date
    lessons: int | None = None
    begins: time | None = None
    instead: tuple["Instead", ...] = ()

    def instead_on(self, day: date) -> AbsenceKind | None:
        """Return what an illness took the place of on a day, if anything."""
        return next(
            (one.kind for one in self.instead if one.first_day <= day <= one.last_day), None
        )


@dataclass(frozen=True, slots=True)
class Instead:
    """Days of leave, school and the like that gave way to an illness."""

    kind: AbsenceKind
    first_day: date
    last_day: date


def check_span(first_day: date, last_day: date) -> None:
    """Pass only an absence that ends on or after its first day, within what any law allows.

    :raises Refused: `period-backwards`, `absence-too-long`
    """
    if last_day < first_day:
        raise Refused(
            "Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie die beiden Daten.",
            "period-backwards",
            field="last_day",
        )
    if last_day - first_day > LONGEST:
        raise Refused(
            "Länger als drei Jahre am Stück kann niemand abwesend sein. Bitte prüfen Sie das "
            "Enddatum.",
            "absence-too-long",
            field="last_day",
        )


def check_free(
    spans: Iterable[tuple[AbsenceKind, date, date]],
    first_day: date,
    last_day: date,
    *,
    why: bool = True,
) -> None:
    """Pass only days on which nothing else is noted; the refusal says what it is if `why`.

    :raises Refused: `absence-overlaps`
    """
    for kind, start, end in spans:
        if start <= last_day and first_day <= end:
            raise Refused(
                "Vom %(first)s bis %(last)s ist schon %(kind)s eingetragen. Bitte ändern Sie "
                "zuerst diesen Eintrag.",
                "absence-overlaps",
                field="first_day",
                values={
                    "first": written(start),
                    "last": written(end),
                    "kind": ABSENCE_NAMES[kind if why else AbsenceKind.OTHER],
                },
            )


def check_adds(known: Iterable[tuple[date, date]], first_day: date, last_day: date) -> None:
    """Pass only an illness that has a day which none of the known has.

    :raises Refused: `sick-known`
    """
    for start, end in known:
        if start <= first_day and last_day <= end:
            raise Refused(
                "Die Krankmeldung bis %(last)s ist schon eingetragen. Dauert es länger, wählen Sie "
                "bitte einen späteren letzten Tag.",
                "sick-known",
                field="last_day",
                values={"last": written(end)},
            )


def check_school(kind: AbsenceKind, lessons: int | None, begins: time | None) -> None:
    """Pass only school days with lessons and a beginning.

    :raises Refused: `not-school`, `lessons-impossible`
    """
    if kind != AbsenceKind.SCHOOL and (lessons is not None or begins is not None):
        raise Refused(
            "Unterrichtsstunden und Unterrichtsbeginn gehören nur zur Berufsschule.",
            "not-school",
            field="lessons",
        )
    if lessons is not None and not 1 <= lessons <= 12:
        raise Refused(
            "Ein Schultag hat zwischen 1 und 12 Unterrichtsstunden.",
            "lessons-impossible",
            field="lessons",
        )


def left_of(
    first_day: date, last_day: date, cut_first: date, cut_last: date
) -> Sequence[tuple[date, date]]:
    """Return what is left of a stretch of days when another is cut out of it: none, one, two."""
    parts = []
    if first_day < cut_first:
        parts.append((first_day, min(last_day, cut_first - DAY)))
    if last_day > cut_last:
        parts.append((max(first_day, cut_last + DAY), last_day))
    return parts
