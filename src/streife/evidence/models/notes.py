"""What people note about moments of a recording."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.evidence.models.recordings import Recording


class Note(models.Model):
    """A moment that is worth finding again: a chapter, or a remark; goes with its recording."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="notes")
    at_ms = models.PositiveBigIntegerField(_("Stelle (ms)"))
    text = models.CharField(_("Notiz"), max_length=200)
    chapter = models.BooleanField(_("Kapitel"), default=False)
    made_at = models.DateTimeField(_("notiert um"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("Notiz zu einer Aufnahme")
        verbose_name_plural = _("Notizen zu Aufnahmen")
        ordering = ["at_ms", "pk"]

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.at_ms}"
