"""Django's name for this package."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Registers the package."""

    name = "streife.dispatch"
