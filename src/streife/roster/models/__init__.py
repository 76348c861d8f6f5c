"""The tables of the duty roster, by what they are about."""

from streife.roster.models.duty import Duty, Shift
from streife.roster.models.feeds import CalendarFeed
from streife.roster.models.planning import (
    Demand,
    EquipmentNeed,
    HourDemand,
    Plan,
    PlanChange,
    Post,
    ShiftKind,
    ShiftTimes,
    WorkRule,
)
from streife.roster.models.requests import SickCall, Swap, Wish

__all__ = [
    "CalendarFeed",
    "Demand",
    "Duty",
    "EquipmentNeed",
    "HourDemand",
    "Plan",
    "PlanChange",
    "Post",
    "Shift",
    "ShiftKind",
    "ShiftTimes",
    "SickCall",
    "Swap",
    "Wish",
    "WorkRule",
]
