"""What was handed to other offices, to whom, why, and whether they confirmed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.fields import CanonicalJSONField
from streife.evidence.models.recordings import Recording
from streife.evidence.models.requests import Asked
from streife.evidence.rules import handing_over as rules


class HandOver(Asked):
    """One recording for one office: asked for, agreed to, encrypted, handed over, confirmed."""

    ident = models.CharField(_("Kennung"), max_length=26, unique=True)  # ULID
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="hand_overs")
    stage = models.CharField(
        _("Stand"), max_length=12, choices=[(s.value, s.value) for s in rules.Stage]
    )
    recipient = models.CharField(_("empfangende Stelle"), max_length=200)
    recipient_key = models.CharField(_("Schlüssel der Stelle"), max_length=1000)
    purpose = models.CharField(
        _("Zweck"), max_length=8, choices=[(p.value, p.value) for p in rules.Purpose]
    )
    legal_basis = models.CharField(_("Rechtsgrundlage"), max_length=200)
    reference = models.CharField(_("Aktenzeichen"), max_length=120)
    answer_due = models.DateField(_("Bestätigung erwartet bis"))
    # The encrypted file: only the recipient can open it.
    ready_at = models.DateTimeField(_("bereit um"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("Größe (Byte)"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 der Datei"), max_length=64, blank=True)
    bag_sha256 = models.CharField(_("SHA-256 des Inhalts"), max_length=64, blank=True)
    heads = CanonicalJSONField(_("Prüfpunkte darin"), null=True, blank=True)  # year → entries
    trouble = models.CharField(_("was misslang"), max_length=40, blank=True)
    handed_over_at = models.DateTimeField(_("übergeben um"), null=True, blank=True)
    received_at = models.DateTimeField(_("Empfang bestätigt um"), null=True, blank=True)
    receipt = models.CharField(_("Bestätigung"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Herausgabe")
        verbose_name_plural = _("Herausgaben")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("requested_by")),
                name="evidence_hand_over_two_persons",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage=rules.Stage.REFUSED) | ~models.Q(refusal=""),
                name="evidence_hand_over_refused_why",
            ),
        ]
        indexes = [models.Index(fields=["stage", "answer_due"], name="evidence_hand_overs_due")]

    def __str__(self) -> str:
        return f"{self.ident}: {self.recipient}"
