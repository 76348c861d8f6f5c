"""A dock that is read by a process that dies by SIGKILL where a test wants it, and what is left.

`python -m tests.killing begin|round|again` with `STREIFE_VAR` set; `round MOMENT` dies there, the
others say in JSON how things stand.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import django
from django.conf import settings

django.setup()

from django.core.management import call_command  # noqa: E402 (after setup)

from streife.evidence import actions, keys, stores  # noqa: E402 (after setup)
from streife.evidence.contents import open_content  # noqa: E402 (after setup)
from streife.evidence.manifests import open_manifest  # noqa: E402 (after setup)
from streife.evidence.models import Dock, Recording  # noqa: E402 (after setup)
from streife.journal import auditing  # noqa: E402 (after setup)
from streife.journal.models import Entry  # noqa: E402 (after setup)
from streife.kernel.clock import now  # noqa: E402 (after setup)
from tests.vaulting import VAULT, lay_down, make_dock  # noqa: E402 (after setup)

SIZE = 48 << 20  # bytes: some tenths of a second to write
HALF_SECONDS = 0.03
LATER = timedelta(hours=49)
CODE = "wache-mitte"


def folder() -> Path:
    """Return what the dock watches."""
    return Path(settings.VAR_DIR) / "dock"


def begin() -> None:
    """Make a vault with a dock, a camera's file lies in it."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    make_dock(now(), code=CODE, folder=str(folder()))
    lay_down(folder(), "a.mp4", os.urandom(SIZE))


def standing(*, later: timedelta = timedelta(0)) -> dict[str, Any]:
    """Return everything that may tell of half an ingest: rows, files, keys, record, receipt."""
    rows = list(Recording.objects.all())
    entries = Entry.objects.filter(subject__startswith="recording:").order_by("pk")
    found = auditing.audit(now=now() + timedelta(minutes=1), retention_years=10)
    root = stores.store().root  # type: ignore[attr-defined]  # on the local disk
    source, receipt = folder() / "a.mp4", folder() / "a.mp4.quittung"
    told = {}
    if receipt.exists():
        told = open_manifest(receipt.read_text(), Dock.objects.get().public_key)
    return {
        "sha256": [row.sha256 for row in rows],
        "content": [sha256(b"".join(open_content(row).parts())).hexdigest() for row in rows],
        "keys": sorted(keys.key_store().kids() - {row.kid for row in rows}),
        "missing_keys": sorted({row.kid for row in rows} - keys.key_store().kids()),
        "files": len(list(stores.store().listing())),
        "parts": len(list(root.rglob("*.part"))),
        "acts": [entry.act.removeprefix("evidence.") for entry in entries],
        "defects": [str(defect.kind) for defect in found.defects],
        "findings": [
            finding["kind"]
            for finding in actions.reconcile(actor=VAULT, now=now() + later).findings
        ],
        "source": sha256(source.read_bytes()).hexdigest() if source.exists() else "",
        "receipt": told.get("sha256", ""),
    }


MOMENTS = ("key", "room", "half", "whole", "named", "back", "signing", "row", "receipt", "wiping")


def die_at(moment: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Return an audit hook that ends this process as `kill -9` does, at one of `MOMENTS`.

    An event tells what is about to happen: what came before it is done. `key`: the key is kept;
    `room`: the envelope has its room, no byte; `half`: some of its bytes; `whole`: all of them,
    synced, without its name; `named`: with its name; `back`: about to be read back; `signing`:
    read back, no row; `row`: row and record, no receipt; `receipt`: written, without its name;
    `wiping`: the receipt is there, the camera's file is about to go.
    """
    seen: set[str] = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        reached = _reached(event, [str(one) for one in arguments[:2]], seen)
        if reached:
            seen.add(reached)
        if moment == "half" and reached == "room":
            threading.Timer(HALF_SECONDS, signal.raise_signal, [signal.SIGKILL]).start()
        elif moment == reached:
            signal.raise_signal(signal.SIGKILL)

    return hook


def _reached(event: str, names: list[str], seen: set[str]) -> str:
    """Return which moment this is, empty for none."""
    first = names[0] if names else ""
    asked = {
        ("open", "key"): first.endswith(".evf1.part"),
        ("fcntl.fcntl", "room"): "key" in seen,
        ("os.rename", "whole"): first.endswith(".evf1.part"),
        ("open", "named"): "whole" in seen,
        ("open", "back"): first.endswith(".evf1") and "named" in seen,
        ("open", "signing"): "/docks/" in first and "back" in seen,
        ("tempfile.mkstemp", "row"): ".quittung." in first,
        ("os.rename", "receipt"): names[-1].endswith(".quittung") if names else False,
        ("os.remove", "wiping"): first.endswith("/a.mp4"),
    }
    hits = [name for (kind, name), true in asked.items() if kind == event and true]
    return next((name for name in hits if name not in seen), "")


def take_in() -> None:
    """Read the dock's folder once, as its service does."""
    actions.watch_round(dock=Dock.objects.get(), actor=VAULT, now=now(), wipe=True)


def main(verb: str, *moments: str) -> None:
    """Do one thing; `again` says how things stand before a round, after it, and two days on."""
    if verb == "begin":
        begin()
        told = [standing()]
    elif verb == "round":
        for moment in moments:
            sys.addaudithook(die_at(moment))
        take_in()
        told = [standing()]
    else:
        told = [standing()]
        take_in()
        told.append(standing())
        actions.tidy_vault(actor=VAULT, now=now() + LATER)
        told.append(standing(later=LATER))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
