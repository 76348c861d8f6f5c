"""Which street network is in use; the network itself is a file of arrays (ADR 41)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Network(models.Model):
    """One import: where it came from, what it covers, which file holds it."""

    name = models.CharField(_("Name"), max_length=120)
    format = models.CharField(_("Format"), max_length=20)
    source = models.CharField(_("Quelle"), max_length=300)
    licence = models.CharField(_("Lizenz"), max_length=120)
    data_date = models.DateField(_("Stand der Daten"), null=True, blank=True)
    imported_at = models.DateTimeField(_("eingelesen am"))
    valid_from = models.DateField(_("gültig ab"))
    valid_to = models.DateField(_("gültig bis"), null=True, blank=True)
    current = models.BooleanField(_("in Gebrauch"), default=True)
    checksum = models.CharField(_("Prüfsumme der Datei"), max_length=64)
    south = models.FloatField()
    west = models.FloatField()
    north = models.FloatField()
    east = models.FloatField()
    nodes = models.PositiveIntegerField(_("Knoten"))
    edges = models.PositiveIntegerField(_("Strecken"))
    metres = models.FloatField(_("Länge in Metern"))
    report = models.JSONField(_("Bericht des Einlesens"), default=dict)

    class Meta:
        verbose_name = _("Straßennetz")
        verbose_name_plural = _("Straßennetze")
        constraints = [
            # One city, one network at a time: two would answer the same question differently.
            models.UniqueConstraint(
                fields=["current"], condition=models.Q(current=True), name="streets_one_network"
            ),
            models.CheckConstraint(
                condition=models.Q(current=True, valid_to__isnull=True)
                | models.Q(current=False, valid_to__isnull=False),
                name="streets_network_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(south__lte=models.F("north"))
                & models.Q(west__lte=models.F("east")),
                name="streets_network_box",
            ),
        ]

    def __str__(self) -> str:
        return self.name
