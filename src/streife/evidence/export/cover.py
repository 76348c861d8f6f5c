"""The cover sheet: PDF/A-2b, so that it may go into an electronic file (DokErstÜbV § 2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import typst
from django.conf import settings

from streife.evidence.models import HandOver, Recording
from streife.evidence.rules import handing_over as rules
from streife.journal.actions import Proven
from streife.journal.queries import act_name
from streife.kernel.canonical import canonical_json
from streife.kernel.clock import local

TEMPLATE = Path(__file__).parents[1] / "templates" / "evidence" / "export" / "cover.typ"
HOW = (
    "Datei mit age und Ihrem Schlüssel entschlüsseln, dann: python3 pruefen.py AUSGABE.zip "
    "--vertrauen VERTRAUEN.txt. Prüfprogramm und Vertrauensdatei bitte bei der Behörde selbst "
    "holen, nicht aus dieser Ausgabe: wer sie fälscht, kann auch beides fälschen."
)

MARKS = {
    rules.Form.ORIGINAL: "",
    rules.Form.CUT: "GESCHNITTENE KOPIE, kein Original",
    rules.Form.REDACTED: "GESCHWÄRZTE KOPIE, kein Original",
}


def cover_of(hand_over: HandOver, chains: Mapping[str, Sequence[Proven]]) -> bytes:
    """Return the PDF; it names offices, numbers and moments, and no person."""
    recording = hand_over.recording
    said = {
        "title": f"Herausgabe {hand_over.ident}",
        "office": f"{settings.CITY_NAME}, Ordnungsdienst",
        "day": [
            local(hand_over.requested_at).year,
            *local(hand_over.requested_at).timetuple()[1:3],
        ],
        "lead": f"Eine Aufnahme der Bodycam für: {hand_over.recipient}",
        "mark": MARKS[rules.form_of(recording.operation)],
        "facts": _facts(hand_over, recording),
        "hashes": [
            ["Aufnahme (SHA-256)", recording.sha256],
            ["Aufnahme (Baum nach RFC 6962, je 1 MiB)", recording.tree],
        ],
        "lines": [_line(line) for lines in chains.values() for line in lines],
        "how": HOW,
    }
    pdf: bytes = typst.compile(
        TEMPLATE, format="pdf", pdf_standards=["a-2b"], sys_inputs={"data": canonical_json(said)}
    )
    return pdf


def _facts(hand_over: HandOver, recording: Recording) -> list[list[str]]:
    rows = [
        ["Aktenzeichen", hand_over.reference],
        ["Zweck", str(rules.PURPOSES[rules.Purpose(hand_over.purpose)])],
        ["Rechtsgrundlage", hand_over.legal_basis],
        ["Aufnahme", recording.ident],
        ["aufgenommen", f"{_moment(recording.started_at)} bis {_moment(recording.ended_at)}"],
        ["Unversehrtheit gilt seit", f"{_moment(recording.docked_at)} (Dockstation)"],
        ["Bestätigung erbeten bis", f"{hand_over.answer_due:%d.%m.%Y}"],
    ]
    if recording.derived_from is not None:
        rows.insert(4, ["Kopie von", recording.derived_from.ident])
    return rows


def _line(line: Proven) -> list[str]:
    what = act_name(line.act)
    return [f"{line.year}/{line.number}", _moment(line.at), what, line.actor]


def _moment(moment: datetime) -> str:
    return f"{local(moment):%d.%m.%Y %H:%M:%S}"
