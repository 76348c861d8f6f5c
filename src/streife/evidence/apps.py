"""Django's name for this package."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers the package."""

    name = "streife.evidence"
