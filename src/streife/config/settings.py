"""All configuration: read from the environment, with defaults that run a working office."""

import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from environs import Env

env = Env()
ROOT = Path(__file__).resolve().parents[3]
env.read_env(str(ROOT / ".env"), recurse=False)

VAR_DIR = env.path("STREIFE_VAR", ROOT / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)
DATA_DIR = env.path("STREIFE_DATA", ROOT / "data" / "dortmund")
DEBUG = env.bool("STREIFE_DEBUG", False)


def _secret_key() -> str:
    """Return the key from the environment, or one made at first start and kept with mode 0600."""
    given = env.str("STREIFE_SECRET_KEY", "")
    if given:
        return given
    path = VAR_DIR / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("STREIFE_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CITY_NAME = env.str("STREIFE_CITY", "Dortmund")
BASE_URL = env.str("STREIFE_BASE_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("STREIFE_TRUSTED_ORIGINS", [])

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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "streife.ui",
    "streife.db",
    "streife.journal",
    "streife.accounts",
    "streife.places",
    "streife.staff",
    "streife.roster",
    "streife.reports",
    "streife.incidents",
    "streife.triage",
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
            "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "streife" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

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
        "form-action": [SELF],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("STREIFE_SESSION_SECONDS", 12 * 3600)  # one long shift
