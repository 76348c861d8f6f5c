"""Use cases of the vault."""

from streife.evidence.actions.deleting import delete_recording
from streife.evidence.actions.describing import (
    change_regime,
    describe,
    link_incident,
    put_in_order,
)
from streife.evidence.actions.docks import (
    add_dock,
    backup_keys,
    restore_keys,
    retire_dock,
    rotate_keys,
)
from streife.evidence.actions.duties import finish_task, raise_task, reopen_task
from streife.evidence.actions.erasures import (
    answer_erasure,
    enter_erasure,
    find_photo,
    find_recording,
    miss_photo,
)
from streife.evidence.actions.expiring import Round, expire_due
from streife.evidence.actions.files import FileInside
from streife.evidence.actions.holding import confirm_hold, release_hold, request_hold
from streife.evidence.actions.ingesting import Incoming, Ingested, ingest
from streife.evidence.actions.locks import (
    NotAnswering,
    NotStored,
    durable,
    not_answering,
    seal_record,
)
from streife.evidence.actions.pausing import lift_pause
from streife.evidence.actions.picture_requests import (
    confirm_picture_hold,
    decide_picture_deletion,
    release_picture_hold,
    request_picture_deletion,
    request_picture_hold,
)
from streife.evidence.actions.picturing import adopt_pictures, delete_picture, set_period
from streife.evidence.actions.receipts import Cleared, clear_receipts, keep_receipts
from streife.evidence.actions.reconciling import reconcile, tidy_vault
from streife.evidence.actions.requests import decide_deletion, finish_cut, request_deletion
from streife.evidence.actions.things import (
    Snapshot,
    ask_destruction,
    decide_destruction,
    move_item,
    see_picture,
    take_item,
)
from streife.evidence.actions.uploading import (
    begin_upload,
    finish_upload,
    put_piece,
    received,
    tidy_uploads,
    upload_for,
)
from streife.evidence.actions.viewing import (
    begin_viewing,
    check_viewing,
    damaged,
    open_viewing,
    read_custody,
    report_damage,
    watermark_of,
)
from streife.evidence.actions.watching import Read, watch_round

__all__ = [
    "Cleared",
    "FileInside",
    "Incoming",
    "Ingested",
    "NotAnswering",
    "NotStored",
    "Read",
    "Round",
    "Snapshot",
    "add_dock",
    "adopt_pictures",
    "answer_erasure",
    "ask_destruction",
    "backup_keys",
    "begin_upload",
    "begin_viewing",
    "change_regime",
    "check_viewing",
    "clear_receipts",
    "confirm_hold",
    "confirm_picture_hold",
    "damaged",
    "decide_deletion",
    "decide_destruction",
    "decide_picture_deletion",
    "delete_picture",
    "delete_recording",
    "describe",
    "durable",
    "enter_erasure",
    "expire_due",
    "find_photo",
    "find_recording",
    "finish_cut",
    "finish_task",
    "finish_upload",
    "ingest",
    "keep_receipts",
    "lift_pause",
    "link_incident",
    "miss_photo",
    "move_item",
    "not_answering",
    "open_viewing",
    "put_in_order",
    "put_piece",
    "raise_task",
    "read_custody",
    "received",
    "reconcile",
    "release_hold",
    "release_picture_hold",
    "reopen_task",
    "report_damage",
    "request_deletion",
    "request_hold",
    "request_picture_deletion",
    "request_picture_hold",
    "restore_keys",
    "retire_dock",
    "rotate_keys",
    "seal_record",
    "see_picture",
    "set_period",
    "take_item",
    "tidy_uploads",
    "tidy_vault",
    "upload_for",
    "watch_round",
    "watermark_of",
]
