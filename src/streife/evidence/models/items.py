"""Seized things."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.evidence import rules
from streife.evidence.models.recordings import Recording
from streife.evidence.models.requests import TwoPersonRequest


class Item(models.Model):
    """A seized thing in custody."""

    ident = models.CharField(_("Kennung"), max_length=26, unique=True)
    label = models.CharField(_("Bezeichnung"), max_length=200)
    taken_at = models.DateTimeField(_("sichergestellt um"))
    taken_where = models.CharField(_("Fundort"), max_length=200)
    latitude = models.FloatField(_("Breite"), null=True, blank=True)
    longitude = models.FloatField(_("Länge"), null=True, blank=True)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    photo = models.ForeignKey(
        Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    step = models.CharField(
        _("letzter Schritt"), max_length=10, choices=[(s.value, s.value) for s in rules.Step]
    )
    place = models.CharField(_("Lagerort"), max_length=120, blank=True)
    # Where photos lay in the clear before they had envelopes; empty once it is taken over.
    picture_path = models.CharField(_("Ablage des Fotos"), max_length=120, blank=True)
    picture_sha256 = models.CharField(_("Prüfwert des Fotos"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("Asservat")
        verbose_name_plural = _("Asservate")

    def __str__(self) -> str:
        return self.label


class CustodyEvent(models.Model):
    """A step in the custody of a seized thing; written once."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(
        _("Schritt"), max_length=10, choices=[(s.value, s.value) for s in rules.Step]
    )
    at = models.DateTimeField(_("Zeitpunkt"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # who watched the destruction
    party = models.CharField(_("an wen"), max_length=200, blank=True)
    place = models.CharField(_("Lagerort"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Verwahrschritt")
        verbose_name_plural = _("Verwahrschritte")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("by")),
                name="evidence_step_two_persons",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.step}"


class DestructionRequest(TwoPersonRequest):
    """Somebody asks to destroy a seized thing; a second person consents and is there."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="destruction_requests")
    why = models.CharField(_("Grund"), max_length=200)

    class Meta(TwoPersonRequest.Meta):
        verbose_name = _("Antrag auf Vernichtung")
        verbose_name_plural = _("Anträge auf Vernichtung")
        constraints = [
            *TwoPersonRequest.Meta.constraints,
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(decided_at__isnull=True),
                name="evidence_one_open_destruction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.requested_at:%Y-%m-%d}"
