"""What an installation is safe by from its first start, and what changes once it has a name."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from streife.config.middleware import PERMISSIONS_POLICY

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json
from django.conf import settings
names = %r.split()
print(json.dumps({name: getattr(settings, name, None) for name in names}, default=str))
"""


def settings_with(folder: Path, names: str, **environment: str) -> dict[str, Any]:
    """Return settings as a process of its own sees them."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("STREIFE_")}  # noqa: TID251 (the environment of another process)
    clean |= {
        "DJANGO_SETTINGS_MODULE": "streife.config.settings",
        "STREIFE_VAR": str(folder),
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-c", ASK % names]
    done = subprocess.run(
        command, env=clean | environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def mode_of(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def test_the_folder_of_an_installation_is_nobody_elses_business(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    settings_with(folder, "DEBUG")
    assert mode_of(folder) == "0o700"
    assert mode_of(folder / "secret.key") == "0o600"
    assert sorted(path.name for path in folder.iterdir()) == ["secret.key"]


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = {
            found["SECRET_KEY"]
            for found in pool.map(lambda _: settings_with(tmp_path, "SECRET_KEY"), range(4))
        }
    assert len(keys) == 1
    assert len(keys.pop()) > 60


def test_details_of_errors_are_off_and_cookies_are_bound_by_default(tmp_path: Path) -> None:
    found = settings_with(
        tmp_path, "DEBUG SESSION_COOKIE_HTTPONLY CSRF_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE"
    )
    assert found == {
        "DEBUG": False,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def test_an_address_with_tls_makes_everything_tls(tmp_path: Path) -> None:
    names = (
        "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS CSRF_TRUSTED_ORIGINS "
        "SECURE_PROXY_SSL_HEADER"
    )
    address = {"STREIFE_BASE_URL": "https://streife.example.org"}
    assert settings_with(tmp_path, names, **address) == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "CSRF_TRUSTED_ORIGINS": ["https://streife.example.org"],
        "SECURE_PROXY_SSL_HEADER": None,  # nobody is believed without an own proxy
    }
    behind = settings_with(tmp_path, names, STREIFE_TRUSTED_PROXIES="1", **address)
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_the_sign_in_form_may_lead_to_the_directory_of_the_city_and_nowhere_else(
    tmp_path: Path,
) -> None:
    name = "CONTENT_SECURITY_POLICY"
    assert settings_with(tmp_path, name)[name]["DIRECTIVES"]["form-action"] == ["'self'"]
    found = settings_with(tmp_path, name, STREIFE_OIDC_URL="https://login.example.org/realms/stadt")
    assert found[name]["DIRECTIVES"]["form-action"] == ["'self'", "https://login.example.org"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/hinweis/", "/konto/anmelden/", "/gibt/es/nicht/"])
def test_every_page_tells_the_browser_what_it_may(address: str) -> None:
    headers = Client().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == PERMISSIONS_POLICY


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/leitstelle/", "/konto/", "/leitstelle/suche/?q=sofa"])
def test_what_staff_see_is_kept_nowhere(client_for: Any, address: str) -> None:
    assert "no-store" in client_for("dispatcher").get(address).headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/leitstelle/?anlass=%00", "/leitstelle/suche/?q=a%00b", "/vorgang/%00/", "/stand/%00/%00/",
     "/leitstelle/karte.geojson?vorgang=%00", "/leitstelle/streifen/neu/?schicht=" + "9" * 5000],
)  # fmt: skip
def test_an_address_that_no_database_can_look_up_is_answered_in_words(
    client_for: Any, address: str
) -> None:
    answer = client_for("dispatcher").get(address)
    assert answer.status_code in {200, 400, 404}
    assert "<h1" in answer.content.decode()


@pytest.mark.django_db
def test_a_foreign_host_name_is_refused_and_nothing_is_told() -> None:
    answer = Client().get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has its own vacuum")
def test_what_is_erased_from_sqlite_is_overwritten() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)
