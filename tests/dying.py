"""A worker on redactions that dies by SIGKILL where a test wants it, and a look at what is left.

`python -m tests.dying begin|work|again|ask|end` with `STREIFE_VAR` set; every verb but `work` says
in JSON how things stand.
"""

import json
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 (after setup)

from streife.accounts.queries import actor_of  # noqa: E402 (after setup)
from streife.accounts.rules import Actor, Role, system  # noqa: E402 (after setup)
from streife.config.demo.footage import Person  # noqa: E402 (after setup)
from streife.evidence import actions, queries, stores  # noqa: E402 (after setup)
from streife.evidence.actions import redacting, searching  # noqa: E402 (after setup)
from streife.evidence.actions.progress import THREADS, footage_of  # noqa: E402 (after setup)
from streife.evidence.contents import open_content  # noqa: E402 (after setup)
from streife.evidence.models import Recording, Redaction  # noqa: E402 (after setup)
from streife.evidence.redaction.faces import Detector  # noqa: E402 (after setup)
from streife.evidence.redaction.project import Project  # noqa: E402 (after setup)
from streife.evidence.redaction.searching import THOROUGH, search  # noqa: E402 (after setup)
from streife.journal import auditing  # noqa: E402 (after setup)
from streife.journal.models import Entry  # noqa: E402 (after setup)
from streife.kernel.clock import now  # noqa: E402 (after setup)
from tests.docking import docked  # noqa: E402 (after setup)
from tests.factories import user_with  # noqa: E402 (after setup)

FRAMES = 100
WORKER = system("evidence")


def custodian() -> Actor:
    """Return who redacts."""
    return actor_of(user_with(Role.CUSTODIAN, username="verwahrung"))


def begin() -> None:
    """Lay a drawn recording into a fresh vault and have the software look for faces."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    people = [Person(60, (100, 100), (2, 0)), Person(70, (500, 200), (-2, 0))]
    recording = docked(people, now=now(), frames=FRAMES)
    redacting.begin_redaction(
        ident=recording.ident, purpose="Auskunft", actor=custodian(), now=now()
    )


def ask() -> bool:
    """Look at every doubt, ask for the copy; say whether an unbroken search finds the same."""
    made = Redaction.objects.select_related("recording").get()
    for review in Project.from_json(made.project).open_reviews:
        redacting.change_project(
            redaction_id=made.pk, change=redacting.settle(review.key), actor=custodian(), now=now()
        )
    redacting.ask_for_copy(redaction_id=made.pk, actor=custodian(), now=now())
    unbroken = search(
        footage_of(made.recording),
        source_sha256=made.recording.sha256,
        detector=Detector(threads=THREADS),
        pace=THOROUGH,
    )
    return unbroken.covers == Project.from_json(made.project).covers


def standing() -> dict[str, Any]:
    """Return everything that may tell of half a work: rows, files, keys, record."""
    made = Redaction.objects.select_related("recording", "copy").get()
    entries = Entry.objects.filter(subject=f"recording:{made.recording.ident}").order_by("pk")
    found = auditing.audit(now=now() + timedelta(minutes=1), retention_years=10)
    root = stores.store().root  # type: ignore[attr-defined]  # on the local disk
    listed = queries.visible_to(custodian()).values_list("ident", flat=True)
    return {
        "state": made.state,
        "upto": (made.found or {}).get("upto", 0),
        "done": made.done_frames,
        "copies": Recording.objects.exclude(pk=made.recording_id).count(),
        "listed": len(listed),
        "files": len(list(stores.store().listing())),
        "parts": len(list(root.rglob("*.part"))),
        "acts": [entry.act.removeprefix("evidence.") for entry in entries],
        "places": [entry.body.content["nth"] for entry in entries],
        "defects": [str(defect.kind) for defect in found.defects],
        "findings": [
            finding["kind"] for finding in actions.reconcile(actor=WORKER, now=now()).findings
        ],
    }


def read_copy() -> dict[str, Any]:
    """Read the copy to its end: every chunk's tag is checked."""
    copy = Redaction.objects.select_related("copy").get().copy
    assert copy is not None
    length = sum(len(part) for part in open_content(copy).parts())
    return {"whole": length == copy.size, "frames": copy.media["frames"]}


def die_at(moment: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Return an audit hook that ends this process as `kill -9` does.

    `part`: the copy's envelope has its room, no byte yet; `rename`: it is whole and on the disk,
    without its name; `named`: it has its name, no row tells of it.
    """
    seen: list[str] = []
    following = {"fcntl.fcntl": ("open", "part"), "open": ("rename", "named")}

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in {"open", "os.rename"} and str(arguments[0]).endswith(".evf1.part"):
            seen.append(event.removeprefix("os."))
        # An event tells what is about to happen: what came before it is done.
        elif event in following and seen[-1:] == [following[event][0]]:
            seen.append(following[event][1])
        if moment in seen:
            signal.raise_signal(signal.SIGKILL)

    return hook


def main(verb: str, *moments: str) -> None:
    """Do one thing."""
    if verb == "work":
        for moment in moments:
            sys.addaudithook(die_at(moment))
        call_command("db_worker", batch=True, verbosity=0)
        return
    told: dict[str, Any] = {}
    if verb == "begin":
        begin()
    elif verb == "ask":
        told["same"] = ask()
    told |= standing()
    if verb == "again":
        # As the schedule does every five minutes; two minutes without a word have passed.
        later = now() + timedelta(minutes=3)
        told["resumed"] = searching.resume_redactions(actor=WORKER, now=later)
    elif verb == "end":
        told |= read_copy()
        actions.tidy_vault(actor=WORKER, now=now())
        told["parts_after"] = standing()["parts"]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
