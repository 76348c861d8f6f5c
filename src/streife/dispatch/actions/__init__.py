"""What people and the software do with units and assignments."""

from streife.dispatch.actions.assignments import accept, arrive, assign, take_up, withdraw
from streife.dispatch.actions.commands import run_command
from streife.dispatch.actions.finishing import finish, release_incident
from streife.dispatch.actions.scheme import Imported, import_recommendation, import_scheme
from streife.dispatch.actions.status import (
    clear_request,
    report_position,
    request_speech,
    set_status,
)
from streife.dispatch.actions.texts import erase_note
from streife.dispatch.actions.units import end_shifts, form_unit, stand_down

__all__ = [
    "Imported",
    "accept",
    "arrive",
    "assign",
    "clear_request",
    "end_shifts",
    "erase_note",
    "finish",
    "form_unit",
    "import_recommendation",
    "import_scheme",
    "release_incident",
    "report_position",
    "request_speech",
    "run_command",
    "set_status",
    "stand_down",
    "take_up",
    "withdraw",
]
