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


PAGES = (Sight("anmeldung", "public", "/konto/login/"),)
