"""Who may see which footage, and who may decide about whose request.

Wearers see what they recorded, never what a colleague did (a camera must not become a means of
watching each other). Everybody else needs a task that concerns the recording, and states it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from streife.accounts.rules import Actor
from streife.evidence.rules.states import check_kept
from streife.kernel.errors import NotPermitted, Refused
from streife.kernel.texts import german

SHORTEST_REASON = 5
LONGEST_REFUSAL = 200


class Purpose(StrEnum):
    """Why somebody looks (Art. 25 Directive (EU) 2016/680: the justification is recorded)."""

    CASE = "case"
    REVIEW = "review"
    OWN_REPORT = "own_report"
    COMPLAINT = "complaint"
    DISCLOSURE = "disclosure"
    REDACTION = "redaction"


PURPOSES: Mapping[Purpose, str] = {
    Purpose.CASE: german("Bearbeitung des Vorgangs"),
    Purpose.REVIEW: german("Prüfung, ob die Aufnahme gebraucht wird"),
    Purpose.OWN_REPORT: german("eigener Bericht"),
    Purpose.COMPLAINT: german("Bearbeitung einer Beschwerde"),
    Purpose.DISCLOSURE: german("Auskunft oder Weitergabe vorbereiten"),
    Purpose.REDACTION: german("Schwärzen"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What access depends on: state, wearer's account, seal, and whether a case needs it."""

    state: str
    wearer_user_id: int | None
    sealed: bool
    has_case: bool
    is_derived: bool = False


def sees_cases_only(actor: Actor) -> bool:
    """Say whether somebody sees footage for no other reason than that a case needs it."""
    return actor.may("evidence.view_case") and not actor.may("evidence.view")


def is_own(actor: Actor, seen: Seen) -> bool:
    """Say whether the actor wore the camera."""
    return actor.user_id is not None and actor.user_id == seen.wearer_user_id


def why_hidden(actor: Actor, seen: Seen) -> str:
    """Return the code of why the actor may not see the content, or "" if they may."""
    if seen.sealed:
        return "sealed"
    if actor.may("evidence.view"):
        return ""
    if actor.may("evidence.view_case"):
        return "" if seen.has_case else "no-case"
    if actor.may("evidence.view_own"):
        return "" if is_own(actor, seen) else "not-own"
    return "not-permitted"


_HIDDEN: Mapping[str, str] = {
    "sealed": german(
        "Diese Aufnahme ist versiegelt, bis über den Antrag auf Löschung entschieden ist."
    ),
    "no-case": german(
        "Diese Aufnahme gehört zu keinem Vorgang. Bitte lassen Sie sie zuerst zuordnen."
    ),
    "not-own": german("Sie können nur Aufnahmen ansehen, die Sie selbst gemacht haben."),
    "not-permitted": german("Dafür fehlt Ihnen die Berechtigung."),
}


def check_view(actor: Actor, seen: Seen, *, purpose: str, reason: str) -> None:
    """Pass only who may look, with a purpose and a reason.

    :raises Refused: `key-destroyed`, `not-ingested`, `purpose-unknown`, `reason-needed`
    :raises NotPermitted: `sealed`, `no-case`, `not-own`, `not-permitted`
    """
    if code := why_hidden(actor, seen):
        raise NotPermitted(_HIDDEN[code], code)
    check_kept(seen.state)
    if purpose not in tuple(Purpose):
        raise Refused(
            "Bitte wählen Sie, wozu Sie die Aufnahme ansehen.", "purpose-unknown", field="purpose"
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            "Bitte schreiben Sie kurz, warum Sie die Aufnahme ansehen. Das steht danach im"
            " Protokoll.",
            "reason-needed",
            field="reason",
        )


def check_other_person(actor: Actor, asked_by: int | None) -> None:
    """Pass only somebody else than who asked: nobody approves their own request.

    :raises Refused: `own-request`
    """
    if actor.user_id is None or actor.user_id == asked_by:
        raise Refused(
            "Über den eigenen Antrag kann nur eine andere Person entscheiden. Bitte wenden Sie"
            " sich an Ihre Schichtleitung.",
            "own-request",
        )


def check_decider(actor: Actor, asked_by: int | None, *, granted: bool, firm: bool = False) -> None:
    """Pass a second person who may decide; or whoever asked, to take the request back.

    A `firm` request has sealed something: one person alone cannot undo that either.

    :raises NotPermitted: without `evidence.decide`
    :raises Refused: `own-request`
    """
    if not granted and not firm and actor.user_id is not None and actor.user_id == asked_by:
        return
    actor.require("evidence.decide")
    check_other_person(actor, asked_by)


def check_refusal(reason: str) -> str:
    """Return why a request is refused, in one line: whoever asked reads it.

    :raises Refused: `refusal-needed`
    """
    line = " ".join(reason.split())
    if len(line) < SHORTEST_REASON:
        raise Refused(
            "Bitte schreiben Sie in einer Zeile, warum nicht. Wer den Antrag gestellt hat, liest"
            " es.",
            "refusal-needed",
            field="warum",
        )
    return line[:LONGEST_REFUSAL]


def is_refusal(actor: Actor, *, asked_by: int | None, confirmed: bool) -> bool:
    """Say whether ending a hold now is a no to who asked for it."""
    return not confirmed and asked_by is not None and asked_by != actor.user_id


def check_release(
    actor: Actor, *, asked_by: int | None, confirmed: bool, wearer_user_id: int | None = None
) -> None:
    """Pass whoever may end a hold.

    What a second person confirmed is not ended by whoever asked for it; and nobody ends what
    others keep of their own recording: it may be kept because of them.

    :raises Refused: `own-request`, `own-recording`
    """
    if confirmed:
        check_other_person(actor, asked_by)
    if asked_by != actor.user_id:
        check_not_wearer(actor, wearer_user_id)


def may_release(
    actor: Actor, *, asked_by: int | None, confirmed: bool, wearer_user_id: int | None = None
) -> bool:
    """Say whether `check_release` passes, for the page that offers it."""
    try:
        check_release(actor, asked_by=asked_by, confirmed=confirmed, wearer_user_id=wearer_user_id)
    except Refused:
        return False
    return True


def check_not_wearer(actor: Actor, wearer_user_id: int | None) -> None:
    """Pass only somebody else than who made the recording (§ 15c Abs. 4: officer and superior).

    :raises Refused: `own-recording`
    """
    if actor.user_id is not None and actor.user_id == wearer_user_id:
        raise Refused(
            "Das ist Ihre eigene Aufnahme. Darüber entscheidet jemand, der sie nicht gemacht hat.",
            "own-recording",
        )
