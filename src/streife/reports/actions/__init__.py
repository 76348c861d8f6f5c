"""What can be done with reports; one function per use case."""

from streife.reports.actions.answering import (
    answer_report,
    hold,
    move_report,
    note_proposal,
    object_to_answer,
)
from streife.reports.actions.contacts import (
    erase_contact,
    erase_due_contacts,
    erase_own_contact,
    read_contact,
)
from streife.reports.actions.importing import import_reports
from streife.reports.actions.receiving import receive_report
from streife.reports.actions.senders import (
    check_link_tries,
    count_sender,
    count_wrong_link,
    forget_senders,
)
from streife.reports.actions.texts import erase_text
from streife.reports.actions.uploads import (
    drop_upload,
    forget_strays,
    forget_uploads,
    keep_upload,
    safe_photo,
)

__all__ = [
    "answer_report",
    "check_link_tries",
    "count_sender",
    "count_wrong_link",
    "drop_upload",
    "erase_contact",
    "erase_due_contacts",
    "erase_own_contact",
    "erase_text",
    "forget_senders",
    "forget_strays",
    "forget_uploads",
    "hold",
    "import_reports",
    "keep_upload",
    "move_report",
    "note_proposal",
    "object_to_answer",
    "read_contact",
    "receive_report",
    "safe_photo",
]
