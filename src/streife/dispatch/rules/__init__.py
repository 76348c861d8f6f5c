"""What may go out together, what a status says, who is the right one, and what a command means."""

from streife.dispatch.rules.command import (
    Command,
    RecallUnit,
    RequestSpeech,
    SendUnit,
    SetStatus,
    full_number,
    parse_command,
)
from streife.dispatch.rules.crew import Candidate, check_crew, clean_call_sign
from streife.dispatch.rules.ranking import (
    Limits,
    Need,
    RankedUnit,
    Reason,
    Recommendation,
    is_fresh,
    proposal_record,
    recommend,
)
from streife.dispatch.rules.states import (
    ACTIVE,
    MOVES,
    STATE_NAMES,
    AssignmentState,
    Availability,
    check_move,
)
from streife.dispatch.rules.status import (
    SITUATION_OF,
    Scheme,
    Situation,
    StatusRow,
    check_scheme,
    check_status,
    effective_availability,
)

__all__ = [
    "ACTIVE",
    "MOVES",
    "SITUATION_OF",
    "STATE_NAMES",
    "AssignmentState",
    "Availability",
    "Candidate",
    "Command",
    "Limits",
    "Need",
    "RankedUnit",
    "Reason",
    "RecallUnit",
    "Recommendation",
    "RequestSpeech",
    "Scheme",
    "SendUnit",
    "SetStatus",
    "Situation",
    "StatusRow",
    "check_crew",
    "check_move",
    "check_scheme",
    "check_status",
    "clean_call_sign",
    "effective_availability",
    "full_number",
    "is_fresh",
    "parse_command",
    "proposal_record",
    "recommend",
]
