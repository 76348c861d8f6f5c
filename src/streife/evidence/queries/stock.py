"""What waits for a second person, what was counted, what was deleted: the vault's own books."""

from django.db.models import QuerySet

from streife.evidence.models import (
    Deletion,
    DeletionPause,
    DeletionRequest,
    Hold,
    Reconciliation,
    Redaction,
)
from streife.evidence.rules import KEPT
from streife.evidence.rules.redacting import Work


def open_pause() -> DeletionPause | None:
    """Return the brake that holds deletions, if it is on."""
    return DeletionPause.objects.filter(lifted_at=None).first()


def last_counts(limit: int) -> list[Reconciliation]:
    """Return the last counts of the stock, newest first."""
    return list(Reconciliation.objects.order_by("-at")[:limit])


def last_deletions(limit: int) -> list[Deletion]:
    """Return the last proofs of deletion, newest first."""
    return list(Deletion.objects.select_related("recording").order_by("-intended_at")[:limit])


def open_holds() -> QuerySet[Hold]:
    """Return who needs a recording and has no second person yet, oldest first."""
    rows = Hold.objects.filter(
        confirmed_at=None, released_at=None, automatic=False, recording__state__in=KEPT
    )
    return rows.select_related("recording", "requested_by").order_by("requested_at")


def open_deletion_requests() -> QuerySet[DeletionRequest]:
    """Return which recordings somebody wants to go early, oldest first."""
    rows = DeletionRequest.objects.filter(decided_at=None)
    return rows.select_related("recording", "requested_by").order_by("requested_at")


def copies_made() -> QuerySet[Redaction]:
    """Return the redacted copies that wait for their release, oldest first."""
    rows = Redaction.objects.filter(state=Work.MADE).select_related("recording", "made_by")
    return rows.order_by("made_at")
