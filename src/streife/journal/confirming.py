"""Checks what other offices confirmed: witnesses, time stamps, and whether heads come at all."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from streife.journal import queries, rules, stamping
from streife.journal.models import Asked, Checkpoint, Cosignature, Entry, Log, Stamp
from streife.journal.rules import Defect, DefectKind, Outcome
from streife.journal.tlog.cosignature import Cosigner, cosignatures_of
from streife.journal.tlog.note import NoteError, split_note

Report = Callable[[Defect], None]
CHUNK = 500


def cosigners_set() -> list[Cosigner]:
    """Return the keys of the witnesses that are set."""
    return [
        Cosigner.from_text(witness.key)
        for witness in rules.witness_settings(settings.JOURNAL_WITNESSES)
    ]


def check_confirmations(report: Report, *, now: datetime) -> None:
    """Report everything wrong with witnesses, time stamps and the rhythm of heads."""
    check_rhythm(report, now=now)
    cosigners = cosigners_set()
    if cosigners:
        _check_cosignatures(cosigners, report)
    _check_stamps(report)


def check_rhythm(report: Report, *, now: datetime) -> None:
    """Report what is late or contradicted, no signature checked: quick enough for a page."""
    for log in queries.logs():
        if log.dropped_at is None:
            _check_rhythm(log, report, now)
    for cosigner in cosigners_set():
        _check_answers(cosigner.name, report, now)
    _check_stamp_rhythm(report, now)


def _check_rhythm(log: Log, report: Report, now: datetime) -> None:
    """An hour of entries that no head covers could be exchanged unseen."""
    newest = queries.newest_checkpoint()
    head = queries.checkpoints(log.year).first()
    covered = head.size if head else 0
    if newest is None or now - newest.at <= rules.FREEZE_AFTER:
        return
    waiting = Entry.objects.filter(log=log, number__gte=covered).order_by("number").first()
    if waiting is not None and now - waiting.at > rules.FREEZE_AFTER:
        text = (
            f"Seit {_hours(now - newest.at)} wurde kein Prüfpunkt mehr gesetzt: Einträge ab "
            f"Nummer {covered} sind ungeschützt. Läuft der Zeitplan?"
        )
        report(Defect(DefectKind.FROZEN, log.year, covered, text))


def _hours(length: timedelta) -> str:
    hours = int(length.total_seconds() // 3600)
    return "mehr als einer Stunde" if hours < 2 else f"{hours} Stunden"


def _check_cosignatures(cosigners: list[Cosigner], report: Report) -> None:
    known = {cosigner.name for cosigner in cosigners}
    rows = Cosignature.objects.filter(witness__in=known).select_related("checkpoint")
    last: dict[tuple[str, int], Cosignature] = {}
    for row in rows.order_by("checkpoint__log_id", "checkpoint__size").iterator(CHUNK):
        where = f"Die Bestätigung von {row.witness} über {row.checkpoint.size} Einträge"
        try:
            found = cosignatures_of(row.checkpoint.note + row.line, cosigners)
        except NoteError:
            found = []
        moments = [one.time for one in found if one.name == row.witness]
        if moments != [int(row.at.timestamp())]:
            text = f"{where} ist gefälscht oder beschädigt."
            year = row.checkpoint.log_id
            report(Defect(DefectKind.WITNESS_FORGED, year, row.checkpoint.size, text))
            continue
        before = last.get((row.witness, row.checkpoint.log_id))
        if before is not None and before.at > row.at:
            text = f"{where} trägt eine frühere Zeit als die vorige: Uhr oder Datei verstellt."
            year = row.checkpoint.log_id
            report(Defect(DefectKind.WITNESS_FORGED, year, row.checkpoint.size, text))
        last[row.witness, row.checkpoint.log_id] = row


def _check_answers(name: str, report: Report, now: datetime) -> None:
    for asked in Asked.objects.filter(witness=name).select_related("log"):
        defect = _against(asked)
        if defect is not None:
            report(defect)
    head = queries.newest_checkpoint()
    if head is None or head.cosignatures.filter(witness=name).exists():
        return
    first = _first_unconfirmed(head, name)
    if now - first > rules.FREEZE_AFTER:
        text = (
            f"{name} hat seit {_hours(now - first)} keinen Prüfpunkt bestätigt. Bitte dort "
            "nachfragen: solange bemerkt niemand außerhalb, wenn etwas ausgetauscht wird."
        )
        report(Defect(DefectKind.UNWITNESSED, head.log_id, None, text))


def _first_unconfirmed(head: Checkpoint, name: str) -> datetime:
    size = queries.confirmed_size(head.log_id, name)
    found = queries.checkpoints(head.log_id).filter(size__gt=size).order_by("size").first()
    return found.at if found else head.at


def _against(asked: Asked) -> Defect | None:
    year = asked.log_id
    if asked.outcome == Outcome.AHEAD:
        text = (
            f"{asked.witness} hat schon {asked.size} Einträge bestätigt, hier sind weniger: die "
            "Datenbank wurde zurückgesetzt."
        )
        return Defect(DefectKind.WITNESS_AHEAD, year, None, text)
    if asked.outcome == Outcome.SPLIT:
        text = (
            f"{asked.witness} hat ein anderes Protokoll gesehen: die ersten {asked.size} "
            "Einträge dort sind nicht die von hier. Jemand hat umgeschrieben oder zwei "
            "Fassungen gezeigt."
        )
        return Defect(DefectKind.SPLIT_VIEW, year, asked.size, text)
    return None


def _check_stamps(report: Report) -> None:
    rows = list(Stamp.objects.select_related("checkpoint").order_by("at"))
    recorded = _recorded_stamps()
    try:
        authority = stamping.Authority.from_file(
            settings.JOURNAL_TSA_ROOTS, settings.JOURNAL_TSA_POLICY
        )
    except stamping.StampError:
        authority = None
    for row in rows:
        token, where = bytes(row.token), f"Der Zeitstempel vom {row.at:%d.%m.%Y}"
        year = row.checkpoint.log_id
        if hashlib.sha256(token).hexdigest() not in recorded:
            text = f"{where} steht nicht so im Protokoll: ausgetauscht oder eingefügt."
            report(Defect(DefectKind.STAMP_FORGED, year, row.checkpoint.size, text))
        elif authority is not None and not _holds(row, token, authority):
            text = f"{where} passt nicht zu seinem Prüfpunkt oder nicht zur Zeitstempelstelle."
            report(Defect(DefectKind.STAMP_FORGED, year, row.checkpoint.size, text))


def _holds(row: Stamp, token: bytes, authority: stamping.Authority) -> bool:
    try:
        return stamping.check(token, split_note(row.checkpoint.note)[0], authority) == row.at
    except (stamping.StampError, NoteError):
        return False


def _recorded_stamps() -> set[str]:
    entries = Entry.objects.filter(act=rules.STAMPED).select_related("body")
    return {entry.body.content.get("checksum", "") for entry in entries if hasattr(entry, "body")}


def _check_stamp_rhythm(report: Report, now: datetime) -> None:
    head, last = queries.newest_checkpoint(), queries.last_stamp()
    if not settings.JOURNAL_TSA_URL or head is None or last is None:
        return
    if now - last.at > rules.STAMP_LATE_AFTER:
        text = (
            f"Seit dem {last.at:%d.%m.%Y} gibt es keinen neuen Zeitstempel. Bitte "
            "„manage.py journal stamp“ aufrufen; es nennt den Grund."
        )
        report(Defect(DefectKind.STAMP_MISSING, head.log_id, None, text))
