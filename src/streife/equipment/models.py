"""Items, who carried them from when to when, and how they were inspected."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.equipment.rules import STATE_NAMES, AssetState


class Asset(models.Model):
    """One thing with an inventory number. Dates are the last day it is good for."""

    kind = models.CharField(_("Art"), max_length=20)  # data/equipment/kinds.yaml
    inventory_number = models.CharField(_("Inventarnummer"), max_length=40, unique=True)
    serial = models.CharField(_("Seriennummer"), max_length=80, blank=True)
    note = models.CharField(_("Bezeichnung"), max_length=120, blank=True)  # "Größe M", "DO-KD 11"
    state = models.CharField(
        _("Zustand"),
        max_length=10,
        choices=[(state.value, name) for state, name in STATE_NAMES.items()],
        default=AssetState.READY,
    )
    acquired_date = models.DateField(_("beschafft"))
    due_date = models.DateField(_("nächste Prüfung"), null=True, blank=True)
    expires_date = models.DateField(_("verwendbar bis"), null=True, blank=True)

    class Meta:
        verbose_name = _("Ausstattung")
        verbose_name_plural = _("Ausstattung")
        constraints = [
            # Recordings name their camera by its serial number: it must mean one.
            models.UniqueConstraint(
                fields=["kind", "serial"],
                condition=~models.Q(serial=""),
                name="equipment_serial_once",
            )
        ]
        indexes = [models.Index(fields=["kind", "state"], name="equipment_kind_state")]

    def __str__(self) -> str:
        return self.inventory_number


class Handover(models.Model):
    """An officer has an item, from one moment to another; an open one means: has it now."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="handovers")
    officer = models.ForeignKey("staff.Officer", on_delete=models.PROTECT, related_name="handovers")
    since_at = models.DateTimeField(_("ausgegeben"))
    until_at = models.DateTimeField(_("zurückgegeben"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Ausgabe")
        verbose_name_plural = _("Ausgaben")
        constraints = [
            models.UniqueConstraint(
                fields=["asset"],
                condition=models.Q(until_at__isnull=True),
                name="equipment_one_holder",
            ),
            models.CheckConstraint(
                condition=models.Q(until_at__isnull=True)
                | models.Q(until_at__gte=models.F("since_at")),
                name="equipment_handover_forward",
            ),
        ]
        indexes = [models.Index(fields=["asset", "since_at"], name="equipment_history")]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.officer_id}"


class Inspection(models.Model):
    """An item was looked at: when, with what result, and until when that is good."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="inspections")
    done_date = models.DateField(_("geprüft am"))
    passed = models.BooleanField(_("in Ordnung"))
    due_date = models.DateField(_("nächste Prüfung"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Prüfung")
        verbose_name_plural = _("Prüfungen")

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.done_date}"
