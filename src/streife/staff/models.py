"""People who serve, and what they are qualified for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Officer(models.Model):
    """A member of the field service (also apprentices, who never count as second officer)."""

    personnel_number = models.CharField(_("Personalnummer"), max_length=20, unique=True)
    first_name = models.CharField(_("Vorname"), max_length=80)
    last_name = models.CharField(_("Nachname"), max_length=80)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    apprentice = models.BooleanField(_("in Ausbildung"), default=False)
    entered_date = models.DateField(_("Eintritt"))
    left_date = models.DateField(_("Austritt"), null=True, blank=True)

    class Meta:
        verbose_name = _("Einsatzkraft")
        verbose_name_plural = _("Einsatzkräfte")

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name[:1]}."


class Qualification(models.Model):
    """A qualification or authorisation with expiry."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(_("Art"), max_length=40)
    valid_from = models.DateField(_("gültig ab"))
    valid_to = models.DateField(_("gültig bis"), null=True, blank=True)

    class Meta:
        verbose_name = _("Befähigung")
        verbose_name_plural = _("Befähigungen")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind", "valid_from"], name="staff_qualification_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind
