"""Which incidents somebody's unit was at, for whoever has to say what a recording belongs to."""

from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from streife.dispatch.models import Assignment

MOST = 10


def incidents_attended(officer_id: int, since: datetime, until: datetime) -> list[tuple[int, str]]:
    """Return id and number of incidents an officer's unit had taken on in a time, first one first.

    A job counts from when the crew took it to its end; one that never ended, to the end of the unit
    or of its shift. Whoever had left the unit before does not count.
    """
    jobs = (
        Assignment.objects.filter(
            Q(unit__members__left_at__isnull=True) | Q(unit__members__left_at__gte=since),
            unit__members__officer_id=officer_id,
        )
        .annotate(
            begun=Coalesce("accepted_at", "on_scene_at"),
            over=Coalesce("ended_at", "unit__stood_down_at", "unit__shift__ends_at"),
        )
        .filter(begun__lte=until, over__gte=since)
        .order_by(F("begun"), "pk")
    )
    found = jobs.values_list("incident_id", "incident__number")[:MOST]
    return list(dict.fromkeys(found))
