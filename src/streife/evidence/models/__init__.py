"""The vault's tables. Keys lie elsewhere (`keys/`)."""

from streife.evidence.models.decisions import Deletion, DeletionRequest, Hold, Viewing
from streife.evidence.models.erasures import DemandedRecording, ErasureCase
from streife.evidence.models.handing_over import HandOver
from streife.evidence.models.items import CustodyEvent, DestructionRequest, Item
from streife.evidence.models.notes import Note
from streife.evidence.models.pictures import (
    ItemPicture,
    PictureDeletionRequest,
    PictureHold,
    PicturePeriod,
)
from streife.evidence.models.recordings import Dock, Recording, Upload
from streife.evidence.models.redactions import Preview, Redaction
from streife.evidence.models.requests import Keeping, TwoPersonRequest
from streife.evidence.models.upkeep import (
    ClockMark,
    DeletionPause,
    Reconciliation,
    VaultTask,
)

__all__ = [
    "ClockMark",
    "CustodyEvent",
    "Deletion",
    "DeletionPause",
    "DeletionRequest",
    "DemandedRecording",
    "DestructionRequest",
    "Dock",
    "ErasureCase",
    "HandOver",
    "Hold",
    "Item",
    "ItemPicture",
    "Keeping",
    "Note",
    "PictureDeletionRequest",
    "PictureHold",
    "PicturePeriod",
    "Preview",
    "Reconciliation",
    "Recording",
    "Redaction",
    "TwoPersonRequest",
    "Upload",
    "VaultTask",
    "Viewing",
]
