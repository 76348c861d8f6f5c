"""Assembly at start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext


class ConfigConfig(AppConfig):
    """Wires the reactions and the language once all packages are loaded."""

    name = "streife.config"

    def ready(self) -> None:
        """Install reactions and names, and let plain Python speak the reader's language."""
        from streife.config.naming import names_for, ref_for  # noqa: PLC0415 (models must be loaded first)
        from streife.config.wiring import REACTIONS  # noqa: PLC0415 (models must be loaded first)
        from streife.dispatch.queries import incidents_attended  # noqa: PLC0415 (uses models)
        from streife.evidence.queries import ask_for_attended  # noqa: PLC0415 (uses models)
        from streife.journal.sentences import call_them_by, find_them_by  # noqa: PLC0415 (beside)
        from streife.kernel.events import wire  # noqa: PLC0415 (beside its table)
        from streife.kernel.texts import speak  # noqa: PLC0415 (beside its table)
        from streife.reports.mails import speak_answers_with  # noqa: PLC0415 (uses models)
        from streife.triage.rules import spoken_answer  # noqa: PLC0415 (beside its use)

        wire(REACTIONS)
        speak(gettext)
        call_them_by(names_for)
        find_them_by(ref_for)
        ask_for_attended(incidents_attended)
        speak_answers_with(spoken_answer)
