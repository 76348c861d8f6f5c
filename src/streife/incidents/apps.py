"""Django's name for this package."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Registers the package."""

    name = "streife.incidents"
