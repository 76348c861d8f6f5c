"""What can be done in triage; one function per use case."""

from streife.triage.actions.catalogue import import_catalogue
from streife.triage.actions.deciding import decide
from streife.triage.actions.forgetting import forget_words, hold_proposal
from streife.triage.actions.proposing import index_words, propose_for_report

__all__ = [
    "decide",
    "forget_words",
    "hold_proposal",
    "import_catalogue",
    "index_words",
    "propose_for_report",
]
