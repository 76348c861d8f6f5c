"""What a person concerned asks us to delete (Art. 17 DSGVO)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasureCase(models.Model):
    """A demand to delete the photo of a thing; entered by who is not to see thing or photo.

    What the person said about day and place goes with the answer; the row stays as proof that
    there was one.
    """

    reference = models.CharField(_("Aktenzeichen"), max_length=120)
    received_on = models.DateField(_("eingegangen am"))
    number = models.CharField(_("Nummer des Vorgangs oder Asservats"), max_length=40, blank=True)
    told = models.TextField(_("was die Person sagt"), max_length=1000, blank=True)
    entered_at = models.DateTimeField(_("eingetragen um"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    missed_at = models.DateTimeField(_("kein Foto gefunden um"), null=True, blank=True)
    missed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("beantwortet um"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Löschverlangen")
        verbose_name_plural = _("Löschverlangen")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False, told=""),
                name="evidence_answered_forgets_words",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
