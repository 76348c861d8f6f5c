"""Who serves, under which contract, qualified for what, and when not there."""

from streife.staff.rules.absences import (
    ABSENCE_NAMES,
    COUNTS_AS_WORK,
    AbsenceKind,
    AbsenceSpan,
)
from streife.staff.rules.contracts import (
    GROUP_NAMES,
    ContractGroup,
    ContractSpan,
    age_on,
    full_time_minutes,
    owed_minutes,
)
from streife.staff.rules.qualifications import (
    QUALIFICATION_NAMES,
    QualificationKind,
    SkillSpan,
)
from streife.staff.rules.retention import Kept, Period, kept_since
from streife.staff.rules.service import (
    check_leaving,
    check_period,
    check_written,
    in_service,
)

__all__ = [
    "ABSENCE_NAMES",
    "COUNTS_AS_WORK",
    "GROUP_NAMES",
    "QUALIFICATION_NAMES",
    "AbsenceKind",
    "AbsenceSpan",
    "ContractGroup",
    "ContractSpan",
    "Kept",
    "Period",
    "QualificationKind",
    "SkillSpan",
    "age_on",
    "check_leaving",
    "check_period",
    "check_written",
    "full_time_minutes",
    "in_service",
    "kept_since",
    "owed_minutes",
]
