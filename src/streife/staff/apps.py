"""Django's name for this package."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Registers the package."""

    name = "streife.staff"
