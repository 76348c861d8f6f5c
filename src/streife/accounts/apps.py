"""Django's name for this package."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the package."""

    name = "streife.accounts"
