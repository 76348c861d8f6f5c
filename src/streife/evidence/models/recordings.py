"""Recordings, the docks they come from, and files on their way."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.db.fields import CanonicalJSONField
from streife.evidence import rules


class Dock(models.Model):
    """Where cameras are read out: a folder that is watched, or browsers that upload."""

    code = models.SlugField(_("Kürzel"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    folder = models.CharField(_("Ordner"), max_length=400, blank=True)  # empty: browsers only
    # name+id+base64: what the vault signs for this dock, and what the device itself signs, if it
    # does: then nothing without its signature comes in.
    public_key = models.CharField(_("öffentlicher Schlüssel"), max_length=200)
    device_key = models.CharField(_("Schlüssel des Geräts"), max_length=200, blank=True)
    # So long a receipt stays in the folder after the film it is about has gone.
    receipt_days = models.PositiveSmallIntegerField(
        _("Tage, die Quittungen bleiben"), default=rules.RECEIPT_DAYS
    )
    added_at = models.DateTimeField(_("angelegt um"))
    retired_at = models.DateTimeField(_("stillgelegt um"), null=True, blank=True)

    class Meta:
        verbose_name = _("Dockstation")
        verbose_name_plural = _("Dockstationen")

    def __str__(self) -> str:
        return self.name


class Recording(models.Model):
    """A file in the vault: an original from a dock, or a copy derived from one."""

    ident = models.CharField(_("Kennung"), max_length=26, unique=True)  # ULID
    state = models.CharField(
        _("Stand"), max_length=12, choices=[(s.value, s.value) for s in rules.State]
    )
    kind = models.CharField(
        _("Art"), max_length=8, choices=[(k.value, k.value) for k in rules.Kind]
    )
    content_type = models.CharField(_("Dateityp"), max_length=80)
    name = models.CharField(_("Name der Datei"), max_length=200)  # shown, never opened
    # Of the plaintext. What was deleted keeps its hash: put into a dock again it stays deleted.
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    tree = models.CharField(_("Baumwert"), max_length=64)  # RFC 6962 over chunks of 1 MiB
    size = models.PositiveBigIntegerField(_("Größe (Byte)"))
    media = CanonicalJSONField(_("Bild und Ton"))  # of the container: duration_ms, width, codec
    # The envelope: where it lies, under which key, what its chunks are bound to.
    path = models.CharField(_("Ablage"), max_length=120)
    kid = models.CharField(_("Schlüsselkennung"), max_length=26)
    header_sha256 = models.CharField(_("Kopf des Umschlags"), max_length=64)
    stored_size = models.PositiveBigIntegerField(_("Größe des Umschlags (Byte)"))
    manifest = models.TextField(_("Begleitschein"))  # signed note: canonical JSON, dock's signature
    # Where it comes from.
    dock = models.ForeignKey(
        Dock, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    camera_serial = models.CharField(_("Kamera"), max_length=80, blank=True)
    camera_firmware = models.CharField(_("Firmware"), max_length=80, blank=True)
    clock_offset_ms = models.BigIntegerField(_("Abweichung der Kamerauhr (ms)"), default=0)
    wearer = models.ForeignKey(
        "staff.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checkout = models.CharField(_("Ausgabe"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("Beginn"))
    ended_at = models.DateTimeField(_("Ende"))
    time_estimated = models.BooleanField(_("Zeit geschätzt"), default=False)
    docked_at = models.DateTimeField(_("am Dock um"))
    ingested_at = models.DateTimeField(_("verwahrt seit"))
    prerecord_seconds = models.PositiveSmallIntegerField(_("Vorlauf (s)"), default=0)
    latitude = models.FloatField(_("Breite"), null=True, blank=True)
    longitude = models.FloatField(_("Länge"), null=True, blank=True)
    # What the wearer says (§ 15c PolG NRW).
    reason = models.CharField(
        _("Anlass"),
        max_length=16,
        choices=[(r.value, r.value) for r in rules.Reason],
        default=rules.Reason.UNKNOWN,
    )
    facts = models.TextField(_("Tatsachen"), blank=True)
    announced = models.BooleanField(_("angekündigt"), null=True, blank=True)
    not_announced_because = models.CharField(
        _("warum nicht angekündigt"), max_length=300, blank=True
    )
    dwelling = models.BooleanField(_("in einer Wohnung"), default=False)
    dwelling_decided_by = models.CharField(_("wer entschied"), max_length=120, blank=True)
    professional_secret = models.BooleanField(_("Berufsgeheimnis"), default=False)
    regime = models.CharField(
        _("Rechtsrahmen"),
        max_length=8,
        choices=[(r.value, r.value) for r in rules.Regime],
        default=rules.Regime.DANGER,
    )
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When it goes, and whether anybody may look.
    delete_after = models.DateTimeField(_("zu löschen ab"))
    sealed_at = models.DateTimeField(_("versiegelt seit"), null=True, blank=True)
    # A derived copy (redaction): never an original, goes with it.
    derived_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="derived"
    )
    operation = CanonicalJSONField(_("wie abgeleitet"), null=True, blank=True)
    released_at = models.DateTimeField(_("freigegeben um"), null=True, blank=True)
    synthetic = models.BooleanField(_("erfunden"), default=False)

    class Meta:
        verbose_name = _("Bodycam-Aufnahme")
        verbose_name_plural = _("Bodycam-Aufnahmen")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("started_at")),
                name="evidence_recording_forward",
            ),
            models.CheckConstraint(
                condition=models.Q(dock__isnull=False) | models.Q(derived_from__isnull=False),
                name="evidence_recording_has_source",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "delete_after"], name="evidence_expiring"),
            models.Index(fields=["wearer", "-started_at"], name="evidence_by_wearer"),
            models.Index(fields=["incident", "started_at"], name="evidence_by_incident"),
            models.Index(fields=["camera_serial", "-docked_at"], name="evidence_by_camera"),
        ]

    def __str__(self) -> str:
        return self.ident


class Upload(models.Model):
    """A file on its way through a browser; its pieces lie encrypted until all are there."""

    ident = models.CharField(_("Kennung"), max_length=26, unique=True)
    dock = models.ForeignKey(Dock, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Name der Datei"), max_length=200)
    size = models.PositiveBigIntegerField(_("Größe (Byte)"))
    # Counted with each piece: nobody looks through thousands of files for where to go on.
    received_bytes = models.PositiveBigIntegerField(_("angekommen (Byte)"), default=0)
    kid = models.CharField(_("Schlüsselkennung"), max_length=26)
    sidecar = CanonicalJSONField(_("Angaben"))
    begun_at = models.DateTimeField(_("begonnen um"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recording = models.ForeignKey(
        Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Hochladevorgang")
        verbose_name_plural = _("Hochladevorgänge")

    def __str__(self) -> str:
        return self.ident
