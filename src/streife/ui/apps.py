"""Django's name for this package."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the package."""

    name = "streife.ui"
