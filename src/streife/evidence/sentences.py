"""What the vault says to people: times, states, steps of custody."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from streife.evidence import rules
from streife.evidence.models import ItemPicture
from streife.evidence.rules import handing_over, redacting
from streife.kernel.texts import german, said
from streife.ui.moments import span

STATE_LEVELS: Mapping[str, str] = {
    rules.State.RECORDED: "info",
    rules.State.INGESTED: "neutral",
    rules.State.EXPIRING: "warning",
    rules.State.HELD: "ok",
    rules.State.DELETING: "neutral",
    rules.State.SHREDDED: "neutral",
    rules.State.PURGED: "neutral",
}
# Short words for the picture; the journal has the long ones.
STEPS: Mapping[str, tuple[str, str]] = {
    "evidence.ingested": (german("am Dock übernommen"), "upload"),
    "evidence.ingest_repeated": (german("noch einmal am Dock gelesen"), "refresh"),
    "evidence.described": (german("Anlass angegeben"), "edit"),
    "evidence.linked": (german("Vorgang zugeordnet"), "link"),
    "evidence.regime_changed": (german("Rechtsrahmen geändert"), "document"),
    "evidence.viewed": (german("angesehen"), "eye"),
    "evidence.custody_read": (german("Verwahrkette gelesen"), "eye"),
    "evidence.view_denied": (german("Einsicht verweigert"), "danger"),
    "evidence.note_added": (german("Notiz geschrieben"), "edit"),
    "evidence.hold_requested": (german("als gebraucht gemeldet"), "shield"),
    "evidence.hold_confirmed": (german("Sicherung bestätigt"), "check"),
    "evidence.hold_released": (german("Sicherung beendet"), "undo"),
    "evidence.held_for_open_case": (german("vorläufig gesichert: Vorgang offen"), "shield"),
    "evidence.redaction_begun": (german("Schwärzung begonnen"), "edit"),
    "evidence.redaction_changed": (german("Schwärzung geändert"), "edit"),
    "evidence.redaction_worked": (german("Software sucht Gesichter und Kennzeichen"), "system"),
    "evidence.preview_asked": (german("Vorschau bestellt"), "system"),
    "evidence.preview_made": (german("Vorschau hergestellt"), "system"),
    "evidence.preview_failed": (german("Vorschau nicht gelungen"), "danger"),
    "evidence.preview_viewed": (german("Vorschau angesehen"), "eye"),
    "evidence.preview_deleted": (german("Vorschau gelöscht"), "trash"),
    "evidence.redaction_cancelled": (german("Schwärzung abgebrochen"), "close"),
    "evidence.copy_asked": (german("Kopie in Auftrag gegeben"), "copy"),
    "evidence.copy_made": (german("geschwärzte Kopie hergestellt"), "copy"),
    "evidence.copy_released": (german("Kopie freigegeben"), "check"),
    "evidence.deletion_requested": (german("Löschung beantragt"), "trash"),
    "evidence.deletion_decided": (german("über Löschung entschieden"), "check"),
    "evidence.deletion_intended": (german("Löschung begonnen"), "trash"),
    "evidence.key_destroyed": (german("Schlüssel vernichtet"), "lock"),
    "evidence.deleted": (german("gelöscht"), "trash"),
    "evidence.damage_found": (german("Schaden festgestellt"), "danger"),
    "evidence.export_requested": (german("Herausgabe beantragt"), "document"),
    "evidence.export_approved": (german("Herausgabe zugestimmt"), "check"),
    "evidence.export_refused": (german("Herausgabe abgelehnt"), "danger"),
    "evidence.export_name_erased": (german("Name der empfangenden Person gelöscht"), "trash"),
    "evidence.export_denied": (german("Herausgabe verweigert"), "danger"),
    "evidence.exported": (german("zur Herausgabe zusammengestellt"), "lock"),
    "evidence.export_ready": (german("Herausgabe liegt bereit"), "document"),
    "evidence.export_failed": (german("Herausgabe misslungen"), "danger"),
    "evidence.export_again": (german("Herausgabe noch einmal versucht"), "refresh"),
    "evidence.export_fetched": (german("Herausgabe abgeholt"), "download"),
    "evidence.export_received": (german("Empfang bestätigt"), "check"),
}
FINDINGS: Mapping[str, str] = {
    "file-missing": german("Datei fehlt ohne Löschnachweis"),
    "file-size": german("Datei hat eine andere Größe"),
    "file-surplus": german("Datei, die niemand kennt"),
    "file-left": german("Datei einer gelöschten Aufnahme"),
    "key-missing": german("Schlüssel fehlt"),
    "key-left": german("Schlüssel einer gelöschten Aufnahme"),
    "key-surplus": german("Schlüssel, den niemand kennt"),
    "row-missing": german("steht im Protokoll, fehlt in der Datenbank"),
    "row-surplus": german("steht in der Datenbank, fehlt im Protokoll"),
    "deletion-unrecorded": german("Löschung und Protokoll widersprechen sich"),
    "overdue": german("hätte gelöscht sein müssen"),
    "deletion-hangs": german("Löschung ist hängen geblieben"),
}
TASKS: Mapping[str, str] = {
    "expires": german("verfällt bald: Wird sie gebraucht?"),
    "confirm-hold": german("Sicherung bestätigen"),
    "describe": german("Anlass angeben"),
    "damaged": german("beschädigt: bitte prüfen"),
    "reconciliation": german("Bestand stimmt nicht"),
    "decide-deletion": german("über eine vorzeitige Löschung entscheiden"),
    "find-picture": german("Löschverlangen: Welches Foto ist gemeint?"),
    "find-recording": german("Verlangen einer Person: Welche Aufnahme ist gemeint?"),
    "answer-erasure": german("Verlangen einer Person: Sie wartet auf Antwort"),
    "cut-failed": german("Der Schnitt ist nicht gelungen: bitte ganz löschen lassen"),
    "mass-deletion": german("Löschen angehalten: zu viel auf einmal fällig"),
    "clock-jump": german("Löschen angehalten: Stimmt die Uhr des Rechners?"),
    "clock-back": german("Die Uhr des Rechners wurde zurückgestellt: bitte prüfen lassen"),
    "open-case": german("Vorgang offen: vorläufig gesichert"),
    "review-hold": german("Sicherung prüfen: Wird sie noch gebraucht?"),
    "professional-secret": german("Raum mit Berufsgeheimnis: Löschung beantragen"),
    "ingest-failed": german("Eine Datei an der Dockstation kam nicht herein"),
    "dock-not-wiped": german("In der Dockstation liegen verwahrte Dateien noch unverschlüsselt"),
}
# Why something did not come in, was not shown or did not leave: codes of the record.
REFUSALS: Mapping[str, str] = {
    "sealed": german("versiegelt"),
    "no-case": german("gehört zu keinem Vorgang"),
    "not-own": german("nicht selbst aufgenommen"),
    "not-permitted": german("keine Berechtigung"),
    "not-released": german("Kopie noch nicht freigegeben"),
    "not-ingested": german("noch nicht übernommen"),
    "key-destroyed": german("schon gelöscht"),
    "key-damaged": german("Schlüssel beschädigt"),
    "kek-missing": german("Hauptschlüssel fehlt"),
    "kek-open": german("Hauptschlüssel für andere lesbar"),
    "dock-retired": german("Dockstation stillgelegt"),
    "dock-key-missing": german("Schlüssel der Dockstation fehlt"),
    "empty-file": german("leere Datei"),
    "file-changed": german("Datei während des Lesens geändert"),
    "no-regular-file": german("keine gewöhnliche Datei"),
    "no-such-wearer": german("Personalnummer unbekannt"),
    "manifest-forged": german("Begleitschein nicht echt"),
    "manifest-mismatch": german("Begleitschein passt nicht zur Datei"),
    "sidecar-unreadable": german("Begleitdatei unlesbar"),
    "vault-full": german("Speicher voll"),
    "vault-write-failed": german("Schreiben misslungen"),
    "vault-readback-failed": german("anders zurückgelesen als geschrieben"),
}
TROUBLES: Mapping[str, str] = {
    "face-left-over": german(
        "In der fertigen Kopie war noch ein Gesicht zu sehen; sie wurde verworfen. Die Stellen sind"
        " jetzt abgedeckt. Bitte ansehen und die Kopie noch einmal herstellen."
    ),
    "plate-left-over": german(
        "In der fertigen Kopie war noch ein Kennzeichen zu sehen; sie wurde verworfen. Die Stellen"
        " sind jetzt abgedeckt. Bitte ansehen und die Kopie noch einmal herstellen."
    ),
    "unreadable-recording": german("Diese Aufnahme lässt sich nicht lesen."),
    "no-face-model": german("Das Netz für Gesichter fehlt auf diesem Rechner."),
    "no-plate-model": german("Das Netz für Kennzeichen fehlt auf diesem Rechner."),
    "copy-other-length": german("Die Kopie war nicht so lang wie das Original."),
    "copy-carries-more": german("Die Kopie trug noch Angaben des Originals."),
}
DOUBTS: Mapping[str, str] = {
    "unsure": german("Ist das ein Gesicht?"),
    "lost": german("Gesicht aus dem Blick verloren"),
    "unsure-plate": german("Ist das ein Kennzeichen?"),
    "lost-plate": german("Kennzeichen aus dem Blick verloren"),
    "left_over": german("in der Kopie noch sichtbar"),
}
COVERS: Mapping[str, str] = {
    "face": german("Gesicht"),
    "plate": german("Kennzeichen"),
    "screen": german("Bildschirm"),
    "paper": german("Papier, Ausweis"),
    "body": german("Person, Tätowierung"),
}


def doubt_about(doubt: str, kind: str) -> str:
    """Return why a person has to look at something the software found."""
    return said(DOUBTS.get(f"{doubt}-{kind}", DOUBTS.get(doubt, doubt)))


def is_none(kind: str) -> str:
    """Return what somebody says who leaves open what the software took for one."""
    return gettext("ist kein Kennzeichen") if kind == "plate" else gettext("ist kein Gesicht")


def state_name(state: str) -> str:
    """Return where a recording stands, in words."""
    return said(rules.STATE_NAMES[rules.State(state)])


def when_it_goes(delete_after: datetime, held: bool, now: datetime) -> str:
    """Return when a recording is deleted, as people say it."""
    if held:
        return gettext("bleibt, solange sie gesichert ist")
    left = delete_after - now
    if left <= timedelta(0):
        return gettext("wird gerade gelöscht")
    if left < timedelta(days=1):
        hours = max(1, int(left / timedelta(hours=1)))
        return ngettext("verfällt in %(n)s Stunde", "verfällt in %(n)s Stunden", hours) % {
            "n": hours
        }
    days = left.days
    return ngettext("verfällt in %(n)s Tag", "verfällt in %(n)s Tagen", days) % {"n": days}


def picture_goes(picture: ItemPicture | None, goes_at: datetime | None, held: bool) -> str:
    """Return how long the photo of a thing stays, or when it went; nothing without one."""
    if picture is None:
        return ""
    if picture.going_at is not None:
        day = date_format(localtime(picture.going_at), "DATE_FORMAT")
        if picture.rule == rules.RETENTION_RULE:
            return gettext("Das Foto wurde am %(day)s gelöscht: Seine Frist war um.") % {"day": day}
        return gettext(
            "Das Foto wurde am %(day)s vorzeitig gelöscht, auf Antrag und mit zwei Personen."
        ) % {"day": day}
    if held:
        return gettext("Das Foto ist gesichert und bleibt, bis die Sicherung endet.")
    if goes_at is None:
        return gettext(
            "Es bleibt, solange der Gegenstand verwahrt wird oder sein Vorgang offen ist."
        )
    day = date_format(localtime(goes_at), "DATE_FORMAT")
    return gettext("Das Foto wird am %(day)s gelöscht.") % {"day": day}


def record_words() -> Mapping[str, Mapping[str, str]]:
    """Return what the codes in the vault's entries mean, by the key they stand under."""
    grounds = {**_coded(rules.GROUNDS), rules.RETENTION_RULE: german("Frist um")}
    reasons = {**_coded(rules.REASONS), **_coded(rules.HOLD_REASONS)}
    return {
        "step": _coded(rules.STEPS),
        "state": {**_coded(rules.STATE_NAMES), **_coded(redacting.WORK_NAMES)},
        "reason": {**grounds, **reasons, **REFUSALS},
        "rule": grounds,
        "purpose": {**_coded(handing_over.PURPOSES), **_coded(rules.PURPOSES)},
        "kind": TASKS,
        "doubt": _coded(rules.DOUBTS),
        "right": _coded(rules.RIGHTS),
        "about": _coded(rules.ABOUTS),
        "trouble": {**REFUSALS, **TROUBLES},
        "from": _coded(rules.REGIMES),
        "to": _coded(rules.REGIMES),
    }


def _coded(table: Mapping[Any, str]) -> dict[str, str]:
    return {str(code.value): text for code, text in table.items()}


def clock_said(doubt: str, by: timedelta) -> str:
    """Return why the clock is not believed, with how much it is about."""
    length = span(by)
    if doubt == rules.Doubt.FORWARD:
        return gettext("Die Uhr dieses Rechners hat einen Sprung von %(by)s nach vorn gemacht.") % {
            "by": length
        }
    return gettext(
        "Im Protokoll ist eine Lücke von %(by)s: Dieser Rechner war aus, oder seine Uhr ist"
        " vorgesprungen."
    ) % {"by": length}


def rule_of(rule: str, *, picture: bool = False) -> str:
    """Return by which rule something was deleted."""
    if rule == rules.RETENTION_RULE:
        return gettext("Frist des Fotos") if picture else gettext("Frist von zwei Wochen")
    return word(rules.GROUNDS, rule)


def at_text(milliseconds: int) -> str:
    """Return a place in a recording as people read a player: 1:02:03 or 2:03."""
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def word(table: Mapping[Any, str], key: str) -> str:
    """Return a word of a table in the reader's language; an unknown key stays as it is."""
    return said(table.get(key, key))
