"""Who is on duty when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shift(models.Model):
    """A stretch of duty; each duty in it says its own operational area."""

    name = models.CharField(_("Name"), max_length=80)
    starts_at = models.DateTimeField(_("Beginn"))
    ends_at = models.DateTimeField(_("Ende"))
    # Set when a plan was published; a shift planned by hand has none.
    kind = models.ForeignKey(
        "roster.ShiftKind", on_delete=models.PROTECT, null=True, blank=True, related_name="shifts"
    )

    class Meta:
        verbose_name = _("Schicht")
        verbose_name_plural = _("Schichten")
        constraints = [
            models.UniqueConstraint(fields=["name", "starts_at"], name="roster_shift_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="roster_shift_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """An officer on a shift."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="duties")
    officer = models.ForeignKey("staff.Officer", on_delete=models.PROTECT, related_name="duties")
    area = models.ForeignKey(
        "places.Area", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Dienst")
        verbose_name_plural = _("Dienste")
        constraints = [
            models.UniqueConstraint(fields=["shift", "officer"], name="roster_duty_once")
        ]

    def __str__(self) -> str:
        return f"{self.shift_id}: {self.officer_id}"
