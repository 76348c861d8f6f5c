"""Catalogue of matters, who answers for them, and what the software proposes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.shapes import Dated
from streife.triage.rules import DecisionKind


class CatalogueVersion(models.Model):
    """Changes with every import; processes read the catalogue again when it does. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(_("Kennung"))
    imported_at = models.DateTimeField(_("eingelesen am"))

    class Meta:
        verbose_name = _("Katalogstand")
        verbose_name_plural = _("Katalogstände")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="triage_one_catalogue_version")
        ]

    def __str__(self) -> str:
        return str(self.token)


class Category(Dated):
    """What a report can be about: two levels, dated, with priority and target time as data."""

    code = models.CharField(_("Schlüssel"), max_length=60)
    name = models.CharField(_("Name"), max_length=120)
    public_name = models.CharField(_("Name für alle"), max_length=120)  # words people use
    help_text = models.CharField(_("Erklärung"), max_length=300, blank=True)
    # The code and not the row: a new version of the group leaves its leaves alone.
    parent_code = models.CharField(_("Gruppe"), max_length=60, blank=True)
    field = models.ForeignKey("incidents.Field", on_delete=models.PROTECT, related_name="+")
    icon = models.CharField(_("Zeichen"), max_length=40)
    priority = models.PositiveSmallIntegerField(_("Dringlichkeit"))
    target_minutes = models.PositiveIntegerField(_("Zielzeit in Minuten"))
    keywords = models.JSONField(_("Stichwörter"), default=list)
    public = models.BooleanField(_("öffentlich wählbar"), default=True)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    class Meta:
        verbose_name = _("Anlass")
        verbose_name_plural = _("Anlässe")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="triage_category_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(valid_to__isnull=True),
                name="triage_category_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Body(Dated):
    """A body that can answer for a matter: the service, police, waste company, youth office."""

    code = models.CharField(_("Schlüssel"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    short_name = models.CharField(_("Kurzname"), max_length=80)
    own = models.BooleanField(_("eigener Dienst"), default=False)
    contact = models.CharField(_("Erreichbarkeit"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Stelle")
        verbose_name_plural = _("Stellen")

    def __str__(self) -> str:
        return self.name


class Responsibility(Dated):
    """Which body answers for a category, everywhere or in one area (the nearer row wins)."""

    category_code = models.CharField(_("Anlass"), max_length=60)
    area = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="responsibilities")
    reason = models.CharField(_("Grund"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Zuständigkeit")
        verbose_name_plural = _("Zuständigkeiten")
        constraints = [
            models.UniqueConstraint(
                fields=["category_code", "area", "valid_from"],
                name="triage_responsibility_once_area",
            ),
            models.UniqueConstraint(
                fields=["category_code", "valid_from"],
                condition=models.Q(area__isnull=True),
                name="triage_responsibility_once_city",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_code} → {self.body_id}"


class Proposal(models.Model):
    """What the software proposes for a report, with reasons; a person decides."""

    report = models.OneToOneField(
        "reports.Report", on_delete=models.CASCADE, primary_key=True, related_name="proposal"
    )
    category_code = models.CharField(_("Anlass"), max_length=60)
    category_score = models.FloatField(_("Sicherheit"))
    unsure = models.BooleanField(_("unsicher"), default=False)
    # [{"code": …, "score": …, "reason": …}], best first
    alternatives = models.JSONField(_("Alternativen"), default=list)
    priority = models.PositiveSmallIntegerField(_("Dringlichkeit"))
    body_code = models.CharField(_("Stelle"), max_length=40)
    reasons = models.JSONField(_("Gründe"), default=list)  # sentences in German
    made_at = models.DateTimeField(_("erstellt am"))
    # The place in the inbox (incidents.rules.queue_rank); None once somebody decided.
    queue_rank = models.BigIntegerField(_("Rang"), null=True, blank=True)

    class Meta:
        verbose_name = _("Vorschlag")
        verbose_name_plural = _("Vorschläge")
        indexes = [
            models.Index(
                fields=["queue_rank", "report"],
                condition=models.Q(queue_rank__isnull=False),
                name="triage_inbox",
            )
        ]

    def __str__(self) -> str:
        return str(self.report_id)


class DuplicateSuggestion(models.Model):
    """An incident that is likely the same matter as a report."""

    report = models.ForeignKey(
        "reports.Report", on_delete=models.CASCADE, related_name="duplicate_suggestions"
    )
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(_("Ähnlichkeit"))  # 0 … 1
    reasons = models.JSONField(_("Gründe"), default=list)

    class Meta:
        verbose_name = _("Dublette")
        verbose_name_plural = _("Dubletten")
        constraints = [
            models.UniqueConstraint(fields=["report", "incident"], name="triage_duplicate_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} ≈ {self.incident_id}"


class Decision(models.Model):
    """What a person decided on a report's proposal."""

    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(
        _("Entscheidung"), max_length=12, choices=[(k.value, k.value) for k in DecisionKind]
    )
    category_code = models.CharField(_("Anlass"), max_length=60, blank=True)
    priority = models.PositiveSmallIntegerField(_("Dringlichkeit"), null=True)
    body_code = models.CharField(_("Stelle"), max_length=40, blank=True)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    as_proposed = models.BooleanField(_("wie vorgeschlagen"))
    reason = models.CharField(_("Begründung"), max_length=500, blank=True)
    decided_by = models.CharField(_("entschieden von"), max_length=80)
    decided_at = models.DateTimeField(_("entschieden am"))

    class Meta:
        verbose_name = _("Entscheidung")
        verbose_name_plural = _("Entscheidungen")

    def __str__(self) -> str:
        return f"{self.report_id}: {self.kind}"
