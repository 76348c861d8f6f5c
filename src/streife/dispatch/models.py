"""Units on duty, their status and their assignments."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.shapes import Dated
from streife.dispatch.rules import ACTIVE, AssignmentState, Availability, Situation


class UnitStatus(Dated):
    """One key of a versioned status scheme (FMS 0–9)."""

    scheme = models.CharField(_("Schema"), max_length=40)
    key = models.CharField(_("Status"), max_length=2)
    name = models.CharField(_("Bedeutung"), max_length=80)
    short_name = models.CharField(_("Kurzname"), max_length=24)
    availability = models.CharField(
        _("Verfügbarkeit"), max_length=12, choices=[(a.value, a.value) for a in Availability]
    )
    overlay = models.BooleanField(_("Anforderung"), default=False)  # 0 and 5: never a state
    needs_reason = models.BooleanField(_("Grund nötig"), default=False)
    # The software sets this key when the unit's job gets there; empty = only by hand.
    follows = models.CharField(
        _("folgt auf"), max_length=12, choices=[(s.value, s.value) for s in Situation], blank=True
    )
    on_job = models.BooleanField(_("während eines Auftrags"), default=False)
    words = models.JSONField(_("Wörter"), default=list)  # for the command bar
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    class Meta:
        verbose_name = _("Funkstatus")
        verbose_name_plural = _("Funkstatus")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "key", "valid_from"], name="dispatch_status_once"
            ),
            models.CheckConstraint(
                condition=models.Q(overlay=False)
                | models.Q(availability=Availability.UNKNOWN, follows=""),
                name="dispatch_overlay_is_no_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.short_name}"


class Unit(models.Model):
    """A crew on duty: two or more, under one call sign, for one shift."""

    shift = models.ForeignKey("roster.Shift", on_delete=models.PROTECT, related_name="units")
    call_sign = models.CharField(_("Rufname"), max_length=24)
    joint = models.BooleanField(_("mit Polizei"), default=False)
    motorised = models.BooleanField(_("mit Wagen"), default=True)
    formed_at = models.DateTimeField(_("gebildet um"))
    area = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Empty key = unknown, and unknown is never available.
    status_key = models.CharField(_("Status"), max_length=2, blank=True)
    status_at = models.DateTimeField(_("Status seit"), null=True, blank=True)
    status_reason = models.CharField(_("Grund"), max_length=120, blank=True)
    request_key = models.CharField(_("Anforderung"), max_length=2, blank=True)  # 0 or 5
    request_at = models.DateTimeField(_("angefordert um"), null=True, blank=True)
    # Last position of the unit, not of a person; gone with the shift.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    position_at = models.DateTimeField(_("Position von"), null=True, blank=True)
    stood_down_at = models.DateTimeField(_("aufgelöst um"), null=True, blank=True)

    class Meta:
        verbose_name = _("Streife")
        verbose_name_plural = _("Streifen")
        constraints = [
            models.UniqueConstraint(fields=["shift", "call_sign"], name="dispatch_call_sign_once")
        ]

    def __str__(self) -> str:
        return self.call_sign


class Member(models.Model):
    """Somebody in a unit; police officers are named by their own service only."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="members")
    shift = models.ForeignKey("roster.Shift", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        "staff.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    partner = models.CharField(_("Partnerkraft"), max_length=60, blank=True)  # "Polizei"
    counts = models.BooleanField(_("zählt als Kraft"), default=True)  # apprentices never do
    left_at = models.DateTimeField(_("ausgeschieden um"), null=True, blank=True)

    class Meta:
        verbose_name = _("Mitglied einer Streife")
        verbose_name_plural = _("Mitglieder einer Streife")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(officer__isnull=False, partner="")
                | (models.Q(officer__isnull=True) & ~models.Q(partner="")),
                name="dispatch_member_is_somebody",
            ),
            models.UniqueConstraint(fields=["unit", "officer"], name="dispatch_member_once"),
            # Nobody rides in two units of a shift at a time.
            models.UniqueConstraint(
                fields=["shift", "officer"],
                condition=models.Q(left_at__isnull=True, officer__isnull=False),
                name="dispatch_one_unit_a_shift",
            ),
        ]

    def __str__(self) -> str:
        return self.partner or str(self.officer_id)


class Assignment(models.Model):
    """A unit sent to an incident, with a state of its own."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, related_name="assignments"
    )
    state = models.CharField(
        _("Stand"), max_length=12, choices=[(s.value, s.value) for s in AssignmentState]
    )
    reason = models.CharField(_("Grund"), max_length=300, blank=True)
    reinforcement = models.BooleanField(_("Verstärkung"), default=False)
    proposal = models.JSONField(_("Vorschlag"), default=dict)  # what was recommended, and why
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Status before the job; a crew that never set out goes back to it.
    resume_key = models.CharField(_("Status davor"), max_length=2, blank=True)
    assigned_at = models.DateTimeField(_("erteilt um"))
    accepted_at = models.DateTimeField(_("übernommen um"), null=True, blank=True)
    on_scene_at = models.DateTimeField(_("vor Ort um"), null=True, blank=True)
    ended_at = models.DateTimeField(_("beendet um"), null=True, blank=True)
    outcome = models.CharField(_("Ergebnis"), max_length=20, blank=True)  # incidents.rules.Outcome
    measure = models.CharField(_("Maßnahme"), max_length=40, blank=True)
    note = models.TextField(_("Feststellung"), blank=True)
    end_reason = models.CharField(_("Grund des Endes"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Auftrag")
        verbose_name_plural = _("Aufträge")
        constraints = [
            # No double dispatch: one current job a unit, whatever two people click.
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(state__in=sorted(ACTIVE)),
                name="dispatch_one_current_job",
            ),
            models.UniqueConstraint(
                fields=["unit", "incident"],
                condition=models.Q(ended_at__isnull=True),
                name="dispatch_once_to_incident",
            ),
            # Two dispatchers cannot send two units to one matter unless one says "reinforcement".
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(ended_at__isnull=True, reinforcement=False),
                name="dispatch_one_first_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=sorted(ACTIVE | {AssignmentState.QUEUED}), ended_at__isnull=True
                )
                | models.Q(
                    state__in=[AssignmentState.DONE, AssignmentState.WITHDRAWN],
                    ended_at__isnull=False,
                ),
                name="dispatch_ended_says_when",
            ),
        ]
        indexes = [models.Index(fields=["incident", "id"], name="dispatch_by_incident")]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.incident_id}"


class RecommendationLimits(Dated):
    """Figures of the recommendation: how old a position may be, how fast a crew is."""

    position_max_age_seconds = models.PositiveIntegerField(_("Höchstalter einer Position (s)"))
    walking_kmh = models.FloatField(_("Gehen (km/h)"))
    driving_kmh = models.FloatField(_("Fahren (km/h)"))
    detour_factor = models.FloatField(_("Umwegfaktor"))
    other_area_minutes = models.PositiveSmallIntegerField(_("Zuschlag fremder Bereich (min)"))
    shift_end_minutes = models.PositiveSmallIntegerField(_("Abstand zum Schichtende (min)"))
    min_crew = models.PositiveSmallIntegerField(_("Mindestbesetzung"))

    class Meta:
        verbose_name = _("Empfehlungsgrenzen")
        verbose_name_plural = _("Empfehlungsgrenzen")
        constraints = [
            models.UniqueConstraint(fields=["valid_from"], name="dispatch_limits_once"),
            models.CheckConstraint(
                condition=models.Q(walking_kmh__gt=0, driving_kmh__gt=0, detour_factor__gte=1),
                name="dispatch_limits_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.valid_from)


class PoliceNeed(Dated):
    """A category for which a patrol together with the police is needed or preferred."""

    category_code = models.CharField(_("Anlass"), max_length=60)
    required = models.BooleanField(_("zwingend"), default=False)
    reason = models.CharField(_("Grund"), max_length=200)

    class Meta:
        verbose_name = _("Polizeibedarf")
        verbose_name_plural = _("Polizeibedarfe")
        constraints = [
            models.UniqueConstraint(
                fields=["category_code", "valid_from"], name="dispatch_police_need_once"
            )
        ]

    def __str__(self) -> str:
        return self.category_code
