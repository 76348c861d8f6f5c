"""Django's name for this package."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Registers the package."""

    name = "streife.journal"
