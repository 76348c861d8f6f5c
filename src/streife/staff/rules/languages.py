"""Languages officers speak: ISO 639-1 codes with their German names."""

from collections.abc import Mapping

from streife.kernel.errors import Refused
from streife.kernel.texts import german

LANGUAGES: Mapping[str, str] = {
    "ar": german("Arabisch"),
    "bg": german("Bulgarisch"),
    "bs": german("Bosnisch"),
    "el": german("Griechisch"),
    "en": german("Englisch"),
    "es": german("Spanisch"),
    "fa": german("Persisch"),
    "fr": german("Französisch"),
    "hr": german("Kroatisch"),
    "it": german("Italienisch"),
    "ku": german("Kurdisch"),
    "nl": german("Niederländisch"),
    "pl": german("Polnisch"),
    "pt": german("Portugiesisch"),
    "ro": german("Rumänisch"),
    "ru": german("Russisch"),
    "sq": german("Albanisch"),
    "sr": german("Serbisch"),
    "tr": german("Türkisch"),
    "uk": german("Ukrainisch"),
    "ur": german("Urdu"),
    "vi": german("Vietnamesisch"),
}
SIGN_LANGUAGE = "dgs"  # no code of two letters; ISO 639-3 calls it gsg
NAMES: Mapping[str, str] = {**LANGUAGES, SIGN_LANGUAGE: german("Deutsche Gebärdensprache")}


def check_language(code: str) -> str:
    """Return the code of a known language.

    :raises Refused: `no-such-language`
    """
    if code not in NAMES:
        raise Refused(
            "Diese Sprache ist nicht in der Liste. Bitte wählen Sie eine aus.",
            "no-such-language",
            field="language",
        )
    return code
