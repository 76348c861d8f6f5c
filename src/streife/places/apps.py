"""Django's name for this package."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the package."""

    name = "streife.places"
