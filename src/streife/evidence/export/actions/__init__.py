"""Asking for, agreeing to, making, handing over and confirming what goes to another office."""

from streife.evidence.export.actions.asking import Wanted, decide_hand_over, request_hand_over
from streife.evidence.export.actions.handing import (
    confirm_receipt,
    drop_files,
    fetch_file,
    try_again,
)
from streife.evidence.export.actions.making import make_file
from streife.evidence.export.actions.tidying import Tidied, tidy_hand_overs

__all__ = [
    "Tidied",
    "Wanted",
    "confirm_receipt",
    "decide_hand_over",
    "drop_files",
    "fetch_file",
    "make_file",
    "request_hand_over",
    "tidy_hand_overs",
    "try_again",
]
