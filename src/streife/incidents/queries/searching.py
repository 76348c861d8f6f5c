"""Full-text search over incidents and reports: same words, same hits on both databases."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from streife.accounts.rules import Actor
from streife.incidents.models import Incident, IncidentReport
from streife.kernel import wording
from streife.reports import queries as report_queries
from streife.reports.rules import Status

MAX_TERMS = 8
NEWEST = 4000  # entries looked through first
_SQL = {
    "sqlite": """
        SELECT id, kind, target_id FROM incidents_searchentry WHERE id IN (
            SELECT rowid FROM incidents_search_fts
            WHERE incidents_search_fts MATCH %(asked)s AND rowid < %(before)s
            ORDER BY rowid DESC LIMIT %(size)s
        )
        ORDER BY id DESC
    """,
    # Common words fill the page from the newest entries, read one by one; what is left for the
    # index is rare. OFFSET 0 keeps the planner from swapping the two: it cannot guess how common
    # the beginning of a word is, and each is a hundred times slower in the other's place.
    "postgresql": """
        WITH edge AS MATERIALIZED (
            SELECT LEAST(%(before)s::bigint, max(id) + 1) AS top FROM incidents_searchentry
        ), recent AS MATERIALIZED (
            SELECT id FROM (
                SELECT id, document FROM incidents_searchentry
                WHERE id < (SELECT top FROM edge) AND id >= (SELECT top FROM edge) - %(newest)s
                ORDER BY id DESC OFFSET 0
            ) AS newest
            WHERE document @@ to_tsquery('simple', %(asked)s) LIMIT %(size)s
        ), older AS (
            SELECT id FROM (
                SELECT id FROM incidents_searchentry
                WHERE document @@ to_tsquery('simple', %(asked)s) OFFSET 0
            ) AS every
            WHERE id < (SELECT top FROM edge) - %(newest)s
                AND (SELECT count(*) FROM recent) < %(size)s
            ORDER BY id DESC LIMIT %(size)s
        )
        SELECT id, kind, target_id FROM incidents_searchentry
        WHERE id IN (SELECT id FROM recent UNION ALL SELECT id FROM older)
        ORDER BY id DESC LIMIT %(size)s
    """,
}
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found; `incident` is the matter it belongs to, if any."""

    kind: str  # incident | report
    id: int
    incident_id: int | None
    number: str  # of the incident, else of the report
    title: str  # of the incident, else the place of the report
    at: datetime  # opened, else received
    waiting: bool = False  # a report that nobody has looked at yet


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of hits, newest first; `next` is the `before` of the following page."""

    rows: tuple[Hit, ...]
    next: int | None


def search(actor: Actor, text: str, *, before: int | None = None, size: int = 30) -> Hits:
    """Return what holds all words of the text; the last word may be unfinished (four queries)."""
    terms = wording.tokens(text)[:MAX_TERMS]
    if not terms or not actor.may("incidents.view"):
        return Hits((), None)
    entries = _matching(terms, before or _LARGEST, size + 1)
    shown = entries[:size]
    reports = [target for _, kind, target in shown if kind == "report"]
    of_report = dict(
        IncidentReport.objects.filter(report_id__in=reports).values_list("report_id", "incident_id")
    )
    incident_ids = {t for _, kind, t in shown if kind == "incident"} | set(of_report.values())
    names = {
        pk: (number, title, at)
        for pk, number, title, at in Incident.objects.filter(pk__in=incident_ids).values_list(
            "pk", "number", "title", "opened_at"
        )
    }
    told = report_queries.told(actor, [pk for pk in reports if pk not in of_report])
    rows = []
    for _, kind, target in shown:
        incident_id = target if kind == "incident" else of_report.get(target)
        if incident_id in names:
            rows.append(Hit(kind, target, incident_id, *names[incident_id]))
        elif target in told:
            one = told[target]
            waits = one.status is Status.RECEIVED
            rows.append(Hit(kind, target, None, one.reference, one.address, one.received_at, waits))
    return Hits(tuple(rows), shown[-1][0] if len(entries) > size else None)


def _matching(terms: list[str], before: int, size: int) -> list[tuple[int, str, int]]:
    """Return (entry id, kind, target id), newest first."""
    if connection.vendor == "sqlite":
        asked = " AND ".join(f'"{term}"*' for term in terms)
    else:
        asked = " & ".join(f"'{term}':*" for term in terms)
    given: dict[str, str | int] = {"asked": asked, "before": before, "size": size}
    if connection.vendor == "postgresql":
        given["newest"] = NEWEST
    with connection.cursor() as cursor:
        cursor.execute(_SQL[connection.vendor], given)
        return [(int(a), str(b), int(c)) for a, b, c in cursor.fetchall()]
