"""What an incident is, how it moves, and when it waits too long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.kernel.texts import german


class Priority(IntEnum):
    """1 is most urgent; target times are data per category."""

    DANGER = 1
    SOON = 2
    NORMAL = 3
    LOW = 4


class Status(StrEnum):
    """Where the service stands with the matter."""

    OPEN = "open"  # confirmed, nobody sent yet
    ASSIGNED = "assigned"  # a unit has the assignment
    ON_SCENE = "on_scene"  # a unit is there
    HANDED_OVER = "handed_over"  # another body has it; its answer is awaited
    CLOSED = "closed"


LIVE = frozenset({Status.OPEN, Status.ASSIGNED, Status.ON_SCENE, Status.HANDED_OVER})
WAITING = frozenset({Status.OPEN, Status.ASSIGNED})  # nobody of ours is there yet

STATUS_NAMES: Mapping[Status, str] = {
    Status.OPEN: german("offen"),
    Status.ASSIGNED: german("Streife unterwegs"),
    Status.ON_SCENE: german("Streife vor Ort"),
    Status.HANDED_OVER: german("abgegeben"),
    Status.CLOSED: german("abgeschlossen"),
}
PRIORITY_NAMES: Mapping[Priority, str] = {
    Priority.DANGER: german("Gefahr"),
    Priority.SOON: german("bald"),
    Priority.NORMAL: german("normal"),
    Priority.LOW: german("nachrangig"),
}

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.ASSIGNED, Status.HANDED_OVER, Status.CLOSED}),
    Status.ASSIGNED: frozenset({Status.OPEN, Status.ON_SCENE, Status.HANDED_OVER, Status.CLOSED}),
    Status.ON_SCENE: frozenset({Status.OPEN, Status.ASSIGNED, Status.HANDED_OVER, Status.CLOSED}),
    Status.HANDED_OVER: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),  # reopened, with reason
}


class Outcome(StrEnum):
    """What came of it; the resident is told in these terms."""

    RESOLVED = "resolved"
    NOT_FOUND = "not_found"
    NO_OFFENCE = "no_offence"
    WARNED = "warned"
    OFFENCE_RECORDED = "offence_recorded"
    HANDED_OVER = "handed_over"
    UNFOUNDED = "unfounded"
    MERGED = "merged"


OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.RESOLVED: german("behoben"),
    Outcome.NOT_FOUND: german("nichts vorgefunden"),
    Outcome.NO_OFFENCE: german("kein Verstoß"),
    Outcome.WARNED: german("verwarnt"),
    Outcome.OFFENCE_RECORDED: german("Verstoß aufgenommen"),
    Outcome.HANDED_OVER: german("an andere Stelle abgegeben"),
    Outcome.UNFOUNDED: german("unbegründet"),
    Outcome.MERGED: german("zusammengeführt"),
}

MAX_REASON_CHARACTERS = 500
MAX_LINE_CHARACTERS = 2000


def check_move(current: Status, target: Status) -> None:
    """Pass only if an incident may go from `current` to `target`.

    :raises Refused: the move is not in the table
    """
    if target not in MOVES[current]:
        raise Refused(
            "Der Vorgang steht inzwischen anders. Bitte laden Sie die Seite neu.", "illegal-move"
        )


def queue_rank(priority: int, since: datetime) -> int:
    """Return the place in the queue as one number: urgent before old, old before new.

    >>> from datetime import UTC
    >>> old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    >>> queue_rank(1, new) < queue_rank(2, old) < queue_rank(2, new)
    True
    """
    return priority * 10**16 + int(since.timestamp() * 1_000_000)


def due_at(since: datetime, target_minutes: int) -> datetime:
    """Return the moment by which somebody of ours should be there."""
    return since + timedelta(minutes=target_minutes)


def is_overdue(status: Status, due: datetime, now: datetime) -> bool:
    """Say whether the matter waits longer than agreed."""
    return status in WAITING and due < now


def number_text(year: int, sequence: int) -> str:
    """Return the number people say: `2026-004711`."""
    return f"{year}-{sequence:06d}"


def required_text(text: str, *, field: str, most: int = MAX_REASON_CHARACTERS) -> str:
    """Return the text without surrounding space.

    :raises Refused: it is empty or too long
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused("Bitte schreiben Sie einen kurzen Text dazu.", "text-missing", field=field)
    if len(text) > most:
        raise Refused(
            "Bitte kürzen Sie auf %(most)s Zeichen.",
            "text-too-long",
            field=field,
            values={"most": most},
        )
    return text


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """What a person confirmed; `target_minutes` comes from the category."""

    field_code: str
    category_code: str
    title: str
    priority: int
    target_minutes: int
    point: Point
    address: str = ""
    quarter_id: int | None = None
    district_id: int | None = None
    reported_at: datetime | None = None  # the clock of the target time runs from the report on
    report_ids: tuple[int, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """What a queue, a map or a search is narrowed to; empty means everything."""

    category_codes: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    district_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: the next page starts behind it."""

    rank: int
    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.rank}.{self.kind}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Return the cursor of an address, None for none or a broken one (first page)."""
        rank, _, rest = text.partition(".")
        kind, _, row_id = rest.partition(".")
        if kind not in ("incident", "report") or not (rank + row_id).isascii():
            return None
        if not (rank.isdigit() and row_id.isdigit()) or max(len(rank), len(row_id)) > 18:
            return None
        return cls(int(rank), kind, int(row_id))


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the desk's queue: an incident, or a report nobody has decided on."""

    kind: str  # incident | report
    id: int
    number: str  # number of the incident, reference of the report
    title: str
    category_code: str
    category: str
    field_code: str
    field: str
    icon: str
    priority: int
    status: str
    status_text: str
    address: str
    district: str
    latitude: float | None  # a report may not know its place
    longitude: float | None
    age_at: datetime
    due_at: datetime
    overdue: bool
    rank: int
    reports: int = 1
    units: tuple[str, ...] = ()

    @property
    def cursor(self) -> Cursor:
        """The cursor behind this row."""
        return Cursor(self.rank, self.kind, self.id)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some rows and where to go on; `next` is None on the last page."""

    rows: tuple[QueueRow, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A line of the short list on the phone; `outcome` follows from it."""

    code: str
    name: str
    outcome: Outcome
    needs_note: bool


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """One line of the Einsatztagebuch; `name` is empty for those who may not see names."""

    at: datetime
    who: str
    name: str
    text: str
    typed: bool
    number: int  # running number in the year's journal
