"""The file of public keys that a recipient gets on a second way, never inside a bag."""

import base64

from streife.evidence import keys
from streife.evidence.models import Dock
from streife.journal.actions import public_keys

SIGNER = "schwaerzung"  # as `actions.copying` signs redacted copies


def trust_text(*, least_witnesses: int | None = None) -> str:
    """Return the file as text: a word and a key on each line."""
    known = public_keys()
    docks = list(Dock.objects.order_by("code").values_list("public_key", flat=True))
    lines = [
        "# Schlüssel zum Prüfen von Herausgaben; bitte nur auf einem zweiten Weg weitergeben.",
        f"protokoll {known.journal}",
        *[f"dock {key}" for key in [*docks, keys.make_dock_key(SIGNER)]],
        *[f"zeuge {key}" for key in known.witnesses],
    ]
    least = len(known.witnesses) if least_witnesses is None else least_witnesses
    if known.witnesses:
        lines.append(f"zeugen-mindestens {least}")
    for root in known.authorities:
        lines.append(f"zeitstempel-wurzel {base64.b64encode(root).decode()}")
    if known.policy:
        lines.append(f"zeitstempel-richtlinie {known.policy}")
    return "\n".join(lines) + "\n"
