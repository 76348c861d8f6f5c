"""Django's name for this package."""

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    """Registers the package."""

    name = "streife.patrols"
