"""The secret address of somebody's calendar."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """An address that shows one officer's duties to a calendar program; only its hash is kept."""

    officer = models.ForeignKey(
        "staff.Officer", on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    secret_hash = models.CharField(_("Prüfwert der Adresse"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("angelegt"))
    revoked_at = models.DateTimeField(_("abgeschaltet"), null=True, blank=True)

    class Meta:
        verbose_name = _("Kalenderadresse")
        verbose_name_plural = _("Kalenderadressen")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["officer"],
                condition=models.Q(revoked_at__isnull=True),
                name="roster_one_open_feed",
            )
        ]

    def __str__(self) -> str:
        return str(self.officer_id)
