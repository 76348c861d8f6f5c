"""What a plan and a swap may be, and what the law says about a plan."""

from streife.roster.rules.states import PlanState, SwapState, is_published

__all__ = ["PlanState", "SwapState", "is_published"]
