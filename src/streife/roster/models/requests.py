"""What officers ask for: wishes, swaps, and that they are ill."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.roster.rules.states import SwapState


class Wish(models.Model):
    """What an officer would like on a day: off, or a kind of shift; the plan weighs it."""

    officer = models.ForeignKey(
        "staff.Officer", on_delete=models.CASCADE, related_name="duty_wishes"
    )
    day = models.DateField(_("Tag"))
    want = models.CharField(_("Wunsch"), max_length=8)  # free, work, avoid
    kind = models.ForeignKey(
        "roster.ShiftKind", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("eingetragen"))

    class Meta:
        verbose_name = _("Dienstwunsch")
        verbose_name_plural = _("Dienstwünsche")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["officer", "day"], name="roster_wish_once")
        ]

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.day}"


class Swap(models.Model):
    """A duty that an officer offers; another takes it, a shift leader decides."""

    plan = models.ForeignKey("roster.Plan", on_delete=models.CASCADE, related_name="swaps")
    day = models.DateField(_("Tag"))
    kind = models.ForeignKey("roster.ShiftKind", on_delete=models.PROTECT, related_name="+")
    offered_by = models.ForeignKey("staff.Officer", on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(
        "staff.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What the taker gives in return, if anything.
    back_day = models.DateField(_("Gegentag"), null=True, blank=True)
    back_kind = models.ForeignKey(
        "roster.ShiftKind", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("Stand"), max_length=12, default=SwapState.OFFERED)
    offered_at = models.DateTimeField(_("angeboten"))
    taken_at = models.DateTimeField(_("angenommen"), null=True, blank=True)
    decided_at = models.DateTimeField(_("entschieden"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("Grund"), max_length=200, blank=True)
    # Who took it last and stepped back: told to the giver.
    stepped_back = models.ForeignKey(
        "staff.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Whether the two have yet to read what somebody else did with it.
    giver_news = models.BooleanField(_("neu für den, der anbietet"), default=False)
    taker_news = models.BooleanField(_("neu für den, der nimmt"), default=False)

    class Meta:
        verbose_name = _("Diensttausch")
        verbose_name_plural = _("Diensttausche")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "offered_by", "day"],
                condition=models.Q(state__in=["offered", "taken"]),
                name="roster_swap_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.state}"


class SickCall(models.Model):
    """An officer said they are ill; which duties that leaves open. No diagnosis, ever.

    Whoever says that it takes longer prolongs it: one illness is one row.
    """

    officer = models.ForeignKey("staff.Officer", on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(_("erster Tag"))
    last_day = models.DateField(_("letzter Tag"))
    called_at = models.DateTimeField(_("gemeldet"))
    # What was told when: {"first", "last", "at"}; a free day is credited by what the plan then was.
    told = models.JSONField(_("Meldungen"), default=list)
    # Duties left open by it: {"plan", "day", "kind", "area", "filled_by", "left_open", "returned",
    # "kept"} (`queries.gaps.Gap`); ids only.
    gaps = models.JSONField(_("offene Dienste"), default=list)

    class Meta:
        verbose_name = _("Krankmeldung")
        verbose_name_plural = _("Krankmeldungen")

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.first_day}"
