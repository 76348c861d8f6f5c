"""Django's name for this package."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Registers the package."""

    name = "streife.roster"
