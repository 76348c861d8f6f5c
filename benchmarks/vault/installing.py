"""A fresh installation in a folder, files to take in, CPU time."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

MIB = 1 << 20


def root_folder() -> Path:
    root = Path("build").resolve()
    root.mkdir(exist_ok=True)
    return root


def set_up(folder: Path) -> None:
    """Set up a fresh installation in a folder."""
    os.environ["STREIFE_VAR"] = str(folder / "var")
    os.environ["DJANGO_SETTINGS_MODULE"] = "streife.config.settings"
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, "src")
    import django
    from django.conf import settings
    from django.core.management import call_command

    if settings.configured and hasattr(settings, "VAR_DIR"):
        _move_to(folder / "var")
    else:
        django.setup()
    call_command("migrate", verbosity=0)


def _move_to(var: Path) -> None:
    from django.conf import settings
    from django.db import connection

    connection.close()
    var.mkdir(parents=True, exist_ok=True)
    settings.VAR_DIR = var
    connection.settings_dict["NAME"] = str(var / "streife.sqlite3")


def make_file(path: Path, megabytes: int) -> Path:
    """Write random bytes and leave them in the page cache."""
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(MIB))
        file.flush()
        os.fsync(file.fileno())
    return path


def cpu_seconds() -> float:
    """Return what this process and its children have used."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def taking(source: Path) -> Callable[[], None]:
    """Return what takes the file in through a dock of its own."""
    from streife.accounts.rules import system
    from streife.evidence import actions
    from streife.kernel.clock import now

    actor = system("bench")
    dock = actions.add_dock(code="bench", name="Messung", actor=actor, now=now())

    def take() -> None:
        with actions.FileInside(source) as file:
            done = actions.ingest(incoming=file.incoming(now()), dock=dock, actor=actor, now=now())
        assert not done.repeated

    return take
