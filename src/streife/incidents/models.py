"""The case: what the service does about a matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.shapes import Dated, Located
from streife.incidents.rules import LIVE, Outcome, Priority, Status


class Field(Dated):
    """A field of work: the ten of the service, and "other"."""

    code = models.CharField(_("Schlüssel"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    icon = models.CharField(_("Zeichen"), max_length=40)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"))

    class Meta:
        verbose_name = _("Aufgabenfeld")
        verbose_name_plural = _("Aufgabenfelder")

    def __str__(self) -> str:
        return self.name


class Incident(Located):
    """One matter at one place, with all reports about it."""

    number = models.CharField(_("Vorgangsnummer"), max_length=16, unique=True)  # 2026-004711
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="incidents")
    category_code = models.CharField(_("Anlass"), max_length=60)  # triage.Category, dated
    title = models.CharField(_("Kurzbeschreibung"), max_length=160)
    priority = models.PositiveSmallIntegerField(
        _("Dringlichkeit"), choices=[(p.value, p.name) for p in Priority]
    )
    status = models.CharField(
        _("Stand"), max_length=12, choices=[(s.value, s.value) for s in Status]
    )
    address = models.CharField(_("Adresse"), max_length=200, blank=True)
    quarter = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    district = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("eröffnet am"))
    due_at = models.DateTimeField(_("Zielzeit"))
    closed_at = models.DateTimeField(_("geschlossen am"), null=True, blank=True)
    outcome = models.CharField(
        _("Ergebnis"), max_length=20, choices=[(o.value, o.value) for o in Outcome], blank=True
    )
    measure = models.CharField(_("Maßnahme"), max_length=40, blank=True)  # code of a short list
    note = models.TextField(_("Feststellung"), blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    synthetic = models.BooleanField(_("synthetisch"), default=False)

    class Meta:
        verbose_name = _("Vorgang")
        verbose_name_plural = _("Vorgänge")
        indexes = [
            models.Index(
                fields=["priority", "opened_at", "id"],
                condition=models.Q(status__in=sorted(LIVE)),
                name="incidents_live",
            ),
            models.Index(fields=["cell", "opened_at"], name="incidents_cell"),
            models.Index(fields=["opened_at", "id"], name="incidents_opened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="closed")
                | (models.Q(closed_at__isnull=False) & ~models.Q(outcome="")),
                name="incidents_closed_says_how",
            )
        ]

    def __str__(self) -> str:
        return self.number


class IncidentReport(models.Model):
    """A report that belongs to an incident (a report belongs to at most one)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links")
    report = models.OneToOneField(
        "reports.Report", on_delete=models.PROTECT, related_name="incident_link"
    )
    linked_at = models.DateTimeField(_("verknüpft am"))

    class Meta:
        verbose_name = _("Zuordnung eines Hinweises")
        verbose_name_plural = _("Zuordnungen von Hinweisen")

    def __str__(self) -> str:
        return f"{self.incident_id} ← {self.report_id}"


class HandOver(models.Model):
    """A matter given to another body, and what it answered."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="hand_overs")
    body_code = models.CharField(_("Stelle"), max_length=40)
    reason = models.CharField(_("Grund"), max_length=500)
    handed_at = models.DateTimeField(_("übergeben am"))
    answer = models.TextField(_("Antwort der Stelle"), blank=True)
    accepted = models.BooleanField(_("angenommen"), null=True)
    answered_at = models.DateTimeField(_("beantwortet am"), null=True, blank=True)

    class Meta:
        verbose_name = _("Abgabe")
        verbose_name_plural = _("Abgaben")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(answered_at__isnull=True),
                name="incidents_one_open_hand_over",
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.body_code}"
