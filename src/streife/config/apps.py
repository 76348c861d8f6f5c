"""Assembly at start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext


class ConfigConfig(AppConfig):
    """Wires the reactions and the language once all packages are loaded."""

    name = "streife.config"

    def ready(self) -> None:
        """Install the table of reactions, and let plain Python speak the reader's language."""
        from streife.config.wiring import REACTIONS  # noqa: PLC0415 (models must be loaded first)
        from streife.kernel.events import wire  # noqa: PLC0415 (beside its table)
        from streife.kernel.texts import speak  # noqa: PLC0415 (beside its table)

        wire(REACTIONS)
        speak(gettext)
