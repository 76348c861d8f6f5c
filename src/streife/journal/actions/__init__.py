"""Appending to the record, signing and checking it, and the two ways to erase from it."""

from streife.journal.actions.checking import note_person_search, verify
from streife.journal.actions.erasing import drop_year, erase_body
from streife.journal.actions.proving import (
    Growth,
    Proven,
    close_chain,
    prove_entries,
    prove_growths,
    public_keys,
    sign_text,
)
from streife.journal.actions.recording import append, record, record_last, record_many
from streife.journal.actions.signing import accept_restore, checkpoint, rotate_key
from streife.journal.actions.stamping import stamp
from streife.journal.actions.witnessing import ask_witnesses

__all__ = [
    "Growth",
    "Proven",
    "accept_restore",
    "append",
    "ask_witnesses",
    "checkpoint",
    "close_chain",
    "drop_year",
    "erase_body",
    "note_person_search",
    "prove_entries",
    "prove_growths",
    "public_keys",
    "record",
    "record_last",
    "record_many",
    "rotate_key",
    "sign_text",
    "stamp",
    "verify",
]
