"""What persons and the clock decided about a recording, and who looked at it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.evidence import rules
from streife.evidence.models.recordings import Recording
from streife.evidence.models.requests import Keeping, TwoPersonRequest


class Hold(Keeping):
    """Why a recording stays longer; ended, never deleted."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="holds")

    class Meta(Keeping.Meta):
        verbose_name = _("Sicherung einer Aufnahme")
        verbose_name_plural = _("Sicherungen von Aufnahmen")

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.reference}"


class DeletionRequest(TwoPersonRequest):
    """Somebody asks that a recording, or a part of it, goes early; a second person decides."""

    recording = models.ForeignKey(
        Recording, on_delete=models.PROTECT, related_name="deletion_requests"
    )
    ground = models.CharField(
        _("Grund"), max_length=20, choices=[(g.value, g.value) for g in rules.Ground]
    )
    from_ms = models.PositiveBigIntegerField(_("ab (ms)"), null=True, blank=True)
    to_ms = models.PositiveBigIntegerField(_("bis (ms)"), null=True, blank=True)

    class Meta(TwoPersonRequest.Meta):
        verbose_name = _("Löschantrag")
        verbose_name_plural = _("Löschanträge")
        constraints = [
            *TwoPersonRequest.Meta.constraints,
            models.UniqueConstraint(
                fields=["recording"],
                condition=models.Q(decided_at__isnull=True),
                name="evidence_one_open_deletion_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.ground}"


class Deletion(models.Model):
    """That a recording was deleted: when exactly, by which rule, how far; nothing of its content.

    Art. 5 Abs. 2 DSGVO: an authority may ask when, by whom and how.
    """

    recording = models.OneToOneField(Recording, on_delete=models.PROTECT, related_name="deletion")
    rule = models.CharField(_("Regel"), max_length=20)  # `retention` or a ground
    request = models.ForeignKey(
        DeletionRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    intended_at = models.DateTimeField(_("angesetzt um"))
    key_destroyed_at = models.DateTimeField(_("Schlüssel vernichtet um"), null=True, blank=True)
    done_at = models.DateTimeField(_("abgeschlossen um"), null=True, blank=True)

    class Meta:
        verbose_name = _("Löschnachweis")
        verbose_name_plural = _("Löschnachweise")

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.rule}"


class Viewing(models.Model):
    """A permitted look: recorded once, before the first byte, however many ranges are asked for."""

    token = models.CharField(_("Kennung"), max_length=43, unique=True)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="viewings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(
        _("Zweck"), max_length=12, choices=[(p.value, p.value) for p in rules.Purpose]
    )
    reason = models.CharField(_("Grund"), max_length=300)
    # Of a redaction's preview and not of the recording itself.
    preview = models.ForeignKey(
        "evidence.Preview", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(_("begonnen um"))
    ends_at = models.DateTimeField(_("gültig bis"))

    class Meta:
        verbose_name = _("Einsichtnahme")
        verbose_name_plural = _("Einsichtnahmen")

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.purpose}"
