"""After the first answer a server process gets ready for what is slow the first time.

Not before: nobody should wait for a page because of a plan that perhaps nobody makes. It runs on a
thread of low priority, some seconds later, when whoever opened the first page has its parts.
"""

import logging
import os
import threading
from collections.abc import Callable
from time import sleep

from django.conf import settings
from django.db import connections

from streife.kernel.clock import now
from streife.kernel.errors import Refused

_log = logging.getLogger(__name__)
_LOW = 10


def after_first_answer() -> Callable[[], object] | None:
    """Return what a process does once after its first answer, None if it is switched off."""
    return begin if settings.WARM_AFTER_SECONDS else None


def begin() -> threading.Thread:
    """Start getting ready, and return the thread; it ends with the process."""
    thread = threading.Thread(target=_run, name="warm-up", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    sleep(settings.WARM_AFTER_SECONDS)
    # Not before: what it imports costs the first answer nothing this way.
    from streife.patrols.actions.warming import warm_up  # noqa: PLC0415 (as said above)

    if hasattr(os, "setpriority"):  # of this thread alone, where the system can (Linux)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOW)
    try:
        warm_up(now())
    except Refused as refused:
        _log.warning("not ready for the first plan: %s", refused.message)
    finally:
        connections.close_all()
