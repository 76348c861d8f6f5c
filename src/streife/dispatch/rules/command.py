"""The command bar: "11 an 4711", "11 4", "11 frei", "11 ab 4711"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from streife.dispatch.rules.status import Scheme, StatusRow
from streife.kernel.errors import Refused
from streife.kernel.texts import german

EXAMPLES = german("Zum Beispiel: „11 an 4711“, „11 4“, „11 frei“ oder „11 ab 4711“.")


@dataclass(frozen=True, slots=True)
class SendUnit:
    """Send a unit to an incident."""

    unit_id: int
    incident_number: str
    reason: str
    reinforce: bool
    queue: bool


@dataclass(frozen=True, slots=True)
class RecallUnit:
    """Take the incident off the unit again."""

    unit_id: int
    incident_number: str
    reason: str


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Set the status of a unit."""

    unit_id: int
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class RequestSpeech:
    """Note that the unit wants to speak."""

    unit_id: int
    key: str


Command = SendUnit | RecallUnit | SetStatus | RequestSpeech

_JOB = re.compile(
    r"^(?P<verb>an|auch an|dann an|ab)\s+(?P<number>\d{4}-\d{1,6}|\d{1,6})"
    r"(?:[\s,:]+(?:weil\s+)?(?P<reason>.+))?$",
    re.IGNORECASE,
)


def parse_command(
    text: str, *, units: Sequence[tuple[int, str]], scheme: Scheme, year: int
) -> Command:
    """Return what the line means.

    `units` are (id, call sign) of the units on duty; the last number of a call sign is enough when
    only one unit has it. `auch an` sends as reinforcement, `dann an` queues behind the running job;
    a short incident number is one of `year`. Words after it are the reason.

    :raises Refused: not understood, ambiguous, or no such unit (German, with an example)
    """
    words = " ".join(text.split())
    if not words:
        raise Refused(
            "Bitte geben Sie einen Befehl ein. %(examples)s",
            "command-empty",
            values={"examples": EXAMPLES},
        )
    unit_id, rest = _unit(words, units)
    if not rest:
        raise Refused(
            "Was soll die Streife tun? %(examples)s",
            "command-incomplete",
            values={"examples": EXAMPLES},
        )
    job = _JOB.match(rest)
    if job:
        return _job(unit_id, job, year)
    if re.fullmatch(r"\d{3,6}|\d{4}-\d{1,6}", rest):
        raise Refused(
            "Meinten Sie „%(unit)san %(rest)s“?",
            "command-unclear",
            values={"unit": words[: -len(rest)], "rest": rest},
        )
    row, reason = _status(rest, scheme)
    return RequestSpeech(unit_id, row.key) if row.overlay else SetStatus(unit_id, row.key, reason)


def full_number(text: str, *, year: int) -> str:
    """Return an incident number in full: `4711` in 2026 is `2026-004711`."""
    head, dash, tail = text.partition("-")
    return f"{head}-{int(tail):06d}" if dash else f"{year}-{int(text):06d}"


def _job(unit_id: int, job: re.Match[str], year: int) -> Command:
    number = full_number(job["number"], year=year)
    reason = (job["reason"] or "").strip()
    verb = " ".join(job["verb"].lower().split())
    if verb == "ab":
        return RecallUnit(unit_id, number, reason)
    return SendUnit(unit_id, number, reason, verb == "auch an", verb == "dann an")


def _unit(words: str, units: Sequence[tuple[int, str]]) -> tuple[int, str]:
    """Return the unit a line starts with and the rest of the line."""
    folded = words.casefold()
    whole = [
        (unit_id, sign)
        for unit_id, sign in units
        if folded == sign.casefold() or folded.startswith(sign.casefold() + " ")
    ]
    if whole:
        unit_id, sign = max(whole, key=lambda pair: len(pair[1]))
        return unit_id, words[len(sign) :].strip()
    first, _, rest = words.partition(" ")
    found = [(i, sign) for i, sign in units if sign.casefold().split()[-1] == first.casefold()]
    if len(found) > 1:
        signs = ", ".join(sign for _, sign in found)
        raise Refused(
            "„%(first)s“ passt auf mehrere Streifen: %(signs)s.",
            "unit-ambiguous",
            values={"first": first, "signs": signs},
        )
    if not found:
        raise Refused(
            "Eine Streife „%(first)s“ ist nicht im Dienst. %(examples)s",
            "unit-unknown",
            values={"first": first, "examples": EXAMPLES},
        )
    return found[0][0], rest


def _status(rest: str, scheme: Scheme) -> tuple[StatusRow, str]:
    """Return the status a rest of a line names, and the reason behind it."""
    folded = rest.casefold()
    names: list[tuple[str, StatusRow]] = []
    for row in scheme.rows.values():
        names.extend((name.casefold(), row) for name in (row.key, row.short_name, *row.words))
    for name, row in sorted(names, key=lambda pair: -len(pair[0])):
        if folded == name or folded.startswith((name + " ", name + ",", name + ":")):
            return row, rest[len(name) :].lstrip(" ,:")
    raise Refused(
        "„%(rest)s“ ist kein Status und kein Auftrag. %(examples)s",
        "command-unknown",
        values={"rest": rest, "examples": EXAMPLES},
    )
