"""What phones have sent, so that a second tap or a replay does nothing twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """One thing a phone sent; its own key makes a replay answer with the first result."""

    client_id = models.UUIDField(_("Schlüssel des Geräts"), primary_key=True)
    act = models.CharField(_("Vorgang"), max_length=40)
    sent_by = models.CharField(_("gesendet von"), max_length=80)
    received_at = models.DateTimeField(_("eingegangen um"))

    class Meta:
        verbose_name = _("Eingabe vom Telefon")
        verbose_name_plural = _("Eingaben vom Telefon")

    def __str__(self) -> str:
        return f"{self.act} {self.client_id}"
