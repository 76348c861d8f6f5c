"""What one person asks for and another decides: the columns are the same wherever it happens."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.evidence import rules


class Asked(models.Model):
    """Who asked when, and who decided when."""

    requested_at = models.DateTimeField(_("beantragt um"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("entschieden um"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal = models.CharField(_("Grund der Ablehnung"), max_length=200, blank=True)

    class Meta:
        abstract = True


class TwoPersonRequest(Asked):
    """A request that a second person grants or refuses; whoever asked may only take it back."""

    granted = models.BooleanField(_("bewilligt"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(granted__isnull=True)
                | models.Q(granted=False)
                | ~models.Q(decided_by=models.F("requested_by")),
                name="evidence_%(class)s_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    granted__isnull=True, decided_at__isnull=True, decided_by__isnull=True
                )
                | models.Q(
                    granted__isnull=False, decided_at__isnull=False, decided_by__isnull=False
                ),
                name="evidence_%(class)s_decided_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(granted=False)
                | models.Q(decided_by=models.F("requested_by"))
                | ~models.Q(refusal=""),
                name="evidence_%(class)s_refused_why",
            ),
        ]


class Keeping(models.Model):
    """Why something stays longer; ended, never deleted."""

    reason = models.CharField(
        _("Grund"), max_length=12, choices=[(r.value, r.value) for r in rules.HoldReason]
    )
    reference = models.CharField(_("Aktenzeichen"), max_length=120)
    review_on = models.DateField(_("Wiedervorlage"))
    automatic = models.BooleanField(_("von selbst"), default=False)
    requested_at = models.DateTimeField(_("beantragt um"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("bestätigt um"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(_("beendet um"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Of a hold that a second person did not confirm but ended.
    refusal = models.CharField(_("Grund der Ablehnung"), max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("requested_by")),
                name="evidence_%(class)s_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(automatic=True) | models.Q(requested_by__isnull=False),
                name="evidence_%(class)s_has_person",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True)
                | models.Q(confirmed_by__isnull=False)
                | models.Q(requested_by__isnull=True)
                | models.Q(released_by=models.F("requested_by"))
                | ~models.Q(refusal=""),
                name="evidence_%(class)s_refused_why",
            ),
        ]

    def fact(self) -> rules.HoldFact:
        """Return what the rules need to know."""
        return rules.HoldFact(
            self.requested_at, self.review_on, self.confirmed_at, self.released_at, self.automatic
        )
