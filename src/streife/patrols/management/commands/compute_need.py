"""`manage.py compute_need`: compute where presence counts, so that no page has to."""

from typing import Any

from django.core.management.base import BaseCommand

from streife.kernel.clock import now
from streife.patrols.queries.need_holding import refresh


class Command(BaseCommand):
    """Runs every hour; safe at any time."""

    help = "Rechnet aus, wo und wann Präsenz zählt, und legt es für alle Seiten bereit."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute, write, say from how much."""
        made = refresh(now())
        self.stdout.write(f"{len(made.given)} Hinweise und Feststellungen, {len(made.grid)} Zellen")
