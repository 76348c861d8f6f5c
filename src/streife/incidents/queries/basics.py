"""Single incidents, their reports, fields of work and measures."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from streife.accounts.rules import Actor
from streife.incidents.models import Field, HandOver, Incident, IncidentReport, MeasureChoice
from streife.incidents.rules import MeasureRow, Outcome
from streife.kernel.errors import NotFound


def visible_to(actor: Actor) -> QuerySet[Incident]:
    """Return the incidents the actor may see."""
    return Incident.objects.all() if actor.may("incidents.view") else Incident.objects.none()


def incident_for(actor: Actor, number: str) -> Incident:
    """Return one incident by its number with field and areas joined.

    :raises NotFound: there is none, or the actor may not know
    """
    found = (
        visible_to(actor)
        .select_related("field", "quarter", "district", "merged_into")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotFound("Diesen Vorgang gibt es nicht (mehr).", "no-such-incident")
    return found


def reports_of(actor: Actor, incident_id: int) -> list[int]:
    """Return the ids of the reports about an incident, in the order they were added."""
    return list(links_of(actor, incident_id).values_list("report_id", flat=True))


def links_of(actor: Actor, incident_id: int) -> QuerySet[IncidentReport]:
    """Return the links of an incident to its reports, in the order they were added."""
    links = IncidentReport.objects.filter(incident_id=incident_id)
    return (links if actor.may("incidents.view") else links.none()).order_by("linked_at", "pk")


def incidents_of_reports(actor: Actor, report_ids: Iterable[int]) -> dict[int, Incident]:
    """Return the incidents by report id, for those reports that belong to one."""
    if not actor.may("incidents.view"):
        return {}
    links = IncidentReport.objects.filter(report_id__in=list(report_ids))
    return {link.report_id: link.incident for link in links.select_related("incident")}


def own_incident(report_id: int) -> int | None:
    """Return the id of the matter a report belongs to. For the software, not for a page."""
    links = IncidentReport.objects.filter(report_id=report_id)
    return links.values_list("incident_id", flat=True).first()


def joined_at(report_id: int) -> datetime | None:
    """Return when a report joined a matter that others had told us about before.

    None for the first report of a matter and for one that belongs to none. For whoever may read
    the report itself: it says nothing about the others.
    """
    link = IncidentReport.objects.filter(report_id=report_id).first()
    if link is None:
        return None
    earlier = IncidentReport.objects.filter(
        Q(linked_at__lt=link.linked_at) | Q(linked_at=link.linked_at, pk__lt=link.pk),
        incident_id=link.incident_id,
    )
    return link.linked_at if earlier.exists() else None


def hand_overs_of(actor: Actor, incident_id: int) -> QuerySet[HandOver]:
    """Return what was given to other bodies and what they answered, oldest first."""
    return HandOver.objects.filter(
        incident__in=visible_to(actor), incident_id=incident_id
    ).order_by("handed_at", "pk")


def field_rows() -> dict[int, Field]:
    """Return the fields of work by primary key, also ended ones (one query, eleven rows)."""
    return {field.pk: field for field in Field.objects.order_by("order")}


def measures(*, on: date) -> list[MeasureRow]:
    """Return the short list of measures valid on a day, in the order of the phone page."""
    rows = MeasureChoice.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on
    ).order_by("order", "code")
    return [MeasureRow(r.code, r.name, Outcome(r.outcome), r.needs_note) for r in rows]
