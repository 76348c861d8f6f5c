"""People who serve, and what they are qualified for."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from streife.staff.rules import ABSENCE_NAMES, GROUP_NAMES


class Officer(models.Model):
    """A member of the field service (also apprentices, who never count as second officer)."""

    personnel_number = models.CharField(_("Personalnummer"), max_length=20, unique=True)
    first_name = models.CharField(_("Vorname"), max_length=80)
    last_name = models.CharField(_("Nachname"), max_length=80)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    # What was said at hiring; a contract of the day outdoes it (`queries.apprentice_ids`).
    apprentice = models.BooleanField(_("in Ausbildung"), default=False)
    # Seen by a birth date that is not kept: under a contract of training whoever neither is of age
    # nor has a birth date stored is planned as a minor (`roster`).
    of_age = models.BooleanField(_("volljährig, festgestellt"), default=False)
    entered_date = models.DateField(_("Eintritt"))
    left_date = models.DateField(_("Austritt"), null=True, blank=True)
    # When everything that says who it was was erased; the row stays for what refers to it.
    erased_at = models.DateTimeField(_("Angaben gelöscht"), null=True, blank=True)

    class Meta:
        verbose_name = _("Einsatzkraft")
        verbose_name_plural = _("Einsatzkräfte")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(left_date__isnull=False, user__isnull=True),
                name="staff_erased_is_gone",
            )
        ]

    def __str__(self) -> str:
        if self.erased_at is not None:
            return gettext("Einsatzkraft, ausgeschieden")
        return f"{self.last_name}, {self.first_name[:1]}."

    def has_left(self, on: date) -> bool:
        """Say whether the service is over on a day."""
        return self.left_date is not None and self.left_date <= on


class Qualification(models.Model):
    """A qualification or authorisation with expiry."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(_("Art"), max_length=40)
    valid_from = models.DateField(_("gültig ab"))
    valid_to = models.DateField(_("gültig bis"), null=True, blank=True)

    class Meta:
        verbose_name = _("Befähigung")
        verbose_name_plural = _("Befähigungen")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind", "valid_from"], name="staff_qualification_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind


class Contract(models.Model):
    """Under which law and how much somebody works; never two at the same time (a trigger)."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="contracts")
    group = models.CharField(
        _("Gruppe"),
        max_length=10,
        choices=[(group.value, name) for group, name in GROUP_NAMES.items()],
    )
    share = models.DecimalField(_("Umfang"), max_digits=5, decimal_places=4)
    weekly_minutes = models.PositiveSmallIntegerField(_("Minuten in der Woche"))
    valid_from = models.DateField(_("gültig ab"))
    valid_to = models.DateField(_("gültig bis"), null=True, blank=True)  # first day without it

    class Meta:
        verbose_name = _("Vertrag")
        verbose_name_plural = _("Verträge")
        constraints = [
            models.UniqueConstraint(
                fields=["officer"],
                condition=models.Q(valid_to__isnull=True),
                name="staff_one_open_contract",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="staff_contract_forward",
            ),
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="staff_contract_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.group}"


class BirthDate(models.Model):
    """A birth date, apart from everything else, only while a law asks for the age."""

    officer = models.OneToOneField(Officer, on_delete=models.CASCADE, related_name="birth")
    born_date = models.DateField(_("Geburtsdatum"))

    class Meta:
        verbose_name = _("Geburtsdatum")
        verbose_name_plural = _("Geburtsdaten")

    def __str__(self) -> str:
        return str(self.officer_id)


class Absence(models.Model):
    """Days on which somebody is not there; never two at the same time (a trigger)."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="absences")
    kind = models.CharField(
        _("Art"),
        max_length=12,
        choices=[(kind.value, name) for kind, name in ABSENCE_NAMES.items()],
    )
    first_day = models.DateField(_("erster Tag"))
    last_day = models.DateField(_("letzter Tag"))
    # Of school days only: §§ 9, 14 Abs. 4 JArbSchG ask for both.
    lessons = models.PositiveSmallIntegerField(_("Unterrichtsstunden"), null=True, blank=True)
    begins = models.TimeField(_("Unterrichtsbeginn"), null=True, blank=True)
    # Of an illness: what it took the place of, [{"kind", "from", "to"}]: nobody loses by falling
    # ill in leave. Empty is NULL: a default would build the table anew, without its trigger.
    gave_way = models.JSONField(_("trat an die Stelle von"), null=True, blank=True)

    class Meta:
        verbose_name = _("Abwesenheit")
        verbose_name_plural = _("Abwesenheiten")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="staff_absence_forward",
            )
        ]
        indexes = [models.Index(fields=["officer", "first_day"], name="staff_absence_of")]

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.first_day}"


class Language(models.Model):
    """A language an officer speaks well enough to talk with people."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(_("Sprache"), max_length=3)

    class Meta:
        verbose_name = _("Sprachkenntnis")
        verbose_name_plural = _("Sprachkenntnisse")
        constraints = [
            models.UniqueConstraint(fields=["officer", "code"], name="staff_language_once")
        ]

    def __str__(self) -> str:
        return self.code


class Reminder(models.Model):
    """Somebody was told that a qualification ends: once for each number of days before."""

    qualification = models.ForeignKey(
        Qualification, on_delete=models.CASCADE, related_name="reminders"
    )
    days_before = models.PositiveSmallIntegerField(_("Tage vorher"))
    made_at = models.DateTimeField(_("erinnert"))

    class Meta:
        verbose_name = _("Erinnerung")
        verbose_name_plural = _("Erinnerungen")
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "days_before"], name="staff_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.qualification_id}: {self.days_before}"
