"""Hiring, contracts, qualifications, absences: one function a use case."""

from streife.staff.actions.absences import (
    add_absence,
    change_absence,
    remove_absence,
    tidy_absences,
)
from streife.staff.actions.contracts import (
    end_contract,
    make_contract,
    note_birth_date,
    tidy_birth_dates,
)
from streife.staff.actions.importing import check_people, import_people, import_person
from streife.staff.actions.languages import set_languages
from streife.staff.actions.officers import hire_officer, link_user, see_off_officer
from streife.staff.actions.qualifications import (
    add_qualification,
    remind,
    withdraw_qualification,
)
from streife.staff.actions.tidying import tidy_ended, tidy_officers

__all__ = [
    "add_absence",
    "add_qualification",
    "change_absence",
    "check_people",
    "end_contract",
    "hire_officer",
    "import_people",
    "import_person",
    "link_user",
    "make_contract",
    "note_birth_date",
    "remind",
    "remove_absence",
    "see_off_officer",
    "set_languages",
    "tidy_absences",
    "tidy_birth_dates",
    "tidy_ended",
    "tidy_officers",
    "withdraw_qualification",
]
