"""When a text is erased, what the software made of its words goes too."""

from django.db import transaction

from streife.accounts.rules import Actor
from streife.incidents import actions as incidents
from streife.incidents.events import SearchWordsErased
from streife.kernel.erasing import ERASED_TEXT
from streife.kernel.events import publish
from streife.reports.queries import report_for
from streife.triage.models import DuplicateSuggestion, Proposal


@transaction.atomic
def forget_words(*, report_id: int, actor: Actor) -> None:
    """Take a report's words out of proposal, duplicates and search; number and place stay."""
    actor.require("triage.propose")
    report = report_for(actor, report_id)
    proposal = Proposal.objects.filter(pk=report_id).first()
    if proposal is not None:
        proposal.reasons = []
        proposal.alternatives = [{**row, "words": []} for row in proposal.alternatives]
        proposal.save(update_fields=["reasons", "alternatives"])
    DuplicateSuggestion.objects.filter(report_id=report_id).update(reasons=[])
    words = f"{report.reference} {'' if report.address == ERASED_TEXT else report.address}"
    incidents.index_report(report_id=report_id, words=words, actor=actor)
    publish(SearchWordsErased())


def hold_proposal(*, report_id: int) -> None:
    """Lock the proposal of a report, if there is one, until the transaction ends."""
    Proposal.objects.select_for_update(of=("self",)).filter(pk=report_id).first()
