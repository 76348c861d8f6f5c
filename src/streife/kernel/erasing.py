"""Erasing single texts that people typed (Art. 17 DSGVO): what all packages have in common."""

from collections.abc import Mapping
from dataclasses import dataclass

from streife.kernel.errors import Refused
from streife.kernel.texts import german

# What stands where a text was erased, so that nobody takes the gap for an omission.
ERASED_TEXT = german("(Text gelöscht)")
PLACE = german("Adresse, mit dem genauen Punkt auf der Karte")
REASONS: Mapping[str, str] = {
    "requested": german("auf Wunsch der Person"),
    "unlawful": german("unzulässig gespeichert"),
    "not_needed": german("nicht mehr nötig"),
}


@dataclass(frozen=True, slots=True)
class FreeText:
    """A text that a person typed and that can be erased by itself; `label` says which it is.

    A photo can be erased in the same way: `text` is its size and `photo_id` leads to it.
    """

    part: str
    label: str
    text: str
    photo_id: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is anything to erase."""
        return self.text not in {"", ERASED_TEXT}


def check_reason(reason: str) -> None:
    """Pass only a reason for which a text may be erased.

    :raises Refused: none of `REASONS`
    """
    if reason not in REASONS:
        raise Refused(
            "Bitte wählen Sie einen Grund aus der Liste.", "reason-unknown", field="reason"
        )
