"""All configuration: read from the environment, with defaults that run a working office."""

import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from environs import Env

env = Env()
ROOT = Path(__file__).resolve().parents[3]
env.read_env(str(ROOT / ".env"), recurse=False)

VAR_DIR = env.path("STREIFE_VAR", ROOT / "var")
if not VAR_DIR.exists():
    VAR_DIR.mkdir(parents=True)
    VAR_DIR.chmod(0o700)  # database, keys, photos and mail are nobody else's business
DATA_DIR = env.path("STREIFE_DATA", ROOT / "data" / "dortmund")
STREETS_DIR = env.path("STREIFE_STREETS", ROOT / "data" / "streets")
PATROLS_DIR = env.path("STREIFE_PATROLS", ROOT / "data" / "patrols")
STAFF_DIR = env.path("STREIFE_STAFF", ROOT / "data" / "staff")
EQUIPMENT_DIR = env.path("STREIFE_EQUIPMENT", ROOT / "data" / "equipment")
DEBUG = env.bool("STREIFE_DEBUG", False)
# A year of the journal may be dropped as a whole after this many further years.
JOURNAL_RETENTION_YEARS = env.int("STREIFE_JOURNAL_YEARS", 10)
# Witnesses of the journal in other offices, each as `ADDRESS KEY`; several with a comma between.
JOURNAL_WITNESSES: list[str] = env.list("STREIFE_WITNESSES", [])
# Time-stamp authority (RFC 3161): its address, its root certificates (PEM), a policy (OID).
JOURNAL_TSA_URL = env.str("STREIFE_TSA_URL", "")
JOURNAL_TSA_ROOTS = env.path("STREIFE_TSA_ROOTS", VAR_DIR / "journal" / "tsa-roots.pem")
JOURNAL_TSA_POLICY = env.str("STREIFE_TSA_POLICY", "")
# Folder of the published trees (c2sp.org/tlog-tiles); empty: nothing is published or served. With
# entries, acts, subjects and account numbers are public, too.
JOURNAL_TILES = env.str("STREIFE_TILES", "")
JOURNAL_TILES_ENTRIES = env.bool("STREIFE_TILES_ENTRIES", False)
# `journal` lies below `accounts` and asks this function which connection a request came from.
CONNECTION_OF = "streife.accounts.queries.connection_of"
# Packages below `accounts` that have pages ask this function who acts (as with AUTH_USER_MODEL).
ACTOR_FROM = "streife.accounts.queries.actor_from"
# `staff` lies below `equipment`: its page of a person asks this function what they carry.
CARRIED_LINES = "streife.equipment.queries.carried_lines"


def _secret_key() -> str:
    """Return the key from the environment, or one made at first start and kept with mode 0600."""
    given = env.str("STREIFE_SECRET_KEY", "")
    if given:
        return given
    path = VAR_DIR / "secret.key"
    if not path.exists():
        made = VAR_DIR / f"secret.key.{secrets.token_hex(8)}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64))
        # Several processes may start at once: the first key stays, nobody reads half of one.
        with suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("STREIFE_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CITY_NAME = env.str("STREIFE_CITY", "Dortmund")
BASE_URL = env.str("STREIFE_BASE_URL", "http://localhost:8000")
OVER_TLS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS: list[str] = env.list(
    "STREIFE_TRUSTED_ORIGINS", [BASE_URL.rstrip("/")] if OVER_TLS else []
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_vite",
    "django_tasks",
    "django_tasks_db",
    "streife.accounts",  # before allauth: its templates win
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "streife.ui",
    "streife.db",
    "streife.journal",
    "streife.places",
    "streife.staff",
    "streife.streets",
    "streife.equipment",
    "streife.roster",
    "streife.reports",
    "streife.incidents",
    "streife.triage",
    "streife.patrols",
    "streife.evidence",
    "streife.dispatch",
    "streife.portal",
    "streife.desk",
    "streife.field",
    "streife.insight",
    "streife.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "streife.config.middleware.GuardMiddleware",
    "streife.config.middleware.SecondFactorMiddleware",
    "streife.config.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "streife.config.urls"
ASGI_APPLICATION = "streife.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "streife.config.context.navigation",
            ]
        },
    }
]

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'streife.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # One writer at a time from the first statement on: no lock upgrade can fail half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-16384; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            "PRAGMA secure_delete=ON;"  # what is erased is overwritten, not only forgotten
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        # Pages ask many small questions; compiling a query costs more than it could ever win.
        # Memory for one step of a query: rows found by common words do not fit into 4 MB.
        "options": "-c jit=off -c work_mem=16MB",
        # The same questions again and again: planned once a connection, not once a page.
        "server_side_binding": True,
        "prepare_threshold": 3,
        **DATABASES["default"].get("OPTIONS", {}),
    }
# Pages are answered by this many lasting threads a process; each keeps its connection.
PAGE_THREADS = env.int("STREIFE_THREADS", 4)
# So long after its first answer a process loads what the first patrol plan needs; 0: never.
WARM_AFTER_SECONDS = env.int("STREIFE_WARM_AFTER_SECONDS", 3)
DATABASES["default"]["CONN_MAX_AGE"] = 600
# Dated data (areas, catalogue, status scheme) is at most this old in another process's import.
REFERENCE_SECONDS = env.int("STREIFE_REFERENCE_SECONDS", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"
CSRF_FAILURE_VIEW = "streife.config.handlers.csrf_failure"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "streife.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # sign-up itself is closed by the adapter
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True  # until SESSION_COOKIE_AGE, not until the browser closes
# A shift signs in from one address within minutes, so the address may try often, a name may not.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key"}
ACCOUNT_FORMS = {
    "login": "streife.accounts.forms.SignInForm",
    "change_password": "streife.accounts.forms.ChangePasswordForm",
    "reauthenticate": "streife.accounts.forms.PasswordAgainForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("STREIFE_TRUSTED_PROXIES", 0)
MFA_ADAPTER = "streife.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Streife"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://localhost")
MFA_FORMS = {
    "authenticate": "streife.accounts.forms.SecondFactorForm",
    "reauthenticate": "streife.accounts.forms.CodeAgainForm",
    "activate_totp": "streife.accounts.forms.ActivateAppForm",
    "add_webauthn": "streife.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "streife.accounts.forms.EditPasskeyForm",
}
STREIFE_REQUIRE_MFA = env.bool("STREIFE_REQUIRE_MFA", False)
SOCIALACCOUNT_ADAPTER = "streife.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
STREIFE_OIDC_USERNAME_CLAIM = env.str("STREIFE_OIDC_USERNAME_CLAIM", "preferred_username")
_OIDC_URL = env.str("STREIFE_OIDC_URL", "")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "stadt",
                "name": env.str("STREIFE_OIDC_NAME", "Anmeldung der Stadt"),
                "client_id": env.str("STREIFE_OIDC_CLIENT_ID", ""),
                "secret": env.str("STREIFE_OIDC_SECRET", ""),
                "settings": {"server_url": _OIDC_URL},
            }
        ]
        if _OIDC_URL
        else [],
    }
}

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "streife" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[Path] = []
DJANGO_VITE = {
    "default": {
        "manifest_path": ROOT / "src/streife/ui/static/ui/dist/manifest.json",
        "static_url_prefix": "ui/dist",
    }
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files"), "base_url": None},
    },
    # Vite has put a hash into every name already.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # files are served from where they lie: no collectstatic to forget
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.*/ui/dist/assets/.+-[\w-]{8}\..+$"
# Sign-in throttling counts in the database: every worker and host sees the same numbers.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "streife_cache",
        # Django drops a third of a full cache, counters that still run among it: 300 rows, as it
        # has by itself, are a hundred people who sign in, or a stranger who wants no throttle.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Browsers hold the way from our sign-in form to the city's directory against this, too.
        "form-action": [SELF, *(["://".join(urlsplit(_OIDC_URL)[:2])] if _OIDC_URL else [])],
    }
}
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # our scripts read neither
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if OVER_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"  # a status link holds its secret: no other site sees it
if ALLAUTH_TRUSTED_PROXY_COUNT:
    # The own proxy takes TLS off and says so; without one a visitor could claim it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = env.int("STREIFE_SESSION_SECONDS", 12 * 3600)  # one long shift

# Reports: limits and periods that an authority sets for itself, in days.
REPORTS_PER_HOUR = env.int("STREIFE_REPORTS_PER_HOUR", 30)  # by one connection
REPORT_RETENTION_DAYS = {
    "link_days": env.int("STREIFE_LINK_DAYS", 90),
    "hint_days": env.int("STREIFE_HINT_CONTACT_DAYS", 365),
    "hint_answered_days": env.int("STREIFE_HINT_CONTACT_ANSWERED_DAYS", 30),
    "complaint_days": env.int("STREIFE_COMPLAINT_CONTACT_DAYS", 1095),
    "complaint_answered_days": env.int("STREIFE_COMPLAINT_CONTACT_ANSWERED_DAYS", 183),
}
# Absences tell of illness: kept for what averages and the leave of a year need, then erased.
ABSENCE_RETENTION = timedelta(days=env.int("STREIFE_ABSENCE_DAYS", 730))
IMPORT_MAPPING = env.path(
    "STREIFE_IMPORT_MAPPING", ROOT / "data" / "catalogue" / "import_mapping.yaml"
)
# The header in which a trusted proxy names the visitor's address; empty: there is no proxy.
CLIENT_ADDRESS_HEADER = env.str("STREIFE_CLIENT_ADDRESS_HEADER", "")

# The vault of evidence. Keys and footage lie under STREIFE_VAR/evidence unless said otherwise.
EVIDENCE_S3: dict[str, object] = {
    "bucket_name": env.str("STREIFE_EVIDENCE_S3_BUCKET", ""),
    "endpoint_url": env.str("STREIFE_EVIDENCE_S3_URL", "") or None,
    "access_key": env.str("STREIFE_EVIDENCE_S3_ACCESS_KEY", "") or None,
    "secret_key": env.str("STREIFE_EVIDENCE_S3_SECRET_KEY", "") or None,
    "region_name": env.str("STREIFE_EVIDENCE_S3_REGION", "eu-central-1"),
}
# A hardware module for the key over all keys: its PKCS#11 library, token and PIN.
EVIDENCE_PKCS11_LIBRARY = env.str("STREIFE_EVIDENCE_PKCS11_LIBRARY", "")
EVIDENCE_PKCS11_TOKEN = env.str("STREIFE_EVIDENCE_PKCS11_TOKEN", "streife")
EVIDENCE_PKCS11_PIN = env.str("STREIFE_EVIDENCE_PKCS11_PIN", "")
# Who asked for a recording of themselves is named for so long after it was handed over, in days.
EVIDENCE_RECIPIENT_DAYS = env.int("STREIFE_RECIPIENT_DAYS", 365)
# So much room stays free on the disk of the vault: the journal and everything else need it.
EVIDENCE_RESERVE_BYTES = env.int("STREIFE_EVIDENCE_RESERVE_MB", 2048) * 1_000_000

# Mail leaves by the authority's own server; without one it lies in a folder to look at.
EMAIL_HOST = env.str("STREIFE_SMTP_HOST", "")
EMAIL_PORT = env.int("STREIFE_SMTP_PORT", 587)
EMAIL_HOST_USER = env.str("STREIFE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.str("STREIFE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.bool("STREIFE_SMTP_STARTTLS", True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("STREIFE_MAIL_FROM", "Ordnungsdienst <ordnungsdienst@localhost>")
