"""Column groups that many tables share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Located(models.Model):
    """A point in degrees WGS 84 and its H3 cell (resolution 12)."""

    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    cell = models.BigIntegerField(_("H3-Zelle"))

    class Meta:
        abstract = True


class Dated(models.Model):
    """Valid from one day (included) to another (excluded), with its source."""

    valid_from = models.DateField(_("gültig ab"))
    valid_to = models.DateField(_("gültig bis"), null=True, blank=True)
    source = models.CharField(_("Quelle"), max_length=300)
    verified = models.BooleanField(_("geprüft"), default=False)

    class Meta:
        abstract = True
