"""Photos of seized things: how long they stay, why longer, why they go early."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.evidence import rules
from streife.evidence.models.erasures import ErasureCase
from streife.evidence.models.items import Item
from streife.evidence.models.requests import Keeping, TwoPersonRequest


class ItemPicture(models.Model):
    """The photo of a seized thing: an envelope with a key of its own, as recordings have.

    The row stays when the photo is gone: its key must not come back from a backup.
    """

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="picture")
    ident = models.CharField(_("Kennung"), max_length=26, unique=True)
    kid = models.CharField(_("Schlüsselkennung"), max_length=26, unique=True)
    path = models.CharField(_("Ablage"), max_length=120, unique=True)
    header_sha256 = models.CharField(_("Kopf des Umschlags"), max_length=64)
    stored_size = models.PositiveBigIntegerField(_("Größe des Umschlags (Byte)"))
    sha256 = models.CharField(_("Prüfwert des Fotos"), max_length=64)
    size = models.PositiveBigIntegerField(_("Größe (Byte)"))
    kept_at = models.DateTimeField(_("verwahrt seit"))
    rule = models.CharField(_("Regel"), max_length=20, blank=True)  # `retention` or a ground
    going_at = models.DateTimeField(_("Löschung begonnen um"), null=True, blank=True)
    key_destroyed_at = models.DateTimeField(_("Schlüssel vernichtet um"), null=True, blank=True)
    gone_at = models.DateTimeField(_("gelöscht um"), null=True, blank=True)

    class Meta:
        verbose_name = _("Foto eines Asservats")
        verbose_name_plural = _("Fotos von Asservaten")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gone_at__isnull=True)
                | models.Q(going_at__isnull=False, key_destroyed_at__isnull=False),
                name="evidence_picture_key_before_bytes",
            ),
            models.CheckConstraint(
                condition=models.Q(going_at__isnull=True, rule="")
                | (models.Q(going_at__isnull=False) & ~models.Q(rule="")),
                name="evidence_picture_goes_by_rule",
            ),
        ]

    def __str__(self) -> str:
        return self.ident


class PictureHold(Keeping):
    """Why the photo of a thing stays, whatever its period or a person concerned say."""

    picture = models.ForeignKey(ItemPicture, on_delete=models.PROTECT, related_name="holds")

    class Meta(Keeping.Meta):
        verbose_name = _("Sicherung eines Fotos")
        verbose_name_plural = _("Sicherungen von Fotos")

    def __str__(self) -> str:
        return f"{self.picture_id}: {self.reference}"


class PictureDeletionRequest(TwoPersonRequest):
    """Somebody asks that the photo of a thing goes early; a second person decides."""

    picture = models.ForeignKey(
        ItemPicture, on_delete=models.PROTECT, related_name="deletion_requests"
    )
    ground = models.CharField(
        _("Grund"), max_length=20, choices=[(g.value, g.value) for g in rules.PICTURE_GROUNDS]
    )
    erasure = models.ForeignKey(
        ErasureCase, on_delete=models.PROTECT, null=True, blank=True, related_name="photos"
    )  # the demand of a person concerned it answers

    class Meta(TwoPersonRequest.Meta):
        verbose_name = _("Löschantrag zu einem Foto")
        verbose_name_plural = _("Löschanträge zu Fotos")
        constraints = [
            *TwoPersonRequest.Meta.constraints,
            models.UniqueConstraint(
                fields=["picture"],
                condition=models.Q(decided_at__isnull=True),
                name="evidence_one_open_picture_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.picture_id}: {self.ground}"


class PicturePeriod(models.Model):
    """How long photos of things stay after one end; a change is a new row, the latest counts."""

    end = models.CharField(
        _("ab wann"), max_length=10, choices=[(e.value, e.value) for e in rules.End]
    )
    days = models.PositiveSmallIntegerField(_("Tage"))
    source = models.CharField(_("Grundlage"), max_length=200)
    set_at = models.DateTimeField(_("festgelegt am"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("Frist für Fotos von Asservaten")
        verbose_name_plural = _("Fristen für Fotos von Asservaten")

    def __str__(self) -> str:
        return f"{self.end}: {self.days}"
