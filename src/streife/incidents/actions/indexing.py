"""Keeping the search up to date; called by background tasks, safe to run twice."""

from django.db import transaction

from streife.accounts.rules import Actor
from streife.incidents.models import Incident, SearchEntry
from streife.kernel import wording


@transaction.atomic
def index_incident(*, incident_id: int, actor: Actor) -> None:
    """Put number, title and address of an incident into the search (nothing if it is gone)."""
    actor.require("triage.propose")
    row = Incident.objects.filter(pk=incident_id).values_list("number", "title", "address").first()
    if row is not None:
        _keep("incident", incident_id, " ".join(row))


@transaction.atomic
def index_report(*, report_id: int, words: str, actor: Actor) -> None:
    """Put the words of a report into the search; empty words take it out."""
    actor.require("triage.propose")
    if words.strip():
        _keep("report", report_id, words)
    else:
        SearchEntry.objects.filter(kind="report", target_id=report_id).delete()


def _keep(kind: str, target_id: int, text: str) -> None:
    tokens = " ".join(wording.tokens(text))
    SearchEntry.objects.update_or_create(
        kind=kind, target_id=target_id, defaults={"tokens": tokens}
    )
