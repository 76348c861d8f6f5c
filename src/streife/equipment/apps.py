"""Django's name for this package."""

from django.apps import AppConfig


class EquipmentConfig(AppConfig):
    """Registers the package."""

    name = "streife.equipment"
