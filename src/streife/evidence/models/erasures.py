"""What a person concerned demands of us (Art. 15, 17, 18 DSGVO), and what was found for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.evidence import rules
from streife.evidence.models.decisions import DeletionRequest, Hold
from streife.evidence.models.handing_over import HandOver
from streife.evidence.models.recordings import Recording


class ErasureCase(models.Model):
    """A demand about the photo of a thing or a recording; entered by who is not to see either.

    What the person said about day and place goes with the answer; the row stays as proof that
    there was one.
    """

    right = models.CharField(
        _("Recht"),
        max_length=12,
        choices=[(one.value, one.value) for one in rules.Right],
        default=rules.Right.ERASURE,
    )
    about = models.CharField(
        _("worum es geht"),
        max_length=10,
        choices=[(one.value, one.value) for one in rules.About],
        default=rules.About.PHOTO,
    )
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
        verbose_name = _("Verlangen")
        verbose_name_plural = _("Verlangen")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False, told=""),
                name="evidence_answered_forgets_words",
            ),
            models.CheckConstraint(
                condition=models.Q(about=rules.About.RECORDING)
                | models.Q(right=rules.Right.ERASURE),
                name="evidence_photo_is_erased_only",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DemandedRecording(models.Model):
    """A recording that is meant by a demand, and the request in which it is decided.

    Deleted by a `DeletionRequest`, kept by a `Hold`, handed out by a `HandOver`: what became of it
    is read there and stands nowhere twice.
    """

    erasure = models.ForeignKey(ErasureCase, on_delete=models.PROTECT, related_name="recordings")
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="demands")
    found_at = models.DateTimeField(_("gefunden um"))
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    deletion = models.ForeignKey(
        DeletionRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="demands"
    )
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, null=True, blank=True, related_name="demands"
    )
    hand_over = models.ForeignKey(
        HandOver, on_delete=models.PROTECT, null=True, blank=True, related_name="demands"
    )

    class Meta:
        verbose_name = _("verlangte Aufnahme")
        verbose_name_plural = _("verlangte Aufnahmen")
        constraints = [
            models.UniqueConstraint(fields=["erasure", "recording"], name="evidence_demanded_once")
        ]

    def __str__(self) -> str:
        return f"{self.erasure_id}: {self.recording_id}"
