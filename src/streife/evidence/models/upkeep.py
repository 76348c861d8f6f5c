"""What keeps the vault honest: tasks, the daily count, the brake."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from streife.db.fields import CanonicalJSONField
from streife.evidence.models.items import Item
from streife.evidence.models.recordings import Recording


class VaultTask(models.Model):
    """Something a person has to do or to know about the vault."""

    kind = models.CharField(_("Art"), max_length=20)
    recording = models.ForeignKey(
        Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    # "hold-7": which of several holds or requests it asks about; empty where there is only one.
    about = models.CharField(_("worum es geht"), max_length=30, blank=True)
    due_at = models.DateTimeField(_("bis"))
    details = CanonicalJSONField(_("Angaben"))
    raised_at = models.DateTimeField(_("seit"))
    done_at = models.DateTimeField(_("erledigt um"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Aufgabe der Verwahrung")
        verbose_name_plural = _("Aufgaben der Verwahrung")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "recording", "about"],
                condition=models.Q(done_at__isnull=True),
                name="evidence_task_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "item", "about"],
                condition=models.Q(done_at__isnull=True),
                name="evidence_item_task_once",
            ),
        ]
        indexes = [models.Index(fields=["done_at", "due_at"], name="evidence_tasks_open")]

    def __str__(self) -> str:
        return self.kind


class Reconciliation(models.Model):
    """The daily count: what the record says there is, what really lies there."""

    at = models.DateTimeField(_("Zeitpunkt"))
    expected_count = models.PositiveBigIntegerField(_("erwartete Aufnahmen"))
    expected_bytes = models.PositiveBigIntegerField(_("erwartete Byte"))
    found_count = models.PositiveBigIntegerField(_("gefundene Aufnahmen"))
    found_bytes = models.PositiveBigIntegerField(_("gefundene Byte"))
    findings = CanonicalJSONField(_("Abweichungen"))  # [{kind, recording or path}]

    class Meta:
        verbose_name = _("Bestandsabgleich")
        verbose_name_plural = _("Bestandsabgleiche")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class ClockMark(models.Model):
    """The reading of clock and course that is believed, and when a round last had no doubt.

    One row: there is one vault, whoever runs its rounds.
    """

    one = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField(_("Uhr"))
    boot = models.CharField(_("Start des Rechners"), max_length=64, blank=True)
    course_us = models.PositiveBigIntegerField(_("Laufzeit seit dem Start (Mikrosekunden)"))
    seen_at = models.DateTimeField(_("zuletzt ohne Zweifel"))

    class Meta:
        verbose_name = _("Stand der Uhr")
        verbose_name_plural = _("Stand der Uhr")
        constraints = [
            models.CheckConstraint(condition=models.Q(one=True), name="evidence_one_clock_mark")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class DeletionPause(models.Model):
    """Deleting stands still until a person says that it is right: too much, or a strange clock."""

    cause = models.CharField(
        _("Anlass"), max_length=10, choices=[("mass", "mass"), ("clock", "clock")], default="mass"
    )
    doubt = models.CharField(_("Zweifel an der Uhr"), max_length=10, blank=True)
    jump_seconds = models.PositiveBigIntegerField(_("Sprung (Sekunden)"), default=0)
    raised_at = models.DateTimeField(_("seit"))
    due_count = models.PositiveBigIntegerField(_("fällige Aufnahmen"))
    kept_count = models.PositiveBigIntegerField(_("verwahrte Aufnahmen"))
    lifted_at = models.DateTimeField(_("aufgehoben um"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("angehaltene Löschung")
        verbose_name_plural = _("angehaltene Löschungen")
        constraints = [
            # By a number and not by `lifted_at`: nothing is unequal to nothing in an index.
            models.UniqueConstraint(
                Coalesce("lifted_by", models.Value(0)),
                condition=models.Q(lifted_at__isnull=True),
                name="evidence_one_pause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.raised_at:%Y-%m-%d}"
