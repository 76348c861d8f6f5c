"""One synthetic year as a list of cases: when, where, what, and what came of it. No database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import numpy as np

from streife.config.demo.material import Matter, inhabited, matters, rhythm, squares, words
from streife.kernel.clock import BERLIN
from streife.kernel.geo import Point
from streife.reports.rules import Channel, Kind
from streife.triage.rules import DecisionKind

NAMESPACE = UUID("0d6f1f0e-5b0c-5e0e-9d55-5a1c7a3f2b11")
WAITING = timedelta(hours=5)  # what came in since then has not been decided
FRESH = 14  # how many of these
LATELY = timedelta(hours=30)  # what came in since then is mostly still open, some of it too late
OPEN = 36
NEVER = 1000.0  # times the target time: still open now
DEGREES_PER_METRE = 1 / 111_320
CHANNELS = (Channel.WEB, Channel.PHONE, Channel.WALK_IN, Channel.PATROL)
SHARES = (0.55, 0.3, 0.1, 0.05)
MEASURES = (
    ("keine_feststellung", 0.24),
    ("gespraech", 0.2),
    ("verwarnung_muendlich", 0.14),
    ("verwarnungsgeld", 0.08),
    ("platzverweis", 0.09),
    ("beseitigung", 0.15),
    ("kein_verstoss", 0.07),
    ("hilfe_vermittelt", 0.03),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One report and its way; `decided_at` is None while nobody has looked at it."""

    number: int
    client_id: UUID
    received_at: datetime
    code: str
    point: Point
    text: str
    address: str
    channel: Channel
    kind: Kind
    decided_at: datetime | None
    decision: DecisionKind
    closing_share: float  # of the target time; beyond 1 it was late
    measure: str
    twin_of: int | None = None


def make_cases(*, size: int, seed: int, now: datetime) -> list[Case]:
    """Return `size` cases of the last 365 days, oldest first; same day, same seed, same cases."""
    rng = np.random.default_rng(seed)
    fresh, still_open = min(FRESH, size // 20), min(OPEN, size // 10)
    moments = [
        *_moments(rng, size - fresh - still_open, now - LATELY),
        *_between(rng, still_open, now - LATELY, now - WAITING),
        *_between(rng, fresh, now - WAITING, now - timedelta(minutes=1)),
    ]
    cases: list[Case] = []
    # In UTC, or an hour would be lost or won where minutes are added across a change of clocks.
    for number, moment in enumerate(sorted(moment.astimezone(UTC) for moment in moments)):
        if number > 20 and rng.random() < 0.05 and cases[-1].twin_of is None:
            cases.append(_twin(rng, cases[-1], number, moment, now))
        else:
            cases.append(_case(rng, number, moment, now, seed))
    return cases


def _moments(rng: np.random.Generator, count: int, end: datetime) -> Iterator[datetime]:
    """Draw moments of one year after the hours of the week."""
    start = (
        (end - timedelta(days=365)).astimezone(BERLIN).replace(minute=0, second=0, microsecond=0)
    )
    hours = [start + timedelta(hours=n) for n in range(365 * 24)]
    weights = np.array([rhythm()[hour.weekday()][hour.hour] + 0.5 for hour in hours], dtype=float)
    for index in rng.choice(len(hours), size=count, p=weights / weights.sum()):
        yield min(hours[index] + timedelta(seconds=int(rng.integers(3600))), end)


def _between(
    rng: np.random.Generator, count: int, start: datetime, end: datetime
) -> Iterator[datetime]:
    for _ in range(count):
        yield start + (end - start) * float(rng.random())


def _matter(rng: np.random.Generator, hour: int) -> Matter:
    """Draw a matter that fits the hour."""
    rows = matters()
    night = hour >= 20 or hour < 5
    weights = np.array([row.weight * ((6 if night else 0.15) if row.night else 1) for row in rows])
    return rows[int(rng.choice(len(rows), p=weights / weights.sum()))]


def _point(rng: np.random.Generator, matter: Matter) -> Point:
    near = matter.sites and rng.random() < 0.7
    if near:
        centre = squares()[int(rng.integers(len(squares())))]
    else:
        points, residents = inhabited()
        weights = _weights(tuple(residents))
        centre = points[int(np.searchsorted(weights, rng.random()))]
    spread = 220 if near else 45
    north, east = rng.normal(0, spread / 2, size=2) * DEGREES_PER_METRE
    return Point(centre.latitude + float(north), centre.longitude + float(east) * 1.6)


_cumulated: dict[int, np.ndarray] = {}


def _weights(residents: tuple[float, ...]) -> np.ndarray:
    """Return cumulated shares (kept: it is the same list each time)."""
    if len(residents) not in _cumulated:
        sums = np.cumsum(residents)
        _cumulated[len(residents)] = sums / sums[-1]
    return _cumulated[len(residents)]


def _pick(rng: np.random.Generator, rows: list[str]) -> str:
    return rows[int(rng.integers(len(rows)))]


def _text(rng: np.random.Generator, code: str, street: str) -> str:
    book = words()
    sentence = _pick(rng, book.texts[code]).format(street=street, since=_pick(rng, book.since))
    text = _pick(rng, book.openings) + sentence
    if text[0].islower() and rng.random() < 0.7:
        text = text[0].upper() + text[1:]
    if rng.random() < 0.15:
        text = _typo(rng, text)
    return text + _pick(rng, book.endings)


def _typo(rng: np.random.Generator, text: str) -> str:
    """Swap two neighbouring letters, as hurried thumbs do."""
    at = int(rng.integers(3, max(4, len(text) - 3)))
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _case(
    rng: np.random.Generator, number: int, moment: datetime, now: datetime, seed: int
) -> Case:
    hour = moment.astimezone(BERLIN).hour
    matter = _matter(rng, hour)
    lately = now - LATELY <= moment < now - WAITING
    while lately and not (matter.sites or matter.night):
        matter = _matter(rng, hour)  # matters with short target times: the desk has work to do
    stuck = lately and rng.random() < 0.4
    street = words().streets[int(rng.integers(len(words().streets)))]
    draw = rng.random()
    decision = DecisionKind.REJECT if draw < 0.03 else DecisionKind.OPEN
    codes, shares = zip(*MEASURES, strict=True)
    return Case(
        number=number,
        client_id=uuid5(NAMESPACE, f"{seed}/{now:%Y%m%d}/{number}"),
        received_at=moment,
        code=matter.code,
        point=_point(rng, matter),
        text=_text(rng, matter.code, street),
        address=f"{street} {int(rng.integers(1, 120))}",
        channel=CHANNELS[int(rng.choice(len(CHANNELS), p=SHARES))],
        kind=Kind.COMPLAINT if now - moment < timedelta(days=60) and draw > 0.9 else Kind.HINT,
        decided_at=_decided(rng, moment, now),
        decision=decision,
        closing_share=float(rng.lognormal(-0.9, 0.7)) * (NEVER if stuck else 1),
        measure=str(rng.choice(codes, p=np.array(shares) / sum(shares))),
    )


def _decided(rng: np.random.Generator, moment: datetime, now: datetime) -> datetime | None:
    """Return when a person looked at it: within the hour by day; None for the newest."""
    if moment >= now - WAITING:
        return None
    return min(
        moment + timedelta(minutes=float(rng.lognormal(2.8, 0.8))), now - timedelta(minutes=20)
    )


def _twin(
    rng: np.random.Generator, case: Case, number: int, moment: datetime, now: datetime
) -> Case:
    """Return a second report about the same matter, a little later and a few metres off."""
    later = min(case.received_at + timedelta(minutes=float(rng.uniform(3, 40))), moment)
    shift = rng.normal(0, 12, size=2) * DEGREES_PER_METRE
    return replace(
        case,
        number=number,
        client_id=uuid5(NAMESPACE, f"twin/{case.client_id}"),
        received_at=later,
        point=Point(case.point.latitude + float(shift[0]), case.point.longitude + float(shift[1])),
        text=_text(rng, case.code, case.address.rsplit(" ", 1)[0]),
        kind=Kind.HINT,
        decided_at=_decided(rng, later, now),
        twin_of=case.number,
    )
