"""Patrol plans: what was known, what was decided, where presence was."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.patrols.rules import Mode, Origin, PlanState, WishSource


class PatrolTeam(models.Model):
    """Two or more who go out together in a shift; dispatch's unit has the same call sign."""

    shift = models.ForeignKey("roster.Shift", on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("Rufname"), max_length=24)
    mode = models.CharField(
        _("unterwegs"), max_length=8, choices=[(m.value, m.value) for m in Mode], default=Mode.FOOT
    )
    joint = models.BooleanField(_("mit Polizei"), default=False)
    starts_at = models.DateTimeField(_("Beginn"))
    ends_at = models.DateTimeField(_("Ende"))
    # Where they set out and come back; none = the first office of the city.
    begins = models.ForeignKey(
        "places.Office", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ends = models.ForeignKey(
        "places.Office", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Streifenteam")
        verbose_name_plural = _("Streifenteams")
        constraints = [
            models.UniqueConstraint(fields=["shift", "name"], name="patrols_team_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="patrols_team_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanBasis(models.Model):
    """What was known when a plan was made: places, need with its reasons, travel times.

    A plan is checked against what was known then, so a change by hand takes milliseconds, and a
    year later one can still say why.
    """

    shift = models.ForeignKey("roster.Shift", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(_("Stand"))
    content = models.JSONField(_("Inhalt"))
    travel = models.BinaryField(_("Wegezeiten"))
    estimated = models.BooleanField(_("Wegezeiten geschätzt"), default=True)
    network = models.CharField(_("Straßennetz"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Plangrundlage")
        verbose_name_plural = _("Plangrundlagen")

    def __str__(self) -> str:
        return f"{self.shift_id}: {self.made_at:%Y-%m-%d %H:%M}"


class PatrolPlan(models.Model):
    """Routes of a shift; the software proposes, a named person publishes."""

    shift = models.ForeignKey("roster.Shift", on_delete=models.CASCADE, related_name="plans")
    basis = models.ForeignKey(
        PlanBasis, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )
    number = models.PositiveIntegerField(_("Nummer"))
    state = models.CharField(
        _("Stand"), max_length=12, choices=[(s.value, s.value) for s in PlanState]
    )
    origin = models.CharField(
        _("zusammengestellt von"), max_length=10, choices=[(o.value, o.value) for o in Origin]
    )
    seed = models.BigIntegerField(_("Zufallszahl"))
    value = models.PositiveBigIntegerField(_("Nutzen"), default=0)
    bound = models.PositiveBigIntegerField(_("Obergrenze"), default=0)
    pool = models.JSONField(_("gleichwertige Pläne"), default=list)
    # How the draft stood before the last change by hand.
    undo = models.JSONField(_("vor der letzten Änderung"), null=True, blank=True, default=None)
    limit_seconds = models.FloatField(_("Rechenzeit"), default=0)
    spent_seconds = models.FloatField(_("gebraucht"), default=0)
    problem = models.CharField(_("warum es nicht ging"), max_length=300, blank=True)
    synthetic = models.BooleanField(_("erfunden"), default=False)
    based_on = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Planned anew from here on: what lies before is a fact and stays.
    from_at = models.DateTimeField(_("ab"), null=True, blank=True)
    drawn_from = models.PositiveSmallIntegerField(_("ausgelost aus"), default=1)
    made_at = models.DateTimeField(_("angelegt um"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("veröffentlicht um"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_reason = models.CharField(_("Grund"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Streifenplan")
        verbose_name_plural = _("Streifenpläne")
        constraints = [
            models.UniqueConstraint(fields=["shift", "number"], name="patrols_plan_number"),
            models.UniqueConstraint(
                fields=["shift"],
                condition=models.Q(state=PlanState.PUBLISHED),
                name="patrols_one_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id}/{self.number}"


class PlannedRoute(models.Model):
    """The way of one team."""

    plan = models.ForeignKey(PatrolPlan, on_delete=models.CASCADE, related_name="routes")
    team = models.ForeignKey(PatrolTeam, on_delete=models.CASCADE, related_name="routes")
    # Busy with something else until then; `gone` = not coming back in this shift.
    free_at = models.DateTimeField(_("wieder frei um"), null=True, blank=True)
    gone = models.BooleanField(_("fällt aus"), default=False)

    class Meta:
        verbose_name = _("Route")
        verbose_name_plural = _("Routen")
        constraints = [models.UniqueConstraint(fields=["plan", "team"], name="patrols_route_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.team_id}"


class PlannedStop(models.Model):
    """A visit to a place; `stop` is its number in the plan's basis, where the reasons stand."""

    route = models.ForeignKey(PlannedRoute, on_delete=models.CASCADE, related_name="stops")
    stop = models.PositiveIntegerField(_("Nummer in der Grundlage"))
    place = models.CharField(_("Platz"), max_length=80)
    place_name = models.CharField(_("Name"), max_length=160)
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    begins_at = models.DateTimeField(_("Ankunft"))
    dwell_seconds = models.PositiveIntegerField(_("Verweildauer (s)"))
    reasons = models.JSONField(_("warum"), default=list)
    mandatory = models.BooleanField(_("Pflicht"), default=False)
    joint = models.BooleanField(_("gemeinsam"), default=False)
    # For when it is held fast: planning anew moves it a few minutes, however often.
    held_at = models.DateTimeField(_("festgehalten für"), null=True, blank=True)
    frozen = models.BooleanField(_("schon geschehen"), default=False)
    by_hand = models.BooleanField(_("von Hand gesetzt"), default=False)
    # The phone's state of the route; goes with the shift, what stays is `Presence`.
    arrived_at = models.DateTimeField(_("da seit"), null=True, blank=True)
    left_at = models.DateTimeField(_("weiter um"), null=True, blank=True)

    class Meta:
        verbose_name = _("Halt")
        verbose_name_plural = _("Halte")
        constraints = [
            models.UniqueConstraint(fields=["route", "stop"], name="patrols_stop_once"),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True) | models.Q(arrived_at__isnull=False),
                name="patrols_left_after_arrival",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_name} {self.begins_at:%H:%M}"

    @property
    def locked(self) -> bool:
        """Whether team and time stay when the plan is made anew."""
        return self.held_at is not None


class PlannedBreak(models.Model):
    """The break of a team (§ 4 ArbZG)."""

    route = models.ForeignKey(PlannedRoute, on_delete=models.CASCADE, related_name="breaks")
    begins_at = models.DateTimeField(_("Beginn"))
    seconds = models.PositiveIntegerField(_("Dauer (s)"))
    taken = models.BooleanField(_("schon genommen"), default=False)

    class Meta:
        verbose_name = _("Pause")
        verbose_name_plural = _("Pausen")

    def __str__(self) -> str:
        return f"{self.route_id}: {self.begins_at:%H:%M}"


class PresenceWish(models.Model):
    """Somebody asks for presence at a place, for some time; the text names no people."""

    site = models.ForeignKey("places.Site", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(
        _("von wem"), max_length=12, choices=[(s.value, s.value) for s in WishSource]
    )
    reason = models.CharField(_("warum"), max_length=300)
    weekdays = models.PositiveSmallIntegerField(_("Wochentage"), default=127)  # bit 0 = Monday
    hour_from = models.PositiveSmallIntegerField(_("ab Stunde"), default=0)
    hour_to = models.PositiveSmallIntegerField(_("bis Stunde"), default=24)
    valid_from = models.DateField(_("gültig ab"))
    valid_to = models.DateField(_("gültig bis"))
    made_at = models.DateTimeField(_("eingetragen um"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("zurückgenommen um"), null=True, blank=True)

    class Meta:
        verbose_name = _("Präsenzwunsch")
        verbose_name_plural = _("Präsenzwünsche")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from"))
                & models.Q(hour_to__gt=models.F("hour_from"), hour_to__lte=24),
                name="patrols_wish_forward",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.reason}"


class Presence(models.Model):
    """Minutes of presence at a place in an hour: nobody's name, no team, no route."""

    place = models.CharField(_("Platz"), max_length=80)
    place_name = models.CharField(_("Name"), max_length=160)
    hour = models.DateTimeField(_("Stunde"))
    minutes = models.PositiveIntegerField(_("Minuten"), default=0)
    visits = models.PositiveIntegerField(_("Besuche"), default=0)
    synthetic = models.BooleanField(_("erfunden"), default=False)

    class Meta:
        verbose_name = _("Präsenz")
        verbose_name_plural = _("Präsenz")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "hour", "synthetic"], name="patrols_presence_once"
            )
        ]
        indexes = [models.Index(fields=["hour"], name="patrols_presence_hour")]

    def __str__(self) -> str:
        return f"{self.place} {self.hour:%Y-%m-%d %H}: {self.minutes}"


class CheckIn(models.Model):
    """A tap on "Da" or "Weiter"; its own key makes a replay harmless. Goes with the shift."""

    client_id = models.UUIDField(_("Schlüssel des Geräts"), primary_key=True)
    stop = models.ForeignKey(PlannedStop, on_delete=models.CASCADE, related_name="+")
    leaving = models.BooleanField(_("weiter"), default=False)

    class Meta:
        verbose_name = _("Haltemeldung")
        verbose_name_plural = _("Haltemeldungen")

    def __str__(self) -> str:
        return str(self.client_id)


class Stay(models.Model):
    """A crew is at a place that was not planned. Goes with the shift; what stays is `Presence`."""

    client_id = models.UUIDField(_("Schlüssel des Geräts"), primary_key=True)
    team = models.ForeignKey(PatrolTeam, on_delete=models.CASCADE, related_name="stays")
    place = models.CharField(_("Platz"), max_length=80)
    place_name = models.CharField(_("Name"), max_length=160)
    arrived_at = models.DateTimeField(_("da seit"))
    left_at = models.DateTimeField(_("weiter um"), null=True, blank=True)
    synthetic = models.BooleanField(_("erfunden"), default=False)

    class Meta:
        verbose_name = _("Aufenthalt außerhalb des Plans")
        verbose_name_plural = _("Aufenthalte außerhalb des Plans")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True)
                | models.Q(left_at__gte=models.F("arrived_at")),
                name="patrols_stay_forward",
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(left_at__isnull=True),
                name="patrols_one_open_stay",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_name} {self.arrived_at:%H:%M}"
