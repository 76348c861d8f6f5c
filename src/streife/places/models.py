"""Ground: areas, sites, zones and offices, all dated data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.shapes import Dated, Located
from streife.places.rules import AreaKind


class DataVersion(models.Model):
    """One row: a token that changes with every import, so that other processes read again."""

    token = models.UUIDField(_("Kennung"))
    imported_at = models.DateTimeField(_("eingelesen am"))

    class Meta:
        verbose_name = _("Datenstand")
        verbose_name_plural = _("Datenstände")

    def __str__(self) -> str:
        return str(self.token)


class FromDataset(Dated):
    """A dated row that a data set brought; rows missing in its next edition end."""

    dataset = models.CharField(_("Datensatz"), max_length=60)

    class Meta:
        abstract = True


class Area(FromDataset):
    """A part of the city: outline, district, quarter or operational area."""

    kind = models.CharField(_("Art"), max_length=20, choices=[(k.value, k.value) for k in AreaKind])
    code = models.CharField(_("Schlüssel"), max_length=40)
    name = models.CharField(_("Name"), max_length=120)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    geometry = models.JSONField(_("Fläche (GeoJSON)"))
    south = models.FloatField()
    west = models.FloatField()
    north = models.FloatField()
    east = models.FloatField()

    class Meta:
        verbose_name = _("Gebiet")
        verbose_name_plural = _("Gebiete")
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "valid_from"], name="places_area_once")
        ]

    def __str__(self) -> str:
        return self.name


class Site(Located, FromDataset):
    """A named place: square, park, school, station."""

    code = models.CharField(_("Schlüssel"), max_length=80)
    name = models.CharField(_("Name"), max_length=160)
    kind = models.CharField(_("Art"), max_length=40)
    address = models.CharField(_("Adresse"), max_length=200, blank=True)
    quarter = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True)
    approximate = models.BooleanField(_("Lage ungefähr"), default=False)

    class Meta:
        verbose_name = _("Platz")
        verbose_name_plural = _("Plätze")
        indexes = [models.Index(fields=["cell"], name="places_site_cell")]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="places_site_once")
        ]

    def __str__(self) -> str:
        return self.name


class Zone(FromDataset):
    """A dated polygon with a legal basis: Sperrbezirk, leash, alcohol, cannabis, pedestrian."""

    code = models.CharField(_("Schlüssel"), max_length=80)
    name = models.CharField(_("Name"), max_length=160)
    kind = models.CharField(_("Art"), max_length=40)
    legal_basis = models.CharField(_("Rechtsgrundlage"), max_length=300)
    hours = models.CharField(_("Zeiten (OSM-Schreibweise)"), max_length=200, blank=True)
    geometry = models.JSONField(_("Fläche (GeoJSON)"))
    south = models.FloatField()
    west = models.FloatField()
    north = models.FloatField()
    east = models.FloatField()

    class Meta:
        verbose_name = _("Zone")
        verbose_name_plural = _("Zonen")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="places_zone_once")
        ]

    def __str__(self) -> str:
        return self.name


class Office(Located, FromDataset):
    """Where people can go or call: address, telephone lines, opening hours."""

    code = models.CharField(_("Schlüssel"), max_length=80)
    name = models.CharField(_("Name"), max_length=160)
    address = models.CharField(_("Adresse"), max_length=200)
    phones = models.JSONField(_("Telefon"), default=list)  # [{"label": …, "number": …}]
    opening_hours = models.CharField(_("Öffnungszeiten (OSM)"), max_length=300, blank=True)
    note = models.CharField(_("Hinweis"), max_length=300, blank=True)
    approximate = models.BooleanField(_("Lage ungefähr"), default=False)

    class Meta:
        verbose_name = _("Anlaufstelle")
        verbose_name_plural = _("Anlaufstellen")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="places_office_once")
        ]

    def __str__(self) -> str:
        return self.name
