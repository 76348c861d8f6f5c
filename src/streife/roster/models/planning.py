"""What a plan is made of: rules, kinds of shift, demand, the plan and who stands in it."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.roster.rules.states import PlanState


class WorkRule(models.Model):
    """One rule about working time with its norm, valid from one day to another; data, not code."""

    code = models.CharField(_("Kürzel"), max_length=24)
    regime = models.CharField(_("gilt für"), max_length=16)
    kind = models.CharField(_("Art"), max_length=40)
    title = models.CharField(_("Regel"), max_length=200)
    norm = models.CharField(_("Norm"), max_length=120)
    hard = models.BooleanField(_("muss eingehalten werden"), default=True)
    verified = models.CharField(_("geprüft"), max_length=1)
    values = models.JSONField(_("Werte"), default=dict)
    source = models.CharField(_("Quelle"), max_length=200, blank=True)
    valid_from = models.DateField(_("gilt ab"))
    valid_to = models.DateField(_("gilt bis"), null=True, blank=True)

    class Meta:
        verbose_name = _("Arbeitszeitregel")
        verbose_name_plural = _("Arbeitszeitregeln")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="roster_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.norm})"


class ShiftKind(models.Model):
    """A kind of shift: when it begins by the clock on the wall, and for how long.

    The times are those it began with; what holds from a later day on is in `changes`.
    """

    code = models.SlugField(_("Kürzel"), max_length=24, unique=True)
    letter = models.CharField(_("Buchstabe"), max_length=1, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    begins = models.TimeField(_("Beginn"))
    ends = models.TimeField(_("Ende"))  # on the next day if not after the beginning
    break_minutes = models.PositiveSmallIntegerField(_("Pause in Minuten"))
    joint = models.BooleanField(_("gemeinsam mit der Polizei"), default=False)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)
    active = models.BooleanField(_("wird geplant"), default=True)

    class Meta:
        verbose_name = _("Schichtart")
        verbose_name_plural = _("Schichtarten")

    def __str__(self) -> str:
        return self.name


class ShiftTimes(models.Model):
    """Other times of a kind of shift, from a day on: plans before it stay as they are."""

    kind = models.ForeignKey(ShiftKind, on_delete=models.CASCADE, related_name="changes")
    begins = models.TimeField(_("Beginn"))
    ends = models.TimeField(_("Ende"))  # on the next day if not after the beginning
    break_minutes = models.PositiveSmallIntegerField(_("Pause in Minuten"))
    valid_from = models.DateField(_("gilt ab"))

    class Meta:
        verbose_name = _("Schichtzeiten")
        verbose_name_plural = _("Schichtzeiten")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="roster_times_once")
        ]

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"


WEEKDAY_OR_DAY = models.Q(weekday__isnull=True, day__isnull=False) | models.Q(
    weekday__isnull=False, day__isnull=True
)


class DemandRow(models.Model):
    """How many are needed on a weekday, or on one day for an event.

    In the whole city, or in one operational area.
    """

    area = models.ForeignKey(
        "places.Area", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    weekday = models.PositiveSmallIntegerField(_("Wochentag"), null=True, blank=True)
    day = models.DateField(_("Tag"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("mindestens"))
    valid_from = models.DateField(_("gilt ab"))
    valid_to = models.DateField(_("gilt bis"), null=True, blank=True)

    class Meta:
        abstract = True

    def asks_on(self, day: date) -> bool:
        """Say whether it is for a day: that very day or its weekday, while it holds."""
        holds = self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
        return holds and (self.day == day if self.day else self.weekday == day.weekday())


class Demand(DemandRow):
    """How many are needed in a kind of shift."""

    kind = models.ForeignKey(ShiftKind, on_delete=models.CASCADE, related_name="demands")
    preferred = models.PositiveSmallIntegerField(_("besser"), default=0)  # 0: not more than count
    qualification = models.CharField(_("Befähigung"), max_length=40, blank=True)
    reason = models.CharField(_("Anlass"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Personalbedarf")
        verbose_name_plural = _("Personalbedarf")
        constraints: ClassVar = [
            models.CheckConstraint(condition=WEEKDAY_OR_DAY, name="roster_demand_weekday_or_day"),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.kind_id}"


class HourDemand(DemandRow):
    """How many are on duty at least from one time to another, in whatever kinds of shift."""

    begins = models.TimeField(_("von"))
    ends = models.TimeField(_("bis"))  # on the next day if not after the beginning
    reason = models.CharField(_("Anlass"), max_length=120)

    class Meta:
        verbose_name = _("Personalbedarf nach Uhrzeit")
        verbose_name_plural = _("Personalbedarf nach Uhrzeit")
        constraints: ClassVar = [
            models.CheckConstraint(condition=WEEKDAY_OR_DAY, name="roster_hours_weekday_or_day"),
        ]

    def __str__(self) -> str:
        return f"{self.count}, {self.begins:%H:%M}–{self.ends:%H:%M}"


class EquipmentNeed(models.Model):
    """One piece of a kind of thing for so many officers of a kind of shift, from a day on."""

    kind = models.ForeignKey(ShiftKind, on_delete=models.CASCADE, related_name="equipment_needs")
    # For the least number of people of an area; without one, for everybody in the shift.
    area = models.ForeignKey(
        "places.Area", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    item = models.CharField(_("Ausstattung"), max_length=20)  # data/equipment/kinds.yaml
    one_for = models.PositiveSmallIntegerField(_("ein Stück für so viele Kräfte"))  # 0: none
    turnaround_minutes = models.PositiveSmallIntegerField(
        _("Minuten bis zur nächsten Ausgabe"), default=0
    )
    valid_from = models.DateField(_("gilt ab"))
    valid_to = models.DateField(_("gilt bis"), null=True, blank=True)

    class Meta:
        verbose_name = _("Ausstattungsbedarf")
        verbose_name_plural = _("Ausstattungsbedarf")

    def __str__(self) -> str:
        return f"{self.item}, 1:{self.one_for}"


class Plan(models.Model):
    """Who works when, for a stretch of days; a draft until it is published."""

    first_day = models.DateField(_("erster Tag"))
    last_day = models.DateField(_("letzter Tag"))
    state = models.CharField(_("Stand"), max_length=12, default=PlanState.DRAFT)
    made_at = models.DateTimeField(_("angelegt"))
    published_at = models.DateTimeField(_("veröffentlicht"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    notice_days = models.PositiveSmallIntegerField(_("Ankündigungsfrist in Tagen"), default=14)
    council_note = models.CharField(_("Vermerk zum Personalrat"), max_length=200, blank=True)
    short_notice_reason = models.CharField(_("Grund der kurzen Frist"), max_length=200, blank=True)
    # What is being computed: {"run", "begun_at", "seconds", "assume_history"}; empty
    # when nothing is. Whoever ends a run checks that it is still the same.
    progress = models.JSONField(_("Rechnung"), default=dict, blank=True)
    # What the last computation said: stages, costs, what stays open and what would release it.
    outcome = models.JSONField(_("Ergebnis"), default=dict, blank=True)
    # Rules that a person lifted for this plan, by code of the explanation; with reason and user.
    released = models.JSONField(_("Freigaben"), default=list, blank=True)
    # What was announced: {"officer:day": kind id}, as published, with swaps and replacements since;
    # stability is measured by it.
    published_posts = models.JSONField(_("veröffentlichter Stand"), default=dict, blank=True)
    # The last step when it was last published or computed: nothing up to it is undone any more.
    settled_step = models.PositiveIntegerField(_("fest bis Schritt"), default=0)

    class Meta:
        verbose_name = _("Dienstplan")
        verbose_name_plural = _("Dienstpläne")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first_day", "last_day"], name="roster_plan_once"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="roster_plan_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%d.%m.%Y} bis {self.last_day:%d.%m.%Y}"


class Post(models.Model):
    """One officer in one kind of shift on one day of a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="posts")
    officer = models.ForeignKey("staff.Officer", on_delete=models.PROTECT, related_name="posts")
    day = models.DateField(_("Tag"))
    kind = models.ForeignKey(ShiftKind, on_delete=models.PROTECT, related_name="posts")
    area = models.ForeignKey(
        "places.Area", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    locked = models.BooleanField(_("festgehalten"), default=False)
    origin = models.CharField(_("Herkunft"), max_length=12, default="software")

    class Meta:
        verbose_name = _("Einteilung")
        verbose_name_plural = _("Einteilungen")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "officer", "day"], name="roster_post_once")
        ]
        indexes: ClassVar = [models.Index(fields=["officer", "day"], name="roster_post_of")]

    def __str__(self) -> str:
        return f"{self.day}: {self.officer_id}"


class PlanChange(models.Model):
    """One change of a duty: by hand, swap, illness, software, undo.

    By hand can be undone, by whoever made it (`queries/undoing.py`).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="changes")
    officer = models.ForeignKey("staff.Officer", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("Tag"))
    before = models.ForeignKey(
        ShiftKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    after = models.ForeignKey(
        ShiftKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(_("Anlass"), max_length=12, default="hand")
    # Changes that belong together (a drag, a swap) carry the same number and are undone at once.
    step = models.PositiveIntegerField(_("Schritt"))
    made_at = models.DateTimeField(_("geändert"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone = models.BooleanField(_("zurückgenommen"), default=False)

    class Meta:
        verbose_name = _("Planänderung")
        verbose_name_plural = _("Planänderungen")

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.day}"
