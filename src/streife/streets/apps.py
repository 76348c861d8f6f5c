"""Django's name for this package."""

from django.apps import AppConfig


class StreetsConfig(AppConfig):
    """Registers the package."""

    name = "streife.streets"
