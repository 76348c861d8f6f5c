"""Reads of triage: the catalogue, the proposals, what waits for a decision."""

from streife.triage.queries.catalogue import (
    bodies,
    body,
    body_names,
    categories,
    category,
    category_names,
    responsible_body,
)
from streife.triage.queries.inbox import inbox, waiting_count, worklist
from streife.triage.queries.proposals import duplicates_of, proposal_of

__all__ = [
    "bodies",
    "body",
    "body_names",
    "categories",
    "category",
    "category_names",
    "duplicates_of",
    "inbox",
    "proposal_of",
    "responsible_body",
    "waiting_count",
    "worklist",
]
