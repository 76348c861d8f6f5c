"""What can be done in triage; one function per use case."""

from streife.triage.actions.catalogue import import_catalogue
from streife.triage.actions.deciding import decide
from streife.triage.actions.forgetting import forget_words
from streife.triage.actions.proposing import propose_for_report

__all__ = ["decide", "forget_words", "import_catalogue", "propose_for_report"]
