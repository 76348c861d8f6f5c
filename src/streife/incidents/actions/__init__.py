"""What can be done with an incident; one function per use case."""

from streife.incidents.actions.catalogue import import_fields, import_measures
from streife.incidents.actions.closing import close_incident, merge_incidents, reopen_incident
from streife.incidents.actions.course import change_status, hold, log_line
from streife.incidents.actions.handing import answer_hand_over, hand_over
from streife.incidents.actions.indexing import index_incident, index_report, tidy_search
from streife.incidents.actions.opening import add_report, open_incident
from streife.incidents.actions.texts import erase_text

__all__ = [
    "add_report",
    "answer_hand_over",
    "change_status",
    "close_incident",
    "erase_text",
    "hand_over",
    "hold",
    "import_fields",
    "import_measures",
    "index_incident",
    "index_report",
    "log_line",
    "merge_incidents",
    "open_incident",
    "reopen_incident",
    "tidy_search",
]
