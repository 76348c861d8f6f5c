"""The case: what the service does about a matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.shapes import Dated, Located
from streife.incidents.rules import Outcome, Priority, Status


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


class MeasureChoice(Dated):
    """One line of the short list an officer picks from when closing; the outcome comes with it."""

    code = models.CharField(_("Schlüssel"), max_length=40)
    name = models.CharField(_("Name"), max_length=120)
    outcome = models.CharField(
        _("Ergebnis"), max_length=20, choices=[(o.value, o.value) for o in Outcome]
    )
    needs_note = models.BooleanField(_("Feststellung nötig"), default=False)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"))

    class Meta:
        verbose_name = _("Maßnahme der Kurzliste")
        verbose_name_plural = _("Maßnahmen der Kurzliste")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="incidents_measure_once")
        ]

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """The last incident number of a year; counting and opening are one transaction."""

    year = models.PositiveSmallIntegerField(_("Jahr"), primary_key=True)
    last = models.PositiveIntegerField(_("zuletzt vergeben"))

    class Meta:
        verbose_name = _("Nummernkreis")
        verbose_name_plural = _("Nummernkreise")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


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
        "places.Area",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # the queue indexes below cover what is asked
    )
    opened_at = models.DateTimeField(_("eröffnet am"))
    due_at = models.DateTimeField(_("Zielzeit"))
    # Priority and age in one number (rules.queue_rank): the order of the queue. None = closed.
    # SQLite proves "IS NOT NULL" of a partial index from any comparison, but never a list of
    # statuses given as parameters.
    queue_rank = models.BigIntegerField(_("Rang"), null=True, blank=True)
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
                fields=["queue_rank", "id"],
                condition=models.Q(queue_rank__isnull=False),
                name="incidents_queue",
            ),
            models.Index(
                fields=["category_code", "queue_rank", "id"],
                condition=models.Q(queue_rank__isnull=False),
                name="incidents_queue_category",
            ),
            models.Index(
                fields=["district", "queue_rank", "id"],
                condition=models.Q(queue_rank__isnull=False),
                name="incidents_queue_district",
            ),
            models.Index(
                fields=["status", "queue_rank", "id"],
                condition=models.Q(queue_rank__isnull=False),
                name="incidents_queue_status",
            ),
            models.Index(
                fields=["due_at", "status"],
                condition=models.Q(queue_rank__isnull=False),
                name="incidents_queue_due",
            ),
            # Everything the map groups by stands in the index, so a city view reads no rows.
            models.Index(
                fields=["cell", "priority", "status", "district", "category_code", "queue_rank"],
                condition=models.Q(queue_rank__isnull=False),
                name="incidents_live_cells",
            ),
            models.Index(fields=["cell", "opened_at"], name="incidents_cell"),
            models.Index(fields=["opened_at", "id"], name="incidents_opened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="closed")
                | (models.Q(closed_at__isnull=False) & ~models.Q(outcome="")),
                name="incidents_closed_says_how",
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", queue_rank__isnull=True)
                | (~models.Q(status="closed") & models.Q(queue_rank__isnull=False)),
                name="incidents_live_has_rank",
            ),
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


class LogLine(models.Model):
    """One typed line of the Einsatztagebuch; the journal holds its id, never its words."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="log_lines")
    text = models.TextField(_("Text"), max_length=2000)
    written_at = models.DateTimeField(_("geschrieben am"))
    written_by = models.CharField(_("geschrieben von"), max_length=80)

    class Meta:
        verbose_name = _("Tagebuchzeile")
        verbose_name_plural = _("Tagebuchzeilen")

    def __str__(self) -> str:
        return f"{self.incident_id}/{self.pk}"


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


class SearchEntry(models.Model):
    """The searchable words of an incident or a report, folded and stemmed (see kernel.wording).

    The full-text index itself (FTS5 or GIN) is made and kept by the database, see migration 0002.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("Art"), max_length=10)  # incident | report
    target_id = models.BigIntegerField(_("Kennung"))
    tokens = models.TextField(_("Wörter"))

    class Meta:
        verbose_name = _("Sucheintrag")
        verbose_name_plural = _("Sucheinträge")
        constraints = [
            models.UniqueConstraint(fields=["kind", "target_id"], name="incidents_search_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.target_id}"
