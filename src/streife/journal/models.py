"""The append-only record and its erasable bodies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Log(models.Model):
    """One transparency log per calendar year; the row is the lock for appending."""

    year = models.PositiveSmallIntegerField(_("Jahr"), primary_key=True)
    size = models.PositiveBigIntegerField(_("Anzahl"), default=0)
    frontier = models.BinaryField(_("Randknoten"), default=bytes)

    class Meta:
        verbose_name = _("Jahresprotokoll")
        verbose_name_plural = _("Jahresprotokolle")

    def __str__(self) -> str:
        return str(self.year)


class Entry(models.Model):
    """One line of the record; written once, never changed (trigger)."""

    id = models.BigAutoField(primary_key=True)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveBigIntegerField(_("Nummer"))  # 0-based leaf index, gapless per year
    at = models.DateTimeField(_("Zeitpunkt"))
    actor = models.CharField(_("handelnd"), max_length=80)
    act = models.CharField(_("Vorgang"), max_length=80)
    subject = models.CharField(_("Gegenstand"), max_length=120)
    commitment = models.BinaryField(_("Bindung"), max_length=32)
    leaf_hash = models.BinaryField(_("Blattwert"), max_length=32)

    class Meta:
        verbose_name = _("Protokolleintrag")
        verbose_name_plural = _("Protokolleinträge")
        constraints = [
            models.UniqueConstraint(fields=["log", "number"], name="journal_number_once"),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="journal_by_subject"),
            models.Index(fields=["act", "id"], name="journal_by_act"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}/{self.number} {self.act}"


class Body(models.Model):
    """What an entry says beyond its envelope; may be erased, never changed."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    salt = models.BinaryField(_("Salz"), max_length=16)
    content = models.JSONField(_("Inhalt"))

    class Meta:
        verbose_name = _("Eintragsinhalt")
        verbose_name_plural = _("Eintragsinhalte")

    def __str__(self) -> str:
        return str(self.entry_id)


class Checkpoint(models.Model):
    """A signed tree head (C2SP tlog-checkpoint)."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.PositiveBigIntegerField(_("Anzahl"))
    at = models.DateTimeField(_("Zeitpunkt"))
    note = models.TextField(_("signierter Text"))

    class Meta:
        verbose_name = _("Prüfpunkt")
        verbose_name_plural = _("Prüfpunkte")
        constraints = [
            models.UniqueConstraint(fields=["log", "size"], name="journal_checkpoint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}/{self.size}"
