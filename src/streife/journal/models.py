"""The append-only record and its erasable bodies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.fields import CanonicalJSONField


class Log(models.Model):
    """One transparency log per calendar year; the rows together are the lock for appending."""

    year = models.PositiveSmallIntegerField(_("Jahr"), primary_key=True)
    size = models.PositiveBigIntegerField(_("Anzahl"), default=0)
    frontier = models.BinaryField(_("Randknoten"), default=bytes)
    dropped_at = models.DateTimeField(_("nach Fristablauf entfernt"), null=True)

    class Meta:
        verbose_name = _("Jahresprotokoll")
        verbose_name_plural = _("Jahresprotokolle")

    def __str__(self) -> str:
        return str(self.year)


class Entry(models.Model):
    """One line of the record; written once, never changed (trigger)."""

    id = models.BigAutoField(primary_key=True)  # grows in the order of commits, see actions.py
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
            models.Index(fields=["actor", "id"], name="journal_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}/{self.number} {self.act}"


class Body(models.Model):
    """What an entry says beyond its envelope; may be erased, never changed (trigger)."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    salt = models.BinaryField(_("Salz"), max_length=16)
    content = CanonicalJSONField(_("Inhalt"))

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
    frontier = models.BinaryField(_("Randknoten"))

    class Meta:
        verbose_name = _("Prüfpunkt")
        verbose_name_plural = _("Prüfpunkte")
        constraints = [
            models.UniqueConstraint(fields=["log", "size"], name="journal_checkpoint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}/{self.size}"


class Cosignature(models.Model):
    """What a witness in another office signed on a checkpoint (c2sp.org/tlog-cosignature)."""

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures"
    )
    witness = models.CharField(_("Zeuge"), max_length=200)
    at = models.DateTimeField(_("Zeitpunkt"))  # by the clock of the witness
    line = models.CharField(_("Signaturzeile"), max_length=400)

    class Meta:
        verbose_name = _("Bestätigung eines Zeugen")
        verbose_name_plural = _("Bestätigungen der Zeugen")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness"], name="journal_cosignature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness}"


class Stamp(models.Model):
    """A time stamp (RFC 3161) over a checkpoint's text; its hash stands in the record too."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="stamps")
    at = models.DateTimeField(_("Zeitpunkt"))  # genTime of the authority
    token = models.BinaryField(_("Antwort der Zeitstempelstelle"))

    class Meta:
        verbose_name = _("Zeitstempel")
        verbose_name_plural = _("Zeitstempel")
        indexes = [models.Index(fields=["at"], name="journal_stamped_at")]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.at:%Y-%m-%d %H:%M}"


class Asked(models.Model):
    """How it last went with one witness and one year; changes with every answer."""

    witness = models.CharField(_("Zeuge"), max_length=200)
    log = models.ForeignKey(Log, on_delete=models.CASCADE, related_name="asked")
    at = models.DateTimeField(_("Zeitpunkt"))
    outcome = models.CharField(_("Ergebnis"), max_length=16)  # rules.Outcome
    size = models.PositiveBigIntegerField(_("Anzahl beim Zeugen"), default=0)
    since = models.DateTimeField(_("so seit"))

    class Meta:
        verbose_name = _("Stand beim Zeugen")
        verbose_name_plural = _("Stände bei den Zeugen")
        constraints = [
            models.UniqueConstraint(fields=["witness", "log"], name="journal_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id} {self.witness} {self.outcome}"


class Tile(models.Model):
    """Heads of up to 256 complete parts of a year's tree, in order; makes proofs quick.

    Computed from the leaves and safe to delete: whatever is missing is computed again.
    """

    log = models.ForeignKey(Log, on_delete=models.CASCADE, related_name="tiles")
    index = models.PositiveIntegerField(_("Nummer"))
    heads = models.BinaryField(_("Teilköpfe"))  # joined hashes of 32 bytes, each over 256 leaves

    class Meta:
        verbose_name = _("Kachel")
        verbose_name_plural = _("Kacheln")
        constraints = [
            models.UniqueConstraint(fields=["log", "index"], name="journal_tile_once"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}/{self.index}"


class Verification(models.Model):
    """One complete check of the record and what it found."""

    at = models.DateTimeField(_("Zeitpunkt"))
    actor = models.CharField(_("handelnd"), max_length=80)
    entries = models.PositiveBigIntegerField(_("Anzahl"))
    erased = models.PositiveBigIntegerField(_("gelöschte Inhalte"))
    duration_ms = models.PositiveBigIntegerField(_("Dauer in Millisekunden"))
    defects = CanonicalJSONField(_("Mängel"))

    class Meta:
        verbose_name = _("Prüflauf")
        verbose_name_plural = _("Prüfläufe")
        indexes = [models.Index(fields=["at"], name="journal_verified_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
