"""All pages with the role that works on each; walked by the tests, photographed for the README."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Office:
    """The running demo office: its address, what is in it, and a session for each role."""

    address: str
    facts: dict[str, Any]

    def url(self, path: str) -> str:
        """Return the full address of a path, with the `{name}` of a fact filled in."""
        return self.address + path.format(**self.facts["ids"])


@dataclass(frozen=True)
class Sight:
    """A page: its name as a file, who looks at it, its path (`{id}` from the prepared office)."""

    name: str
    role: str
    path: str
    picture: str = ""  # the name in docs/pictures, if the README shows it
    phone: bool = False  # the README shows it as on a telephone


PAGES = (
    Sight("start", "public", "/", "portal"),
    Sight("hinweis", "public", "/hinweis/", "hinweis", phone=True),
    Sight("stand-suchen", "public", "/stand/"),
    Sight("stand", "public", "/stand/{reference}/{secret}/"),
    Sight("anlaufstellen", "public", "/anlaufstellen/"),
    Sight("datenschutz", "public", "/datenschutz/"),
    Sight("barrierefreiheit", "public", "/barrierefreiheit/"),
    Sight("impressum", "public", "/impressum/"),
    Sight("leichte-sprache", "public", "/leichte-sprache/"),
    Sight("anmelden", "public", "/konto/anmelden/"),
    Sight("leitstelle", "dispatcher", "/leitstelle/", "leitstelle"),
    Sight("aufnahme", "desk", "/leitstelle/aufnahme/"),
    Sight("eingang", "desk", "/leitstelle/eingang/{reference}/"),
    Sight("suche", "dispatcher", "/leitstelle/suche/?q=sofa"),
    Sight("vorgang", "dispatcher", "/vorgang/{incident}/", "vorgang"),
    Sight("streifen", "dispatcher", "/leitstelle/streifen/"),
    Sight("streife-neu", "shift_leader", "/leitstelle/streifen/neu/"),
    Sight("dienst", "officer", "/dienst/", "dienst", phone=True),
    Sight("lagebild", "head", "/lagebild/", "lagebild"),
    Sight("protokoll", "dpo", "/protokoll/"),
    Sight("protokolleintrag", "dpo", "/protokoll/{year}/{entry}/"),
    Sight("benutzer", "admin", "/konto/benutzer/"),
    Sight("benutzerkonto", "admin", "/konto/benutzer/{user}/"),
    Sight("eigenes-konto", "desk", "/konto/"),
)
