"""What became of a swap, told to one of the two, and why a duty cannot go to somebody."""

from datetime import datetime

from django.utils.translation import gettext as _

from streife.roster.explanations import finding_text, norm_text
from streife.roster.models import Swap
from streife.roster.rules.basis import Built
from streife.roster.rules.clock import span_on
from streife.roster.rules.states import SwapState
from streife.roster.sentences import day_text
from streife.roster.solver.problem import Finding
from streife.roster.times import times_of
from streife.staff import queries as staff


def news_text(swap: Swap, officer_id: int) -> str:
    """Return what somebody else did with a swap, for whoever offered it or took it."""
    words = {
        "giver": str(swap.offered_by),
        "taker": str(swap.taken_by or ""),
        "gone": str(swap.stepped_back or ""),
        "day": day_text(swap.day),
        "kind": swap.kind.name,
        "back_day": day_text(swap.back_day) if swap.back_day else "",
        "back_kind": swap.back_kind.name if swap.back_kind else "",
        "reason": swap.reason,
    }
    tell = _to_giver if swap.offered_by_id == officer_id else _to_taker
    return tell(swap) % words


def _to_giver(swap: Swap) -> str:
    match SwapState(swap.state):
        case SwapState.TAKEN if swap.back_day:
            return _(
                "%(taker)s nimmt Ihren Dienst am %(day)s; Sie hätten dafür am %(back_day)s "
                "%(back_kind)s. Die Schichtleitung entscheidet."
            )
        case SwapState.TAKEN:
            return _("%(taker)s nimmt Ihren Dienst am %(day)s. Die Schichtleitung entscheidet.")
        case SwapState.OFFERED:
            return _(
                "%(gone)s ist von Ihrem Tausch am %(day)s zurückgetreten. Der Dienst ist wieder "
                "für alle angeboten und bis dahin Ihrer."
            )
        case SwapState.APPROVED if swap.back_day:
            return _(
                "Genehmigt: %(taker)s hat Ihren Dienst am %(day)s; Sie haben am %(back_day)s "
                "%(back_kind)s."
            )
        case SwapState.APPROVED:
            return _("Genehmigt: %(taker)s hat Ihren Dienst am %(day)s, Sie haben frei.")
        case SwapState.VOID:
            return _ended(swap)
        case _:
            return _ended(swap) + " " + _("Der Dienst bleibt bei Ihnen.")


def _to_taker(swap: Swap) -> str:
    match SwapState(swap.state):
        case SwapState.APPROVED if swap.back_day:
            return _(
                "Genehmigt: Sie haben am %(day)s %(kind)s statt %(giver)s; Ihr Dienst am "
                "%(back_day)s ist abgegeben."
            )
        case SwapState.APPROVED:
            return _("Genehmigt: Sie haben am %(day)s %(kind)s statt %(giver)s.")
        case SwapState.WITHDRAWN:
            return _(
                "%(giver)s hat das Angebot für %(day)s zurückgezogen. Ihr Plan bleibt, wie er war."
            )
        case _:
            return _ended(swap) + " " + _("Ihr Plan bleibt, wie er war.")


def _ended(swap: Swap) -> str:
    match SwapState(swap.state):
        case SwapState.REFUSED:
            return _("Abgelehnt: der Tausch am %(day)s („%(reason)s“).")
        case SwapState.EXPIRED:
            return _("Der Tausch am %(day)s ist beendet: niemand hat rechtzeitig entschieden.")
        case _:
            return _("Der Tausch am %(day)s ist beendet: Ein Dienst steht so nicht mehr im Plan.")


def decide_until(swap: Swap) -> datetime:
    """Return when a swap ends by itself: its earlier duty begins."""
    begins = span_on(times_of(swap.kind), swap.day)[0]
    if swap.back_kind is None or swap.back_day is None:
        return begins
    return min(begins, span_on(times_of(swap.back_kind), swap.back_day)[0])


def why_not(built: Built, finding: Finding) -> str:
    """Return who would break which rule: "Muster, D.: nur 8:00 Stunden Ruhe, nötig sind 11:00.
    Elf Stunden Ruhe zwischen zwei Schichten (§ 5 ArbZG)."."""
    text, norm = finding_text(built, finding), norm_text(built, finding)
    if finding.person is not None:
        officer = built.officer_at(finding.person)
        text = f"{staff.names_of([officer]).get(officer, '')}: {text}"
    return f"{text}. {norm}." if norm else f"{text}."
