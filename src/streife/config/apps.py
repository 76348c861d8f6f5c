"""Assembly at start-up."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires the reactions once all packages are loaded."""

    name = "streife.config"

    def ready(self) -> None:
        """Install the table of reactions."""
        from streife.config.wiring import REACTIONS  # noqa: PLC0415 (models must be loaded first)
        from streife.kernel.events import wire  # noqa: PLC0415 (beside its table)

        wire(REACTIONS)
