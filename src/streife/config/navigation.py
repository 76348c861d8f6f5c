"""The main navigation, and where each role starts: one row each."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from streife.accounts.queries import actor_from
from streife.accounts.rules import Actor, Role


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the main navigation; shown to whoever holds the permission."""

    label: Promise
    url_name: str
    permission: str
    icon: str
    order: int
    beyond: str = ""  # where else one is on this page: the beginning of an address


@dataclass(frozen=True, slots=True)
class Link:
    """An item as the template needs it: with its address, and whether we are there."""

    label: Promise
    url: str
    icon: str
    current: bool


ITEMS = (
    Item(_("Leitstelle"), "desk:board", "incidents.change", "radio", 10, "/vorgang/"),
    Item(_("Aufnahme"), "desk:intake", "reports.answer", "phone", 20),
    Item(_("Streifenplan"), "patrols:index", "patrols.view", "route", 25),
    Item(_("Dienstplan"), "roster:index", "roster.view", "roster", 27),
    Item(_("Mein Dienst"), "field:home", "field.work", "unit", 30),
    Item(_("Mein Blatt"), "staff:me", "staff.view_own", "person", 32),
    Item(_("Personal"), "staff:people", "staff.view", "people", 34),
    Item(_("Beweismittel"), "evidence:index", "evidence.open", "camera", 35),
    Item(_("Ausstattung"), "equipment:overview", "equipment.view", "shield", 36),
    Item(_("Lagebild"), "insight:overview", "insight.view", "chart", 40),
    Item(_("Protokoll"), "journal:overview", "journal.view", "diary", 50),
    Item(_("Texte löschen"), "desk:erasing", "incidents.erase_text", "trash", 52),
    Item(_("Straßennetz"), "desk:streets", "streets.view", "route", 55),
    Item(_("Benutzer"), "accounts:users", "accounts.manage", "people", 60),
)

IN_BAR = 5  # so many fit beside the search at 1280 pixels

# Where somebody starts: the first row whose role they hold.
STARTS = (
    (Role.DISPATCHER, "desk:board"),
    (Role.SHIFT_LEADER, "desk:board"),
    (Role.DESK, "desk:board"),
    (Role.CASE_OFFICER, "desk:board"),
    (Role.OFFICER, "field:home"),
    (Role.CUSTODIAN, "evidence:index"),
    (Role.HEAD, "insight:overview"),
    (Role.TRAINING_LEAD, "staff:people"),
    (Role.DPO, "journal:overview"),
    (Role.ADMIN, "accounts:users"),
)


def address_of(url_name: str) -> str:
    """Return the address of a page, or nothing if an installation does not have the page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links_for(actor: Actor, path: str) -> list[Link]:
    """Return the rows the actor may use, in order; the longest matching address is the current."""
    rows = [
        (item, address_of(item.url_name))
        for item in sorted(ITEMS, key=lambda item: item.order)
        if actor.may(item.permission)
    ]
    rows = [(item, url) for item, url in rows if url]
    here = max((url for item, url in rows if _covers(item, url, path)), key=len, default=None)
    return [Link(item.label, url, item.icon, url == here) for item, url in rows]


def _covers(item: Item, url: str, path: str) -> bool:
    return path.startswith(url) or bool(item.beyond and path.startswith(item.beyond))


def split(links: list[Link]) -> tuple[list[Link], list[Link]]:
    """Return what stands in the bar and what under "Mehr"; the page one is on is never hidden."""
    if len(links) <= IN_BAR + 1:
        return links, []
    bar, more = links[:IN_BAR], links[IN_BAR:]
    here = next((link for link in more if link.current), None)
    if here is not None:
        more = [bar.pop(), *(link for link in more if link is not here)]
        bar.append(here)
    return bar, more


def search_for(actor: Actor) -> str:
    """Return the address of the search, or nothing to whoever may not search."""
    return address_of("desk:search") if actor.may("incidents.view") else ""


def start_of(actor: Actor) -> str:
    """Return the address of the page somebody works on; the own account if no role has one."""
    pages = (address_of(name) for role, name in STARTS if role in actor.roles)
    return next((page for page in pages if page), reverse("accounts:profile"))


def start(request: HttpRequest) -> HttpResponse:
    """Send a signed-in person to the page they work on, anybody else to the sign-in."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return redirect(start_of(actor_from(request)))
