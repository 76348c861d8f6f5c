"""What people told the service; contact data stand apart and can be erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from streife.reports.rules import Channel, Kind, Purpose, Status


class Report(models.Model):
    """One thing somebody told us about one place.

    Latitude, longitude and cell are all known or all null: published data of other cities may
    name no more than a district, and a made-up point would be a lie on every map.
    """

    latitude = models.FloatField(_("Breite"), null=True, blank=True)
    longitude = models.FloatField(_("Länge"), null=True, blank=True)
    cell = models.BigIntegerField(_("H3-Zelle"), null=True, blank=True)
    reference = models.CharField(_("Aktenzeichen"), max_length=16, unique=True)
    client_id = models.UUIDField(_("Absenderkennung"), unique=True)  # a replay finds its result
    secret_hash = models.CharField(_("Prüfsumme des Statuslinks"), max_length=64)
    kind = models.CharField(_("Art"), max_length=12, choices=[(k.value, k.value) for k in Kind])
    channel = models.CharField(
        _("Eingangsweg"), max_length=12, choices=[(c.value, c.value) for c in Channel]
    )
    status = models.CharField(
        _("Stand"), max_length=12, choices=[(s.value, s.value) for s in Status]
    )
    # The code of a dated triage.Category row; reports stand below triage, so no foreign key.
    category_code = models.CharField(_("Anlass"), max_length=60)
    text = models.TextField(_("Beschreibung"))
    address = models.CharField(_("Adresse"), max_length=200, blank=True)
    quarter = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    district = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField(_("beobachtet am"), null=True, blank=True)
    received_at = models.DateTimeField(_("eingegangen am"))
    # Once triage has proposed something; the few still without are found by an index.
    proposed_at = models.DateTimeField(_("Vorschlag gemacht am"), null=True, blank=True)
    answered_at = models.DateTimeField(_("beantwortet am"), null=True, blank=True)
    answer = models.TextField(_("Antwort"), blank=True)
    objected_at = models.DateTimeField(_("widersprochen am"), null=True, blank=True)
    objection = models.TextField(_("Widerspruch"), blank=True)
    synthetic = models.BooleanField(_("synthetisch"), default=False)
    # In which the form was read: mail is written in it. Two letters, as in settings.LANGUAGES.
    language = models.CharField(_("Sprache"), max_length=8, default="de")
    # Where an importer found it; together unique, so a second run finds its first.
    source = models.CharField(_("Quelle"), max_length=40, blank=True)
    source_id = models.CharField(_("Kennung der Quelle"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("Hinweis")
        verbose_name_plural = _("Hinweise")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~models.Q(source_id=""),
                name="reports_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True, cell__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False, cell__isnull=False),
                name="reports_place_known_or_not",
            ),
        ]
        indexes = [
            # SQLite proves "IS NULL" of a partial index, but never a list of statuses.
            models.Index(
                fields=["status", "received_at", "id"],
                condition=models.Q(answered_at__isnull=True),
                name="reports_open",
            ),
            models.Index(
                fields=["status", "received_at", "id"],
                condition=models.Q(answered_at__isnull=True, proposed_at__isnull=True),
                name="reports_unsorted",
            ),
            models.Index(fields=["cell", "received_at"], name="reports_cell"),
            models.Index(fields=["received_at", "id"], name="reports_received"),
        ]

    def __str__(self) -> str:
        return self.reference


class Contact(models.Model):
    """Who told us, kept apart; erased when no longer needed."""

    report = models.OneToOneField(
        Report, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    name = models.CharField(_("Name"), max_length=120, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    address = models.CharField(_("Anschrift"), max_length=200, blank=True)
    purpose = models.CharField(
        _("Zweck"), max_length=24, choices=[(p.value, p.value) for p in Purpose]
    )
    erase_after = models.DateField(_("zu löschen nach"))

    class Meta:
        verbose_name = _("Hinweisgeber*in")
        verbose_name_plural = _("Hinweisgeber*innen")
        indexes = [models.Index(fields=["erase_after"], name="reports_contact_due")]

    def __str__(self) -> str:
        return str(self.report_id)


class Photo(models.Model):
    """A picture sent with a report, re-encoded: no EXIF, no GPS, no embedded file."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="photos")
    sha256 = models.CharField(_("Prüfsumme"), max_length=64)
    path = models.CharField(_("Ablage"), max_length=200)
    width = models.PositiveIntegerField(_("Breite in Pixeln"))
    height = models.PositiveIntegerField(_("Höhe in Pixeln"))

    class Meta:
        verbose_name = _("Foto")
        verbose_name_plural = _("Fotos")
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="reports_photo_once")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Upload(models.Model):
    """A photo of a form that was sent back: it waits for the next attempt, a day at most."""

    client_id = models.UUIDField(_("Absenderkennung"))
    sha256 = models.CharField(_("Prüfsumme"), max_length=64)
    path = models.CharField(_("Ablage"), max_length=200)
    name = models.CharField(_("Dateiname"), max_length=120)
    size = models.PositiveIntegerField(_("Größe in Byte"))  # as it came
    width = models.PositiveIntegerField(_("Breite in Pixeln"))
    height = models.PositiveIntegerField(_("Höhe in Pixeln"))
    kept_at = models.DateTimeField(_("aufbewahrt seit"), db_index=True)

    class Meta:
        verbose_name = _("Foto in Wartestellung")
        verbose_name_plural = _("Fotos in Wartestellung")
        constraints = [
            models.UniqueConstraint(fields=["client_id", "sha256"], name="reports_upload_once")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Sender(models.Model):
    """How many reports one connection sent in one hour; the connection only as a keyed hash."""

    key = models.CharField(_("Anschluss (Prüfsumme)"), max_length=64, primary_key=True)
    hour = models.PositiveIntegerField(_("Stunde"), db_index=True)  # hours since 1970
    count = models.PositiveIntegerField(_("Anzahl"))

    class Meta:
        verbose_name = _("Absendezähler")
        verbose_name_plural = _("Absendezähler")

    def __str__(self) -> str:
        return self.key[:12]
