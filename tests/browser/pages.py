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
    status: int = 200
    opens: str = ""  # what is clicked before the photograph


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
    Sight("stand-frisch", "public", "/stand/{reference}/{secret}/?neu"),
    Sight("stand-fremd", "public", "/stand/{reference}/aaaa-aaaa-aaaa-aaaa/", status=404),
    Sight("keine-seite", "public", "/gibt-es-nicht/", status=404),
    Sight("anmelden", "public", "/konto/anmelden/"),
    Sight("gesperrt", "public", "/konto/gesperrt/"),
    Sight("registrieren", "public", "/konto/registrieren/"),
    Sight("extern-abgebrochen", "public", "/konto/extern/abgebrochen/"),
    Sight("extern-fehler", "public", "/konto/extern/fehler/", status=401),
    Sight(
        "leitstelle",
        "dispatcher",
        "/leitstelle/",
        "leitstelle",
        opens="#queue .queue__row:nth-child(2) a, #queue a",
    ),
    Sight("aufnahme", "desk", "/leitstelle/aufnahme/"),
    Sight("strassennetz", "dispatcher", "/leitstelle/strassennetz/"),
    Sight("eingang", "desk", "/leitstelle/eingang/{reference}/"),
    Sight("texte-loeschen", "case_officer", "/leitstelle/loeschen/?number={reference}"),
    Sight("kein-zugang", "desk", "/protokoll/", status=403),
    Sight("leitstelle-gefiltert", "dispatcher", "/leitstelle/?art=report&stand=closed"),
    Sight("suche", "dispatcher", "/leitstelle/suche/?q=sofa"),
    Sight("suche-leer", "dispatcher", "/leitstelle/suche/"),
    Sight("suche-nichts", "dispatcher", "/leitstelle/suche/?q=xyzzyx"),
    Sight("suche-befehl", "dispatcher", "/leitstelle/suche/?q=11+frei"),
    Sight("vorgang", "dispatcher", "/vorgang/{incident}/", "vorgang"),
    Sight("vorgang-geschlossen", "dispatcher", "/vorgang/{closed}/"),
    Sight("streifen", "dispatcher", "/leitstelle/streifen/"),
    Sight("streife-neu", "shift_leader", "/leitstelle/streifen/neu/"),
    Sight("dienst", "officer", "/dienst/", phone=True),
    Sight("dienst-auftrag", "busy", "/dienst/", "dienst", phone=True),
    Sight("abschliessen", "busy", "/dienst/auftrag/{job}/abschliessen/", phone=True),
    Sight("notiz", "busy", "/dienst/auftrag/{job}/notiz/", phone=True),
    Sight("feststellung", "officer", "/dienst/feststellung/", phone=True),
    Sight("status-grund", "officer", "/dienst/status/?key=6", phone=True),
    Sight("keine-streife", "shift_leader", "/dienst/", phone=True),
    Sight("streifenplan", "shift_leader", "/streifenplan/"),
    Sight("streifenplan-schicht", "shift_leader", "/streifenplan/schicht/{next_shift}/"),
    Sight("streifenplan-entwurf", "shift_leader", "/streifenplan/plan/{draft}/"),
    Sight("halt", "shift_leader", "/streifenplan/halt/{stop}/"),
    Sight("halt-dazu", "shift_leader", "/streifenplan/plan/{draft}/halt/"),
    Sight("bedarf", "shift_leader", "/streifenplan/bedarf/"),
    Sight("bedarf-stunde", "shift_leader", "/streifenplan/bedarf/?tag=4&stunde=18"),
    Sight("ort", "shift_leader", "/streifenplan/ort/nordmarkt/"),
    Sight("wuensche", "desk", "/streifenplan/wuensche/"),
    Sight("praesenz", "head", "/streifenplan/praesenz/"),
    Sight("praesenz-leer", "head", "/streifenplan/praesenz/?tag=2020-01-01"),
    Sight("forschung", "head", "/streifenplan/forschung/"),
    Sight("route", "officer", "/dienst/route/", phone=True),
    Sight("dienstplan", "shift_leader", "/dienstplan/"),
    Sight("dienstplan-entwurf", "shift_leader", "/dienstplan/{roster_draft}/"),
    Sight("dienstplan-tag", "shift_leader", "/dienstplan/{roster}/tag/{roster_day}/"),
    Sight("dienstplan-person", "shift_leader", "/dienstplan/{roster}/person/{roster_person}/"),
    Sight("dienstplan-neu", "shift_leader", "/dienstplan/neu/"),
    Sight(
        "dienstplan-veroeffentlichen",
        "shift_leader",
        "/dienstplan/{roster_draft}/veroeffentlichen/",
    ),
    Sight("dienstplan-antraege", "shift_leader", "/dienstplan/antraege/"),
    Sight("dienstplan-krank", "shift_leader", "/dienstplan/krank/{sick_call}/"),
    Sight("dienstplan-bedarf", "shift_leader", "/dienstplan/bedarf/"),
    Sight("dienstplan-regeln", "head", "/dienstplan/regeln/"),
    Sight("meine-dienste", "officer", "/dienstplan/meine/", phone=True),
    Sight("meine-wuensche", "officer", "/dienstplan/meine/wuensche/", phone=True),
    Sight("mein-tausch", "officer", "/dienstplan/meine/tausch/", phone=True),
    Sight("krankmelden", "officer", "/dienstplan/meine/krank/", phone=True),
    Sight("lagebild", "head", "/lagebild/", "lagebild"),
    Sight("protokoll", "dpo", "/protokoll/"),
    Sight("protokoll-nichts", "dpo", "/protokoll/?subject=incident:999999"),
    Sight("pruefpunkte", "dpo", "/protokoll/pruefpunkte/"),
    Sight("protokolleintrag", "dpo", "/protokoll/{year}/{entry}/"),
    Sight("benutzer", "admin", "/konto/benutzer/"),
    Sight("benutzerkonto", "admin", "/konto/benutzer/{user}/"),
    Sight("eigenes-konto", "desk", "/konto/"),
    *(
        Sight(f"muster-{name}", "admin", f"/muster/{name}/")
        for name in ("parts", "board", "incident", "phone", "portal", "report", "figures")
    ),
    Sight("muster", "admin", "/muster/"),
    Sight("abmelden", "desk", "/konto/abmelden/"),
    Sight("passwort", "desk", "/konto/passwort/"),
    Sight("bestaetigen", "desk", "/konto/bestaetigen/"),
    Sight("sicherheit", "desk", "/konto/sicherheit/"),
    Sight("passkeys", "desk", "/konto/sicherheit/webauthn/"),
)

# What answers a form, a map, a stream or part of a page, and what allauth shows only on the way.
NOT_PAGES = {
    "account_set_password",
    "accounts:deactivate",
    "accounts:grant",
    "accounts:reactivate",
    "accounts:reset_password",
    "accounts:revoke",
    "desk:answer_hand_over",
    "desk:close",
    "desk:command",
    "desk:contact",
    "desk:decide",
    "desk:erase",
    "desk:hand_over",
    "desk:log",
    "desk:map",
    "desk:merge",
    "desk:reopen",
    "desk:stream",
    "desk:streets_map",
    "desk:streets_way",
    "desk:waiting",
    "dispatch:assign",
    "dispatch:recommendations",
    "dispatch:stand_down",
    "dispatch:status",
    "dispatch:unit",
    "dispatch:withdraw",
    "field:accept",
    "field:arrive",
    "field:position",
    "field:onwards",
    "field:route_map",
    "field:there",
    "insight:quarters",
    "insight:table",
    "journal:check",
    "journal:progress",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "openid_connect_callback",
    "openid_connect_login",
    "patrols:discard",
    "patrols:drop",
    "patrols:drop_team",
    "patrols:keep_team",
    "patrols:lock",
    "patrols:map",
    "patrols:move",
    "patrols:need_map",
    "patrols:other",
    "patrols:prepare",
    "patrols:propose_teams",
    "patrols:publish",
    "patrols:replan",
    "patrols:revise",
    "patrols:withdraw",
    "places:basemap",
    "places:spots",
    "places:zones",
    "portal:erase",
    "portal:kept_photo",
    "portal:object",
    "portal:photo",
    "reports:photo",
    "set_language",
    "socialaccount_signup",
    "start",
    "ui:sample_map",
}
