"""What the ids and codes of the record are called: the journal itself knows no other package."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Q

from streife.accounts.models import ROLE_NAMES, User
from streife.desk.queries import CHANNEL_NAMES, DECISION_TEXTS, KIND_NAMES
from streife.dispatch.queries import scheme_on
from streife.dispatch.rules import NOTE_PARTS
from streife.evidence.models import Dock
from streife.evidence.sentences import record_words
from streife.incidents.queries import measures
from streife.incidents.rules import OUTCOME_NAMES, PRIORITY_NAMES, STATUS_NAMES
from streife.kernel.clock import local, now
from streife.kernel.texts import german, said
from streife.patrols.rules import WISH_SOURCES
from streife.reports.rules import TEXT_PARTS
from streife.staff.rules.absences import ABSENCE_NAMES
from streife.staff.rules.contracts import GROUP_NAMES
from streife.triage.queries import body_names, category_names

CODES: Mapping[str, str] = {
    "all": german("alle Jahre"),
    "received": german("eingegangen"),
    "accepted": german("angenommen"),
    "forwarded": german("weitergegeben"),
    "answered": german("beantwortet"),
    "rejected": german("abgelehnt"),
    "password": german("Passwort"),
    "second_factor": german("zweiter Faktor"),
    "mfa": german("zweiter Faktor"),
    "webauthn": german("Passkey"),
    "socialaccount": german("Anmeldung der Behörde"),
    "foot": german("zu Fuß"),
    "bicycle": german("mit dem Rad"),
    "car": german("mit dem Wagen"),
    "first_aid": german("Erste Hilfe"),
    "baton": german("Einsatzmehrzweckstock"),
    "body_cam": german("Körperkamera"),
    "verwarnung": german("Verwarnung mit Verwarnungsgeld"),
    "trainer": german("Ausbildung anderer"),
    "dog_handling": german("Umgang mit Hunden"),
    "driver": german("Fahren von Dienstwagen"),
    "vest": german("Schutzweste"),
    "radio": german("Funkgerät"),
    "vehicle": german("Dienstwagen"),
    "ready": german("einsatzbereit"),
    "repair": german("in Reparatur"),
    "lost": german("verloren"),
    "answer": german("Antwort geben"),
    "question_back": german("Rückfrage zum Hinweis"),
    "witness": german("Aussage als Zeug*in"),
    "data_subject_request": german("Auskunft an die Person selbst"),
    "data-subject-request": german("Auskunft an eine betroffene Person"),
    "audit": german("Regelmäßige Kontrolle"),
    "complaint": german("Beschwerde"),
    "security-incident": german("Verdacht auf unbefugten Zugriff"),
    "requested": german("auf Wunsch der Person"),
    "due": german("Frist abgelaufen"),
    "unlawful": german("unzulässig gespeichert"),
    "not_needed": german("nicht mehr nötig"),
    "hand": german("von Hand"),
    "sick": german("krank"),
    "software": german("vom Rechner"),
    "swap": german("Tausch"),
    "undo": german("zurückgenommen"),
    "free": german("frei haben"),
    "art-17-dsgvo": german("Löschung nach Art. 17 DSGVO"),
}
# Which rows an id in a subject or a body means, and the column people know them by.
ROWS: Mapping[str, tuple[str, str]] = {
    "incident": ("incidents.Incident", "number"),
    "duplicate": ("incidents.Incident", "number"),
    "report": ("reports.Report", "reference"),
    "reports": ("reports.Report", "reference"),
    "unit": ("dispatch.Unit", "call_sign"),
    "shift": ("roster.Shift", "name"),
    "erasure": ("evidence.ErasureCase", "reference"),
    "asset": ("equipment.Asset", "inventory_number"),
    "officer": ("staff.Officer", "personnel_number"),
    "offered_by": ("staff.Officer", "personnel_number"),
    "taken_by": ("staff.Officer", "personnel_number"),
    "officers": ("staff.Officer", "personnel_number"),
}
# What has no number that people know is named by its moment.
MOMENTS: Mapping[str, tuple[str, str]] = {
    "recording": ("evidence.Recording", "started_at"),
    "copy": ("evidence.Recording", "started_at"),
    "item": ("evidence.Item", "taken_at"),
    "export": ("evidence.HandOver", "requested_at"),
}
# What an entry about no single recording or thing is about.
VAULT_PARTS: Mapping[str, str] = {
    "stock": german("(Bestand)"),
    "deletion": german("(Löschen)"),
    "pictures": german("(Fotos von Asservaten)"),
    "tasks": german("(Aufgaben)"),
    "keys": german("(Schlüssel)"),
}
_PEOPLE = "user"
PARTS: Mapping[str, str] = {
    **TEXT_PARTS,
    **NOTE_PARTS,
    "title": german("Kurzbeschreibung"),
    "line": german("Zeile im Einsatztagebuch"),
    "hand_over": german("Grund der Abgabe"),
}


def names_for(refs: Iterable[str]) -> dict[str, str]:
    """Return names for as many of `kind:value` as have one (at most one query a kind)."""
    wanted: dict[str, set[str]] = {}
    for ref in refs:
        kind, _, value = ref.partition(":")
        wanted.setdefault(kind, set()).add(value)
    names: dict[str, str] = {}
    for kind, values in wanted.items():
        for value, name in _namer(kind)(values).items():
            names[f"{kind}:{value}"] = name
    return names


def ref_for(text: str) -> str:
    """Return `kind:id` of what people name so, empty if nothing or more than one is."""
    for kind in ("incident", "report"):
        model, column = ROWS[kind]
        rows: Any = apps.get_model(model)._default_manager
        found = rows.filter(**{f"{column}__iexact": text}).values_list("pk", flat=True).first()
        if found is not None:
            return f"{kind}:{found}"
    named = User.objects.filter(Q(username__iexact=text) | Q(display_name__iexact=text))
    people = list(named.values_list("pk", flat=True)[:2])
    return f"{_PEOPLE}:{people[0]}" if len(people) == 1 else ""


def _namer(kind: str) -> Callable[[set[str]], dict[str, str]]:
    if kind in ROWS:
        return partial(_rows, *ROWS[kind])
    if kind in MOMENTS:
        return partial(_moments, *MOMENTS[kind])
    if kind == _PEOPLE:
        return _people
    return partial(_codes, _table(kind))


def _rows(model: str, column: str, values: set[str]) -> dict[str, str]:
    ids = [int(value) for value in values if value.isdecimal() and len(value) < 19]
    rows: Any = apps.get_model(model)._default_manager
    return {str(pk): name for pk, name in rows.filter(pk__in=ids).values_list("pk", column)}


def _moments(model: str, column: str, values: set[str]) -> dict[str, str]:
    rows: Any = apps.get_model(model)._default_manager
    found = rows.filter(ident__in=values).values_list("ident", column)
    return {
        ident: said("vom %(moment)s", {"moment": f"{local(moment):%d.%m.%Y, %H:%M}"})
        for ident, moment in found
    }


def _people(values: set[str]) -> dict[str, str]:
    ids = [int(value) for value in values if value.isdecimal() and len(value) < 19]
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)}


def _codes(table: Mapping[str, str], values: set[str]) -> dict[str, str]:
    return {value: said(str(table[value])) for value in values if value in table}


def _table(kind: str) -> Mapping[str, str]:
    """Return the words for the codes of a key; keys without a table of their own share one."""
    if kind in _TABLES:
        return _TABLES[kind](local(now()).date())
    return {} if "." in kind else {**CODES, **_STANDS}


def _keys(today: date) -> dict[str, str]:
    return {row.key: f"{row.key} {row.short_name}" for row in scheme_on(today).settable()}


def _words(*tables: Mapping[Any, str]) -> dict[str, str]:
    return {str(code.value): name for table in tables for code, name in table.items()}


def _words_of(
    package: str, tables: Mapping[str, Mapping[str, str]]
) -> dict[str, Callable[[date], Mapping[str, str]]]:
    """Return the words of one package by `package.key`."""
    return {f"{package}.{key}": partial(_always, table) for key, table in tables.items()}


def _always(table: Mapping[str, str], _today: date) -> Mapping[str, str]:
    return table


# "open" is a decision and a stand: codes of the two stay apart.
_KINDS = _words(KIND_NAMES, DECISION_TEXTS, ABSENCE_NAMES, GROUP_NAMES)
_STANDS = _words(STATUS_NAMES, OUTCOME_NAMES, CHANNEL_NAMES)
_TABLES: Mapping[str, Callable[[date], Mapping[str, str]]] = {
    "category": lambda today: category_names(on=today),
    "body": lambda today: body_names(on=today),
    "measure": lambda today: {row.code: row.name for row in measures(on=today)},
    "role": lambda _: {role.value: str(name) for role, name in ROLE_NAMES.items()},
    "key": _keys,
    "before": _keys,
    "priority": lambda _: {str(row.value): name for row, name in PRIORITY_NAMES.items()},
    "part": lambda _: PARTS,
    "kind": lambda _: {**CODES, **_KINDS},
    "source": lambda _: _words(WISH_SOURCES),
    "dock": lambda _: dict(Dock.objects.values_list("code", "name")),
    "vault": lambda _: VAULT_PARTS,
    **_words_of("evidence", record_words()),
}
