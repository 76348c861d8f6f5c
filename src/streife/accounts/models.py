"""Users and the roles they were granted."""

from collections.abc import Mapping

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from streife.accounts.rules import Role

ROLE_NAMES: Mapping[Role, Promise] = {
    Role.PUBLIC: _("Öffentlichkeit"),
    Role.DESK: _("Citywache und Bürgertelefon"),
    Role.DISPATCHER: _("Leitstelle"),
    Role.OFFICER: _("Einsatzkraft"),
    Role.SHIFT_LEADER: _("Schichtleitung"),
    Role.CASE_OFFICER: _("Sachbearbeitung"),
    Role.CUSTODIAN: _("Beweismittelverwahrung"),
    Role.TRAINING_LEAD: _("Ausbildungsleitung"),
    Role.PARTNER: _("Verbindung zur Polizei"),
    Role.HEAD: _("Dienststellenleitung"),
    Role.DPO: _("Datenschutz und Revision"),
    Role.ADMIN: _("Administration"),
    Role.SYSTEM: _("System"),
}


class User(AbstractUser):
    """A person who signs in."""

    display_name = models.CharField(_("Name"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Benutzerkonto")
        verbose_name_plural = _("Benutzerkonten")

    def __str__(self) -> str:
        return self.display_name or self.username


class Grant(models.Model):
    """A role held from one day to another; ended, never deleted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(
        _("Rolle"), max_length=20, choices=[(r.value, ROLE_NAMES[r]) for r in Role]
    )
    valid_from = models.DateTimeField(_("gültig ab"))
    valid_to = models.DateTimeField(_("gültig bis"), null=True, blank=True)

    class Meta:
        verbose_name = _("Rollenvergabe")
        verbose_name_plural = _("Rollenvergaben")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(valid_to__isnull=True),
                name="accounts_one_open_grant",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"
