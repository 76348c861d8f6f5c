"""What the software proposes for a report, with names people read."""

from streife.kernel.clock import local
from streife.triage.models import DuplicateSuggestion, Proposal
from streife.triage.queries.catalogue import day_of
from streife.triage.rules import DuplicateView, Guess, ProposalView


def proposal_of(report_id: int) -> ProposalView | None:
    """Return the proposal for a report with names people read, None before it was made."""
    row = Proposal.objects.filter(pk=report_id).first()
    if row is None:
        return None
    day = day_of(local(row.made_at).date())
    matter = day.by_code.get(row.category_code)
    answering = day.bodies.get(row.body_code)
    if matter is None or answering is None:
        return None
    return ProposalView(
        report_id=report_id,
        category=matter,
        score=row.category_score,
        unsure=row.unsure,
        alternatives=tuple(
            Guess(a["code"], a["score"], tuple(a["words"])) for a in row.alternatives
        ),
        priority=row.priority,
        body=answering,
        reasons=tuple(row.reasons),
        made_at=row.made_at,
        decided=row.queue_rank is None,
    )


def duplicates_of(report_id: int) -> list[DuplicateView]:
    """Return the incidents that are likely the same matter, likeliest first."""
    rows = (
        DuplicateSuggestion.objects.filter(report_id=report_id)
        .select_related("incident")
        .order_by("-score", "incident_id")
    )
    return [
        DuplicateView(
            row.incident_id, row.incident.number, row.incident.title, row.score, tuple(row.reasons)
        )
        for row in rows
    ]
