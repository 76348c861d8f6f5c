"""Django's name for this package."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the package."""

    name = "streife.portal"
