"""Django's name for this package."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """Registers the package."""

    name = "streife.field"
