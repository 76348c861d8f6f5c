"""The making of a redacted copy: its project, its progress, its two persons."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.fields import CanonicalJSONField
from streife.evidence.models.recordings import Recording
from streife.evidence.rules.redacting import Glance, Work


class Redaction(models.Model):
    """One attempt to make a copy in which nobody can be recognised."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="redactions")
    state = models.CharField(_("Stand"), max_length=10, choices=[(w.value, w.value) for w in Work])
    purpose = models.CharField(_("wofür"), max_length=300)
    trouble = models.CharField(_("was misslang"), max_length=40, blank=True)
    done_frames = models.PositiveIntegerField(_("fertige Bilder"), default=0)
    total_frames = models.PositiveIntegerField(_("Bilder"), default=0)
    found = CanonicalJSONField(_("bisher gefunden"), null=True, blank=True)
    project = CanonicalJSONField(_("Schwärzung"), null=True, blank=True)
    project_sha256 = models.CharField(_("Prüfwert der Schwärzung"), max_length=64, blank=True)
    begun_at = models.DateTimeField(_("begonnen um"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(_("letzte Nachricht"))  # of the work in the background
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # who had the copy made, and answers for the boxes
    copy = models.OneToOneField(
        Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="redaction"
    )
    made_at = models.DateTimeField(_("Kopie fertig um"), null=True, blank=True)
    released_at = models.DateTimeField(_("freigegeben um"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal = models.CharField(_("Grund der Ablehnung"), max_length=200, blank=True)
    refused_at = models.DateTimeField(_("abgelehnt um"), null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Schwärzung")
        verbose_name_plural = _("Schwärzungen")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True)
                | ~models.Q(released_by=models.F("made_by")),
                name="evidence_release_two_persons",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["made", "released"])
                | models.Q(copy__isnull=False, made_by__isnull=False),
                name="evidence_redaction_has_copy",
            ),
            models.CheckConstraint(
                condition=models.Q(refused_at__isnull=True, refused_by__isnull=True, refusal="")
                | models.Q(refused_at__isnull=False, refused_by__isnull=False)
                & ~models.Q(refusal=""),
                name="evidence_redaction_refused_why",
            ),
        ]
        indexes = [models.Index(fields=["state", "told_at"], name="evidence_redactions_running")]

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.state}"


class Preview(models.Model):
    """A small look at what a copy would show: marked as such, in no list, never handed out.

    The row stays when the preview is gone: its key must not come back from a backup.
    """

    redaction = models.ForeignKey(Redaction, on_delete=models.PROTECT, related_name="previews")
    state = models.CharField(
        _("Stand"), max_length=10, choices=[(one.value, one.value) for one in Glance]
    )
    project_sha256 = models.CharField(_("Prüfwert der Schwärzung"), max_length=64)
    asked_at = models.DateTimeField(_("bestellt um"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(_("letzte Nachricht"))  # of the work in the background
    done_frames = models.PositiveIntegerField(_("fertige Bilder"), default=0)
    total_frames = models.PositiveIntegerField(_("Bilder"), default=0)
    trouble = models.CharField(_("was misslang"), max_length=40, blank=True)
    # The envelope, as of a recording.
    ident = models.CharField(_("Kennung"), max_length=26, blank=True)
    path = models.CharField(_("Ablage"), max_length=120, blank=True)
    kid = models.CharField(_("Schlüsselkennung"), max_length=26, blank=True)
    header_sha256 = models.CharField(_("Kopf des Umschlags"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("Vorschau einer Schwärzung")
        verbose_name_plural = _("Vorschauen von Schwärzungen")
        constraints = [
            models.UniqueConstraint(
                fields=["redaction"],
                condition=models.Q(state__in=["making", "made"]),
                name="evidence_one_preview",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.redaction_id}: {self.state}"
