"""Django's name for this package."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Registers the package."""

    name = "streife.triage"
