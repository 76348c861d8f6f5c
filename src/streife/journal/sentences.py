"""What the pages say about entries, in the language of the reader. Plain Python."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from streife.journal.words import ACTS, BYTES, KEYS, SUBJECTS
from streife.kernel.clock import local
from streife.kernel.texts import german, said

Names = Mapping[str, str]  # `kind:value` → what a person calls it, in the reader's language
NameThem = Callable[[Iterable[str]], Names]


FindIt = Callable[[str], str]
# Which part of the software acted, for people who do not know its packages.
SYSTEMS: Mapping[str, str] = {
    "console": german("Befehlszeile"),
    "create_user": german("Befehlszeile"),
    "crew": german("Streifenbildung"),
    "demo": german("Vorführdaten"),
    "evidence": german("Verwahrung"),
    "fitting": german("Ausstattung"),
    "import": german("Einlesen"),
    "patrols": german("Streifenplanung"),
    "roster": german("Dienstplanung"),
    "schedule": german("Zeitplan"),
    "tidy": german("Aufräumen"),
    "triage": german("Vorschläge"),
}

_name_them: list[NameThem] = [lambda refs: {}]
_find_it: list[FindIt] = [lambda text: ""]


def call_them_by(name_them: NameThem) -> None:
    """Use these names from now on; called once at start-up, the packages above know them."""
    _name_them[0] = name_them


def find_them_by(find_it: FindIt) -> None:
    """Use this from now on to find what people name; called once at start-up."""
    _find_it[0] = find_it


def ref_of(text: str) -> str:
    """Return `incident:17` for "2026-000017", `user:7` for a name; what is none of it as it is."""
    text = text.strip()
    return text if ":" in text or not text else _find_it[0](text) or text


def names_of(refs: Iterable[str]) -> Names:
    """Return the names of as many `kind:value` as have one."""
    return _name_them[0](refs)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a body as a reader sees it."""

    label: str
    text: str


def act_text(act: str) -> str:
    """Return what an act means; an act of another version is shown by its code."""
    return said(ACTS[act]) if act in ACTS else act


def subject_text(subject: str, names: Names) -> str:
    """Return what an entry is about: `incident:17` → "Vorgang 2026-000017"."""
    kind, _, value = subject.partition(":")
    word = said(SUBJECTS[kind]) if kind in SUBJECTS else kind
    return f"{word} {names.get(subject, value)}"


def actor_text(actor: str, names: Names) -> str:
    """Return who acted: a person's name, or the software or the public."""
    kind, _, value = actor.partition(":")
    if kind == "system":
        part = said(SYSTEMS[value]) if value in SYSTEMS else value
        return said("System (%(name)s)", {"name": part})
    return said("Öffentlichkeit") if actor == "public" else names.get(actor, actor)


def refs_in(body: Mapping[str, Any], package: str = "") -> set[str]:
    """Return `key:value` of everything in a body that may have a name, and `package.key:value`.

    One word may mean different things in two packages; what a package calls it goes first.
    """
    found: set[str] = set()
    for key, value in body.items():
        if isinstance(value, Mapping):
            found |= refs_in(value, package)
        else:
            several = value if isinstance(value, list) else [value]
            ones = [one for one in several if isinstance(one, (str, int))]
            found |= {f"{key}:{one}" for one in ones}
            found |= {f"{package}.{key}:{one}" for one in ones if package}
    return found


def facts(body: Mapping[str, Any], names: Names, package: str = "") -> list[Fact]:
    """Return a body in words, empty values left out; keys of another version keep their code."""
    return [
        Fact(_label(key, package), text)
        for key, value in body.items()
        if (text := _text(key, value, names, package))
    ]


def _label(key: str, package: str) -> str:
    word = KEYS.get(f"{package}.{key}", KEYS.get(key, ""))
    return said(word) if word else key


def _text(key: str, value: Any, names: Names, package: str) -> str:
    if isinstance(value, bool):
        return said("ja") if value else said("nein")
    if isinstance(value, Mapping):
        return ", ".join(f"{fact.label} {fact.text}" for fact in facts(value, names, package))
    if isinstance(value, list):
        return ", ".join(_text(key, one, names, package) for one in value)
    if value is None or value == "":
        return ""
    if key in BYTES and isinstance(value, int):
        return said("%(number)s Byte", {"number": f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")})
    name = names.get(f"{package}.{key}:{value}") or names.get(f"{key}:{value}")
    return name or _moment(value) or str(value)


def _moment(value: object) -> str:
    """Return a moment or day of the record as people here write it, empty for anything else."""
    if not isinstance(value, str):
        return ""
    try:
        if len(value) == len("2026-01-01"):
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        if len(value) < len("2026-01-01T00:00+00:00"):
            return ""
        return f"{local(datetime.fromisoformat(value)):%d.%m.%Y %H:%M}"
    except ValueError:
        return ""
