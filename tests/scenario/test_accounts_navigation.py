"""Where each role starts, what it finds in the navigation, and what refusals look like."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from streife.accounts.rules import PERMISSIONS, Actor, Role
from streife.config import handlers
from streife.config.navigation import IN_BAR, ITEMS, STARTS, address_of, links_for, split
from tests.factories import plain_actor

ClientFor = Callable[[str], Client]
NOBODY = ("public", "system")  # who never signs in


def test_every_row_names_a_known_permission_and_a_page_that_exists() -> None:
    for item in ITEMS:
        assert item.permission in PERMISSIONS
        assert address_of(item.url_name), f"no page {item.url_name}"
    for _, url_name in STARTS:
        assert address_of(url_name), f"no page {url_name}"


def test_a_page_that_an_installation_lacks_is_no_row() -> None:
    assert address_of("nowhere:at_all") == ""


@pytest.mark.parametrize("role", Role)
def test_everybody_finds_exactly_the_pages_they_may_use(role: Role) -> None:
    actor = plain_actor(role)
    expected = [
        address_of(item.url_name)
        for item in ITEMS
        if actor.may(item.permission) and address_of(item.url_name)
    ]
    assert [link.url for link in links_for(actor, "/")] == expected


def test_the_page_one_is_on_stands_in_the_bar_and_nothing_is_lost() -> None:
    everything = Actor("test:all", frozenset(Role), "all")
    for path in ("/leitstelle/", "/protokoll/", "/konto/benutzer/", "/nirgends/"):
        links = links_for(everything, path)
        bar, more = split(links)
        assert len(bar) == IN_BAR
        assert not [link for link in more if link.current]
        assert {link.url for link in [*bar, *more]} == {link.url for link in links}
    few = links[: IN_BAR + 1]
    assert split(few) == (few, [])


def test_the_current_page_is_marked_once() -> None:
    links = links_for(plain_actor(Role.ADMIN), "/konto/benutzer/7/")
    assert [link.url for link in links if link.current] == ["/konto/benutzer/"]


def test_an_incident_belongs_to_the_control_room() -> None:
    links = links_for(plain_actor(Role.DISPATCHER), "/vorgang/2026-000001/")
    assert [link.url for link in links if link.current] == ["/leitstelle/"]


@pytest.mark.parametrize("role", [role for role in Role if role.value not in NOBODY])
def test_a_search_field_is_offered_to_whoever_may_search(client_for: ClientFor, role: Role) -> None:
    page = client_for(role.value).get(reverse("accounts:profile")).content.decode()
    may = plain_actor(role).may("incidents.view")
    assert ('role="search"' in page) is may
    assert client_for(role.value).get("/leitstelle/suche/").status_code == (200 if may else 403)


def test_a_role_without_pages_is_told_so(client_for: ClientFor) -> None:
    said = "Für Ihre Rolle hat Streife noch keine eigenen Seiten"
    assert said in client_for("partner").get(reverse("accounts:profile")).content.decode()
    assert said not in client_for("desk").get(reverse("accounts:profile")).content.decode()


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("desk", "desk:board"),
        ("dispatcher", "desk:board"),
        ("shift_leader", "desk:board"),
        ("officer", "field:home"),
        ("head", "insight:overview"),
        ("dpo", "journal:overview"),
        ("admin", "accounts:users"),
        ("training_lead", "staff:people"),
        ("partner", "accounts:profile"),
    ],
)
def test_each_role_starts_where_it_works(client_for: ClientFor, role: str, page: str) -> None:
    assert client_for(role).get(reverse("start")).url == reverse(page)


def test_nobody_starts_at_the_sign_in(client: Client, db: None) -> None:
    assert client.get(reverse("start")).url == reverse("account_login")


def test_a_refusal_is_a_german_page_a_fragment_or_nothing_more(client_for: ClientFor) -> None:
    client = client_for("desk")
    page = client.get(reverse("accounts:users"))
    assert page.status_code == 403
    assert "<html" in page.content.decode()
    assert "fehlt Ihnen die Berechtigung" in page.content.decode()
    fragment = client.get(reverse("accounts:users"), headers={"HX-Request": "true"})
    assert fragment.status_code == 403
    assert "<html" not in fragment.content.decode()


@pytest.mark.parametrize("path", ["/gibt-es-nicht/", "/api/gibt-es-nicht"])
def test_a_wrong_address_is_answered_in_german(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    if path.startswith("/api/"):
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "no-such-page"
    else:
        assert "Diese Seite gibt es nicht" in response.content.decode()


def test_a_forged_form_is_answered_in_german(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert response.status_code == 403
    assert "Das Formular ist abgelaufen" in response.content.decode()


def test_a_post_beyond_the_limit_is_answered_in_german(client: Client, db: None) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        response = client.post(
            reverse("account_login"),
            "login=" + "x" * 200,
            content_type="application/x-www-form-urlencoded",
        )
    assert response.status_code == 413
    assert "kleinere Fotos" in response.content.decode()


def test_a_bug_is_answered_without_templates_of_ours_that_could_fail() -> None:
    request = RequestFactory().get("/leitstelle/")
    assert "kaputtgegangen" in handlers.server_error(request).content.decode()
    machine = RequestFactory().get("/api/v1/reports")
    assert handlers.server_error(machine)["Content-Type"] == "application/problem+json"


def test_what_cannot_be_read_and_what_is_forbidden_have_words(db: None) -> None:
    request = RequestFactory().get("/api/x")
    assert handlers.bad_request(request, ValueError()).status_code == 400
    assert handlers.permission_denied(request, ValueError()).status_code == 403
    assert handlers.too_many_requests(request).status_code == 429
