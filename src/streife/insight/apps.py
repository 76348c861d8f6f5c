"""Django's name for this package."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Registers the package."""

    name = "streife.insight"
