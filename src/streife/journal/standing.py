"""What other offices confirm, in words for the page of the record."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from streife.journal import confirming, queries
from streife.journal.models import Cosignature, Stamp
from streife.journal.rules import Defect, Outcome


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """One witness: its name, how it stands (a level of the badge, words), and since when."""

    name: str
    level: str
    words: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Witnesses, the last time stamp, and what is wrong right now."""

    witnesses: list[WitnessRow] = field(default_factory=list)
    stamp: Stamp | None = None
    stamp_wanted: bool = False
    alarms: list[Defect] = field(default_factory=list)


def standing(now: datetime) -> Standing:
    """Return how things stand with other offices."""
    alarms: list[Defect] = []
    confirming.check_rhythm(alarms.append, now=now)
    rows = [_row(cosigner.name) for cosigner in confirming.cosigners_set()]
    return Standing(rows, queries.last_stamp(), bool(settings.JOURNAL_TSA_URL), alarms)


def _row(name: str) -> WitnessRow:
    last = Cosignature.objects.filter(witness=name).order_by("-at", "-id").first()
    asked = queries.asked().filter(witness=name)
    outcomes = {Outcome(row.outcome) for row in asked}
    at = last.at if last else None
    if Outcome.SPLIT in outcomes:
        return WitnessRow(name, "danger", _("hat ein anderes Protokoll gesehen"), at)
    if Outcome.AHEAD in outcomes:
        return WitnessRow(name, "danger", _("kennt schon mehr Einträge, als hier stehen"), at)
    if Outcome.UNANSWERED in outcomes:
        return WitnessRow(name, "warning", _("antwortet nicht"), at)
    if at is None:
        return WitnessRow(name, "neutral", _("noch nicht gefragt"), None)
    return WitnessRow(name, "ok", _("bestätigt, dass nur angefügt wurde"), at)
