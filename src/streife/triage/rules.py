"""What can be decided about a report, how sure a proposal is, and what residents are told."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from streife.incidents.rules import Outcome
from streife.kernel.geo import Point
from streife.kernel.texts import german, said

# How letters begin. Only whole greetings: "Hallo ein Hund, der beißt" says something at once.
_GREETING = re.compile(
    r"(?:sehr geehrte damen und herren"
    r"|(?:sehr geehrte|liebe)[rs]? (?:frau|herr|kolleg)[^,.!?]{0,40}"
    r"|guten (?:tag|morgen|abend)|(?:hallo|hi)(?: zusammen| ordnungsamt| leitstelle)?"
    r"|moin(?: moin)?)\s?[,.!:–-]+\s*(?=\S+\s+\S)",
    re.IGNORECASE,
)
_HEADING = 160  # characters


def heading_of(text: str) -> str:
    """Return the begin of a report on one line, without the greeting, for a list.

    >>> heading_of("Sehr geehrte Damen und Herren,\\nhier liegt ein Sofa.")
    'Hier liegt ein Sofa.'
    """
    line = " ".join(text.split())
    begin = _GREETING.match(line)
    rest = line[begin.end() :] if begin else line
    return (rest[:1].upper() + rest[1:])[:_HEADING] if begin else rest[:_HEADING]


class DecisionKind(StrEnum):
    """The four ways a report can go."""

    OPEN = "open"  # a new incident for the service
    MERGE = "merge"  # the same matter as an incident we have
    FORWARD = "forward"  # another body answers
    REJECT = "reject"  # nobody answers, with reason


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category as everybody reads it; groups have an empty `parent_code`."""

    code: str
    name: str
    public_name: str
    help_text: str
    parent_code: str
    field_code: str
    field_name: str
    icon: str
    priority: int
    target_minutes: int
    body_code: str
    keywords: tuple[str, ...] = ()
    public: bool = True


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body that answers for matters; `checked`: somebody verified name and task."""

    code: str
    name: str
    short_name: str
    own: bool
    contact: str
    reason: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What a person wants to do with a report; empty values are taken from the proposal.

    `incident_id` names the matter of a MERGE; `point` the place of a report that has none.
    """

    kind: DecisionKind
    category_code: str = ""
    priority: int | None = None
    body_code: str = ""
    incident_id: int | None = None
    reason: str = ""
    title: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """A category with its share of certainty (0 … 1) and the words that speak for it."""

    code: str
    score: float
    words: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """One short reason: "wegen: Matratze, Sperrmüll"."""
        return "wegen: " + ", ".join(self.words) if self.words else ""


SURE_FROM = 0.55  # below it the proposal says "unsicher" and keeps what the resident chose


@dataclass(frozen=True, slots=True)
class CategoryProposal:
    """The category to propose and why."""

    code: str
    score: float
    unsure: bool
    reasons: tuple[str, ...]


def propose_category(
    guesses: Sequence[Guess], *, chosen: str, names: Mapping[str, str]
) -> CategoryProposal:
    """Weigh what the text says against what the resident chose.

    A sure text wins; otherwise the resident's own choice stands, marked as unsure if the text
    points elsewhere. `names` are the names of all current categories by code.
    """
    best = guesses[0] if guesses else Guess("other", 0.0)
    chosen_known = chosen in names
    if chosen_known and best.code == chosen:
        reasons = [f"So gemeldet: {names[chosen]}", best.reason]
        score, unsure = max(best.score, 0.5), False
        return CategoryProposal(chosen, score, unsure, tuple(filter(None, reasons)))
    if best.score >= SURE_FROM and best.code in names:
        reasons = [f"Text spricht für {names[best.code]}", best.reason]
        if chosen_known:
            reasons.append(f"gemeldet als {names[chosen]}")
        return CategoryProposal(best.code, best.score, False, tuple(filter(None, reasons)))
    if chosen_known:
        own_score = next((g.score for g in guesses if g.code == chosen), 0.0)
        reasons = [f"So gemeldet: {names[chosen]}", "unsicher: der Text sagt wenig dazu"]
        return CategoryProposal(chosen, own_score, True, tuple(reasons))
    code = best.code if best.code in names else "other"
    return CategoryProposal(code, best.score, True, tuple(filter(None, ["unsicher", best.reason])))


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """When two are probably the same matter; figures are data (catalogue `duplicates`)."""

    radius_metres: float = 150.0
    hours: float = 72.0
    threshold: float = 0.5
    most: int = 5


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is known of a pair: distance, age in hours, sameness of matter, shared words."""

    metres: float
    hours: float
    same_category: bool
    same_field: bool
    text: float
    words: tuple[str, ...] = ()


def duplicate_score(pair: Likeness, rule: DuplicateRule) -> float:
    """Return how probably both are one matter, 0 … 1; 0 beyond radius or time.

    Place weighs most, then the matter, then words and time; another field of work is never the
    same matter, however near.
    """
    if pair.metres > rule.radius_metres or not 0 <= pair.hours <= rule.hours:
        return 0.0
    if not pair.same_field:
        return 0.0
    near = math.exp(-pair.metres / (rule.radius_metres / 3))
    recent = 1 - pair.hours / rule.hours
    matter = 1.0 if pair.same_category else 0.5
    return round(0.4 * near + 0.25 * matter + 0.2 * min(1.0, 2 * pair.text) + 0.15 * recent, 4)


def duplicate_reasons(pair: Likeness) -> list[str]:
    """Return why, in words: "40 m entfernt", "gleicher Anlass", "vor 2 Stunden"."""
    metres = max(10, round(pair.metres / 10) * 10)
    reasons = [f"{metres} m entfernt" if pair.metres >= 5 else "gleiche Stelle"]
    reasons.append("gleicher Anlass" if pair.same_category else "gleiches Aufgabenfeld")
    reasons.append(age_text(timedelta(hours=pair.hours)))
    if pair.words:
        reasons.append("ähnliche Worte: " + ", ".join(pair.words))
    return reasons


def age_text(age: timedelta) -> str:
    """Return an age in words: "soeben", "vor 12 Minuten", "vor 2 Stunden", "vor 3 Tagen"."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return "soeben"
    if minutes < 60:
        return "vor 1 Minute" if minutes == 1 else f"vor {minutes} Minuten"
    hours = minutes // 60
    if hours < 48:
        return "vor 1 Stunde" if hours == 1 else f"vor {hours} Stunden"
    return f"vor {hours // 24} Tagen"


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal as the desk shows it, with the names people read."""

    report_id: int
    category: CategoryRow
    score: float
    unsure: bool
    alternatives: tuple[Guess, ...]
    priority: int
    body: BodyRow
    reasons: tuple[str, ...]
    made_at: datetime
    decided: bool


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """A suggested incident with its reasons."""

    incident_id: int
    number: str
    title: str
    score: float
    reasons: tuple[str, ...]


_ANSWERS: Mapping[Outcome, str] = {
    Outcome.RESOLVED: german(
        "Wir haben uns darum gekümmert, die Sache ist behoben. Danke, dass Sie uns Bescheid "
        "gegeben haben."
    ),
    Outcome.NOT_FOUND: german(
        "Wir waren vor Ort und haben zu diesem Zeitpunkt nichts mehr vorgefunden. Wenn es wieder "
        "vorkommt, melden Sie sich bitte gleich, am besten telefonisch."
    ),
    Outcome.NO_OFFENCE: german(
        "Wir haben es geprüft. Nach den geltenden Regeln ist es erlaubt, deshalb können wir nicht "
        "einschreiten."
    ),
    Outcome.WARNED: german("Wir waren vor Ort, haben die Beteiligten angesprochen und verwarnt."),
    Outcome.OFFENCE_RECORDED: german(
        "Wir haben den Verstoß aufgenommen und gehen ihm weiter nach. Über den Ausgang dürfen wir "
        "aus Gründen des Datenschutzes nicht berichten."
    ),
    Outcome.UNFOUNDED: german("Wir haben es geprüft. Der Hinweis hat sich nicht bestätigt."),
    Outcome.MERGED: german(
        "Dazu hatten wir schon einen Hinweis. Wir bearbeiten beide gemeinsam weiter."
    ),
}

_HANDED_OVER = german("Dafür ist eine andere Stelle zuständig: %(body)s hat die Sache übernommen.")
_SOMEBODY = german("eine andere Stelle")
_ANSWER = german("Ihr Hinweis „%(matter)s“: %(text)s")
# The same sentences, to be found again in a stored answer.
_HANDED_OVER_PARTS = re.compile(re.escape(_HANDED_OVER).replace(r"%\(body\)s", "(?P<body>.+)"))
_ANSWER_PARTS = re.compile(
    re.escape(_ANSWER)
    .replace(r"%\(matter\)s", "(?P<matter>[^“]+)")
    .replace(r"%\(text\)s", "(?P<text>.+)")
)


def answer_text(outcome: Outcome, *, category_name: str, body_name: str = "") -> str:
    """Return what the resident is told, honestly, per outcome.

    The officer's note is never quoted: it may name people.
    """
    if outcome is Outcome.HANDED_OVER:
        text = _HANDED_OVER % {"body": body_name or _SOMEBODY}
    else:
        text = _ANSWERS[outcome]
    return _ANSWER % {"matter": category_name, "text": text}


def spoken_answer(answer: str) -> str:
    """Return an answer in the reader's language as far as `answer_text` wrote it.

    What a person typed stays as it is.
    """
    parts = _ANSWER_PARTS.fullmatch(answer)
    if parts is None:
        return said(answer)
    given = _HANDED_OVER_PARTS.fullmatch(parts["text"])
    text = said(_HANDED_OVER, {"body": said(given["body"])}) if given else said(parts["text"])
    return said(_ANSWER, {"matter": said(parts["matter"]), "text": text})


def merged_text() -> str:
    """Return what reporters are told when their report joins another matter."""
    return _ANSWERS[Outcome.MERGED]
