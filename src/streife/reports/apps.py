"""Django's name for this package."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers the package."""

    name = "streife.reports"
