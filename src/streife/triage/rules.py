"""What can be decided about a report."""

from enum import StrEnum


class DecisionKind(StrEnum):
    """The four ways a report can go."""

    OPEN = "open"  # a new incident for the service
    MERGE = "merge"  # the same matter as an incident we have
    FORWARD = "forward"  # another body answers
    REJECT = "reject"  # nobody answers, with reason
