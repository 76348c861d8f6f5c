"""Keeping the search up to date; called by background tasks, safe to run twice."""

from django.db import connection, transaction

from streife.accounts.rules import Actor
from streife.incidents.models import Incident, SearchEntry
from streife.kernel import wording


@transaction.atomic
def index_incident(*, incident_id: int, actor: Actor) -> None:
    """Put number, title and address of an incident into the search (nothing if it is gone)."""
    actor.require("triage.propose")
    row = Incident.objects.filter(pk=incident_id).values_list("number", "title", "address").first()
    if row is not None:
        keep("incident", incident_id, " ".join(row))


@transaction.atomic
def index_report(*, report_id: int, words: str, actor: Actor) -> None:
    """Put the words of a report into the search; empty words take it out."""
    actor.require("triage.propose")
    if words.strip():
        keep("report", report_id, words)
    else:
        SearchEntry.objects.filter(kind="report", target_id=report_id).delete()


def keep(kind: str, target_id: int, text: str) -> None:
    """Store the words by which something is found."""
    tokens = " ".join(wording.tokens(text))
    SearchEntry.objects.update_or_create(
        kind=kind, target_id=target_id, defaults={"tokens": tokens}
    )


def tidy_search(*, actor: Actor) -> None:
    """Take erased words out of the full-text index too, where they wait to be merged away.

    SQLite's FTS5 only notes that words are gone; merging drops them (seconds for a million texts).
    PostgreSQL drops them when it vacuums.
    """
    actor.require("triage.propose")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO incidents_search_fts (incidents_search_fts) VALUES ('optimize')"
            )
