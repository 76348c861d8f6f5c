"""The vault's tables. Keys lie elsewhere (`keys/`)."""

from streife.evidence.models.decisions import Deletion, DeletionRequest, Hold, Viewing
from streife.evidence.models.handing_over import HandOver
from streife.evidence.models.items import (
    CustodyEvent,
    DestructionRequest,
    Item,
    ItemPicture,
    PicturePeriod,
)
from streife.evidence.models.notes import Note
from streife.evidence.models.recordings import Dock, Recording, Upload
from streife.evidence.models.redactions import Preview, Redaction
from streife.evidence.models.upkeep import DeletionPause, Reconciliation, VaultTask

__all__ = [
    "CustodyEvent",
    "Deletion",
    "DeletionPause",
    "DeletionRequest",
    "DestructionRequest",
    "Dock",
    "HandOver",
    "Hold",
    "Item",
    "ItemPicture",
    "Note",
    "PicturePeriod",
    "Preview",
    "Reconciliation",
    "Recording",
    "Redaction",
    "Upload",
    "VaultTask",
    "Viewing",
]
