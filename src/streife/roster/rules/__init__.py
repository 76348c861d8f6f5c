"""What a shift may be, who may stand on it, and what the law says about a plan."""

from streife.roster.rules.spans import LONGEST_SHIFT, check_span, overlap
from streife.roster.rules.states import PlanState, SwapState, is_published

__all__ = ["LONGEST_SHIFT", "PlanState", "SwapState", "check_span", "is_published", "overlap"]
