"""Django's name for this package."""

from django.apps import AppConfig


class DbConfig(AppConfig):
    """Registers the package."""

    name = "streife.db"
