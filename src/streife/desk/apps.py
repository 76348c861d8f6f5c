"""Django's name for this package."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the package."""

    name = "streife.desk"
